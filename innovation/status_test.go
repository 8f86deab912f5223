package innovation_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "github.com/innovationregistry/registry/innovation"
)

// nextFrom records the licence of the second round.
func nextFrom(start Bound) change {
	return func(f *LicenceFile) {
		next := recorded(900, Licence{Licence: "lic-2-oxford", Holder: oxford, Round: "lic-2", Period: FromBound(start)})
		f.Next = &next
	}
}

func openEnd(f *LicenceFile) { f.Licence.Value.Period.End = OpenEnd() }

func begins(start Bound) change {
	return func(f *LicenceFile) { f.Licence.Value.Period.Start = start }
}

func TestStanding(t *testing.T) {
	disputed := nextFrom(Exactly(MustDate("2018-04-01")).As(BasisDisputed))
	for _, c := range []struct {
		name string
		file LicenceFile
		on   string
		want Standing
		term string // as Period.String gives it; empty: not looked at
	}{
		{"the day before the first", firstRound(), "2013-05-22", StandingNotBegun, ""},
		{"the first day", firstRound(), "2013-05-23", StandingInForce, "2013-05-23 to 2018-05-23 (end computed)"},
		{"the last day before an end we computed", firstRound(), "2018-05-22", StandingInForce, ""},
		{"past an end we computed", firstRound(), "2018-05-23", StandingEndNotPublished, "2013-05-23 to 2018-05-23 (end computed)"},
		{"long past it", firstRound(), "2030-01-01", StandingEndNotPublished, ""},
		{"no end recorded: the round's term", firstRound(openEnd), "2018-05-23", StandingEndNotPublished, "2013-05-23 to 2018-05-23 (end computed)"},
		{"no end recorded, and no term", firstRound(openEnd, func(f *LicenceFile) { f.Round.Value.TermYears = 0 }), "2030-01-01", StandingInForce, "from 2013-05-23"},
		{"the last day before a published end", firstRound(publishedEnd("2018-05-23")), "2018-05-22", StandingInForce, ""},
		{"past a published end", firstRound(publishedEnd("2018-05-23")), "2018-05-23", StandingExpired, "2013-05-23 to 2018-05-23"},

		{"before the next begins", firstRound(disputed), "2018-03-31", StandingInForce, "2013-05-23 to 2018-05-23 (end computed)"},
		{"the next begins before an end we computed", firstRound(disputed), "2018-04-01", StandingSucceeded, "2013-05-23 to 2018-04-01 (end inferred)"},
		{"and after it", firstRound(disputed), "2018-05-23", StandingSucceeded, "2013-05-23 to 2018-04-01 (end inferred)"},
		{"a gap until the next begins", firstRound(nextFrom(Exactly(MustDate("2018-10-01")))), "2018-09-30", StandingEndNotPublished, ""},
		{"the gap is closed by the next", firstRound(nextFrom(Exactly(MustDate("2018-10-01")))), "2018-10-01", StandingSucceeded, "2013-05-23 to 2018-10-01 (end inferred)"},
		{"expired before the next began", firstRound(publishedEnd("2018-05-23"), nextFrom(Exactly(MustDate("2018-10-01")))), "2018-11-01", StandingExpired, "2013-05-23 to 2018-05-23"},
		{"the next begins before a published end", firstRound(publishedEnd("2018-05-23"), disputed), "2018-04-01", StandingSucceeded, "2013-05-23 to 2018-04-01 (end inferred)"},
		{"the next begins in that month", firstRound(nextFrom(InMonth(2018, 4))), "2018-04-15", StandingPossibly, ""},
		{"the next began in that month", firstRound(nextFrom(InMonth(2018, 4))), "2018-04-30", StandingSucceeded, "2013-05-23 to 2018-04 (end inferred)"},
		{"revoked before the next began", firstRound(decided(DecisionRevoke, "2015-01-01", until("2015-04-01")), disputed), "2018-05-01", StandingRevoked, "2013-05-23 to 2015-04-01"},

		{"begins in that month: before", firstRound(begins(InMonth(2013, 5))), "2013-04-30", StandingNotBegun, ""},
		{"begins in that month: within", firstRound(begins(InMonth(2013, 5))), "2013-05-30", StandingPossibly, ""},
		{"begins in that month: its last day", firstRound(begins(InMonth(2013, 5))), "2013-05-31", StandingInForce, ""},
		{"ends in that month: within", firstRound(func(f *LicenceFile) { f.Licence.Value.Period.End = InMonth(2018, 5) }), "2018-05-01", StandingPossibly, ""},
		{"ends in that month: its last day", firstRound(func(f *LicenceFile) { f.Licence.Value.Period.End = InMonth(2018, 5) }), "2018-05-31", StandingExpired, ""},

		{"suspended", firstRound(decided(DecisionSuspend, "2014-01-01")), "2014-01-01", StandingSuspended, ""},
		{"the day before", firstRound(decided(DecisionSuspend, "2014-01-01")), "2013-12-31", StandingInForce, ""},
		{"suspended in a month not yet over", firstRound(decided(DecisionSuspend, "2014-01-01", onDay(Day{InMonth(2014, 1)}))), "2014-01-30", StandingInForce, ""},
		{"suspended in a month that is over", firstRound(decided(DecisionSuspend, "2014-01-01", onDay(Day{InMonth(2014, 1)}))), "2014-01-31", StandingSuspended, ""},
		{"reinstated", firstRound(decided(DecisionReinstate, "2014-02-01"), decided(DecisionSuspend, "2014-01-01")), "2014-02-01", StandingInForce, ""},

		{"extended", firstRound(decided(DecisionExtend, "2018-01-01", until("2020-01-01"))), "2019-12-31", StandingInForce, "2013-05-23 to 2020-01-01"},
		{"the end of the extension", firstRound(decided(DecisionExtend, "2018-01-01", until("2020-01-01"))), "2020-01-01", StandingExpired, "2013-05-23 to 2020-01-01"},
		{"before it is extended", firstRound(decided(DecisionExtend, "2018-01-01", until("2020-01-01"))), "2017-12-31", StandingInForce, "2013-05-23 to 2018-05-23 (end computed)"},
		{"the option exercised", firstRound(rollOn, decided(DecisionExerciseOption, "2018-03-01", option("cond-2-option"), until("2023-05-23"))), "2018-06-01", StandingInForce, "2013-05-23 to 2023-05-23"},
		{"varied with a new end", firstRound(decided(DecisionVary, "2016-01-01", until("2019-01-01"))), "2018-06-01", StandingInForce, "2013-05-23 to 2019-01-01"},

		{"notice of revocation runs", firstRound(decided(DecisionRevoke, "2015-01-01", until("2015-06-01"))), "2015-05-31", StandingInForce, "2013-05-23 to 2015-06-01"},
		{"revoked", firstRound(decided(DecisionRevoke, "2015-01-01", until("2015-06-01"))), "2015-06-01", StandingRevoked, "2013-05-23 to 2015-06-01"},
		{"revoked with the notice of the round", firstRound(decided(DecisionRevoke, "2015-01-01")), "2015-04-01", StandingRevoked, "2013-05-23 to 2015-04-01 (end computed)"},
		{"its last day of notice", firstRound(decided(DecisionRevoke, "2015-01-01")), "2015-03-31", StandingInForce, ""},
		{"surrendered", firstRound(decided(DecisionSurrender, "2015-01-01", by(oxford))), "2015-01-01", StandingSurrendered, "2013-05-23 to 2015-01-01"},
		{"surrendered while the notice runs", firstRound(decided(DecisionRevoke, "2015-01-01"), decided(DecisionSurrender, "2015-02-01", by(oxford))), "2015-05-01", StandingSurrendered, "2013-05-23 to 2015-02-01"},
		{"declared expired past an end we computed", firstRound(decided(DecisionExpire, "2018-07-01")), "2018-07-01", StandingExpired, "2013-05-23 to 2018-05-23 (end computed)"},
		{"before it is declared", firstRound(decided(DecisionExpire, "2018-07-01")), "2018-06-30", StandingEndNotPublished, ""},
		{"declared expired before an end we computed", firstRound(decided(DecisionExpire, "2018-04-01")), "2018-04-01", StandingExpired, "2013-05-23 to 2018-04-01"},
		{"a decision of an unknown day", firstRound(decided(DecisionSuspend, "2014-01-01", onDay(Day{UnknownBound()}))), "2017-01-01", StandingInForce, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.file.StatusOn(MustDate(c.on))
			if s.Standing != c.want {
				t.Errorf("on %s: got %s, want %s", c.on, s.Standing, c.want)
			}
			if got := s.EffectiveTerm.String(); c.term != "" && got != c.term {
				t.Errorf("on %s: the term is %q, want %q", c.on, got, c.term)
			}
			if ended := !s.Ended.IsZero(); ended == (s.Standing.Live() || s.Standing == StandingNotBegun) {
				t.Errorf("on %s: %s, and ended %s", c.on, s.Standing, s.Ended)
			}
			if s.Standing.Live() == (s.Grade == GradeNone) {
				t.Errorf("on %s: %s, and the grade is %q", c.on, s.Standing, s.Grade)
			}
		})
	}
}

func TestStatusOfASuccession(t *testing.T) {
	f := firstRound(nextFrom(Exactly(MustDate("2018-04-01")).As(BasisDisputed)))
	s := f.StatusOn(MustDate("2018-05-01"))
	want := Status{
		Licence: "lic-1-oxford", On: MustDate("2018-05-01"), Standing: StandingSucceeded,
		EffectiveTerm: Period{Exactly(MustDate("2013-05-23")), Exactly(MustDate("2018-04-01")).As(BasisInferred)},
		Ended:         Day{Exactly(MustDate("2018-04-01")).As(BasisInferred)},
		SucceededBy:   "lic-2-oxford", SucceededBasis: BasisInferred,
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	next := firstRound(func(f *LicenceFile) {
		f.Licence.Value = Licence{Licence: "lic-2-oxford", Holder: oxford, Round: "lic-2"}
	},
		begins(Exactly(MustDate("2018-04-01")).As(BasisDisputed)), ungraded, openEnd)
	n := next.StatusOn(MustDate("2018-05-01"))
	if n.Standing != StandingInForce || !n.StartDisputed || n.Grade != GradeLicensed {
		t.Errorf("the second round: %+v", n)
	}
}

func TestGrade(t *testing.T) {
	plan := condition("plan", "2013-05-23", "2013-09-30")
	accounts := condition("accounts", "2014-04-01", "")
	reported := func(f *LicenceFile) { f.Conditions[0].Value.Outcome = "done" }
	wholeRound := func(f *LicenceFile) { f.Conditions[0].Value.Licence, f.Conditions[0].Value.Round = "", "lic-1" }
	for _, c := range []struct {
		name  string
		file  LicenceFile
		on    string
		want  Grade
		basis Basis
		since string
	}{
		{"nothing published", firstRound(), "2014-01-01", GradeNotPublished, "", ""},
		{"only a duty", firstRound(rollOn), "2014-01-01", GradeNotPublished, "", ""},
		{"a round that does not grade", firstRound(ungraded), "2014-01-01", GradeLicensed, "", "2013-05-23"},
		{"a round that does not grade, and a condition", firstRound(ungraded, plan), "2014-01-01", GradeLicensed, "", "2013-05-23"},
		{"before its first day", firstRound(plan), "2013-05-22", GradeNone, "", ""},
		{"a condition outstanding", firstRound(plan), "2013-05-23", GradeConditional, BasisComputed, "2013-05-23"},
		{"a condition overdue", firstRound(plan), "2013-10-01", GradeConditional, BasisComputed, "2013-05-23"},
		{"a condition of all holders", firstRound(plan, wholeRound), "2013-06-01", GradeConditional, BasisComputed, "2013-05-23"},
		{"the day before it is met", firstRound(plan, decided(DecisionMet, "2013-11-01", about("plan"))), "2013-10-31", GradeConditional, BasisComputed, "2013-05-23"},
		{"the day it is met", firstRound(plan, decided(DecisionMet, "2013-11-01", about("plan"))), "2013-11-01", GradeFull, BasisComputed, "2013-11-01"},
		{"waived", firstRound(plan, decided(DecisionWaived, "2013-11-01", about("plan"))), "2014-11-01", GradeFull, BasisComputed, "2013-11-01"},
		{"breached", firstRound(plan, decided(DecisionBreached, "2013-11-01", about("plan"))), "2014-11-01", GradeConditional, BasisComputed, "2013-05-23"},
		{"another condition set later", firstRound(plan, accounts, decided(DecisionMet, "2013-11-01", about("plan"))), "2014-04-01", GradeConditional, BasisComputed, "2014-04-01"},
		{"full in between", firstRound(plan, accounts, decided(DecisionMet, "2013-11-01", about("plan"))), "2014-03-31", GradeFull, BasisComputed, "2013-11-01"},
		{"one of two met", firstRound(plan, accounts, decided(DecisionMet, "2014-11-01", about("plan"))), "2015-01-01", GradeConditional, BasisComputed, "2013-05-23"},
		{"both met", firstRound(plan, accounts, decided(DecisionMet, "2014-11-01", about("plan")), decided(DecisionMet, "2015-01-01", about("accounts"))), "2015-06-01", GradeFull, BasisComputed, "2015-01-01"},

		{"decided to be conditional", firstRound(decided(DecisionGrade, "2013-05-23", graded(GradeConditional))), "2014-01-01", GradeConditional, BasisPublished, "2013-05-23"},
		{"decided to be full", firstRound(decided(DecisionGrade, "2013-05-23", graded(GradeFull))), "2014-01-01", GradeFull, BasisPublished, "2013-05-23"},
		{"before anything is decided", firstRound(decided(DecisionGrade, "2013-06-23", graded(GradeFull))), "2013-06-22", GradeNotPublished, "", ""},
		{"decided before the first day", firstRound(decided(DecisionGrade, "2013-05-01", graded(GradeFull))), "2014-01-01", GradeFull, BasisPublished, "2013-05-23"},
		{"conditional, then decided to be full", firstRound(decided(DecisionGrade, "2013-05-23", graded(GradeConditional)), decided(DecisionGrade, "2014-01-01", graded(GradeFull))), "2014-01-01", GradeFull, BasisPublished, "2014-01-01"},
		{"decided to be conditional, on a condition", firstRound(plan, decided(DecisionGrade, "2013-05-23", graded(GradeConditional))), "2013-06-01", GradeConditional, BasisPublished, "2013-05-23"},
		{"and the condition met", firstRound(plan, decided(DecisionGrade, "2013-05-23", graded(GradeConditional)), decided(DecisionMet, "2013-11-01", about("plan"))), "2013-11-01", GradeFull, BasisComputed, "2013-11-01"},
		{"decided to be full, then a condition is set", firstRound(accounts, decided(DecisionGrade, "2013-05-23", graded(GradeFull))), "2014-04-01", GradeConditional, BasisComputed, "2014-04-01"},
		{"decided to be full while a condition is open", firstRound(plan, decided(DecisionGrade, "2013-06-01", graded(GradeFull))), "2013-06-01", GradeConditional, BasisComputed, "2013-05-23"},
		{"met, then decided to be conditional", firstRound(plan, decided(DecisionMet, "2013-11-01", about("plan")), decided(DecisionGrade, "2014-01-01", graded(GradeConditional))), "2014-02-01", GradeConditional, BasisPublished, "2014-01-01"},

		{"an outcome reported, before the due day", firstRound(plan, reported), "2013-09-30", GradeConditional, BasisComputed, "2013-05-23"},
		{"an outcome reported, after the due day", firstRound(plan, reported), "2013-10-01", GradeNotPublished, "", ""},
		{"an outcome reported, and another condition open", firstRound(plan, reported, accounts), "2015-01-01", GradeConditional, BasisComputed, "2014-04-01"},

		{"varied: conditions carry forward", firstRound(plan, decided(DecisionVary, "2014-01-01")), "2014-01-01", GradeConditional, BasisComputed, "2013-05-23"},
		{"varied: conditions dropped", firstRound(plan, decided(DecisionVary, "2014-01-01", dropping)), "2014-01-01", GradeFull, BasisComputed, "2014-01-01"},
		{"varied: one dropped, another set by it", firstRound(plan, accounts, decided(DecisionVary, "2014-04-01", dropping)), "2014-04-01", GradeConditional, BasisComputed, "2013-05-23"},
		{"suspended", firstRound(plan, decided(DecisionSuspend, "2014-01-01")), "2014-01-01", GradeConditional, BasisComputed, "2013-05-23"},
		{"past an end we computed", firstRound(plan), "2019-01-01", GradeConditional, BasisComputed, "2013-05-23"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := c.file.StatusOn(MustDate(c.on))
			if s.Grade != c.want || s.GradeBasis != c.basis || s.GradeSince.String() != c.since {
				t.Errorf("on %s: got %q (%s) since %s, want %q (%s) since %s",
					c.on, s.Grade, s.GradeBasis, s.GradeSince, c.want, c.basis, c.since)
			}
		})
	}
}

func TestConditionStatus(t *testing.T) {
	plan := condition("plan", "2013-05-23", "2013-09-30")
	state := func(s ConditionStatus) string {
		text := string(s.State)
		if s.Overdue {
			text += " overdue since " + s.OverdueSince.String()
		}
		if !s.DecidedOn.IsZero() {
			text += " on " + s.DecidedOn.String()
		}
		if s.DecidedBy != "" {
			text += " by " + string(s.DecidedBy)
		}
		return text
	}
	lifted := func(f *LicenceFile) { f.Conditions[0].Value.Period.End = Exactly(MustDate("2014-01-01")) }
	slipped := func(f *LicenceFile) { // revised: due later
		f.Conditions[0].Value.Period.End = Exactly(MustDate("2013-09-01"))
		condition("plan", "2013-09-01", "2014-03-31")(f)
	}
	for _, c := range []struct {
		name string
		file LicenceFile
		on   string
		want []string
	}{
		{"before it was set", firstRound(plan), "2013-05-22", nil},
		{"on its last day", firstRound(plan), "2013-09-30", []string{"outstanding"}},
		{"the day after", firstRound(plan), "2013-10-01", []string{"outstanding overdue since 2013-10-01"}},
		{"a year after", firstRound(plan), "2014-10-01", []string{"outstanding overdue since 2013-10-01"}},
		{"without a due day", firstRound(condition("plan", "2013-05-23", "")), "2017-10-01", []string{"outstanding"}},
		{"due in a month", firstRound(plan, func(f *LicenceFile) { f.Conditions[0].Value.Due = Day{InMonth(2013, 9)} }), "2013-09-30", []string{"outstanding"}},
		{"breached by decision", firstRound(plan, decided(DecisionBreached, "2013-11-01", about("plan"))), "2013-11-01", []string{"breached on 2013-11-01 by nhs-england"}},
		{"met after the breach", firstRound(plan, decided(DecisionBreached, "2013-11-01", about("plan")), decided(DecisionMet, "2013-12-01", about("plan"))), "2013-12-01", []string{"met on 2013-12-01 by nhs-england"}},
		{"recorded as met on an earlier day", firstRound(plan, decided(DecisionMet, "2013-06-01", about("plan"))), "2013-06-01", []string{"met on 2013-06-01 by nhs-england"}},
		{"lifted", firstRound(plan, lifted), "2014-01-01", []string{"lifted on 2014-01-01"}},
		{"dropped by a variation", firstRound(plan, decided(DecisionVary, "2013-08-01", dropping)), "2013-10-01", []string{"lifted on 2013-08-01 by nhs-england"}},
		{"met before the variation", firstRound(plan, decided(DecisionMet, "2013-06-01", about("plan")), decided(DecisionVary, "2013-08-01", dropping)), "2013-10-01", []string{"met on 2013-06-01 by nhs-england"}},
		{"revised: before", firstRound(plan, slipped), "2013-08-31", []string{"outstanding"}},
		{"revised: due later", firstRound(plan, slipped), "2014-03-31", []string{"outstanding"}},
		{"revised: overdue", firstRound(plan, slipped), "2014-04-01", []string{"outstanding overdue since 2014-04-01"}},
		{"of a licence that was surrendered", firstRound(plan, decided(DecisionSurrender, "2013-08-01", by(oxford))), "2013-10-01", []string{"outstanding"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, s := range c.file.StatusOn(MustDate(c.on)).Conditions {
				got = append(got, state(s))
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("on %s (-want +got):\n%s", c.on, diff)
			}
		})
	}
}

func TestLicensors(t *testing.T) {
	// The second round as published: three licensors, one of them until July 2022.
	second := func(changes ...change) LicenceFile {
		term := Period{Exactly(MustDate("2018-04-01")).As(BasisDisputed), Exactly(MustDate("2023-04-01")).As(BasisComputed)}
		f := firstRound(ungraded, func(f *LicenceFile) {
			f.Licence.Value = Licence{Licence: "lic-2-oxford", Holder: oxford, Round: "lic-2", Period: term}
			f.Streams = nil
		}, stream(nhsEngland, term), stream(ols, term), stream(improvement, term.EndingAt(Exactly(MustDate("2022-07-01")))),
			contracting(ols, dhsc, term), contracting(oxford, "ouh", term))
		for _, c := range changes {
			c(&f)
		}
		return f
	}
	passed := second(decided(DecisionPassLicensor, "2022-07-01", by(improvement), to(nhsEngland)),
		func(f *LicenceFile) {
			f.Streams[2].Value.Period.End = Exactly(MustDate("2023-04-01")).As(BasisComputed)
		})
	type licensor struct {
		Licensor, PassedBy, Body OrganisationID
		Possibly                 bool
	}
	for _, c := range []struct {
		name string
		file LicenceFile
		on   string
		want []licensor
	}{
		{"all three", second(), "2022-06-30", []licensor{{nhsEngland, "", "", false}, {improvement, "", "", false}, {ols, "", dhsc, false}}},
		{"one has ended", second(), "2022-07-01", []licensor{{nhsEngland, "", "", false}, {ols, "", dhsc, false}}},
		{"one has passed its stream on", passed, "2022-07-01", []licensor{{nhsEngland, "", "", false}, {nhsEngland, improvement, "", false}, {ols, "", dhsc, false}}},
		{"the day before", passed, "2022-06-30", []licensor{{nhsEngland, "", "", false}, {improvement, "", "", false}, {ols, "", dhsc, false}}},
		{"past an end we computed", second(), "2023-06-01", []licensor{{nhsEngland, "", "", true}, {ols, "", "", true}}},
		{"before the first day", second(), "2018-03-31", nil},
	} {
		var got []licensor
		s := c.file.StatusOn(MustDate(c.on))
		for _, l := range s.Licensors {
			got = append(got, licensor{l.Licensor, l.PassedBy, l.ContractingBody, l.Possibly})
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
	if got := second().StatusOn(MustDate("2020-01-01")).ContractingBody; got != "ouh" {
		t.Errorf("%q contracts for the holder, want ouh", got)
	}
}

func TestVersionsAndAsRead(t *testing.T) {
	f := firstRound(condition("plan", "2013-05-23", "2013-09-30"), rollOn,
		decided(DecisionMet, "2014-01-15", about("plan")),
		decided(DecisionSuspend, "2015-01-01"), decided(DecisionReinstate, "2015-02-01"),
		decided(DecisionVary, "2016-01-01", until("2019-01-01")),
		nextFrom(Exactly(MustDate("2018-04-01"))))
	var days []string
	for _, d := range f.Versions() {
		days = append(days, d.String())
	}
	// The stream's end, 23 May 2018, comes after the next licence has begun.
	want := []string{"2013-05-23", "2014-01-15", "2015-01-01", "2015-02-01", "2016-01-01", "2018-04-01"}
	if diff := cmp.Diff(want, days); diff != "" {
		t.Errorf("versions (-want +got):\n%s", diff)
	}

	for _, c := range []struct {
		on, since, term string
		decisions       int
	}{
		{"2013-05-22", "", "2013-05-23 to 2018-05-23 (end computed)", 0},
		{"2013-12-31", "2013-05-23", "2013-05-23 to 2018-05-23 (end computed)", 0},
		{"2015-12-31", "2015-02-01", "2013-05-23 to 2018-05-23 (end computed)", 3},
		{"2016-01-01", "2016-01-01", "2013-05-23 to 2019-01-01", 4},
		{"2020-01-01", "2018-04-01", "2013-05-23 to 2018-04-01 (end inferred)", 4},
	} {
		r := f.AsRead(MustDate(c.on))
		if r.Since.String() != c.since || r.Status.EffectiveTerm.String() != c.term || len(r.Decisions) != c.decisions {
			t.Errorf("on %s: since %s, term %s, %d decisions; want %s, %s, %d", c.on, r.Since, r.Status.EffectiveTerm, len(r.Decisions), c.since, c.term, c.decisions)
		}
		if diff := cmp.Diff(f.Versions(), r.Versions); diff != "" {
			t.Errorf("on %s, versions (-want +got):\n%s", c.on, diff)
		}
	}
	if got := f.AsRead(MustDate("2013-05-22")).Provisions; got != nil {
		t.Errorf("provisions before the round: %+v", got)
	}
}

// drawFile makes a file of conditions and decisions on days of 2013 and 2014,
// some of them known to the month; it may break any rule.
func drawFile(t *rapid.T) LicenceFile {
	first := MustDate("2013-05-01")
	day := func(label string) Day {
		d := first.AddDays(rapid.IntRange(0, 600).Draw(t, label))
		if rapid.IntRange(0, 3).Draw(t, label+" precision") == 0 {
			return Day{InMonth(d.Year(), d.Month())}
		}
		return OnDay(d)
	}
	f := firstRound(nextFrom(day("next").Bound))
	f.Licence.Value.Period.End = day("end").As(rapid.SampledFrom([]Basis{BasisPublished, BasisComputed}).Draw(t, "basis"))
	for i := range rapid.IntRange(0, 3).Draw(t, "conditions") {
		condition(ConditionID(fmt.Sprint("c", i)), "2013-05-23", "2013-05-23")(&f)
		c := &f.Conditions[i].Value
		c.Due, c.Period = day("due"), Period{day("set").Bound, day("lifted").Bound}
		c.Outcome = rapid.SampledFrom([]string{"", "done"}).Draw(t, "outcome")
	}
	for range rapid.IntRange(0, 6).Draw(t, "decisions") {
		decided(rapid.SampledFrom(DecisionTypes()).Draw(t, "type"), "2013-05-23", onDay(day("day")), about("c0"),
			graded(rapid.SampledFrom([]Grade{GradeFull, GradeConditional}).Draw(t, "grade")), to(dhsc))(&f)
		d := &f.Decisions[len(f.Decisions)-1].Value
		d.DropConditions = d.Type == DecisionVary
		if d.Type == DecisionExtend || d.Type == DecisionRevoke {
			d.Until = day("until").Earliest
		}
	}
	return f
}

// Between two versions the licence reads the same on every day, and the grade
// is held since the first day of its run.
func TestVersionsAndGradeSinceAgainstEveryDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := drawFile(t)
		versions := map[Date]bool{}
		for _, d := range f.Versions() {
			versions[d] = true
		}
		type reading struct {
			Status    Status
			Decisions int
		}
		var before reading
		var since Date
		interrupted := false // a licence that ended and goes on breaks a rule; its grade may be older
		for on := MustDate("2013-05-23"); on.Before(MustDate("2015-02-01")); on = on.AddDays(1) {
			now := reading{Status: f.StatusOn(on)}
			s := &now.Status
			if s.Grade != before.Status.Grade {
				since = on
			}
			interrupted = interrupted || s.Grade == GradeNone
			if held := s.Grade == GradeFull || s.Grade == GradeConditional; held && !interrupted && s.GradeSince != since {
				t.Fatalf("on %s: %s since %s, want %s", on, s.Grade, s.GradeSince, since)
			}
			s.On = Date{}
			for i := range s.Conditions {
				s.Conditions[i].Overdue, s.Conditions[i].OverdueSince = false, Date{}
			}
			for _, d := range f.Decisions {
				if !d.Value.Day.Latest.After(on) {
					now.Decisions++
				}
			}
			if changed := !reflect.DeepEqual(now, before); changed != versions[on] {
				t.Fatalf("on %s: changed is %t, a version %t\n%s", on, changed, versions[on], cmp.Diff(before, now))
			}
			before = now
		}
	})
}

// What is derived survives JSON, and uses its words.
func TestStatusJSON(t *testing.T) {
	s := firstRound(condition("plan", "2013-05-23", "2013-09-30"), nextFrom(Exactly(MustDate("2018-04-01")))).StatusOn(MustDate("2013-10-01"))
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var back Status
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s, back); diff != "" {
		t.Errorf("(-written +read):\n%s", diff)
	}
	for _, part := range []string{`"standing":"in-force"`, `"grade":"conditional"`, `"gradeBasis":"computed"`, `"overdueSince":"2013-10-01"`} {
		if !strings.Contains(string(text), part) {
			t.Errorf("no %s in %s", part, text)
		}
	}
}
