package tabular_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/tabular"
)

// Everything that can be told of a row is told at once, though some of it cannot
// be read.
func TestRowsWithSeveralFaults(t *testing.T) {
	for _, c := range []struct {
		noun innovation.FactType
		text string
		want []string
	}{
		{innovation.TypeEnvelope, "envelope,title,type,parent,amount,per,basis,day,note\n" +
			"e1,One,pot,nothing,a lot,whole-period,guessed,2020-01-01,\n" + // the sum, a code and an entity
			"e2,,pot,e3,100,whole-period,announced,2020-01-01,\n" +
			"e3,Three,pot,,100,whole-period,announced,,\n",
			[]string{"1 amount money-invalid", "1 basis term-unknown", "1 parent entity-not-found",
				"2 title text-required: it is missing", "2 parent entity-not-found", "3 day text-required: it is missing"}},
		{innovation.TypeRelation, "organisation,type,target,start\n" +
			"nobody,part-of,no-other,31.2.2020\n" + // once each
			"nobody,part-of,nobody,31.2.2020\n" +
			"trust-a,part-of,,2020-01-01\n",
			[]string{"1 start date-invalid", "1 organisation entity-not-found", "1 target entity-not-found",
				"2 start date-invalid", "2 target relation-self", "2 organisation entity-not-found", "3 target text-required: it is missing"}},
		{innovation.TypeAdoption, "innovation,organisation,step,stage,grade,day\n" +
			"nothing,nobody,reached,adopted,self-reported,31.2.2020\n" +
			"libre,,reached,adopted,self-reported,2020-01-01\n",
			[]string{"1 day date-invalid", "1 innovation entity-not-found", "1 organisation entity-not-found", "2 organisation text-required: it is missing"}},
	} {
		s := ward(t)
		before := digest(t, s)
		r, _ := bring(t, s, c.noun, c.text, tabular.Options{Write: true})
		var got []string
		for _, n := range r.Refusals {
			said := fmt.Sprintf("%d %s %s", n.Row, n.Field, n.Rule)
			if n.Rule == innovation.RuleTextRequired {
				said += ": " + n.Detail
			}
			got = append(got, said)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s%q", c.noun, diff, problems(r))
		}
		if digest(t, s) != before {
			t.Errorf("%s: something was written", c.noun)
		}
	}
}

// An empty cell clears a field only where the row has the number of its fact; no
// is not empty, and an amount is given as a whole.
func TestEmptyCells(t *testing.T) {
	s := ward(t)
	take := func(noun innovation.FactType, text string) (changes []string) {
		t.Helper()
		r, err := bring(t, s, noun, text, tabular.Options{Write: true})
		if err != nil {
			t.Fatalf("%q: %v %q", text, err, problems(r))
		}
		for _, c := range r.Changes {
			changes = append(changes, fmt.Sprintf("%s %q %q", c.Field, c.Was, c.Becomes))
		}
		return changes
	}
	take(innovation.TypeName, "organisation,text,kind,start,end,note\ntrust-a,Old,variant,2001-01-01,2005-01-01,seen\n")
	if got := take(innovation.TypeName, "organisation,text,kind,start,end,note\ntrust-a,Old Trust,variant,2001-01-01,,\n"); len(got) != 1 {
		t.Errorf("without the number: %q", got)
	}
	take(innovation.TypeEnvelope, "envelope,title,type,figure.amount.kind,figure.amount.low,figure.amount.high,per,basis,day\ne1,One,pot,range,100,200,whole-period,announced,2020-01-01\n")
	if got := take(innovation.TypeEnvelope, "envelope,title,type,figure.amount.kind,figure.amount.low,figure.amount.high,figure.amount.nominal,per,basis,day\ne1,,pot,about,,,150,whole-period,announced,2020-01-01\n"); len(got) != 4 {
		t.Errorf("an amount: %q", got)
	}
}

// What is no key may be a code, or a key in other letters.
func TestKeysInOtherLetters(t *testing.T) {
	s := ward(t)
	r, _ := bring(t, s, innovation.TypeRole, "organisation,role,start\nRTA,host,2020\nTrust-A,host,2020\nrtz,host,2020\n", tabular.Options{})
	if len(r.Refusals) != 3 || !strings.Contains(r.Refusals[0].Try, "write ods:RTA when") || !strings.Contains(r.Refusals[1].Try, "write trust-a:") ||
		!strings.Contains(r.Refusals[2].Try, "ods:RTK") {
		t.Errorf("%q", problems(r))
	}
	r, _ = bring(t, s, innovation.TypeName, "fact,text\n99999,x\n", tabular.Options{})
	if len(r.Refusals) != 1 || r.Refusals[0].Value != "99999" {
		t.Errorf("%q", problems(r))
	}
	if r, err := bring(t, s, innovation.TypeIdentifier, "organisation,scheme,value,start\ntrust-a,company,1234567,2020\n", tabular.Options{}); err != nil || len(r.Remarks) != 1 || !strings.Contains(r.Remarks[0].Detail, "leading zero") {
		t.Errorf("%v %+v", err, r.Remarks)
	}
	if _, err := bring(t, s, innovation.TypeName, "[\n{\"organisation\": \"trust-a\"}\n]\n", tabular.Options{}); err == nil || !strings.Contains(err.Error(), "the file is JSON") {
		t.Errorf("%v", err)
	}
}
