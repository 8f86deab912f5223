package innovation_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/innovationregistry/registry/innovation"
)

// ruleConstants reads the RuleID constants that a file of the package declares.
func ruleConstants(t *testing.T, file string) []RuleID {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var rules []RuleID
	for _, d := range parsed.Decls {
		decl, ok := d.(*ast.GenDecl)
		if !ok || decl.Tok != token.CONST {
			continue
		}
		for _, spec := range decl.Specs {
			v := spec.(*ast.ValueSpec)
			if id, ok := v.Type.(*ast.Ident); !ok || id.Name != "RuleID" {
				continue
			}
			for _, value := range v.Values {
				text, err := strconv.Unquote(value.(*ast.BasicLit).Value)
				if err != nil {
					t.Fatal(err)
				}
				rules = append(rules, RuleID(text))
			}
		}
	}
	return rules
}

func TestRulesListsEveryRuleOnce(t *testing.T) {
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var declared, listed []RuleID
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			declared = append(declared, ruleConstants(t, e.Name())...)
		}
	}
	if len(declared) < 50 {
		t.Fatalf("only %d rules were found in the source", len(declared))
	}
	for _, r := range Rules() {
		listed = append(listed, r.ID)
		if r.Title == "" || strings.HasSuffix(r.Title, ".") || r.Source == "" {
			t.Errorf("%s has the title %q and the source %q", r.ID, r.Title, r.Source)
		}
		if r.Effect != EffectRefusal && r.Effect != EffectFinding {
			t.Errorf("%s has the effect %q", r.ID, r.Effect)
		}
		if err := CheckKey("id", string(r.ID)); err != nil {
			t.Error(err)
		}
	}
	slices.Sort(declared)
	slices.Sort(listed)
	if diff := cmp.Diff(declared, listed); diff != "" {
		t.Errorf("rules (-in the source +listed by Rules):\n%s", diff)
	}
}

func TestRulesHaveCases(t *testing.T) {
	cases := slices.Concat(licenceRuleCases(), organisationRuleCases(), successionRuleCases(), boardRuleCases())
	for _, c := range cases {
		t.Run(string(c.rule)+"/"+c.name, func(t *testing.T) {
			var want []RuleID
			if c.broken {
				want = []RuleID{c.rule}
			}
			if diff := cmp.Diff(want, c.found); diff != "" {
				t.Errorf("rules broken (-want +got):\n%s", diff)
			}
		})
	}

	rules := []RuleID{RuleSuccessionCycle}
	for _, file := range []string{"licencefile.go", "board.go", "organisationfile.go"} {
		rules = append(rules, ruleConstants(t, file)...)
	}
	for _, rule := range rules {
		for _, broken := range []bool{false, true} {
			if !slices.ContainsFunc(cases, func(c ruleCase) bool { return c.rule == rule && c.broken == broken }) {
				t.Errorf("%s has no case with broken=%t", rule, broken)
			}
		}
	}
}
