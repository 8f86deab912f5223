package storetest

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

var moneyChecks = []check{
	{"LadderOfAPot", checkLadderOfAPot},
	{"LadderOfAwards", checkLadderOfAwards},
	{"Rules", checkMoneyRules},
	{"Years", checkMoneyOfYears},
	{"Gates", checkGates},
	{"GatesOfRounds", checkGatesOfRounds},
	{"Locks", checkLocks},
	{"Overflow", checkOverflow},
	{"Reports", checkReports},
}

// purse is the world with an envelope of £100, an allocation of £60 and an
// award of £50 to the network east.
func purse() []innovation.Fact {
	year := func(pounds int64, basis innovation.FigureBasis) innovation.Figure {
		f := whole(exactly(pounds), basis, "2013-04-01", "2014-04-01")
		f.VAT = innovation.VATExcluded
		return f
	}
	return append(world(),
		innovation.Envelope{Envelope: "pot", Title: "Pot", Type: "pot", Funder: "centre", Figure: year(100, innovation.FigureAnnounced), Day: onDay("2013-05-23")},
		innovation.Allocation{Allocation: "for-east", Envelope: "pot", Recipient: "east", Figure: year(60, innovation.FigureAnnounced), Day: onDay("2013-06-01")},
		innovation.Award{Award: "award", Title: "Award", Allocation: "for-east", Funder: "centre", Recipient: "east", Figure: year(50, innovation.FigureAgreed), Day: onDay("2013-06-10")},
		innovation.Instalment{Instalment: "first", Award: "award", Number: 1, Amount: exactly(20), Due: onDay("2013-07-01"), Period: from("2013-06-10")},
		innovation.Instalment{Instalment: "last", Award: "award", Number: 2, Amount: exactly(30), Due: onDay("2013-12-31"), Period: from("2013-06-10")},
		innovation.Gate{Instalment: "last", Condition: "chair", Period: from("2013-06-10")},
		innovation.Award{Award: "other", Title: "Other", Funder: "centre", Recipient: "west", Figure: year(10, innovation.FigureAgreed), Day: onDay("2013-06-10")},
		innovation.Instalment{Instalment: "of-other", Award: "other", Amount: exactly(10), Period: from("2013-06-10")},
	)
}

func refused(rule innovation.RuleID, field string) violation {
	return violation{innovation.Refused, rule, field}
}

// Each rule between facts about money has a case that it lets pass and one
// that it refuses.
func checkMoneyRules(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(purse()...)
	pay := func(pounds int64, day string) innovation.Payment {
		return innovation.Payment{Award: "award", Amount: exactly(pounds), Day: onDay(day)}
	}
	allocate := func(key string, pounds int64) innovation.Allocation {
		return innovation.Allocation{Allocation: innovation.AllocationID(key), Envelope: "pot", Recipient: "west",
			Figure: whole(exactly(pounds), innovation.FigureAnnounced, "2013-04-01", "2014-04-01"), Day: onDay("2013-07-01")}
	}
	overridden := allocate("more", 41)
	overridden.Override = "the minister said so"
	included := allocate("vat", 1)
	included.Figure.VAT = innovation.VATIncluded
	award := func(key string, pounds int64) innovation.Award {
		return innovation.Award{Award: innovation.AwardID(key), Title: key, Allocation: "for-east", Recipient: "east",
			Figure: whole(exactly(pounds), innovation.FigureAgreed, "2013-04-01", "2014-04-01"), Day: onDay("2013-07-01")}
	}
	mismatched := award("elsewhere", 1)
	mismatched.Envelope = "part"
	wrongVAT := pay(1, "2013-07-01")
	wrongVAT.VAT = innovation.VATIncluded
	first := pay(21, "2013-07-01")
	first.Instalment = "first"
	foreign := pay(1, "2013-07-01")
	foreign.Instalment = "of-other"
	share := func(who innovation.OrganisationID, pounds int64) innovation.Share {
		return innovation.Share{Of: innovation.AwardID("award").Entity(), Recipient: who, Amount: exactly(pounds), Period: from("2013-06-10")}
	}
	refund := func(pounds int64, day string) innovation.Refund {
		return innovation.Refund{Award: "award", Type: innovation.Repayment, Amount: exactly(pounds), Day: onDay(day)}
	}
	line := innovation.Forecast{Organisation: "east", Version: 1, Line: innovation.LineSpend, When: innovation.Day{Bound: innovation.InMonth(2014, 4)}, Amount: exactly(5), Day: onDay("2014-03-01")}
	for _, c := range []struct {
		name  string
		write innovation.Fact
		want  []violation // none: it passes
	}{
		{"an allocation over the envelope", allocate("more", 41), []violation{refused(innovation.RuleEnvelopeExceeded, "figure")}},
		{"an allocation of another basis of tax", included, []violation{refused(innovation.RuleVATMixed, "vat")}},
		{"an allocation of all that is left", allocate("rest", 40), nil},
		{"an allocation over the envelope that says why", overridden, nil},
		{"awards over the allocation", award("second", 11), []violation{refused(innovation.RuleAllocationExceeded, "figure")}},
		{"awards up to the allocation", award("second", 10), nil},
		{"an envelope", innovation.Envelope{Envelope: "part", Title: "Part", Type: "pot", Parent: "pot",
			Figure: whole(exactly(40), innovation.FigureAnnounced, "2013-04-01", "2014-04-01"), Day: onDay("2013-05-23")}, nil},
		{"an award of two envelopes", mismatched, []violation{refused(innovation.RuleAwardEnvelope, "envelope"), refused(innovation.RuleAllocationExceeded, "figure")}},
		{"a payment before the award", pay(1, "2013-06-09"), []violation{refused(innovation.RulePaymentEarly, "day")}},
		{"a payment on the day of the award", pay(1, "2013-06-10"), nil},
		{"a payment of another basis of tax", wrongVAT, []violation{refused(innovation.RuleVATMixed, "vat")}},
		{"a payment over its instalment", first, []violation{refused(innovation.RulePaymentInstalment, "amount")}},
		{"a payment of another award's instalment", foreign, []violation{refused(innovation.RuleInstalmentOther, "instalment")}},
		{"a payment over the award", pay(50, "2013-07-01"), []violation{refused(innovation.RulePaymentAward, "amount")}},
		{"a refund of more than was paid", refund(2, "2013-07-01"), []violation{refused(innovation.RuleRefundExceeds, "amount")}},
		{"a refund before the payment", refund(1, "2013-06-09"), []violation{refused(innovation.RuleRefundExceeds, "amount")}},
		{"a refund of what was paid", refund(1, "2013-07-01"), nil},
		{"payments over the award, less refunds", pay(51, "2013-08-01"), []violation{refused(innovation.RulePaymentAward, "amount")}},
		{"an instalment too many", innovation.Instalment{Instalment: "third", Award: "award", Amount: innovation.Exact(1), Period: from("2013-06-10")},
			[]violation{refused(innovation.RuleInstalmentsExceed, "amount")}},
		{"a decrease below nothing", innovation.Adjustment{Award: "award", Type: innovation.Decrease, Amount: exactly(51), Reason: "a slip", Day: onDay("2013-09-01")},
			[]violation{refused(innovation.RuleAdjustmentExceeds, "amount")}},
		{"an increase", innovation.Adjustment{Award: "award", Type: innovation.Increase, Amount: innovation.Exact(1), Reason: "a penny", Day: onDay("2013-09-01")}, nil},
		{"an instalment of the increase", innovation.Instalment{Instalment: "third", Award: "award", Amount: innovation.Exact(1), Period: from("2013-09-01")}, nil},
		{"a share", share("east", 30), nil},
		{"shares over the award", share("west", 21), []violation{refused(innovation.RuleSharesExceed, "amount")}},
		{"a second share of one recipient", share("east", 1), []violation{refused(innovation.RuleSharesExceed, "recipient")}},
		{"a transfer", innovation.MoneyTransfer{Award: "other", FromAward: "award", Day: onDay("2013-07-01")}, nil},
		{"a transfer in a circle", innovation.MoneyTransfer{Award: "award", FromAward: "other", Day: onDay("2013-07-01")},
			[]violation{refused(innovation.RuleTransferSelf, "fromAward")}},
		{"a line of a forecast", line, nil},
		{"the same line again", line, []violation{refused(innovation.RuleForecastDuplicate, "version")}},
	} {
		if c.want != nil {
			r.refuses(c.name, recordOne(c.write), c.want...)
			continue
		}
		if _, err := r.try(recordOne(c.write)); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	// A correction of what was relied on is refused like a new fact.
	awarded := r.facts(innovation.TypeAward, on("2014-01-01"))[0]
	smaller := awarded.Value.(innovation.Award)
	smaller.Figure.Amount = exactly(49)
	r.refuses("a smaller award", func(ctx context.Context, tx *store.Tx) error { return tx.Correct(ctx, awarded.ID, smaller) },
		refused(innovation.RuleInstalmentsExceed, "amount"))
	pot := r.facts(innovation.TypeEnvelope, on("2014-01-01"))[0]
	inside := pot.Value.(innovation.Envelope)
	inside.Parent = "part"
	r.refuses("an envelope in itself", func(ctx context.Context, tx *store.Tx) error { return tx.Correct(ctx, pot.ID, inside) },
		refused(innovation.RuleEnvelopeCycle, "parent"))
	// A circle that is too long to be followed does not come about either.
	nested := innovation.Envelope{Title: "Nested", Type: "pot", Figure: whole(exactly(1), innovation.FigureAnnounced, "2013-04-01", "2014-04-01"), Day: onDay("2013-05-23")}
	for i := range 32 {
		nested.Envelope = innovation.EnvelopeID(fmt.Sprintf("nested-%02d", i))
		r.record(nested)
		nested.Parent = nested.Envelope
	}
	nested.Envelope = "nested-32"
	r.refuses("an envelope in 32 others", recordOne(nested), refused(innovation.RuleEnvelopeCycle, "parent"))
}

// An instalment that waits for a condition is paid once the condition is met;
// what let it be paid is not taken back afterwards.
func checkGates(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(purse()...)
	pay := innovation.Payment{Award: "award", Instalment: "last", Amount: exactly(30), Day: onDay("2013-12-31")}
	r.refuses("paying behind a gate", recordOne(pay), refused(innovation.RulePaymentGated, "instalment"))
	met := r.record(innovation.Decision{Licence: "first-east", Type: innovation.DecisionMet, By: "centre", Condition: "chair", Day: onDay("2014-01-15")})
	r.refuses("paying before it opened", recordOne(pay), refused(innovation.RulePaymentGated, "instalment"))
	pay.Day = onDay("2014-01-15")
	r.record(pay)
	r.refuses("taking back what opened it", func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, met[0]) },
		refused(innovation.RulePaymentGated, "instalment"))

	r.record(innovation.Gate{Instalment: "of-other", Text: "a plan", Period: from("2013-06-10")})
	pay = innovation.Payment{Award: "other", Instalment: "of-other", Amount: exactly(1), Day: onDay("2013-10-01")}
	r.refuses("paying behind a gate of words", recordOne(pay), refused(innovation.RulePaymentGated, "instalment"))
	gate := r.facts(innovation.TypeGate, on("2013-10-01"))[1]
	r.act(func(ctx context.Context, tx *store.Tx) error { return tx.End(ctx, gate.ID, onDay("2013-10-01")) })
	r.record(pay)
	a, err := r.Award(context.Background(), on("2014-01-15"), "award")
	if err != nil {
		t.Fatal(err)
	}
	if s := a.Standing; s.Amount != exactly(50) || s.Paid != exactly(30) || s.Unpaid != exactly(20) || len(s.Instalments) != 2 || s.Instalments[1].Blocked != innovation.No {
		t.Errorf("the award stands at %+v", s)
	}
	if a, err = r.Award(context.Background(), on("2014-01-14"), "award"); err != nil || !a.Standing.Paid.IsZero() || a.Standing.Instalments[1].Blocked != innovation.Yes {
		t.Errorf("the day before it stands at %+v, %v", a.Standing, err)
	}
}

// A sum for each year is not the whole: it is paid, and shared out, year by
// year. Sums with an end are held like those without.
func checkMoneyOfYears(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(purse()...)
	yearly := func(pounds int64, start, end string) innovation.Figure {
		f := whole(exactly(pounds), innovation.FigureAnnounced, start, end)
		f.Per = innovation.PerYear
		return f
	}
	pay := func(pounds int64, day string) innovation.Payment {
		return innovation.Payment{Award: "long", Amount: exactly(pounds), Day: onDay(day)}
	}
	allocate := func(key string, start, end string) innovation.Allocation {
		return innovation.Allocation{Allocation: innovation.AllocationID(key), Envelope: "years", Recipient: "west", Figure: yearly(8, start, end), Day: onDay("2014-04-01")}
	}
	r.record(
		innovation.Award{Award: "long", Title: "Three years", Recipient: "east", Figure: yearly(10, "2014-04-01", "2017-04-01"), Day: onDay("2014-04-01")},
		innovation.Instalment{Instalment: "each", Award: "long", Amount: exactly(10), Period: between("2014-04-01", "2017-04-01")},
		pay(10, "2014-06-01"), pay(10, "2015-06-01"), pay(9, "2016-06-01"),
		innovation.Envelope{Envelope: "years", Title: "Years", Type: "pot", Figure: yearly(10, "2014-04-01", "2016-04-01"), Day: onDay("2014-04-01")},
		allocate("one", "2014-04-01", "2015-04-01"), allocate("two", "2015-04-01", "2016-04-01"))
	dated := pay(11, "2014-06-01")
	dated.Instalment = "each"
	r.refuses("a fourth year", recordOne(pay(2, "2017-01-01")), refused(innovation.RulePaymentAward, "amount"))
	r.refuses("a year twice", recordOne(allocate("again", "2014-04-01", "2015-04-01")), refused(innovation.RuleEnvelopeExceeded, "figure"))
	r.refuses("over an instalment with an end", recordOne(dated), refused(innovation.RulePaymentInstalment, "amount"), refused(innovation.RulePaymentAward, "amount"))
	r.refuses("an instalment with an end over the award", recordOne(innovation.Instalment{Instalment: "much", Award: "long", Amount: exactly(21), Period: between("2014-05-01", "2015-04-01")}),
		refused(innovation.RuleInstalmentsExceed, "amount"))
	r.record(pay(1, "2017-01-01"))
}

// Who else than its condition decides whether a gate is open: the licence, its
// round, and what was decided about it. None of them takes back what let money
// be paid.
func checkGatesOfRounds(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(purse()...)
	r.record(innovation.Condition{Condition: "plan", Round: "first", Text: "A plan", Period: from("2013-05-23")},
		innovation.Award{Award: "ours", Title: "Ours", Figure: whole(exactly(10), innovation.FigureAgreed, "2013-04-01", "2014-04-01"), Day: onDay("2013-06-10")},
		innovation.Instalment{Instalment: "ours", Award: "ours", Amount: exactly(6), Period: from("2013-06-10")},
		innovation.Gate{Instalment: "ours", Condition: "plan", Period: from("2013-06-10")},
		innovation.Share{Of: innovation.AwardID("ours").Entity(), Recipient: "east", Period: from("2013-06-10")})
	pay := innovation.Payment{Award: "ours", Instalment: "ours", Amount: exactly(6), Day: onDay("2013-12-31")}
	gated := refused(innovation.RulePaymentGated, "instalment")
	r.refuses("paying behind a gate", recordOne(pay), gated)
	unnamed := pay
	unnamed.Instalment, unnamed.Amount = "", exactly(5)
	r.refuses("passing it by naming nothing", recordOne(unnamed), gated)
	dropped := r.record(innovation.Decision{Licence: "first-east", Type: innovation.DecisionVary, By: "centre", DropConditions: true, Day: onDay("2013-11-01")})
	r.record(pay)
	r.refuses("taking back the variation", func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, dropped[0]) }, gated)
	licence := r.facts(innovation.TypeLicence, on("2013-12-31"))[0]
	theirs := licence.Value.(innovation.Licence)
	theirs.Holder = "west"
	r.refuses("giving the licence to another", func(ctx context.Context, tx *store.Tx) error { return tx.Correct(ctx, licence.ID, theirs) }, gated)
}

// Closed books are not changed: nothing is added, corrected or retracted in
// them until the lock is retracted.
func checkLocks(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(purse()...)
	ids := r.record(innovation.Payment{Award: "award", Amount: exactly(5), Day: onDay("2013-07-31")},
		innovation.Spend{Organisation: "east", Amount: exactly(1), Accrued: innovation.Day{Bound: innovation.InMonth(2013, 7)}, Day: onDay("2013-08-05")})
	lock := r.record(innovation.PeriodLock{Organisation: "east", Through: date("2013-07-31"), Day: onDay("2013-08-31")})
	locked := refused(innovation.RulePeriodLocked, "day")
	for name, f := range map[string]innovation.Fact{
		"a payment":                innovation.Payment{Award: "award", Amount: exactly(1), Day: onDay("2013-07-30")},
		"a refund":                 innovation.Refund{Award: "award", Type: innovation.Clawback, Amount: exactly(1), Day: onDay("2013-07-31")},
		"spend":                    innovation.Spend{Organisation: "east", Amount: exactly(1), Day: onDay("2013-06-30")},
		"accrued":                  innovation.Spend{Organisation: "east", Amount: exactly(1), Accrued: innovation.Day{Bound: innovation.InMonth(2013, 7)}, Day: onDay("2013-09-01")},
		"income":                   innovation.Income{Organisation: "east", Kind: innovation.IncomeIndustry, Figure: whole(exactly(1), innovation.FigureActual, "2013-04-01", "2014-04-01"), Day: onDay("2013-07-01")},
		"a year end":               innovation.YearEnd{Organisation: "east", Type: innovation.Underspend, Year: 2012, Amount: exactly(1), Day: onDay("2013-07-01")},
		"income of a closed year":  innovation.Income{Organisation: "east", Kind: innovation.IncomeIndustry, Figure: whole(exactly(1), innovation.FigureActual, "2012-04-01", "2013-04-01"), Day: onDay("2013-09-01")},
		"the end of a closed year": innovation.YearEnd{Organisation: "east", Type: innovation.Underspend, Year: 2012, Amount: exactly(1), Day: onDay("2013-09-01")},
	} {
		r.refuses(name, recordOne(f), locked)
	}
	r.refuses("retracting", func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, ids[1]) }, locked)
	r.refuses("correcting", func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, ids[0], innovation.Payment{Award: "award", Amount: exactly(5), Day: onDay("2013-09-01")})
	}, locked)
	award := r.facts(innovation.TypeAward, on("2013-07-31"))[0]
	moved := award.Value.(innovation.Award)
	moved.Recipient = "west"
	toWest := func(ctx context.Context, tx *store.Tx) error { return tx.Correct(ctx, award.ID, moved) }
	r.refuses("moving the award to another", toWest, locked)
	r.record(innovation.Spend{Organisation: "east", Amount: exactly(1), Day: onDay("2013-08-01")})
	r.act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, lock[0]) })
	closed := r.record(innovation.PeriodLock{Organisation: "west", Through: date("2013-07-31"), Day: onDay("2013-08-31")})
	r.refuses("moving it into closed books", toWest, locked)
	r.act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, closed[0]) })
	r.act(toWest)
	r.act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, ids[1]) })
}

// A sum that is too large to hold is an error and never wraps around; sums that
// pass the limit of an engine's integers on the way are right.
func checkOverflow(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(body("east", "ahsn"))
	huge := func(key string) innovation.Award {
		return innovation.Award{Award: innovation.AwardID(key), Title: key, Recipient: "east",
			Figure: whole(innovation.Exact(math.MaxInt64), innovation.FigureAgreed, "2013-04-01", "2014-04-01"), Day: onDay("2013-06-10")}
	}
	r.record(huge("a"))
	if got := ladder(r, "2014-01-01", innovation.LadderQuery{})[0].Rungs[2].Amount; got != innovation.Exact(math.MaxInt64) {
		t.Errorf("one award comes to %s", got)
	}
	r.record(huge("b"))
	_, err := r.Ladder(context.Background(), on("2014-01-01"), innovation.LadderQuery{})
	if got := violationsOf(err); len(got) != 1 || got[0].Rule != innovation.RuleArithmeticOverflow {
		t.Errorf("the sum of two largest awards: %v", err)
	}
	if _, err := r.Ladder(context.Background(), on("2013-01-01"), innovation.LadderQuery{}); err != nil {
		t.Errorf("before them: %v", err)
	}
}

// A report gives the same bytes again, whatever is recorded or corrected after
// it was issued.
func checkReports(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(purse()...)
	ctx := context.Background()
	order := store.ReportOrder{Report: "first", Title: "First", Question: "ladder", Definition: []byte(`{"envelope": "pot", "by": "year"}`),
		On: date("2014-03-31"), Issuer: "centre", Day: onDay("2014-04-01")}
	issue := func(order store.ReportOrder) write {
		return func(ctx context.Context, tx *store.Tx) error { _, err := tx.IssueReport(ctx, order); return err }
	}
	r.act(issue(order))
	issued, err := r.Report(ctx, on("2014-04-01"), "first")
	if err != nil || !issued.Same {
		t.Fatalf("%+v, %v", issued, err)
	}
	r.refuses("the same key again", issue(order), violation{innovation.Exists, innovation.RuleEntityExists, "report"})
	order.Report, order.Question = "second", "weather"
	r.refuses("another question", issue(order), violation{innovation.Invalid, innovation.RuleReportInvalid, "question"})
	order.Question, order.Definition = "ladder", []byte(`{"envelop": "pot"}`)
	r.refuses("another definition", issue(order), violation{innovation.Invalid, innovation.RuleReportInvalid, "definition"})
	order.Definition = []byte(`{"envelope": "nothing"}`)
	r.refuses("an envelope that is not there", issue(order), violation{innovation.NotFound, innovation.RuleEntityNotFound, "envelope"})

	forged := issued.Report.Value
	forged.Report, forged.Definition = "forged", `{"envelope":"nothing","envelope":"pot","by":"year"}`
	r.record(forged)
	if got, err := r.Report(ctx, on("2014-04-01"), "forged"); err != nil || got.Same {
		t.Errorf("a definition that was not asked: same %v, %v", got.Same, err)
	}

	envelope := r.facts(innovation.TypeEnvelope, on("2014-04-01"))[0]
	larger := envelope.Value.(innovation.Envelope)
	larger.Figure.Amount = exactly(200)
	r.act(func(ctx context.Context, tx *store.Tx) error { return tx.Correct(ctx, envelope.ID, larger) })
	r.record(innovation.Payment{Award: "award", Amount: exactly(1), Day: onDay("2013-06-10")})
	again, err := r.Report(ctx, on("2014-04-01"), "first")
	if err != nil || !again.Same || again.Report.Value.Content != issued.Report.Value.Content {
		t.Errorf("after a correction: same %v, %v", again.Same, err)
	}
	if got := ladder(r, "2014-03-31", innovation.LadderQuery{Envelope: "pot"})[0].Rungs[0].Amount; got != exactly(200) {
		t.Errorf("the ladder now says %s", got)
	}
}
