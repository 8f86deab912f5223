package store

import (
	"context"

	"github.com/innovationregistry/registry/innovation"
)

// awardsAtOnce is how many files of awards Verify holds at a time.
const awardsAtOnce = 200

// judge notes the rules that something breaks. Another error is handed back.
func (v *verifier) judge(where string, err error) error {
	own := innovation.Violations(err)
	for _, e := range own {
		v.problem(where, "%s (%s)", e.Detail, e.Rule)
	}
	if own == nil {
		return err
	}
	return nil
}

// money holds every award and every envelope, with what belongs to it, against
// the refusal rules.
func (v *verifier) money(ctx context.Context) error {
	const byKind = "SELECT id, key FROM reg_entity WHERE kind = ? ORDER BY key"
	_, keys, err := idsAndKeys(ctx, v.session, byKind, string(innovation.KindAward))
	if err != nil {
		return err
	}
	for len(keys) > 0 {
		n := min(awardsAtOnce, len(keys))
		files, err := awardFiles(ctx, v.session, now, awardFilter{first: innovation.AwardID(keys[0]), last: innovation.AwardID(keys[n-1])})
		if err != nil {
			return err
		}
		for _, f := range files {
			if err := v.judge(f.Award.Value.Award.Entity().String(), f.Check()); err != nil {
				return err
			}
		}
		keys = keys[n:]
	}
	if _, keys, err = idsAndKeys(ctx, v.session, byKind, string(innovation.KindEnvelope)); err != nil {
		return err
	}
	for _, key := range keys {
		id := innovation.EnvelopeID(key)
		if err := v.judge(id.Entity().String(), checkEnvelope(ctx, v.session, id, "")); err != nil {
			return err
		}
	}
	return nil
}
