package store_test

import (
	"context"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func TestSmoke(t *testing.T) {
	ctx := context.Background()
	st, err := store.OpenMemory(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	d := innovation.MustDate
	var nameID innovation.FactID
	r, err := st.Update(ctx, innovation.Act{Actor: "jo", Reason: "first"}, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Record(ctx, innovation.Source{Source: "letter", Title: "A letter", Published: innovation.OnDay(d("2013-05-23"))}); err != nil {
			return err
		}
		if _, err := tx.Record(ctx, innovation.Existence{Organisation: "ahsn-oxford", Aspect: "operational", Kind: "ahsn", Period: innovation.From(d("2013-05-23"))}, innovation.Citation{Source: "letter"}); err != nil {
			return err
		}
		nameID, err = tx.Record(ctx, innovation.Name{Organisation: "ahsn-oxford", Text: "Oxford AHSN", Kind: "designated-2013", Period: innovation.From(d("2013-05-23"))})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", r)
	_, err = st.Update(ctx, innovation.Act{Actor: "jo", Reason: "renamed"}, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Revise(ctx, nameID, innovation.Name{Organisation: "ahsn-oxford", Text: "Health Innovation Oxford", Kind: "current", Period: innovation.From(d("2023-10-01"))})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, day := range []string{"2013-05-22", "2013-05-23", "2023-09-30", "2023-10-01"} {
		o, err := st.Organisation(ctx, innovation.On(d(day)), "ahsn-oxford")
		if err != nil {
			t.Fatal(err)
		}
		t.Log(day, o.Name, len(o.Existences))
	}
	v, err := st.Verify(ctx, nil)
	t.Logf("%+v %v", v, err)
	h, err := st.History(ctx, innovation.OrganisationID("ahsn-oxford").Entity())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range h.Changes {
		t.Log(c.Number, c.Act, c.Verb, c.Type, c.Fact, c.Value)
	}
}
