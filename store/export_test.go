package store

import (
	"context"

	"github.com/innovationregistry/registry/innovation"
)

// LadderStatement is the statement by which a ladder sums, with its arguments,
// for tests of its plan and its speed.
func LadderStatement(ctx context.Context, st *Store, v innovation.View, q innovation.LadderQuery) (text string, args []any, err error) {
	err = st.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		l := ladderReader{s: s, m: m, q: q}
		if err := l.resolve(ctx); err != nil {
			return err
		}
		w := l.statement()
		text, args = w.text[0], w.args
		return nil
	})
	return text, args, err
}
