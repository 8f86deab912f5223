package store_test

import (
	"context"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// TestVerbsRefuse names what the verbs refuse so that no fact states more than
// its sources, and nothing refers to what was taken back.
func TestVerbsRefuse(t *testing.T) {
	st := storetest.New(t)
	d := innovation.MustDate
	existence := func(id innovation.OrganisationID) innovation.Fact {
		return innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "ahsn", Period: innovation.From(d("2013-05-23"))}
	}
	round := innovation.Round{Round: "one", Number: 1, Title: "One", TermYears: 5, Graded: true, Period: innovation.From(d("2013-05-23"))}
	var ids []innovation.FactID
	act := innovation.Act{Actor: "jo", Reason: "because"}
	if _, err := st.Update(t.Context(), act, func(ctx context.Context, tx *store.Tx) error {
		ids = nil
		for _, f := range []innovation.Fact{
			existence("north"), existence("office"), round,
			innovation.Term{Scheme: innovation.SchemeRole, Code: "test-bed", Label: "A test bed"},
			innovation.Role{Organisation: "north", Role: "test-bed", Period: innovation.Between(d("2014-01-01"), d("2015-01-01"))},
			innovation.Licence{Licence: "north-1", Holder: "north", Round: "one", Period: innovation.From(d("2013-05-23"))},
		} {
			id, err := tx.Record(ctx, f)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	roundFact, term, role, licence := ids[2], ids[3], ids[4], ids[5]
	for _, c := range []struct {
		name string
		rule innovation.RuleID
		do   func(ctx context.Context, tx *store.Tx) error
	}{
		{"a fact that ended is ended later", innovation.RuleReviseRefused, func(ctx context.Context, tx *store.Tx) error {
			return tx.End(ctx, role, innovation.OnDay(d("2020-01-01")))
		}},
		{"a fact that ended is revised from a later day", innovation.RuleReviseRefused, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Revise(ctx, role, innovation.Role{Organisation: "north", Role: "network", Period: innovation.From(d("2025-01-01"))})
			return err
		}},
		{"the rules of a round change under its licences", innovation.RuleReviseRefused, func(ctx context.Context, tx *store.Tx) error {
			later := round
			later.Graded, later.Period = false, innovation.From(d("2018-01-01"))
			_, err := tx.Revise(ctx, roundFact, later)
			return err
		}},
		{"two rounds have one number", innovation.RuleRoundInvalid, func(ctx context.Context, tx *store.Tx) error {
			other := round
			other.Round = "other"
			_, err := tx.Record(ctx, other)
			return err
		}},
		{"a code in use is retracted", innovation.RuleStillReferredTo, func(ctx context.Context, tx *store.Tx) error {
			return tx.Retract(ctx, term)
		}},
		{"a code that every register knows is recorded", innovation.RuleEntityExists, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Record(ctx, innovation.Term{Scheme: innovation.SchemeRole, Code: "network", Label: "Again"})
			return err
		}},
		{"a stream belongs to a licence that was taken back", innovation.RuleEntityNotFound, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.Retract(ctx, licence); err != nil {
				t.Error(err)
			}
			_, err := tx.Record(ctx, innovation.Stream{Licence: "north-1", Licensor: "office", Period: innovation.From(d("2013-05-23"))})
			return err
		}},
		{"a question names a code that is none", innovation.RuleTermUnknown, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Organisations(ctx, innovation.On(d("2014-06-01")), store.OrganisationFilter{Kind: "nonsense"})
			return err
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := st.Update(t.Context(), act, c.do)
			own := innovation.Violations(err)
			if len(own) != 1 || own[0].Rule != c.rule {
				t.Errorf("got %v, want the rule %s", err, c.rule)
			}
		})
	}
	if v, err := st.Verify(t.Context(), nil); err != nil || !v.OK || v.Acts != 1 {
		t.Errorf("after all refusals: %+v, %v", v, err)
	}
}

// TestTreeTakesTheShortestWay reaches a body by a long way and by a short one:
// what lies below it is shown below the short one, within the depth asked for.
func TestTreeTakesTheShortestWay(t *testing.T) {
	st := storetest.New(t)
	from := innovation.From(innovation.MustDate("2013-05-23"))
	if _, err := st.Update(t.Context(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
		for _, id := range []innovation.OrganisationID{"root", "a", "b", "c", "d"} {
			if _, err := tx.Record(ctx, innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "ahsn", Period: from}); err != nil {
				return err
			}
		}
		for _, e := range [][2]innovation.OrganisationID{{"a", "root"}, {"b", "a"}, {"c", "b"}, {"c", "root"}, {"d", "c"}} {
			if _, err := tx.Record(ctx, innovation.Relation{Organisation: e[0], Type: innovation.PartOf, Target: e[1], Period: from}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	tree, err := st.Tree(t.Context(), on("2014-01-01"), "root", store.TreeFilter{Depth: 3})
	if err != nil {
		t.Fatal(err)
	}
	depth := map[innovation.OrganisationID]int{}
	for _, e := range tree.Edges {
		if e.Depth > 3 {
			t.Errorf("%s is shown at depth %d", e.Organisation, e.Depth)
		}
		depth[e.Organisation] = e.Depth
	}
	if len(tree.Edges) != 5 || depth["d"] != 2 || tree.Truncated {
		t.Errorf("%d edges, d at depth %d, truncated %t", len(tree.Edges), depth["d"], tree.Truncated)
	}
}
