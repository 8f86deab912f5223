package store

import (
	"context"
	"strconv"
)

// bulkCache is how much of the register a bulk write keeps at hand, in KiB. The
// pages that many events of any organisation change are then written once and
// not again and again: in indexes of millions of rows nearly every row is on
// another page.
const bulkCache = 12 << 10

// bulk prepares a connection of the register's own for a bulk write, and
// returns what undoes it. A host's connections stay as they are.
func (s *session) bulk(ctx context.Context) (done func(), err error) {
	return s.keeping(ctx, bulkCache)
}

// keeping has a connection of the register's own keep so many KiB at hand, and
// returns what undoes it.
func (s *session) keeping(ctx context.Context, size int) (done func(), err error) {
	if s.stmts == nil || s.dialect.bulkSQL == "" {
		return func() {}, nil
	}
	var was int64
	if _, err := s.one(ctx, []any{&was}, s.dialect.bulkSQL); err != nil {
		return nil, err
	}
	if err := s.run(ctx, s.dialect.bulkSQL+" = -"+strconv.Itoa(size)); err != nil {
		return nil, err
	}
	return func() {
		s.run(context.WithoutCancel(ctx), s.dialect.bulkSQL+" = "+strconv.FormatInt(was, 10))
	}, nil
}
