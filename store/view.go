package store

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

// reader holds the operations that read. Store, Snapshot and Tx embed it.
type reader struct{ from source }

// source gives a reader a connection that sees one state of the register.
type source interface {
	read(ctx context.Context, do func(*session) error) error
}

// Snapshot is one state of the register, for reading. It ends with the
// function that was given it.
type Snapshot struct {
	reader
	session *session
	done    bool
}

// View calls fn with one consistent snapshot: all that fn reads was true
// together. Acts made meanwhile do not show in it.
func (s *Store) View(ctx context.Context, fn func(*Snapshot) error) error {
	return s.read(ctx, func(c *session) error {
		snap := &Snapshot{session: c}
		snap.reader = reader{snap}
		defer func() { snap.done = true }()
		return fn(snap)
	})
}

func (s *Store) read(ctx context.Context, do func(*session) error) (err error) {
	if ctx.Value(updateKey{s}) != nil && !s.readers.patient && s.readers.single() {
		return errNested
	}
	c, err := s.readers.begin(ctx, s.dialect.viewSQL)
	if err != nil {
		return err
	}
	defer func() { s.readers.release(c, err) }()
	defer func() {
		if _, end := c.exec(context.WithoutCancel(ctx), "COMMIT"); end != nil && err == nil {
			err = end
		}
	}()
	err = do(c)
	if changed := s.unlocked.same(); changed != nil {
		err = changed
	}
	return err
}

func (s *Snapshot) read(_ context.Context, do func(*session) error) error {
	if s.done {
		return &innovation.Error{Kind: innovation.Closed, Rule: innovation.RuleViewEnded, Detail: "the Snapshot was used after its View",
			Try: "use it only inside the function given to View"}
	}
	return do(s.session)
}

func (tx *Tx) read(_ context.Context, do func(*session) error) error {
	switch {
	case tx.done:
		return errTxDone
	case tx.broken != nil:
		return tx.broken
	}
	err := do(tx.session)
	if fault(err) {
		tx.broken = err // the engine may have given the transaction up
	}
	return err
}

// moment is a view resolved to the last change that counts in it.
type moment struct {
	on          innovation.Date
	publishedBy innovation.Date
	recordedBy  int64 // the last change by the end of publishedBy: what was recorded had been published
	undated     int64 // sources whose day of publication is not known by then
	act         int64
	change      int64
	at          int64 // microseconds
	current     bool  // everything known now counts
	bare        bool  // sources are not asked for
}

// resolve finds the last act that a view knows.
func resolve(ctx context.Context, s *session, v innovation.View) (moment, error) {
	if err := v.Validate(); err != nil {
		return moment{}, err
	}
	m := moment{on: v.On, publishedBy: v.PublishedBy}
	if v.Known.IsZero() {
		h, err := readHead(ctx, s)
		if err != nil {
			return m, err
		}
		return m.published(ctx, s, h)
	}
	_, err := s.one(ctx, []any{&m.act, &m.change, &m.at},
		"SELECT number, last_change, at FROM reg_act WHERE at <= ? ORDER BY at DESC LIMIT 1", v.Known.UnixMicro())
	if err != nil {
		return m, err
	}
	return m.dated(ctx, s)
}

// published is now with the filter by day of publication made ready.
func (m moment) published(ctx context.Context, s *session, h head) (moment, error) {
	return m.now(h).dated(ctx, s)
}

// dated makes the filter by day of publication ready: a source that was
// recorded by the day had been published by then.
func (m moment) dated(ctx context.Context, s *session) (moment, error) {
	if m.publishedBy.IsZero() {
		return m, nil
	}
	end := m.publishedBy.AddDays(1).Time(time.UTC).UnixMicro()
	if _, err := s.one(ctx, []any{&m.recordedBy}, "SELECT COALESCE(MAX(last_change), 0) FROM reg_act WHERE at < ?", end); err != nil {
		return m, err
	}
	p := m.plain("p").and("p.start_latest > ? AND p.start_earliest <= ? AND p.added > ?",
		m.publishedBy.DayNumber(), m.publishedBy.DayNumber(), m.recordedBy)
	_, err := s.one(ctx, []any{&m.undated}, "SELECT COUNT(*) FROM reg_source p "+p.String(), p.args...)
	return m, err
}

// now is the moment at which everything counts: all that was committed, and in
// a Tx its own changes too.
func (m moment) now(h head) moment {
	m.act, m.at, m.change, m.current = h.act, h.at, maxChange, true
	return m
}

// atAct is the moment right after an act: the resolved moment of a page token.
func atAct(ctx context.Context, s *session, v innovation.View, act innovation.ActNumber) (moment, error) {
	m := moment{on: v.On, publishedBy: v.PublishedBy, act: int64(act)}
	if v.Known.IsZero() {
		h, err := readHead(ctx, s)
		if err != nil {
			return m, err
		}
		if h.act == m.act {
			return m.published(ctx, s, h)
		}
	}
	if act == 0 {
		return m, nil
	}
	found, err := s.one(ctx, []any{&m.change, &m.at}, "SELECT last_change, at FROM reg_act WHERE number = ?", int64(act))
	if err == nil && !found {
		err = innovation.Invalidf(innovation.RulePageTokenInvalid, "page", "the page token names the act %d, which is not in this register", act)
	}
	if err != nil {
		return m, err
	}
	return m.dated(ctx, s)
}

// recipe is what a result of this moment was made from.
func (m moment) recipe() innovation.Recipe {
	r := innovation.Recipe{On: m.on, Act: innovation.ActNumber(m.act), PublishedBy: m.publishedBy, Undated: m.undated}
	if m.act > 0 {
		r.Known = time.UnixMicro(m.at).UTC()
	}
	return r
}

// where is a condition on rows with its arguments.
type where struct {
	text []string
	args []any
}

//go:noinline // hundreds of places would hold a copy of it
func (w where) and(text string, args ...any) where {
	return where{append(slices.Clip(w.text), text), append(slices.Clip(w.args), args...)}
}

//go:noinline // many places would hold a copy of it
func (w where) String() string {
	if len(w.text) == 0 {
		return ""
	}
	return "WHERE " + strings.Join(w.text, " AND ")
}

// known selects the rows of a fact table, by its alias, that the moment knows.
func (m moment) known(alias string) where {
	var w where
	if m.current {
		w = w.and(alias + ".removed = " + inForce)
	} else {
		w = w.and(alias+".added <= ? AND "+alias+".removed > ?", m.change, m.change)
	}
	if !m.publishedBy.IsZero() {
		c, p := m.plain("c"), m.plain("p")
		w = w.and("EXISTS (SELECT 1 FROM reg_citation c JOIN reg_source p ON p.subject = c.source WHERE c.fact = "+alias+".fact AND "+
			strings.Join(append(c.text, p.text...), " AND ")+" AND (p.start_latest <= ? OR p.added <= ?))",
			append(append(c.args, p.args...), m.publishedBy.DayNumber(), m.recordedBy)...)
	}
	return w
}

// plain is known without regard to the day of publication.
//
//go:noinline // hundreds of places would hold a copy of it
func (m moment) plain(alias string) where {
	m.publishedBy = innovation.Date{}
	return m.known(alias)
}

// holding selects the rows that hold, or possibly hold, on the moment's day.
func (m moment) holding(alias string) where {
	day := m.on.DayNumber()
	return m.known(alias).and(alias+".start_earliest <= ? AND "+alias+".end_latest > ?", day, day)
}

// selectFacts reads the facts of a table that satisfy the condition, with their
// sources, in the order given.
func selectFacts[F innovation.Fact](ctx context.Context, s *session, m moment, t *table[F], w where, order string) (out []innovation.Recorded[F], err error) {
	err = t.choose(ctx, s, m, &out, w, order)
	return out, err
}

// choose appends to a list the facts that satisfy the condition, with their
// sources, in the order given.
func (k *keeping) choose(ctx context.Context, s *session, m moment, list any, w where, order string) error {
	err := k.into(ctx, s, list, w.String()+" "+order, w.args)
	if err != nil || m.bare {
		return err
	}
	return cite(ctx, s, m, list)
}

// cite adds to facts the sources that the moment knows. The list is a pointer
// to a slice of innovation.Recorded of any type.
func cite(ctx context.Context, s *session, m moment, list any) error {
	facts := reflect.ValueOf(list).Elem()
	ids := make([]innovation.FactID, facts.Len())
	for i := range ids {
		ids[i] = innovation.FactID(facts.Index(i).Field(recordedID).Int())
	}
	cited, err := citationsOf(ctx, s, m, ids)
	for i, c := range cited {
		*facts.Index(i).Field(recordedSources).Addr().Interface().(*[]innovation.Citation) = c
	}
	return err
}

// citationsOf reads the citations of facts, in the order of the facts.
func citationsOf(ctx context.Context, s *session, m moment, facts []innovation.FactID) ([][]innovation.Citation, error) {
	const chunk = 400
	out := make([][]innovation.Citation, len(facts))
	byID := make(map[innovation.FactID]int, len(facts))
	var distinct []innovation.FactID // a fact that names an entity in two fields is listed twice
	for i, id := range facts {
		if _, seen := byID[id]; !seen {
			byID[id] = i
			distinct = append(distinct, id)
		}
	}
	for part := range slices.Chunk(distinct, chunk) {
		// The number of marks is rounded up, so that few texts serve all lengths.
		marks := 1
		for marks < len(part) {
			marks *= 4
		}
		marks = min(marks, chunk)
		args := make([]any, marks, marks+2)
		for i := range args {
			args[i] = int64(0)
			if i < len(part) {
				args[i] = int64(part[i])
			}
		}
		w := m.plain("c")
		in := "c.fact IN (" + strings.Repeat("?, ", marks-1) + "?)"
		rows, err := s.query(ctx, "SELECT c.fact, e.key, c.locator FROM reg_citation c JOIN reg_entity e ON e.id = c.source WHERE "+
			in+" AND "+strings.Join(w.text, " AND ")+" ORDER BY c.added", append(args, w.args...)...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			var fact innovation.FactID
			var c innovation.Citation
			if err := rows.Scan((*int64)(&fact), (*string)(&c.Source), &c.Locator); err != nil {
				rows.Close()
				return nil, err
			}
			i := byID[fact]
			out[i] = append(out[i], c)
		}
		if err := rows.Err(); err != nil {
			return nil, explain(err)
		}
		rows.Close()
	}
	for i, id := range facts {
		out[i] = out[byID[id]]
	}
	return out, nil
}

// citationsAbout reads the citations of all facts about an entity.
func citationsAbout(ctx context.Context, s *session, m moment, subject int64) (map[innovation.FactID][]innovation.Citation, error) {
	w := m.plain("c").and("c.subject = ?", subject)
	rows, err := s.query(ctx, "SELECT c.fact, e.key, c.locator FROM reg_citation c JOIN reg_entity e ON e.id = c.source "+
		w.String()+" ORDER BY c.added", w.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[innovation.FactID][]innovation.Citation{}
	for rows.Next() {
		var fact innovation.FactID
		var c innovation.Citation
		if err := rows.Scan((*int64)(&fact), (*string)(&c.Source), &c.Locator); err != nil {
			return nil, err
		}
		out[fact] = append(out[fact], c)
	}
	return out, explain(rows.Err())
}

// attach gives facts their citations.
func attach[F any](cited map[innovation.FactID][]innovation.Citation, facts []innovation.Recorded[F]) {
	for i := range facts {
		facts[i].Sources = cited[facts[i].ID]
	}
}

// entityID finds an entity that the moment knows; found is false otherwise.
func entityID(ctx context.Context, s *session, m moment, e innovation.Entity) (id int64, version int64, found bool, err error) {
	found, err = s.one(ctx, []any{&id, &version}, "SELECT id, version FROM reg_entity WHERE kind = ? AND key = ?", string(e.Kind), string(e.Key))
	if found && !m.current {
		found = id <= m.change
		version = min(version, m.act) // a tag of what was known then never passes for the present
	}
	return id, version, found, err
}

// mustEntity is entityID that answers NotFound.
func mustEntity(ctx context.Context, s *session, m moment, e innovation.Entity) (id, version int64, err error) {
	if !slices.Contains(innovation.EntityKinds(), e.Kind) {
		return 0, 0, innovation.Invalidf(innovation.RuleKeyInvalid, "kind", "there is no kind of entity of that name").
			Trying("use one of %s", innovation.Listed(innovation.EntityKinds()))
	}
	if err := innovation.CheckKey(string(e.Kind), string(e.Key)); err != nil {
		return 0, 0, err
	}
	id, version, found, err := entityID(ctx, s, m, e)
	if err == nil && !found {
		err = notFound(m, e)
	}
	return id, version, err
}

// notFound says that an entity is not in the register, or was not yet.
func notFound(m moment, e innovation.Entity) *innovation.Error {
	out := &innovation.Error{Kind: innovation.NotFound, Rule: innovation.RuleEntityNotFound, Field: string(e.Kind),
		Detail: "the register has no " + string(e.Kind) + " with the key " + string(e.Key), Try: "search for it by name"}
	if !m.current {
		out.Detail = "the register knew no " + string(e.Kind) + " with the key " + string(e.Key) + " then"
		out.Try = "leave known out to ask what it knows now"
		if m.act == 0 {
			out.Detail = "the register knew nothing then"
		}
	}
	return out
}

func sortFacts(f []innovation.FactID) { slices.Sort(f) }

// join adds the conditions of another.
//
//go:noinline // hundreds of places would hold a copy of it
func (w where) join(o where) where {
	return where{append(slices.Clip(w.text), o.text...), append(slices.Clip(w.args), o.args...)}
}
