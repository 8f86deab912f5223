package store_test

import (
	"context"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// consortium has two networks with licences of a round that a condition binds,
// and an award without a recipient whose only instalment waits for it. Only the
// network m, by a decision, does not have to meet it any more.
func consortium(by innovation.DecisionType) []innovation.Fact {
	since := func(s string) innovation.Period { return innovation.From(innovation.MustDate(s)) }
	on := func(s string) innovation.Day { return innovation.OnDay(innovation.MustDate(s)) }
	decision := innovation.Decision{Type: by, Licence: "m-1", By: "f", Day: on("2013-08-01")}
	if decision.DropConditions = by == innovation.DecisionVary; !decision.DropConditions {
		decision.Condition = "plan"
	}
	facts := []innovation.Fact{innovation.Round{Round: "one", Number: 1, Title: "One", TermYears: 5, Graded: true, Period: since("2013-05-23")}}
	for _, id := range []innovation.OrganisationID{"f", "m", "n"} {
		facts = append(facts, innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "company", Period: since("2000-04-01")})
	}
	for _, id := range []innovation.OrganisationID{"m", "n"} {
		licence := innovation.LicenceID(id + "-1")
		facts = append(facts, innovation.Licence{Licence: licence, Holder: id, Round: "one", Period: since("2013-05-23")},
			innovation.Stream{Licence: licence, Licensor: "f", Period: since("2013-05-23")})
	}
	return append(facts, innovation.Condition{Condition: "plan", Round: "one", Text: "A plan", Period: since("2013-05-23")}, decision,
		innovation.Award{Award: "a", Title: "A", Funder: "f", Figure: forYear(100, 2014, innovation.FigureAgreed), Day: on("2014-05-01")},
		innovation.Instalment{Instalment: "i", Award: "a", Amount: inPounds(50), Period: since("2014-05-01")},
		innovation.Gate{Instalment: "i", Condition: "plan", Period: since("2014-05-01")})
}

// A gate of a consortium waits for those who have shares, and for nobody else.
func TestMoneyGateOfConsortium(t *testing.T) {
	t.Parallel()
	share := func(who innovation.OrganisationID) innovation.Fact {
		return innovation.Share{Of: innovation.AwardID("a").Entity(), Recipient: who, Period: innovation.From(innovation.MustDate("2014-05-01"))}
	}
	paid := innovation.Payment{Award: "a", Instalment: "i", Amount: inPounds(50), Day: innovation.OnDay(innovation.MustDate("2014-06-01"))}
	for _, c := range []struct {
		name    string
		members []innovation.Fact
		want    bool // it may be paid
	}{
		{"who met the condition", []innovation.Fact{share("m")}, true},
		{"one has not met it", []innovation.Fact{share("m"), share("n")}, false},
		{"nobody that it binds", []innovation.Fact{share("f")}, false},
		{"nobody at all", nil, false},
	} {
		st := storetest.New(t)
		recordAll(t, st, append(consortium(innovation.DecisionMet), c.members...)...)
		_, err := st.Update(t.Context(), innovation.Act{Actor: "jo", Reason: "paid"}, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Record(ctx, paid)
			return err
		})
		if got := err == nil; got != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// Verify holds awards and envelopes to the rules of money: a register that was
// changed from outside may follow its chain in everything else.
func TestVerifyHoldsMoneyRules(t *testing.T) {
	t.Parallel()
	s, db := tampered(t)
	defer s.Close()
	problems := func() (rules string) {
		v, err := s.Verify(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range v.Problems {
			rules += p.Where + ": " + p.Detail + "\n"
		}
		return rules
	}
	if got := problems(); got != "" {
		t.Fatal(got)
	}
	for _, change := range []string{"UPDATE reg_award SET amount_low = 1, amount_high = 1, amount_nominal = 1 WHERE amount_kind = 'exact'",
		"UPDATE reg_envelope SET amount_kind = 'exact', amount_low = 1, amount_high = 1, amount_nominal = 1", "UPDATE reg_allocation SET override = ''"} {
		if _, err := db.ExecContext(t.Context(), change); err != nil {
			t.Fatal(err)
		}
	}
	got := problems()
	for _, rule := range []innovation.RuleID{innovation.RulePaymentAward, innovation.RuleEnvelopeExceeded} {
		if !strings.Contains(got, "("+string(rule)+")") {
			t.Errorf("%s is not found:\n%s", rule, got)
		}
	}
}

// What let a gated instalment be paid is not taken back: a decision that names
// no condition, whose licence it is, nor which round that licence is of.
func TestMoneyGateStaysOpen(t *testing.T) {
	t.Parallel()
	since := innovation.From(innovation.MustDate("2013-05-23"))
	licences := map[string]innovation.Licence{"the holder": {Licence: "m-1", Holder: "f", Round: "one", Period: since}, "the round": {Licence: "m-1", Holder: "m", Round: "two", Period: since}}
	for name, change := range map[string]func(ctx context.Context, tx *store.Tx, licence, decision innovation.FactID) error{
		"the decision": func(ctx context.Context, tx *store.Tx, _, decision innovation.FactID) error {
			return tx.Retract(ctx, decision)
		},
		"the holder": func(ctx context.Context, tx *store.Tx, licence, _ innovation.FactID) error {
			return tx.Correct(ctx, licence, licences["the holder"])
		},
		"the round": func(ctx context.Context, tx *store.Tx, licence, _ innovation.FactID) error {
			return tx.Correct(ctx, licence, licences["the round"])
		},
	} {
		st := storetest.New(t)
		facts := append(consortium(innovation.DecisionVary), innovation.Round{Round: "two", Number: 2, Title: "Two", Period: since},
			innovation.Share{Of: innovation.AwardID("a").Entity(), Recipient: "m", Period: innovation.From(innovation.MustDate("2014-05-01"))},
			innovation.Payment{Award: "a", Instalment: "i", Amount: inPounds(50), Day: innovation.OnDay(innovation.MustDate("2014-06-01"))})
		ids, _ := recordAll(t, st, facts...)
		var licence, decision innovation.FactID
		for i, f := range facts {
			switch f := f.(type) {
			case innovation.Licence:
				if f.Licence == "m-1" {
					licence = ids[i]
				}
			case innovation.Decision:
				decision = ids[i]
			}
		}
		_, err := st.Update(t.Context(), innovation.Act{Actor: "jo", Reason: "a slip"}, func(ctx context.Context, tx *store.Tx) error {
			return change(ctx, tx, licence, decision)
		})
		gated := false
		for _, v := range innovation.Violations(err) {
			gated = gated || v.Rule == innovation.RulePaymentGated
		}
		if !gated {
			t.Errorf("taking back %s: %v", name, err)
		}
	}
}
