package store

import (
	"context"
	"encoding/hex"
	"iter"
	"sort"
	"strconv"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

// Change is one change of the register: a row that an act added or removed. A
// correction removes a row of a fact and adds another of the same number.
type Change struct {
	Number   innovation.ChangeNumber `json:"change" doc:"Number of the change"`
	Act      innovation.ActNumber    `json:"act" doc:"The act that made it"`
	Verb     string                  `json:"verb" enum:"added,removed"`
	Type     string                  `json:"type" doc:"Type of the fact; entity or citation otherwise"`
	Fact     innovation.FactID       `json:"fact,omitempty" doc:"Number of the fact"`
	Subject  innovation.Entity       `json:"subject" doc:"The entity it is about"`
	Value    innovation.Fact         `json:"value,omitempty" doc:"What the row states"`
	Citation *innovation.Citation    `json:"citation,omitempty" doc:"The citation, when it is one"`

	code   int
	fields []byte
}

// ActRecord is an act as it was recorded.
type ActRecord struct {
	Act     innovation.ActNumber  `json:"act" doc:"Number of the act"`
	At      time.Time             `json:"at" doc:"Time of the act (UTC)"`
	Actor   innovation.PersonID   `json:"actor" doc:"Who acted"`
	Reason  string                `json:"reason" doc:"Why"`
	Key     string                `json:"idempotencyKey,omitempty"`
	Sources []innovation.Citation `json:"sources,omitempty" doc:"On what grounds"`
	Digest  string                `json:"digest" doc:"Digest of the chain up to this act, hexadecimal"`
	Changes []Change              `json:"changes" doc:"What it added and removed, in order"`
	Further int64                 `json:"furtherChanges,omitempty" doc:"How many further changes it made: those of an act with more than 10,000 are read part by part"`

	first, last int64
	request     []byte
}

// maxActChanges is how many changes of an act are read at once, and after how
// many changes a page of the feed ends.
const maxActChanges = 10_000

// ChangeFeed is a part of the feed of acts.
type ChangeFeed struct {
	Acts []ActRecord          `json:"acts" doc:"The acts after the one asked for, in order, each with its changes"`
	Last innovation.ActNumber `json:"last" doc:"The act to ask after next"`
	More bool                 `json:"more" doc:"True when there are further acts already"`
}

// Changes reads the acts after since, at most limit of them (1 to 1000, 100
// when 0), each with its changes. A page ends early when it has very many
// changes; of an act with more than 10,000 it has the first 10,000, says how
// many are left, and ActChanges reads those.
func (r reader) Changes(ctx context.Context, since innovation.ActNumber, limit int) (out ChangeFeed, err error) {
	if limit == 0 {
		limit = defaultPage
	}
	if limit < 0 || limit > maxPage {
		return out, innovation.Invalidf(innovation.RulePageLimitInvalid, "limit", "a page of %d", limit).Trying("use 1 to %d", maxPage)
	}
	if since < 0 {
		return out, innovation.Invalidf(innovation.RuleCursorInvalid, "since", "an act number of %d", since).Trying("use 0 for all acts")
	}
	err = r.from.read(ctx, func(s *session) error {
		acts, err := readActs(ctx, s, int64(since), limit+1)
		if err != nil {
			return err
		}
		if len(acts) == 0 {
			h, err := readHead(ctx, s)
			if err != nil {
				return err
			}
			if int64(since) > h.act {
				return innovation.Invalidf(innovation.RuleCursorInvalid, "since", "the register has no act %d: its last is %d", since, h.act).
					Trying("ask after an act of this register")
			}
		}
		out = ChangeFeed{Acts: []ActRecord{}, Last: since}
		whole, n := 0, int64(0)
		for whole < min(len(acts), limit) && (whole == 0 || n+acts[whole].count() <= maxActChanges) {
			n += acts[whole].count()
			whole++
		}
		if out.More = len(acts) > whole; out.More {
			acts = acts[:whole]
		}
		if len(acts) == 0 {
			return nil
		}
		if err := fillChanges(ctx, s, acts); err != nil {
			return err
		}
		out.Acts, out.Last = acts, acts[len(acts)-1].Act
		return nil
	})
	return out, err
}

// AllChanges iterates over the acts after since, up to the last there is, each
// with its changes as in Changes. No connection is held while the caller's body
// runs.
func (r reader) AllChanges(ctx context.Context, since innovation.ActNumber) iter.Seq2[ActRecord, error] {
	return func(yield func(ActRecord, error) bool) {
		for {
			feed, err := r.Changes(ctx, since, 20)
			if err != nil {
				yield(ActRecord{}, err)
				return
			}
			for _, a := range feed.Acts {
				if !yield(a, nil) {
					return
				}
			}
			if !feed.More {
				return
			}
			since = feed.Last
		}
	}
}

// readActs reads acts without their changes.
func readActs(ctx context.Context, s *session, after int64, limit int) ([]ActRecord, error) {
	rows, err := s.query(ctx, `SELECT a.number, a.at, e.key, a.reason, COALESCE(a.idempotency_key, ''), a.request_digest,
		a.first_change, a.last_change, a.digest FROM reg_act a JOIN reg_entity e ON e.id = a.actor
		WHERE a.number > ? ORDER BY a.number LIMIT ?`, after, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []ActRecord
	for rows.Next() {
		var a ActRecord
		var at int64
		var digest []byte
		if err := rows.Scan((*int64)(&a.Act), &at, (*string)(&a.Actor), &a.Reason, &a.Key, &a.request, &a.first, &a.last, &digest); err != nil {
			return nil, err
		}
		a.At, a.Digest = time.UnixMicro(at).UTC(), hex.EncodeToString(digest)
		out = append(out, a)
	}
	if err := rows.Err(); err != nil || len(out) == 0 {
		return out, explain(err)
	}
	rows.Close()
	cited, err := s.query(ctx, `SELECT c.act, e.key, c.locator FROM reg_act_source c JOIN reg_entity e ON e.id = c.source
		WHERE c.act BETWEEN ? AND ? ORDER BY c.act, c.position`, int64(out[0].Act), int64(out[len(out)-1].Act))
	if err != nil {
		return nil, err
	}
	defer cited.Close()
	for cited.Next() {
		var act innovation.ActNumber
		var c innovation.Citation
		if err := cited.Scan((*int64)(&act), (*string)(&c.Source), &c.Locator); err != nil {
			return nil, err
		}
		i := int(act - out[0].Act)
		if i < 0 || i >= len(out) {
			continue // acts are gapless, unless the file is damaged: Verify says so
		}
		out[i].Sources = append(out[i].Sources, c)
	}
	return out, explain(cited.Err())
}

// count is how many changes the act made.
func (a *ActRecord) count() int64 { return a.last - a.first + 1 }

// ActChanges is a part of the changes of an act.
type ActChanges struct {
	Act     innovation.ActNumber    `json:"act"`
	Changes []Change                `json:"changes" doc:"In order"`
	Last    innovation.ChangeNumber `json:"last" doc:"The change to ask after next"`
	More    bool                    `json:"more" doc:"True when the act made further changes"`
}

// ActChanges reads the changes of an act after one of them, at most limit (1 to
// 1000, 100 when 0): 0 for those from the first on. NotFound when there is no
// such act.
func (r reader) ActChanges(ctx context.Context, act innovation.ActNumber, after innovation.ChangeNumber, limit int) (out ActChanges, err error) {
	if limit == 0 {
		limit = defaultPage
	}
	if limit < 0 || limit > maxPage {
		return out, innovation.Invalidf(innovation.RulePageLimitInvalid, "limit", "a page of %d", limit).Trying("use 1 to %d", maxPage)
	}
	if after < 0 {
		return out, innovation.Invalidf(innovation.RuleCursorInvalid, "after", "a change number of %d", after).Trying("use 0 for all changes")
	}
	err = r.from.read(ctx, func(s *session) error {
		acts, err := readActs(ctx, s, int64(act)-1, 1)
		if err != nil {
			return err
		}
		if act < 1 || len(acts) == 0 || acts[0].Act != act {
			return &innovation.Error{Kind: innovation.NotFound, Rule: innovation.RuleCursorInvalid, Field: "act",
				Detail: "the register has no act " + strconv.FormatInt(int64(act), 10), Try: "take the number of an act from the feed"}
		}
		first := max(acts[0].first, int64(after)+1)
		out = ActChanges{Act: act, Changes: []Change{}, Last: after}
		if first > acts[0].last {
			return nil
		}
		last := min(acts[0].last, first+int64(limit)-1)
		if out.Changes, err = readChanges(ctx, s, span{first: first, last: last}); err != nil {
			return err
		}
		for i := range out.Changes {
			out.Changes[i].Act = act
		}
		out.Last, out.More = innovation.ChangeNumber(last), last < acts[0].last
		return nil
	})
	return out, err
}

// fillChanges reads the changes of consecutive acts: of one alone at most
// maxActChanges.
func fillChanges(ctx context.Context, s *session, acts []ActRecord) error {
	first, last := acts[0].first, acts[len(acts)-1].last
	if end := first + maxActChanges - 1; len(acts) == 1 && last > end {
		acts[0].Further, last = last-end, end
	}
	all, err := readChanges(ctx, s, span{"", 0, first, last})
	if err != nil {
		return err
	}
	i := 0
	for k := range acts {
		acts[k].Changes = []Change{}
		for ; i < len(all) && int64(all[i].Number) <= acts[k].last; i++ {
			all[i].Act = acts[k].Act
			acts[k].Changes = append(acts[k].Changes, all[i])
		}
	}
	return nil
}

// changeStream reads changes in their order, some thousands at a time: an act
// may have millions.
type changeStream struct {
	session    *session
	next, last int64 // what is still to be read
	read       []Change
	ended      bool // nothing was there: numbers have no gaps, whatever a damaged row says
}

const streamedChanges = 10_000

// upTo gives the next change with a number of at most last, nil when there is
// none.
func (c *changeStream) upTo(ctx context.Context, last int64) (*Change, error) {
	for len(c.read) == 0 && !c.ended && c.next <= min(last, c.last) {
		end := min(c.next+streamedChanges-1, c.last)
		var err error
		if c.read, err = readChanges(ctx, c.session, span{first: c.next, last: end}); err != nil {
			return nil, err
		}
		c.next, c.ended = end+1, len(c.read) == 0
	}
	if len(c.read) == 0 || int64(c.read[0].Number) > last {
		return nil, nil
	}
	out := &c.read[0]
	c.read = c.read[1:]
	return out, nil
}

// span selects changes by their numbers, and by a subject when it has one.
type span struct {
	kind        innovation.EntityKind // of the subject; "" for all subjects
	subject     int64
	first, last int64
}

// where selects rows by one of their change numbers. What belongs to the
// subject by one of the owner columns counts as being about it.
func (p span) where(column string, owners ...string) where {
	w := where{}.and("f."+column+" BETWEEN ? AND ?", p.first, p.last)
	if p.subject == 0 {
		return w
	}
	about, args := "(f.subject = ?", []any{p.subject}
	for _, o := range owners {
		about, args = about+" OR f."+o+" = ?", append(args, p.subject)
	}
	return w.and(about+")", args...)
}

// readChanges reads changes from the rows of all tables, in their order.
func readChanges(ctx context.Context, s *session, p span) ([]Change, error) {
	out, err := entityChanges(ctx, s, p)
	if err != nil {
		return nil, err
	}
	cited, err := citationChanges(ctx, s, p)
	if err != nil {
		return nil, err
	}
	out = append(out, cited...)
	for _, t := range factTables {
		for _, column := range []string{"added", "removed"} {
			w := p.where(column, t.ownerColumns()...)
			if column == "removed" {
				w = w.and("f.removed < " + inForce)
			}
			rows, err := t.scanRows(ctx, s, w.String(), w.args...)
			if err != nil {
				return nil, err
			}
			for _, row := range rows {
				c := Change{Number: row.added, Verb: "added", Type: string(t.factType()), Fact: row.fact,
					Subject: row.value.Subject(), Value: row.value, code: t.digestCode(), fields: row.fields}
				if column == "removed" {
					c.Number, c.Verb, c.fields = row.removed, "removed", nil
				}
				out = append(out, c)
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Number < out[j].Number })
	return out, nil
}

func entityChanges(ctx context.Context, s *session, p span) ([]Change, error) {
	text, args := "SELECT id, kind, key FROM reg_entity WHERE id BETWEEN ? AND ?", []any{p.first, p.last}
	if p.subject != 0 {
		text, args = text+" AND id = ?", append(args, p.subject)
	}
	rows, err := s.query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Change
	for rows.Next() {
		c := Change{Verb: "added", Type: "entity", code: codeEntity}
		if err := rows.Scan((*int64)(&c.Number), (*string)(&c.Subject.Kind), (*string)(&c.Subject.Key)); err != nil {
			return nil, err
		}
		c.fields = entityFields(c.Subject)
		out = append(out, c)
	}
	return out, explain(rows.Err())
}

func citationChanges(ctx context.Context, s *session, p span) ([]Change, error) {
	var out []Change
	for _, column := range []string{"added", "removed"} {
		w := p.where(column)
		if column == "removed" {
			w = w.and("f.removed < " + inForce)
		}
		rows, err := s.query(ctx, "SELECT f."+column+`, f.fact, s.kind, s.key, e.key, f.locator FROM reg_citation f
			JOIN reg_entity s ON s.id = f.subject JOIN reg_entity e ON e.id = f.source `+w.String(), w.args...)
		if err != nil {
			return nil, err
		}
		for rows.Next() {
			c := Change{Verb: column, Type: "citation", code: codeCitation, Citation: &innovation.Citation{}}
			if err := rows.Scan((*int64)(&c.Number), (*int64)(&c.Fact), (*string)(&c.Subject.Kind), (*string)(&c.Subject.Key),
				(*string)(&c.Citation.Source), &c.Citation.Locator); err != nil {
				rows.Close()
				return nil, err
			}
			c.fields = citationFields(*c.Citation)
			out = append(out, c)
		}
		if err := rows.Err(); err != nil {
			return nil, explain(err)
		}
		rows.Close()
	}
	return out, nil
}

// History is everything that was ever recorded about one entity.
type History struct {
	Entity  innovation.Entity `json:"entity"`
	Changes []Change          `json:"changes" doc:"In the order in which they were made"`
	Acts    []ActRecord       `json:"acts" doc:"The acts that made them, without their other changes"`
}

// History tells what was recorded, corrected and retracted about an entity, by
// whom, when and why.
func (r reader) History(ctx context.Context, e innovation.Entity) (out History, err error) {
	err = r.from.read(ctx, func(s *session) error {
		id, _, err := mustEntity(ctx, s, moment{current: true}, e)
		if err != nil {
			return err
		}
		out = History{Entity: e, Acts: []ActRecord{}}
		if out.Changes, err = readChanges(ctx, s, span{e.Kind, id, 0, maxChange}); err != nil {
			return err
		}
		for i := range out.Changes {
			c := &out.Changes[i]
			if n := len(out.Acts); n == 0 || int64(c.Number) > out.Acts[n-1].last {
				var act int64
				found, err := s.one(ctx, []any{&act}, "SELECT number FROM reg_act WHERE last_change >= ? ORDER BY last_change LIMIT 1", int64(c.Number))
				if err != nil {
					return err
				}
				if !found {
					act = 0 // made by the act under way
					continue
				}
				acts, err := readActs(ctx, s, act-1, 1)
				if err == nil && len(acts) == 0 {
					err = unsuitable(innovation.RuleRegisterDamaged, "an act that is named is not there", "keep a copy of the register's file and restore a backup")
				}
				if err != nil {
					return err
				}
				out.Acts = append(out.Acts, acts...)
			}
			c.Act = out.Acts[len(out.Acts)-1].Act
		}
		return nil
	})
	return out, err
}

// At leaves the acts that the view knows, and of their changes those to facts
// that hold, or possibly hold, on the view's day. A view without a day keeps
// the changes of all days, one without Known all acts.
func (h History) At(v innovation.View) History {
	out := History{Entity: h.Entity, Changes: []Change{}, Acts: actsKnown(h.Acts, v)}
	kept := map[innovation.ActNumber]bool{}
	for _, a := range out.Acts {
		kept[a.Act] = true
	}
	for _, c := range h.Changes {
		if kept[c.Act] && c.concerns(v) {
			out.Changes = append(out.Changes, c)
		}
	}
	return out
}

// At leaves the acts and changes of the feed as History.At does. A feed that is
// cut short ends with the last act known.
func (f ChangeFeed) At(v innovation.View) ChangeFeed {
	all := f.Acts
	f.Acts = actsKnown(all, v)
	if n := len(f.Acts); n < len(all) {
		f.More, f.Last = false, all[0].Act-1 // acts have no gaps
		if n > 0 {
			f.Last = f.Acts[n-1].Act
		}
	}
	for i, a := range f.Acts {
		f.Acts[i].Changes = []Change{}
		for _, c := range a.Changes {
			if c.concerns(v) {
				f.Acts[i].Changes = append(f.Acts[i].Changes, c)
			}
		}
	}
	return f
}

// actsKnown leaves the acts made by the view's instant.
func actsKnown(acts []ActRecord, v innovation.View) []ActRecord {
	out := []ActRecord{}
	for _, a := range acts {
		if v.Known.IsZero() || !a.At.After(v.Known) {
			out = append(out, a)
		}
	}
	return out
}

// concerns reports whether the change is to a fact that may hold on the day.
func (c Change) concerns(v innovation.View) bool {
	return v.On.IsZero() || c.Value != nil && c.Value.Valid().Holds(v.On) != innovation.No
}

// maxChange is above every change number.
const maxChange = 1<<63 - 2
