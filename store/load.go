package store

import (
	"context"
	"fmt"
	"iter"

	"github.com/innovationregistry/registry/innovation"
)

// Loaded is what Load did.
type Loaded struct {
	Acts     int `json:"acts" doc:"Acts made now"`
	Facts    int `json:"facts" doc:"Facts recorded now"`
	Existing int `json:"existing" doc:"Acts that had been made before and were left alone"`
}

// Load makes one act of each batch, in order. Batches carry idempotency keys,
// so a load that was interrupted goes on where it stopped, and one that was
// done before changes nothing. An error names the batch and the fact; the acts
// before it stand.
//
// progress, which may be nil, is called after each fact with how many were
// recorded in all.
func (s *Store) Load(ctx context.Context, batches iter.Seq2[innovation.Batch, error], progress func(facts int)) (out Loaded, err error) {
	done := 0
	for b, err := range batches {
		if err != nil {
			return out, err
		}
		receipt, err := s.Update(ctx, b.Act, func(ctx context.Context, tx *Tx) error {
			n := done
			for i, f := range b.Facts {
				if err := ctx.Err(); err != nil {
					return err
				}
				if _, err := tx.Record(ctx, f.Fact, f.Sources...); err != nil {
					return fmt.Errorf("%s, fact %d (%s of %s): %w", b.Act.Reason, i+1, f.Fact.FactType(), f.Fact.Subject(), err)
				}
				if n++; progress != nil {
					progress(n)
				}
			}
			return nil
		})
		if err != nil {
			return out, err
		}
		done += len(b.Facts)
		if progress != nil {
			progress(done)
		}
		if receipt.Replayed {
			out.Existing++
			continue
		}
		out.Acts++
		out.Facts += len(receipt.Facts)
	}
	return out, nil
}
