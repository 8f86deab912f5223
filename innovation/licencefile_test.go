package innovation_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/innovationregistry/registry/innovation"
)

const (
	oxford      OrganisationID = "ahsn-oxford"
	nhsEngland  OrganisationID = "nhs-england"
	improvement OrganisationID = "nhs-improvement"
	ols         OrganisationID = "ols"
	dhsc        OrganisationID = "dhsc"
)

// change alters a file under construction.
type change func(*LicenceFile)

// firstRound is Oxford's licence of the first round as it was published: five
// years from 23 May 2013, licensed by NHS England, with an end that we computed.
// The notice of 90 days is made up.
func firstRound(changes ...change) LicenceFile {
	term := Between(MustDate("2013-05-23"), MustDate("2018-05-23"))
	term.End.Basis = BasisComputed
	f := LicenceFile{
		Round: recorded(1, Round{Round: "lic-1", Number: 1, Title: "First licence", TermYears: 5, NoticeDays: 90, Graded: true,
			Period: From(MustDate("2013-05-23"))}),
		Licence: recorded(2, Licence{Licence: "lic-1-oxford", Holder: oxford, Round: "lic-1", Period: term}),
		Streams: []Recorded[Stream]{recorded(3, Stream{Licence: "lic-1-oxford", Licensor: nhsEngland, Commission: "Network", Period: term})},
	}
	for _, c := range changes {
		c(&f)
	}
	return f
}

func recorded[F any](id FactID, v F) Recorded[F] {
	return Recorded[F]{ID: id, Version: ChangeNumber(id), Value: v}
}

func on(s string) Day { return OnDay(MustDate(s)) }

func publishedEnd(end string) change {
	return func(f *LicenceFile) {
		f.Licence.Value.Period.End = Exactly(MustDate(end))
		f.Streams[0].Value.Period.End = Exactly(MustDate(end))
	}
}

func ungraded(f *LicenceFile) { f.Round.Value.Graded = false }

// decided adds a decision of NHS England, unless it is given another body.
func decided(t DecisionType, day string, with ...func(*Decision)) change {
	return func(f *LicenceFile) {
		d := Decision{Licence: f.Licence.Value.Licence, Type: t, By: nhsEngland, Day: on(day)}
		for _, w := range with {
			w(&d)
		}
		f.Decisions = append(f.Decisions, recorded(FactID(100+len(f.Decisions)), d))
	}
}

func by(id OrganisationID) func(*Decision)  { return func(d *Decision) { d.By = id } }
func about(id ConditionID) func(*Decision)  { return func(d *Decision) { d.Condition = id } }
func until(s string) func(*Decision)        { return func(d *Decision) { d.Until = MustDate(s) } }
func to(id OrganisationID) func(*Decision)  { return func(d *Decision) { d.Successor = id } }
func graded(g Grade) func(*Decision)        { return func(d *Decision) { d.Grade = g } }
func option(id ProvisionID) func(*Decision) { return func(d *Decision) { d.Provision = id } }
func onDay(day Day) func(*Decision)         { return func(d *Decision) { d.Day = day } }
func dropping(d *Decision)                  { d.DropConditions = true }

// condition adds a condition, due on a day unless that is empty.
func condition(id ConditionID, set, due string) change {
	return func(f *LicenceFile) {
		c := Condition{Condition: id, Licence: f.Licence.Value.Licence, Text: "submit a more robust business plan", Period: From(MustDate(set))}
		if due != "" {
			c.Due = on(due)
		}
		f.Conditions = append(f.Conditions, recorded(FactID(200+len(f.Conditions)), c))
	}
}

// rollOn adds the option of the second round: to run on for five more years.
func rollOn(f *LicenceFile) {
	f.Provisions = append(f.Provisions, recorded(300, Provision{Provision: "cond-2-option", Round: f.Round.Value.Round, Type: Option,
		Text: "the licence may roll on five more years", Exerciser: nhsEngland, Due: on("2018-03-31"), Period: From(MustDate("2013-05-23"))}))
}

func stream(licensor OrganisationID, period Period) change {
	return func(f *LicenceFile) {
		f.Streams = append(f.Streams, recorded(FactID(400+len(f.Streams)), Stream{Licence: f.Licence.Value.Licence, Licensor: licensor, Period: period}))
	}
}

func contracting(party, body OrganisationID, period Period) change {
	return func(f *LicenceFile) {
		f.ContractingBodies = append(f.ContractingBodies, recorded(FactID(500+len(f.ContractingBodies)),
			ContractingBody{Licence: f.Licence.Value.Licence, Party: party, Body: body, Period: period}))
	}
}

// ruleCase is a case in which a rule is kept or broken.
type ruleCase struct {
	rule   RuleID
	name   string
	broken bool
	found  []RuleID // the rules that were found broken
}

// rulesOf lists the rules that an error names.
func rulesOf(err error) []RuleID {
	var rules []RuleID
	for _, e := range Violations(err) {
		rules = append(rules, e.Rule)
	}
	return rules
}

func licenceRuleCases() []ruleCase {
	cond := condition("plan", "2013-05-23", "2013-09-30")
	check := func(changes ...change) []RuleID { return rulesOf(firstRound(changes...).Check()) }
	y := func(s, e string) Period { return Between(MustDate(s), MustDate(e)) }
	inYear := func(year int) func(*Decision) { return onDay(Day{InYear(year)}) }
	other := func(id LicenceID, start string, changes ...change) LicenceFile {
		f := firstRound(changes...)
		f.Licence.Value.Licence = id
		f.Licence.Value.Period.Start = Exactly(MustDate(start))
		return f
	}
	overlap := func(files ...LicenceFile) []RuleID { return rulesOf(CheckHolderOverlap(files)) }
	nhsi := stream(improvement, y("2014-04-01", "2016-04-01"))

	return []ruleCase{
		{RuleDecisionLicensor, "a licensor decides", false, check(cond, decided(DecisionMet, "2014-01-01", about("plan")))},
		{RuleDecisionLicensor, "nobody's licensor decides", true, check(cond, decided(DecisionMet, "2014-01-01", about("plan"), by(dhsc)))},
		{RuleDecisionLicensor, "a licensor on the last day of its stream", false, check(nhsi, decided(DecisionSuspend, "2016-03-31", by(improvement)))},
		{RuleDecisionLicensor, "a licensor whose stream has ended", true, check(nhsi, decided(DecisionSuspend, "2016-04-01", by(improvement)))},
		{RuleDecisionLicensor, "a licensor whose stream has not begun", true, check(nhsi, decided(DecisionSuspend, "2014-03-31", by(improvement)))},
		{RuleDecisionLicensor, "a licensor on some day of that year", false, check(nhsi, decided(DecisionSuspend, "2016-01-01", by(improvement), inYear(2016)))},
		{RuleDecisionLicensor, "a licensor on no day of that year", true, check(nhsi, decided(DecisionSuspend, "2017-01-01", by(improvement), inYear(2017)))},
		{RuleDecisionLicensor, "the licensor to the end, after the end", false, check(decided(DecisionExpire, "2018-06-01"))},
		{RuleDecisionLicensor, "the licensor from the start, before it", false, check(decided(DecisionGrade, "2013-05-01", graded(GradeFull)))},
		{RuleDecisionLicensor, "the successor after the licence passed to it", false,
			check(decided(DecisionPassLicensor, "2015-04-01", to(dhsc)), decided(DecisionSuspend, "2015-04-01", by(dhsc)))},
		{RuleDecisionLicensor, "the successor before the licence passed to it", true,
			check(decided(DecisionPassLicensor, "2015-04-01", to(dhsc)), decided(DecisionSuspend, "2015-03-31", by(dhsc)))},
		{RuleDecisionLicensor, "the predecessor after the licence passed on", true,
			check(decided(DecisionPassLicensor, "2015-04-01", to(dhsc)), decided(DecisionSuspend, "2015-04-02"))},
		{RuleDecisionLicensor, "a decision before any stream is recorded", true,
			check(func(f *LicenceFile) { f.Streams = nil }, decided(DecisionSuspend, "2015-04-02"))},

		{RuleDecisionHolder, "the holder surrenders", false, check(decided(DecisionSurrender, "2015-01-01", by(oxford)))},
		{RuleDecisionHolder, "a licensor surrenders", true, check(decided(DecisionSurrender, "2015-01-01"))},

		{RuleLicenceNotBegun, "suspended on the first day", false, check(decided(DecisionSuspend, "2013-05-23"))},
		{RuleLicenceNotBegun, "suspended the day before", true, check(decided(DecisionSuspend, "2013-05-22"))},
		{RuleLicenceNotBegun, "a condition met before the licence begins", false,
			check(condition("plan", "2013-04-01", ""), decided(DecisionMet, "2013-05-01", about("plan")))},

		{RuleLicenceEnded, "suspended while the notice runs", false,
			check(decided(DecisionRevoke, "2015-01-01", until("2015-04-01")), decided(DecisionSuspend, "2015-03-31"))},
		{RuleLicenceEnded, "suspended when revoked", true,
			check(decided(DecisionRevoke, "2015-01-01", until("2015-04-01")), decided(DecisionSuspend, "2015-04-01"))},
		{RuleLicenceEnded, "revoked with the notice of the round, then suspended", true,
			check(decided(DecisionRevoke, "2015-01-01"), decided(DecisionSuspend, "2015-04-01"))},
		{RuleLicenceEnded, "extended although revoked", true,
			check(decided(DecisionRevoke, "2015-01-01", until("2015-04-01")), decided(DecisionExtend, "2015-02-01", until("2020-01-01")))},
		{RuleLicenceEnded, "graded after it was surrendered", true,
			check(decided(DecisionSurrender, "2015-01-01", by(oxford)), decided(DecisionGrade, "2015-01-02", graded(GradeFull)))},
		{RuleLicenceEnded, "extended after it was declared expired", true,
			check(decided(DecisionExpire, "2018-06-01"), decided(DecisionExtend, "2018-06-02", until("2020-01-01")))},
		{RuleLicenceEnded, "extended past an end we computed", false, check(decided(DecisionExtend, "2018-06-01", until("2020-01-01")))},
		{RuleLicenceEnded, "extended past a published end", true,
			check(publishedEnd("2018-05-23"), decided(DecisionExtend, "2018-05-23", until("2020-01-01")))},
		{RuleLicenceEnded, "a decision recorded later about an earlier day", false,
			check(decided(DecisionSurrender, "2015-01-01", by(oxford)), decided(DecisionGrade, "2014-12-31", graded(GradeFull)))},

		{RuleLicenceSuspended, "suspended again after it was reinstated", false,
			check(decided(DecisionSuspend, "2014-01-01"), decided(DecisionReinstate, "2014-02-01"), decided(DecisionSuspend, "2014-03-01"))},
		{RuleLicenceSuspended, "suspended twice", true, check(decided(DecisionSuspend, "2014-01-01"), decided(DecisionSuspend, "2014-03-01"))},
		{RuleLicenceSuspended, "suspended twice, on days not known exactly", false,
			check(decided(DecisionSuspend, "2014-01-01", inYear(2014)), decided(DecisionSuspend, "2015-03-01"))},
		{RuleLicenceNotSuspended, "reinstated", false, check(decided(DecisionSuspend, "2014-01-01"), decided(DecisionReinstate, "2014-02-01"))},
		{RuleLicenceNotSuspended, "reinstated without suspension", true, check(decided(DecisionReinstate, "2014-02-01"))},
		{RuleLicenceNotSuspended, "reinstated before the suspension", true,
			check(decided(DecisionSuspend, "2014-03-01"), decided(DecisionReinstate, "2014-02-01"))},

		{RuleConditionUnknown, "its own condition", false, check(cond, decided(DecisionWaived, "2014-01-01", about("plan")))},
		{RuleConditionUnknown, "another licence's condition", true, check(cond, decided(DecisionWaived, "2014-01-01", about("accounts")))},
		{RuleConditionEarly, "met on the day it was set", false, check(cond, decided(DecisionMet, "2013-05-23", about("plan")))},
		{RuleConditionEarly, "met the day before it was set", true, check(cond, decided(DecisionMet, "2013-05-22", about("plan")))},
		{RuleConditionEarly, "met in the year in which it was set", false, check(cond, decided(DecisionMet, "2013-01-01", about("plan"), inYear(2013)))},
		{RuleConditionSettled, "breached, then met", false,
			check(cond, decided(DecisionBreached, "2013-10-01", about("plan")), decided(DecisionMet, "2013-11-01", about("plan")))},
		{RuleConditionSettled, "met, then breached", true,
			check(cond, decided(DecisionMet, "2013-10-01", about("plan")), decided(DecisionBreached, "2013-11-01", about("plan")))},
		{RuleConditionSettled, "waived, then met on the same day", true,
			check(cond, decided(DecisionWaived, "2013-10-01", about("plan")), decided(DecisionMet, "2013-10-01", about("plan")))},
		{RuleConditionSettled, "met in a year that began before the breach", false,
			check(cond, decided(DecisionMet, "2014-01-01", about("plan"), inYear(2014)), decided(DecisionBreached, "2014-03-01", about("plan")))},
		{RuleConditionSettled, "met after it was lifted", true,
			check(cond, func(f *LicenceFile) { f.Conditions[0].Value.Period.End = Exactly(MustDate("2014-01-01")) },
				decided(DecisionMet, "2014-01-01", about("plan")))},

		{RuleTermNotLonger, "extended by a day", false, check(decided(DecisionExtend, "2018-01-01", until("2018-05-24")))},
		{RuleTermNotLonger, "extended to the present end", true, check(decided(DecisionExtend, "2018-01-01", until("2018-05-23")))},
		{RuleTermNotLonger, "varied to an earlier end", true, check(decided(DecisionVary, "2015-01-01", until("2017-01-01")))},
		{RuleTermNotLonger, "extended twice, the second time by less", true,
			check(decided(DecisionExtend, "2018-01-01", until("2020-01-01")), decided(DecisionExtend, "2018-02-01", until("2019-01-01")))},
		{RuleTermNotLonger, "varied without a new end", false, check(decided(DecisionVary, "2015-01-01"))},

		{RuleExpireEarly, "declared expired at its published end", false,
			check(publishedEnd("2018-05-23"), decided(DecisionExpire, "2018-05-23"))},
		{RuleExpireEarly, "declared expired before its published end", true,
			check(publishedEnd("2018-05-23"), decided(DecisionExpire, "2018-05-22"))},
		{RuleExpireEarly, "declared expired before an end we computed", false, check(decided(DecisionExpire, "2018-04-01"))},

		{RuleOptionUnknown, "its option", false, check(rollOn, decided(DecisionExerciseOption, "2018-03-31", option("cond-2-option"), until("2023-05-23")))},
		{RuleOptionUnknown, "no option of the licence", true, check(decided(DecisionExerciseOption, "2018-03-31", option("cond-2-option"), until("2023-05-23")))},
		{RuleOptionUnknown, "a duty", true, check(rollOn, func(f *LicenceFile) { f.Provisions[0].Value.Type, f.Provisions[0].Value.Exerciser = Duty, "" },
			decided(DecisionExerciseOption, "2018-03-31", option("cond-2-option"), until("2023-05-23")))},
		{RuleOptionExerciser, "the successor of the body that may", false, check(rollOn, decided(DecisionPassLicensor, "2017-01-01", to(dhsc)),
			decided(DecisionExerciseOption, "2018-03-31", by(dhsc), option("cond-2-option"), until("2023-05-23")))},
		{RuleOptionExerciser, "another licensor", true, check(rollOn, nhsi,
			decided(DecisionExerciseOption, "2016-01-01", by(improvement), option("cond-2-option"), until("2023-05-23")))},
		{RuleOptionLate, "on the last day", false, check(rollOn, decided(DecisionExerciseOption, "2018-03-31", option("cond-2-option"), until("2023-05-23")))},
		{RuleOptionLate, "a day later", true, check(rollOn, decided(DecisionExerciseOption, "2018-04-01", option("cond-2-option"), until("2023-05-23")))},

		{RuleRevocationNotice, "90 days", false, check(decided(DecisionRevoke, "2015-01-01", until("2015-04-01")))},
		{RuleRevocationNotice, "89 days", true, check(decided(DecisionRevoke, "2015-01-01", until("2015-03-31")))},
		{RuleRevocationNotice, "the day is left to the round", false, check(decided(DecisionRevoke, "2015-01-01"))},
		{RuleRevocationNotice, "backwards in a round without notice", true,
			check(func(f *LicenceFile) { f.Round.Value.NoticeDays = 0 }, decided(DecisionRevoke, "2015-01-02", until("2015-01-01")))},

		{RuleGradeUngraded, "in a round that grades", false, check(decided(DecisionGrade, "2013-05-23", graded(GradeFull)))},
		{RuleGradeUngraded, "in a round that does not", true, check(ungraded, decided(DecisionGrade, "2013-05-23", graded(GradeFull)))},

		{RuleContractingParty, "for the holder", false, check(contracting(oxford, "ouh", From(MustDate("2013-05-23"))))},
		{RuleContractingParty, "for a licensor", false, check(stream(ols, y("2017-07-14", "2018-05-23")), contracting(ols, dhsc, From(MustDate("2017-07-14"))))},
		{RuleContractingParty, "for somebody else", true, check(contracting(ols, dhsc, From(MustDate("2017-07-14"))))},
		{RuleContractingBodyOverlap, "a novation", false,
			check(contracting(oxford, "ouh", y("2013-05-23", "2016-04-01")), contracting(oxford, "university-of-oxford", From(MustDate("2016-04-01"))))},
		{RuleContractingBodyOverlap, "two bodies on one day", true,
			check(contracting(oxford, "ouh", y("2013-05-23", "2016-04-02")), contracting(oxford, "university-of-oxford", From(MustDate("2016-04-01"))))},

		{RuleStreamOutside, "to the end", false, check(publishedEnd("2018-05-23"), stream(ols, y("2017-07-14", "2018-05-23")))},
		{RuleStreamOutside, "past a published end", true, check(publishedEnd("2018-05-23"), stream(ols, y("2017-07-14", "2018-05-24")))},
		{RuleStreamOutside, "past a published end that was extended", false,
			check(publishedEnd("2018-05-23"), decided(DecisionExtend, "2018-01-01", until("2019-05-23")), stream(ols, y("2017-07-14", "2019-05-23")))},
		{RuleStreamOutside, "past the end of a licence that was revoked", false,
			check(publishedEnd("2018-05-23"), decided(DecisionRevoke, "2015-01-01", until("2015-04-01")))},
		{RuleStreamOutside, "past an end we computed", false, check(stream(ols, y("2017-07-14", "2018-09-30")))},
		{RuleStreamOutside, "from before the licence", true, check(stream(ols, y("2013-05-22", "2018-05-23")))},
		{RuleStreamOutside, "years later", true, check(stream(ols, y("2023-10-01", "2028-10-01")))},
		{RuleStreamOutside, "without an end of its own", false, check(publishedEnd("2018-05-23"), stream(ols, From(MustDate("2017-07-14"))))},

		{RuleLicenceOverlap, "one after the other", false, overlap(firstRound(), other("lic-1-oxford-b", "2018-05-23", publishedEnd("2019-01-01")))},
		{RuleLicenceOverlap, "two at once", true, overlap(firstRound(), other("lic-1-oxford-b", "2018-05-22", publishedEnd("2019-01-01")))},
		{RuleLicenceOverlap, "after a revocation", false,
			overlap(firstRound(decided(DecisionRevoke, "2015-01-01", until("2015-04-01"))), other("lic-1-oxford-b", "2015-04-01"))},
		{RuleLicenceOverlap, "after an extension", true,
			overlap(firstRound(decided(DecisionExtend, "2018-01-01", until("2019-01-01"))), other("lic-1-oxford-b", "2018-05-23", publishedEnd("2020-01-01")))},
		{RuleLicenceOverlap, "of two rounds", false,
			overlap(firstRound(), other("lic-2-oxford", "2018-04-01", func(f *LicenceFile) { f.Licence.Value.Round = "lic-2" }))},
		{RuleLicenceOverlap, "of two holders", false,
			overlap(firstRound(), other("lic-1-wessex", "2013-05-23", func(f *LicenceFile) { f.Licence.Value.Holder = "ahsn-wessex" }))},
	}
}

func TestCheckReportsEverything(t *testing.T) {
	f := firstRound(ungraded,
		decided(DecisionGrade, "2014-01-01", by(dhsc), graded(GradeFull)),
		decided(DecisionReinstate, "2014-02-01"),
		stream(ols, Between(MustDate("2023-10-01"), MustDate("2028-10-01"))))
	want := []RuleID{RuleStreamOutside, RuleDecisionLicensor, RuleGradeUngraded, RuleLicenceNotSuspended}
	if diff := cmp.Diff(want, rulesOf(f.Check())); diff != "" {
		t.Errorf("rules broken (-want +got):\n%s", diff)
	}
}

func TestCheckNamesTheDecision(t *testing.T) {
	err := firstRound(decided(DecisionRevoke, "2015-01-01", until("2015-03-31"))).Check()
	want := "until: revoke of lic-1-oxford on 2015-01-01: 2015-03-31 gives 89 days of notice, and the round asks for 90; give 2015-04-01 or a later day"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// An incomplete file is consistent at every step of being recorded.
func TestCheckPassesAnIncompleteFile(t *testing.T) {
	whole := firstRound(condition("plan", "2013-05-23", "2013-09-30"), contracting(nhsEngland, dhsc, From(MustDate("2013-05-23"))),
		decided(DecisionGrade, "2013-05-23", graded(GradeConditional)), decided(DecisionMet, "2013-09-01", about("plan")),
		rollOn, decided(DecisionExerciseOption, "2018-01-01", option("cond-2-option"), until("2023-05-23")))
	f := LicenceFile{Licence: whole.Licence, Round: whole.Round}
	for _, step := range []func(){
		func() {},
		func() { f.Conditions = whole.Conditions },
		func() { f.Provisions = whole.Provisions },
		func() { f.Streams = whole.Streams },
		func() { f.ContractingBodies = whole.ContractingBodies },
		func() { f.Decisions = whole.Decisions[:1] },
		func() { f.Decisions = whole.Decisions[1:2] },
		func() { f.Decisions = whole.Decisions },
	} {
		step()
		if err := f.Check(); err != nil {
			t.Errorf("%+v: %v", f, err)
		}
	}
}
