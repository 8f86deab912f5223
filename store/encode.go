package store

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/innovationregistry/registry/innovation"
)

// The digest of an act covers its changes in their order. A change is its sign,
// the code of its type, the number of the fact, and then its fields, with their
// length before them, in the order of their tags, each as tag, wire type and
// value. Zero values are left out, entities stand by kind and key, and whole
// numbers are zigzag varints. The encoding is frozen: released chains are
// golden tests.
const (
	signAdd    = '+'
	signRemove = '-'

	wireInt    = 0
	wireBytes  = 1
	wireEntity = 2

	// Tags from 1000 are the same for every type of fact.
	tagStart = 1001
	tagEnd   = 1002
)

// Codes of what a change adds or removes. Types of fact have theirs beside
// their tables, from 10.
const (
	codeEntity   = 1
	codeCitation = 2
)

// genesis is the digest of the chain before the first act.
func genesis() []byte {
	sum := sha256.Sum256([]byte("innovationregistry\n"))
	return sum[:]
}

// encoder appends the canonical form of changes.
type encoder struct{ buf []byte }

// change appends one change: a fact of a type, a citation of a fact, or an
// entity, which has no fact.
func (e *encoder) change(sign byte, code int, fact innovation.FactID, fields []byte) {
	e.buf = append(e.buf, sign)
	e.buf = binary.AppendUvarint(e.buf, uint64(code))
	e.buf = binary.AppendVarint(e.buf, int64(fact))
	e.buf = binary.AppendUvarint(e.buf, uint64(len(fields)))
	e.buf = append(e.buf, fields...)
}

// entityFields and citationFields are the fields of changes that are no facts.
func entityFields(ent innovation.Entity) []byte {
	var e encoder
	e.entity(1, ent)
	return e.buf
}

func citationFields(c innovation.Citation) []byte {
	var e encoder
	e.entity(1, c.Source.Entity())
	e.text(2, c.Locator)
	return e.buf
}

func (e *encoder) integer(tag uint64, n int64) {
	if n == 0 {
		return
	}
	e.buf = binary.AppendUvarint(e.buf, tag)
	e.buf = append(e.buf, wireInt)
	e.buf = binary.AppendVarint(e.buf, n)
}

func (e *encoder) text(tag uint64, s string) {
	if s == "" {
		return
	}
	e.buf = binary.AppendUvarint(e.buf, tag)
	e.buf = append(e.buf, wireBytes)
	e.buf = binary.AppendUvarint(e.buf, uint64(len(s)))
	e.buf = append(e.buf, s...)
}

func (e *encoder) bytes(tag uint64, b []byte) { e.text(tag, string(b)) }

func (e *encoder) entity(tag uint64, ent innovation.Entity) {
	if ent.IsZero() {
		return
	}
	e.buf = binary.AppendUvarint(e.buf, tag)
	e.buf = append(e.buf, wireEntity)
	for _, s := range []string{string(ent.Kind), string(ent.Key)} {
		e.buf = binary.AppendUvarint(e.buf, uint64(len(s)))
		e.buf = append(e.buf, s...)
	}
}

// group writes fields under one tag; an empty group is left out.
func (e *encoder) group(tag uint64, fields func(*encoder)) {
	var in encoder
	fields(&in)
	e.bytes(tag, in.buf)
}

func (e *encoder) bound(tag uint64, b innovation.Bound) {
	e.group(tag, func(in *encoder) {
		in.integer(1, b.Earliest.DayNumber())
		in.integer(2, b.Latest.DayNumber())
		in.text(3, string(b.Basis))
	})
}

func (e *encoder) amount(tag uint64, kind string, low, high, nominal *int64) {
	e.group(tag, func(in *encoder) {
		in.text(1, kind)
		for i, n := range []*int64{low, high, nominal} {
			if n != nil { // an absent bound is not the bound zero
				in.group(uint64(i)+2, func(m *encoder) { m.text(1, string(binary.AppendVarint(nil, *n))) })
			}
		}
	})
}

func (e *encoder) quantity(tag uint64, value, low, high *int64, scale int64) {
	e.group(tag, func(in *encoder) {
		for i, n := range []*int64{value, low, high} {
			if n != nil { // an absent bound is not the bound zero
				in.group(uint64(i)+1, func(m *encoder) { m.text(1, string(binary.AppendVarint(nil, *n))) })
			}
		}
		in.integer(4, scale)
	})
}
