package store

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/Masterminds/squirrel"
	"github.com/innovationregistry/registry/innovation"
)

// The sizes of pages.
const (
	defaultPage = 100
	maxPage     = 1000
)

// page is a place in a list: the moment the list is of, and the key after
// which it goes on.
type page struct {
	moment moment
	limit  int
	after  string
	bound  string // digest of operation and filter
}

// pageToken is what a token carries. Tokens are opaque to callers.
type pageToken struct {
	V     int    `json:"v"`
	Bound string `json:"b"`
	On    int64  `json:"o"`
	Act   int64  `json:"a"`
	After string `json:"k"`
}

// openPage reads a token, or begins a list. All pages of a list are of the
// same act, whatever is written meanwhile; a token of another operation,
// filter or day is refused. A view without a day takes the token's.
func openPage(ctx context.Context, s *session, v innovation.View, operation string, limit int, token, filter string) (page, error) {
	known := ""
	if !v.Known.IsZero() {
		known = v.Known.UTC().Format(time.RFC3339Nano)
	}
	sum := sha256.Sum256([]byte(operation + "\x00" + filter + "\x00" + v.PublishedBy.String() + "\x00" + known))
	p := page{limit: limit, bound: hex.EncodeToString(sum[:6])}
	if limit == 0 {
		p.limit = defaultPage
	}
	if limit < 0 || limit > maxPage {
		return p, innovation.Invalidf(innovation.RulePageLimitInvalid, "limit", "a page of %d", limit).Trying("use 1 to %d", maxPage)
	}
	var err error
	if token == "" {
		p.moment, err = resolve(ctx, s, v)
		return p, err
	}
	bad := innovation.Invalidf(innovation.RulePageTokenInvalid, "page", "the token is not one of this list").
		Trying("begin the list anew, without a page token")
	raw, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return p, bad
	}
	var t pageToken
	if err := json.Unmarshal(raw, &t); err != nil || t.V != 1 || t.Bound != p.bound || t.Act < 0 ||
		innovation.CheckText("page", t.After, innovation.MaxKey) != nil {
		return p, bad
	}
	if v.On.IsZero() { // the list goes on with the day it began with, also past midnight
		if v.On, err = innovation.DateFromDayNumber(t.On); err != nil {
			return p, bad
		}
	}
	if err := v.Validate(); err != nil {
		return p, err
	}
	if t.On != v.On.DayNumber() {
		return p, bad
	}
	p.after = t.After
	p.moment, err = atAct(ctx, s, v, innovation.ActNumber(t.Act))
	return p, err
}

// token is the token of the page after key.
func (p page) token(key string) string {
	raw, err := json.Marshal(pageToken{1, p.bound, p.moment.on.DayNumber(), p.moment.act, key})
	if err != nil {
		panic(err) // strings and numbers
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// keys runs the query of a page, which asks for the ids and keys of one more
// than it has, and gives those of the page with the token of the next.
func (p page) keys(ctx context.Context, s *session, q squirrel.SelectBuilder) (ids []int64, keys []string, next string, err error) {
	text, args, err := q.ToSql()
	if err != nil {
		return nil, nil, "", err
	}
	ids, keys, err = idsAndKeys(ctx, s, text, args...)
	if len(ids) > p.limit {
		ids, keys = ids[:p.limit], keys[:p.limit]
		next = p.token(keys[len(keys)-1])
	}
	return ids, keys, next, err
}
