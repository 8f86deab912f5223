package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"sync"

	"github.com/innovationregistry/registry/innovation"
)

// Verification is the outcome of Verify.
type Verification struct {
	OK       bool                    `json:"ok" doc:"True when there are no problems"`
	Register string                  `json:"register" doc:"Identity of the register"`
	Engine   string                  `json:"engine" doc:"Engine that keeps it"`
	Schema   int                     `json:"schema" doc:"Version of its schema"`
	Acts     int64                   `json:"acts" doc:"How many acts were verified"`
	Changes  innovation.ChangeNumber `json:"changes" doc:"How many changes they made"`
	Digest   string                  `json:"digest" doc:"Digest of the chain, hexadecimal: two registers with the same digest have the same history"`
	Problems []Problem               `json:"problems" doc:"What is wrong, at most 100"`
}

// Problem is something wrong with a register that its own rules exclude.
type Problem struct {
	Where  string `json:"where" doc:"The act, table or entity"`
	Detail string `json:"detail"`
}

const maxProblems = 100

// Verify recomputes the chain of acts from the rows and checks the structure
// of the file, its references and every refusal rule over all that is in
// force. A register that was changed from outside, or damaged, has problems.
// An error means that the check itself could not be made.
//
// progress, which may be nil, is called now and then with how many acts of how
// many are done.
func (s *Store) Verify(ctx context.Context, progress func(done, total int64)) (out Verification, err error) {
	out = Verification{Register: s.ID(), Engine: s.dialect.name, Schema: SchemaVersion(), Problems: []Problem{}}
	err = s.read(ctx, func(c *session) error {
		v := verifier{session: c, out: &out, progress: progress}
		for _, step := range []func(context.Context) error{v.structure, v.chain, v.versions, v.rules} {
			if err := step(ctx); err != nil {
				if ctx.Err() != nil {
					return ctx.Err()
				}
				// What cannot be read is a finding about the file, not a failure to look.
				v.problem("register", "%v", err)
			}
		}
		return nil
	})
	out.OK = err == nil && len(out.Problems) == 0
	return out, err
}

type verifier struct {
	session  *session
	out      *Verification
	progress func(done, total int64)
}

//go:noinline // many places would hold a copy of it
func (v *verifier) problem(where, format string, args ...any) {
	if len(v.out.Problems) < maxProblems {
		v.out.Problems = append(v.out.Problems, Problem{where, fmt.Sprintf(format, args...)})
	}
}

// structure asks SQLite about its file; PostgreSQL keeps its own in order.
func (v *verifier) structure(ctx context.Context) error {
	if v.session.dialect.dollar {
		return nil
	}
	rows, err := v.session.query(ctx, "PRAGMA integrity_check")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			return err
		}
		if line != "ok" {
			v.problem("file", "%s", line)
		}
	}
	if err := rows.Err(); err != nil {
		return explain(err)
	}
	rows.Close()
	broken, err := v.session.query(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	defer broken.Close()
	for broken.Next() {
		var table, parent string
		var row, key any
		if err := broken.Scan(&table, &row, &parent, &key); err != nil {
			return err
		}
		v.problem(table, "row %v refers to a row of %s that is not there", row, parent)
	}
	if err := broken.Err(); err != nil {
		return explain(err)
	}
	broken.Close()
	return v.schema(ctx)
}

// schema compares the tables and indexes with those of a new register, and
// finds triggers: what they would do to the next act is in no row yet. A host
// may have indexes of its own.
func (v *verifier) schema(ctx context.Context) error {
	want, err := newSchema()
	if err != nil {
		return err
	}
	is, err := schemaTexts(ctx, v.session)
	if err != nil {
		return err
	}
	for name, text := range want {
		if is[name] != text {
			v.problem("file", "the %s is not as the register made it", name)
		}
	}
	for name := range is {
		if strings.HasPrefix(name, "trigger") {
			v.problem("file", "there is a %s, which the register did not make", name)
		}
	}
	return nil
}

// newSchema is the schema of a new register in SQLite.
var newSchema = sync.OnceValues(func() (out map[string]string, err error) {
	s, err := OpenMemory(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	err = s.read(context.Background(), func(c *session) error {
		out, err = schemaTexts(context.Background(), c)
		return err
	})
	return out, err
})

// schemaTexts reads the statements that made what belongs to a register's tables.
func schemaTexts(ctx context.Context, s *session) (map[string]string, error) {
	rows, err := s.query(ctx, "SELECT type || ' ' || name, COALESCE(sql, '') FROM sqlite_schema WHERE substr(tbl_name, 1, 4) = 'reg_'")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return nil, err
		}
		out[name] = text
	}
	return out, explain(rows.Err())
}

// chain recomputes the digest of every act from the rows that it changed.
func (v *verifier) chain(ctx context.Context) error {
	h, err := readHead(ctx, v.session)
	if err != nil {
		return err
	}
	chained := genesis()
	var act, change, at int64
	for {
		acts, err := readActs(ctx, v.session, act, 50)
		if err != nil {
			return err
		}
		if len(acts) == 0 {
			break
		}
		stream := changeStream{session: v.session, next: acts[0].first, last: acts[len(acts)-1].last}
		for _, a := range acts {
			where := fmt.Sprintf("act %d", a.Act)
			if int64(a.Act) != act+1 {
				v.problem(where, "it follows act %d: acts are missing", act)
			}
			act = int64(a.Act)
			if a.At.UnixMicro() <= at {
				v.problem(where, "its time is not after that of the act before")
			}
			at = a.At.UnixMicro()
			h, n := sha256.New(), int64(0)
			for {
				c, err := stream.upTo(ctx, a.last)
				if err != nil {
					return err
				}
				if c == nil {
					break
				}
				n++
				change++
				if int64(c.Number) != change {
					v.problem(where, "change %d stands where change %d should", c.Number, change)
					change = int64(c.Number)
				}
				sign := byte(signAdd)
				if c.Verb == "removed" {
					sign = signRemove
				}
				var e encoder
				e.change(sign, c.code, c.Fact, c.fields)
				h.Write(e.buf)
			}
			if a.last != change || a.first+n-1 != a.last {
				v.problem(where, "it says it made changes %d to %d, and %d are there", a.first, a.last, n)
				change = a.last
			}
			rec := actRecord{int64(a.Act), at, a.Actor, a.Reason, a.Key, a.request, a.Sources}
			chained = rec.chain(chained, h.Sum(nil))
			if hex.EncodeToString(chained) != a.Digest {
				v.problem(where, "its digest does not follow from its rows: something was changed from outside")
				if chained, err = hex.DecodeString(a.Digest); err != nil {
					return err
				}
			}
		}
		if v.progress != nil {
			v.progress(act, h.act)
		}
	}
	if act != h.act || change != h.change || at != h.at || !bytes.Equal(chained, h.digest) {
		v.problem("head", "the head row names act %d and change %d, the acts end with %d and %d", h.act, h.change, act, change)
	}
	v.out.Acts, v.out.Changes, v.out.Digest = act, innovation.ChangeNumber(change), hex.EncodeToString(chained)
	return v.beyond(ctx, change)
}

// beyond looks for rows that no act accounts for.
func (v *verifier) beyond(ctx context.Context, last int64) error {
	stray, err := readChanges(ctx, v.session, span{first: last + 1, last: maxChange})
	if err != nil {
		return err
	}
	for _, c := range stray {
		v.problem(c.Subject.String(), "change %d of a %s belongs to no act", c.Number, c.Type)
	}
	early, err := readChanges(ctx, v.session, span{first: -maxChange, last: 0})
	if err != nil {
		return err
	}
	for _, c := range early {
		v.problem(c.Subject.String(), "change %d of a %s belongs to no act", c.Number, c.Type)
	}
	return nil
}

// versions checks what is kept besides the chain: versions of entities, columns
// that follow from others, erased names, and one row in force for each fact.
func (v *verifier) versions(ctx context.Context) error {
	touched := map[int64]int64{} // entity → last change that touched it
	cited := ""
	note := func(entity, change int64) { touched[entity] = max(touched[entity], change) }
	for _, t := range factTables {
		var owners string
		n := 0
		for _, c := range t.ownerColumns() {
			owners += ", COALESCE(f." + c + ", 0)"
			n++
		}
		rows, err := v.session.query(ctx, "SELECT f.subject, f.added, f.removed"+owners+" FROM "+t.tableName()+" f")
		if err != nil {
			return err
		}
		for rows.Next() {
			ids := make([]int64, 3+n)
			dest := make([]any, len(ids))
			for i := range ids {
				dest[i] = &ids[i]
			}
			if err := rows.Scan(dest...); err != nil {
				rows.Close()
				return err
			}
			for _, e := range append([]int64{ids[0]}, ids[3:]...) {
				note(e, ids[1])
				if ids[2] < maxChange {
					note(e, ids[2])
				}
			}
		}
		if err := rows.Err(); err != nil {
			return explain(err)
		}
		rows.Close()
		if err := t.verifyDerived(ctx, v.session, v.problem); err != nil {
			return err
		}
		first := "SELECT 1 FROM " + t.tableName() + " f WHERE f.added = c.fact AND f.fact = c.fact AND f.subject = c.subject"
		if err := v.none(ctx, t.tableName(), "takes the number of a fact that did not begin with a row like it",
			"SELECT c.added FROM "+t.tableName()+" c WHERE c.fact <> c.added AND (c.fact > c.added OR NOT EXISTS ("+first+"))"); err != nil {
			return err
		}
		cited += " UNION ALL " + first
	}
	if err := v.none(ctx, "reg_citation", "is of no fact about its subject",
		"SELECT c.added FROM reg_citation c WHERE c.fact > c.added OR NOT EXISTS ("+strings.TrimPrefix(cited, " UNION ALL ")+")"); err != nil {
		return err
	}
	if err := v.none(ctx, "act", "has sources whose places have gaps",
		"SELECT act FROM reg_act_source GROUP BY act HAVING MIN(position) <> 1 OR MAX(position) <> COUNT(*)"); err != nil {
		return err
	}
	const retracted = ` EXISTS (SELECT 1 FROM reg_person r WHERE r.subject = p.subject AND r.removed > p.added AND r.removed < ` + inForce + `
		AND NOT EXISTS (SELECT 1 FROM reg_person n WHERE n.fact = r.fact AND n.added > r.removed))`
	if err := v.none(ctx, "reg_person", "lacks its name, and no act erased it",
		"SELECT p.added FROM reg_person p WHERE p.name IS NULL AND NOT"+retracted); err != nil {
		return err
	}
	if err := v.none(ctx, "reg_person", "has a name that was erased",
		"SELECT p.added FROM reg_person p WHERE p.name IS NOT NULL AND"+retracted); err != nil {
		return err
	}
	ends, err := v.actEnds(ctx)
	if err != nil {
		return err
	}
	rows, err := v.session.query(ctx, "SELECT id, kind, key, version FROM reg_entity")
	if err != nil {
		return err
	}
	type entity struct {
		id, version int64
		name        innovation.Entity
	}
	var entities []entity
	for rows.Next() {
		var e entity
		if err := rows.Scan(&e.id, (*string)(&e.name.Kind), (*string)(&e.name.Key), &e.version); err != nil {
			rows.Close()
			return err
		}
		entities = append(entities, e)
	}
	if err := rows.Err(); err != nil {
		return explain(err)
	}
	rows.Close()
	if err := v.citationTouches(ctx, note); err != nil {
		return err
	}
	for _, e := range entities {
		if _, err := innovation.ParseEntity(e.name.String()); err != nil {
			v.problem(e.name.String(), "%v", err)
		}
		last := actOf(ends, e.id)
		if c := touched[e.id]; c > 0 {
			last = max(last, actOf(ends, c))
		}
		if last != e.version {
			v.problem(e.name.String(), "its version says act %d and act %d touched it last", e.version, last)
		}
	}
	return nil
}

// none reports the rows that a query should not find, by their numbers.
func (v *verifier) none(ctx context.Context, what, problem, query string) error {
	rows, err := v.session.query(ctx, query)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var number int64
		if err := rows.Scan(&number); err != nil {
			return err
		}
		v.problem(fmt.Sprintf("%s %d", what, number), "it %s", problem)
	}
	return explain(rows.Err())
}

func (v *verifier) citationTouches(ctx context.Context, note func(entity, change int64)) error {
	rows, err := v.session.query(ctx, "SELECT subject, added, removed FROM reg_citation")
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var subject, added, removed int64
		if err := rows.Scan(&subject, &added, &removed); err != nil {
			return err
		}
		note(subject, added)
		if removed < maxChange {
			note(subject, removed)
		}
	}
	return explain(rows.Err())
}

// actEnds lists the last changes of all acts; act n is at n-1.
func (v *verifier) actEnds(ctx context.Context) ([]int64, error) {
	rows, err := v.session.query(ctx, "SELECT last_change FROM reg_act ORDER BY number")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []int64
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, explain(rows.Err())
}

// actOf finds the act that made a change.
func actOf(ends []int64, change int64) int64 {
	lo, hi := 0, len(ends)
	for lo < hi {
		if mid := (lo + hi) / 2; ends[mid] < change {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return int64(lo) + 1
}

// rules holds everything in force against the refusal rules.
func (v *verifier) rules(ctx context.Context) error {
	_, keys, err := idsAndKeys(ctx, v.session, "SELECT id, key FROM reg_entity WHERE kind = ? ORDER BY key", string(innovation.KindOrganisation))
	if err != nil {
		return err
	}
	for _, key := range keys {
		e := innovation.OrganisationID(key).Entity()
		if err := v.judge(e.String(), checkFile(ctx, v.session, e)); err != nil {
			return err
		}
	}
	files, err := licenceFiles(ctx, v.session, moment{current: true, bare: true}, licenceFilter{})
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := v.judge(f.Licence.Value.Licence.Entity().String(), f.Check()); err != nil {
			return err
		}
	}
	if err := v.judge("licences", innovation.CheckHolderOverlap(files)); err != nil {
		return err
	}
	edges, err := successions.scan(ctx, v.session, "WHERE f.removed = "+inForce)
	if err != nil {
		return err
	}
	plain := make([]innovation.Succession, len(edges))
	for i, e := range edges {
		plain[i] = e.Value
	}
	if err := v.judge("successions", innovation.CheckSuccessions(plain)); err != nil {
		return err
	}
	all, err := identifiers.scan(ctx, v.session, "WHERE f.removed = "+inForce)
	if err != nil {
		return err
	}
	shared := map[string][]innovation.Recorded[innovation.Identifier]{}
	for _, i := range all {
		key := i.Value.Scheme + " " + i.Value.Value
		shared[key] = append(shared[key], i)
	}
	for key, list := range shared {
		for _, i := range list {
			if err := v.judge("identifier "+key, innovation.CheckIdentifier(list, i.Value)); err != nil {
				return err
			}
		}
	}
	if err := v.money(ctx); err != nil {
		return err
	}
	return v.adoption(ctx)
}
