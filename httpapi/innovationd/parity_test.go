package main

import (
	"encoding/json"
	"errors"
	"flag"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/httpapi"
)

// englandFile loads England into a new file.
func englandFile(t *testing.T) (db string) {
	t.Helper()
	db = filepath.Join(t.TempDir(), "register.db")
	if code, _, stderr := run(t, "load", "england", "-db", db); code != 0 {
		t.Fatal(stderr)
	}
	return db
}

// Every operation of the HTTP interface is listed, explains itself, and can be
// called: a read answers, and a write without its fields is refused for that and
// for nothing else.
func TestEveryOperationCanBeCalled(t *testing.T) {
	db := englandFile(t)
	_, list, _ := run(t, "call", "-list", "-format", "csv")
	fields := map[string]string{
		"organisation": "ahsn-oxford", "licence": "lic-1-oxford", "scheme": "organisation-role", "fact": "2",
		"entity": "organisation/ahsn-oxford",
	}
	for _, op := range httpapi.Operations() {
		t.Run(op.ID, func(t *testing.T) {
			if !strings.Contains(list, "\n"+op.ID+",") {
				t.Error("it is not on the list")
			}
			if code, help, stderr := run(t, "call", op.ID, "-help"); code != 0 || !strings.Contains(help, "innovationd call "+op.ID) {
				t.Errorf("no help: %d %s%s", code, help, stderr)
			}
			args := []string{"call", op.ID, "-db", db}
			if op.Write {
				args = append(args, "-actor", "pat-0001")
			}
			for _, f := range op.Fields {
				if value, ok := fields[f.Name]; ok && (f.In == "path" || f.In == "query" && f.Required) {
					args = append(args, f.Name+"="+value)
				}
			}
			code, stdout, stderr := run(t, args...)
			switch {
			case op.Write && (code != 1 || !strings.Contains(stderr, "rule field-missing") && !strings.Contains(stderr, "rule reason-required")):
				t.Errorf("exit code %d, want a refusal of what is missing\n%s%s", code, stdout, stderr)
			case !op.Write && (code != 0 || !json.Valid([]byte(stdout))):
				t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
			}
		})
	}
	if _, out, _ := run(t, "changes", "-since", "17", "-db", db); !strings.Contains(out, "0 acts") {
		t.Errorf("something was written:\n%s", out)
	}
}

// The JSON of a named command is that of the operation behind it.
func TestCommandsAnswerAsHTTPDoes(t *testing.T) {
	db := englandFile(t)
	for _, tt := range []struct{ command, operation string }{
		{"licences -on 2013-05-23", "licence.board on=2013-05-23"},
		{"licences -on 2013-05-23 -known 2020-01-01", "licence.board on=2013-05-23 known=2020-01-01"},
		{"conditions -on 2013-06-01 -within 30", "condition.due on=2013-06-01 withinDays=30"},
		{"ending -on 2028-01-01 -within 12", "licence.ending on=2028-01-01 withinMonths=12"},
		{"licence lic-2-oxford -on 2018-05-01", "licence.get licence=lic-2-oxford on=2018-05-01"},
		{"findings -on 2018-05-01", "finding.list on=2018-05-01"},
		{"organisations -q oxford -on 2018-05-01", "organisation.list q=oxford on=2018-05-01"},
		{"organisation ahsn-oxford -on 2018-05-01", "organisation.get organisation=ahsn-oxford on=2018-05-01"},
		{"tree region-y56 -depth 2 -on 2026-04-01", "organisation.tree organisation=region-y56 depth=2 on=2026-04-01"},
		{"serves ouh -on 2024-01-01", "organisation.networks organisation=ouh on=2024-01-01"},
		{"unserved -on 2024-01-01", "organisation.unserved on=2024-01-01"},
		{"points nhs-england -on 2024-01-01", "entity.pointers entity=organisation/nhs-england on=2024-01-01"},
		{"successions nhs-improvement -on 2024-01-01", "organisation.successions organisation=nhs-improvement on=2024-01-01"},
		{"history licence/lic-1-oxford", "entity.history entity=licence/lic-1-oxford"},
		{"changes -since 14", "change.list since=14"},
		{"verify", "register.verify"},
		{"status -on 2024-01-01", "register.status on=2024-01-01"},
	} {
		t.Run(tt.command, func(t *testing.T) {
			code, command, stderr := run(t, append(strings.Fields(tt.command), "-format", "json", "-db", db)...)
			if code != 0 {
				t.Fatal(stderr)
			}
			code, operation, stderr := run(t, append(strings.Fields("call "+tt.operation), "-db", db)...)
			if code != 0 {
				t.Fatal(stderr)
			}
			if diff := cmp.Diff(operation, command); diff != "" {
				t.Errorf("(-call +command)\n%s", diff)
			}
		})
	}
}

// The questions that the register answers so far each have a command.
func TestEveryQuestionHasACommand(t *testing.T) {
	db := englandFile(t)
	for question, lines := range map[string][]string{
		"1. Which networks hold a full licence on day D, which a conditional one, on what conditions?": {"licences -on 2013-05-23"},
		"1. Which of the published counts have no names yet?":                                          {"licences -on 2013-05-23 -format csv -section counts"},
		"2. What is outstanding, owned by whom, overdue since when?":                                   {"conditions -within 90"},
		"2. What ends in the next N months and what follows it?":                                       {"ending -within 24"},
		"2. What did licence L say on day D?":                                                          {"licence lic-1-oxford -on 2014-01-01"},
		"6. Draw the tree of bodies as at D.":                                                          {"tree region-y56 -on 2026-04-01"},
		"6. Which network serves trust T on D? Which trusts have none?":                                {"serves ouh -on 2024-01-01", "unserved -on 2024-01-01"},
		"6. When a body ends, what still points at it?":                                                {"points nhs-england", "successions nhs-england"},
		"13. What changed since cursor X, who changed it, why?":                                        {"changes -since 10", "history ahsn-oxford"},
		"13. What did we believe on 31 March?":                                                         {"licences -on 2014-01-01 -known 2026-03-31"},
	} {
		t.Run(question, func(t *testing.T) {
			for _, line := range lines {
				if code, stdout, stderr := run(t, append(strings.Fields(line), "-db", db)...); code != 0 || stdout == "" {
					t.Errorf("innovationd %s: exit code %d\n%s", line, code, stderr)
				}
			}
		})
	}
}

// Every command says in a line what it does, and every flag what it means; the
// examples in the help are understood.
func TestHelpIsWhole(t *testing.T) {
	for _, g := range commands() {
		for _, c := range g.commands {
			if c.short == "" || len(c.short) > 90 {
				t.Errorf("%s: %q", c.name, c.short)
			}
			c.flagSet().VisitAll(func(f *flag.Flag) {
				if value, text := flag.UnquoteUsage(f); text == "" || value == "value" || value == "string" || value == "int" {
					t.Errorf("%s: -%s %s: %q", c.name, f.Name, value, f.Usage)
				}
			})
			for _, line := range c.examples {
				words := strings.Fields(strings.ReplaceAll(line, `"`, ""))
				example := findCommand(words[1])
				example.max = -1 // quoted texts were split
				if _, err := example.parse(words[2:]); err != nil && !errors.Is(err, flag.ErrHelp) {
					t.Errorf("%s: %v", line, err)
				}
			}
		}
	}
}
