package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// Relation is how the history of one register stands to that of another.
type Relation struct {
	Kind RelationKind `json:"kind" enum:"same,behind,ahead,diverged,another"`
	Acts int64        `json:"acts" doc:"How many acts it is behind or ahead; for diverged, the last act that both have"`
}

// RelationKind is the kind of a Relation.
type RelationKind string

// The kinds of relation, of a second register to a first.
const (
	RelationSame     RelationKind = "same"     // the same acts
	RelationBehind   RelationKind = "behind"   // the first acts of it
	RelationAhead    RelationKind = "ahead"    // the same acts, and more
	RelationDiverged RelationKind = "diverged" // the same register, with other acts from one on
	RelationAnother  RelationKind = "another"  // another register
)

// String is the relation in words: same, 12 acts behind, another register.
func (r Relation) String() string {
	switch r.Kind {
	case RelationBehind, RelationAhead:
		if r.Acts == 1 {
			return "1 act " + string(r.Kind)
		}
		return fmt.Sprintf("%d acts %s", r.Acts, r.Kind)
	case RelationDiverged:
		return fmt.Sprintf("diverged after act %d", r.Acts)
	case RelationAnother:
		return "another register"
	}
	return string(r.Kind)
}

// relate says how the register of the second connection stands to that of the
// first.
func relate(ctx context.Context, first, second *session) (rel Relation, err error) {
	var g [2]glance
	for i, c := range []*session{first, second} {
		g[i].session = c
		if err := g[i].read(ctx); err != nil {
			return rel, err
		}
	}
	a, b := g[0].head.act, g[1].head.act
	if g[0].register != g[1].register {
		return Relation{Kind: RelationAnother}, nil
	}
	equal := func(act int64) (bool, error) {
		x, err := digestAt(ctx, first, act)
		if err != nil {
			return false, err
		}
		y, err := digestAt(ctx, second, act)
		return x != nil && bytes.Equal(x, y), err
	}
	same, err := equal(min(a, b))
	switch {
	case err != nil:
		return rel, err
	case !same: // find where they part
		low, high := int64(0), min(a, b) // equal at low, not at high
		for high-low > 1 {
			middle := (low + high) / 2
			if same, err = equal(middle); err != nil {
				return rel, err
			}
			if same {
				low = middle
			} else {
				high = middle
			}
		}
		return Relation{RelationDiverged, low}, nil
	case b < a:
		return Relation{RelationBehind, a - b}, nil
	case b > a:
		return Relation{RelationAhead, b - a}, nil
	}
	return Relation{Kind: RelationSame}, nil
}

// Compare says how the register in the file at path stands to this one.
func (s *Store) Compare(ctx context.Context, path string) (rel Relation, err error) {
	g, err := glanceAt(ctx, path)
	if err != nil {
		return rel, inFile(path, err)
	}
	defer g.close()
	err = s.read(ctx, func(c *session) error {
		rel, err = relate(ctx, c, g.session)
		return err
	})
	return rel, err
}

// glance is a register's file, opened to see where it stands.
type glance struct {
	*session
	db       *sql.DB
	all      *sessions
	register string
	schema   int
	head     head
}

// glanceAt opens a register's file of any schema. Nothing is written to it.
func glanceAt(ctx context.Context, path string) (g *glance, err error) {
	if err := checkPath(path, true); err != nil {
		return nil, err
	}
	g = &glance{}
	if g.db, err = sql.Open("sqlite", sqliteDSN(path, Options{}, readMode(path))); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			g.close()
			g = nil
		}
	}()
	if g.all, err = ownSessions(ctx, SQLite, g.db, 1, true); err != nil {
		return g, err
	}
	if g.session, err = g.all.acquire(ctx); err != nil {
		return g, err
	}
	return g, g.read(ctx)
}

// read reads where the register of the connection stands.
func (g *glance) read(ctx context.Context) (err error) {
	found, err := g.one(ctx, []any{&g.register, &g.schema}, `SELECT r.value, CAST(s.value AS INTEGER)
		FROM reg_meta r, reg_meta s WHERE r.name = 'register' AND s.name = 'schema'`)
	if err == nil && !found || err != nil && strings.Contains(err.Error(), "no such table") {
		return unsuitable(innovation.RuleNotARegister, "the file is a database of another program", "name another file; this one was left as it is")
	}
	if err == nil {
		g.head, err = readHead(ctx, g.session)
	}
	return err
}

func (g *glance) close() {
	if g.session != nil {
		g.all.release(g.session, nil)
	}
	if g.all != nil {
		g.all.drain()
	}
	g.db.Close()
}

// digestAt is the digest of the chain up to an act, nil when it is not there.
func digestAt(ctx context.Context, c *session, act int64) (digest []byte, err error) {
	if act == 0 {
		return genesis(), nil
	}
	_, err = c.one(ctx, []any{&digest}, "SELECT digest FROM reg_act WHERE number = ?", act)
	return digest, err
}
