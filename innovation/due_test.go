package innovation_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/innovationregistry/registry/innovation"
)

func TestConditionsDue(t *testing.T) {
	f := firstRound(condition("plan", "2013-05-23", "2013-09-30"), condition("accounts", "2013-05-23", "2013-12-31"),
		condition("board", "2013-05-23", ""), condition("chair", "2013-05-23", "2013-07-31"),
		decided(DecisionMet, "2013-07-01", about("chair")))
	surrendered := firstRound(condition("plan", "2013-05-23", "2013-09-30"), decided(DecisionSurrender, "2013-06-01", by(oxford)))
	for _, c := range []struct {
		on     string
		within int
		want   []string
	}{
		{"2013-09-01", 28, nil},
		{"2013-09-01", 29, []string{"plan 29 false"}},
		{"2013-09-30", 0, []string{"plan 0 false"}},
		{"2013-10-01", -5, []string{"plan -1 true"}},
		{"2013-10-01", 91, []string{"plan -1 true", "accounts 91 false"}},
		{"2013-06-15", 60, []string{"chair 46 false"}},
	} {
		var got []string
		for _, d := range ConditionsDue([]LicenceFile{surrendered, f}, MustDate(c.on), c.within) {
			got = append(got, fmt.Sprintf("%s %d %t", d.Condition.Condition, d.Days, d.Condition.Overdue))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("on %s within %d days (-want +got):\n%s", c.on, c.within, diff)
		}
	}
}

func TestLicencesEnding(t *testing.T) {
	next := nextFrom(Exactly(MustDate("2018-04-01")))
	for _, c := range []struct {
		name   string
		file   LicenceFile
		on     string
		months int
		want   []string
	}{
		{"too early", firstRound(), "2018-01-22", 4, nil},
		{"nothing known", firstRound(), "2018-01-23", 4, []string{"in-force ends 2018-05-23 (computed): not-known"}},
		{"with an option", firstRound(rollOn), "2018-03-31", 2, []string{"in-force ends 2018-05-23 (computed): option cond-2-option of nhs-england until 2018-03-31"}},
		{"the option has lapsed", firstRound(rollOn), "2018-04-01", 2, []string{"in-force ends 2018-05-23 (computed): not-known"}},
		{"the option is exercised", firstRound(rollOn, decided(DecisionExerciseOption, "2018-03-01", option("cond-2-option"), until("2023-05-23"))), "2018-03-31", 12, nil},
		{"the next is known, and begins before", firstRound(next), "2018-03-01", 1, []string{"in-force ends 2018-04-01 (inferred): next-licence lic-2-oxford from 2018-04-01"}},
		{"the next is known, after a gap", firstRound(nextFrom(Exactly(MustDate("2018-10-01")))), "2018-05-01", 1, []string{"in-force ends 2018-05-23 (computed): next-licence lic-2-oxford from 2018-10-01"}},
		{"past an end we computed", firstRound(), "2019-01-01", 0, []string{"end-not-published ends 2018-05-23 (computed): not-known"}},
		{"ended", firstRound(publishedEnd("2018-05-23")), "2019-01-01", 12, nil},
		{"extended", firstRound(decided(DecisionExtend, "2018-01-01", until("2020-01-01"))), "2018-01-01", 12, nil},
		{"revoked, with notice", firstRound(decided(DecisionRevoke, "2015-01-01", until("2015-06-01"))), "2015-05-01", 1, []string{"in-force ends 2015-06-01 (published): not-known"}},
	} {
		var got []string
		for _, e := range LicencesEnding([]LicenceFile{c.file}, MustDate(c.on), c.months) {
			line := fmt.Sprintf("%s ends %s (%s): %s", e.Standing, e.Ends.String(), e.Ends.Basis, e.Follows)
			if e.Next != "" {
				line += fmt.Sprintf(" %s from %s", e.Next, e.NextFrom.String())
			}
			for _, o := range e.Options {
				line += fmt.Sprintf(" %s of %s until %s", o.Provision, o.Exerciser, o.Until.String())
			}
			got = append(got, line)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

func TestLicencesEndingInOrder(t *testing.T) {
	wessex := firstRound(rollOn, func(f *LicenceFile) {
		f.Licence.Value.Licence, f.Licence.Value.Holder = "lic-1-wessex", "ahsn-wessex"
		first := f.Provisions[0]
		first.Value.Provision, first.Value.Due = "cond-2-break", on("2018-02-28")
		f.Provisions = append(f.Provisions, first)
	})
	var got []string
	for _, e := range LicencesEnding([]LicenceFile{wessex, firstRound(), firstRound(publishedEnd("2018-03-01"))}, MustDate("2018-02-01"), 12) {
		line := string(e.Licence) + " " + e.Ends.String()
		for _, o := range e.Options {
			line += " " + string(o.Provision)
		}
		got = append(got, line)
	}
	want := []string{"lic-1-oxford 2018-03-01", "lic-1-oxford 2018-05-23", "lic-1-wessex 2018-05-23 cond-2-break cond-2-option"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
