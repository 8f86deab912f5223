package store_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// FuzzReplay replays act logs that were changed anyhow: what is wrong is said,
// and the register verifies.
func FuzzReplay(f *testing.F) {
	s := storetest.New(f)
	from := innovation.From(innovation.MustDate("2013-04-01"))
	logged := 0
	act := func(do func(ctx context.Context, tx *store.Tx) error) {
		_, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because", IdempotencyKey: s.ID() + string(rune('a'+logged)), RequestDigest: []byte{1}}, do)
		if logged++; err != nil {
			f.Fatal(err)
		}
	}
	var ids []innovation.FactID
	act(func(ctx context.Context, tx *store.Tx) error {
		cite := innovation.Citation{Source: "letter", Locator: "page 1"}
		for _, fact := range []innovation.Cited{
			{Fact: innovation.Source{Source: "letter", Title: "Letter", Published: innovation.OnDay(innovation.MustDate("2013-04-01"))}},
			{Fact: innovation.Person{Person: "ann", Name: "Ann"}},
			{Fact: innovation.Existence{Organisation: "east", Aspect: innovation.Operational, Kind: "nhs-trust", Period: from}, Sources: []innovation.Citation{cite}},
			{Fact: innovation.Name{Organisation: "east", Text: "East", Kind: "current", Period: from}},
			{Fact: innovation.Innovation{Innovation: "thing", Name: "A thing", Period: from}},
			{Fact: innovation.Adoption{Innovation: "thing", Organisation: "east", Step: innovation.Reached, Stage: innovation.Adopted, Grade: innovation.Observed,
				Day: innovation.OnDay(innovation.MustDate("2015-04-01"))}},
		} {
			id, err := tx.Record(ctx, fact.Fact, fact.Sources...)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	act(func(ctx context.Context, tx *store.Tx) error {
		return tx.Correct(ctx, ids[3], innovation.Name{Organisation: "east", Text: "West", Kind: "current", Period: from})
	})
	act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, ids[5]) })
	act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, ids[1]) })
	var log bytes.Buffer
	if _, err := s.ExportActs(context.Background(), &log, 0, nil); err != nil {
		f.Fatal(err)
	}
	lines := bytes.SplitAfter(log.Bytes(), []byte("\n"))
	f.Add(log.Bytes())
	for i := range lines { // each line away, and each twice
		f.Add(bytes.Join(append(lines[:i:i], lines[i+1:]...), nil))
		f.Add(bytes.Join(append(lines[:i+1:i+1], lines[i:]...), nil))
	}
	for _, change := range [][2]string{{`"added"`, `"removed"`}, {`"removed"`, `"added"`}, {`"key":"east"`, `"key":"EAST"`}, {`"kind":"organisation"`, `"kind":"nothing"`},
		{`"type":"adoption"`, `"type":"name"`}, {`"type":"name"`, `"type":"entity"`}, {`"fact":`, `"fact":-`}, {`"fact":`, `"fact":9`}, {`"act":2`, `"act":3`}, {`"salt":"`, `"salt":"zz`},
		{`"stage":"adopted"`, `"stage":"x"`}, {`"2013-04-01"`, `"9999-99-99"`}, {`"at":"20`, `"at":"00`}, {`"actor":"jo"`, `"actor":""`}, {`"source":"letter"`, `"source":"other"`},
		{`because`, "\\u0000"}, {`"changes":`, `"changes":9999999999`}, {s.ID() + "b", s.ID() + "a"}} {
		f.Add(bytes.Replace(log.Bytes(), []byte(change[0]), []byte(change[1]), 1))
		f.Add(bytes.ReplaceAll(log.Bytes(), []byte(change[0]), []byte(change[1])))
	}
	f.Fuzz(func(t *testing.T, log []byte) {
		to := storetest.New(t)
		if _, err := to.ReplayActs(t.Context(), bytes.NewReader(log), nil); err != nil && innovation.Violations(err) == nil {
			t.Errorf("a fault: %v\n%s", err, log)
		}
		if got, err := to.Verify(t.Context(), nil); err != nil || !got.OK {
			t.Errorf("%+v, %v\n%s", got, err, log)
		}
	})
}
