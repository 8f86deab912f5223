package tabular

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// speaks says of which fields the row speaks: of those that the file has, and,
// when it has no number of a fact, whose cells are not empty. The parts of an
// amount and of a quantity are given together.
func (r *row) speaks() []bool {
	t := r.take
	if r.fact != 0 {
		return t.plan.given
	}
	out := make([]bool, len(r.values))
	sums := map[string]bool{}
	for i, text := range r.values {
		if out[i] = t.plan.given[i] && text != "" || slices.Contains(r.no, i); out[i] {
			sums[t.noun.sum(i)] = true
		}
	}
	for i := range out {
		if s := t.noun.sum(i); s != "" && sums[s] {
			out[i] = t.plan.given[i]
		}
	}
	return out
}

// sum is the name of the amount or quantity that a field is a part of, "" when
// it is of none.
func (n *Noun) sum(field int) string {
	c := &n.Columns[field]
	i := strings.LastIndexByte(c.Name, '.')
	if i < 0 || c.Form != Pounds && c.Form != Decimal && !(strings.HasSuffix(c.Name, ".kind") && field+1 < len(n.Columns) && n.Columns[field+1].Form == Pounds) {
		return ""
	}
	return c.Name[:i]
}

// missing says of the needed fields that are empty that they are missing, where
// err says what their values are not.
func (n *Noun) missing(cells []string, err error) error {
	var out []error
	var said []string
	for _, e := range innovation.Violations(err) {
		i := slices.IndexFunc(n.Columns, func(c Field) bool {
			return c.Required && (c.Name == e.Field || e.Field != "" && strings.HasPrefix(c.Name, e.Field+"."))
		})
		switch {
		case i < 0 || cells[i] != "":
			out = append(out, e)
		case !slices.Contains(said, n.Columns[i].Name):
			said = append(said, n.Columns[i].Name)
			out = append(out, innovation.Invalidf(innovation.RuleTextRequired, n.Columns[i].Name, "it is missing").Trying("fill in the cell: every %s has it", n.Type))
		}
	}
	if out == nil {
		return err
	}
	return innovation.Join(out...)
}

// whole adds to the notes of a row what else is wrong with it, as far as that
// can be told when some of it cannot be read: columns that have a note are left
// out. The error is a fault.
func (t *take) whole(ctx context.Context, r *row) error {
	if r.values == nil { // it holds an NHS number
		return nil
	}
	n := t.noun
	if r.fact == 0 {
		fact, err := n.Fact(n.named(r.values))
		r.also(err)
		if fact != nil {
			r.also(n.missing(r.values, fact.Validate()))
		}
	}
	said := map[innovation.Entity]bool{}
	for _, c := range t.plan.columns {
		if c.field < 0 || n.Founds && c.field == 0 || r.values[c.field] == "" {
			continue
		}
		f, e := &n.Columns[c.field], innovation.Entity{}
		switch text := r.values[c.field]; f.Form {
		case Key:
			e = innovation.Entity{Kind: f.Refers, Key: innovation.Key(text)}
		case Entity:
			e, _ = innovation.ParseEntity(text)
		}
		if e.IsZero() || said[e] || e == t.opts.Source.Entity() {
			continue
		}
		said[e] = true
		_, err := store.FactsOf(ctx, t.tx, n.Type, anyDay, store.FactFilter{Subject: e, AllDays: true, Limit: 1})
		switch {
		case err == nil:
		case errors.Is(err, innovation.NotFound):
			r.also(&innovation.Error{Kind: innovation.NotFound, Rule: innovation.RuleEntityNotFound, Field: f.Name,
				Detail: fmt.Sprintf("the register has no %s with the key %s", e.Kind, e.Key), Try: "record the " + string(e.Kind) + " first, or correct the key"})
		case innovation.Violations(err) == nil:
			return err
		}
	}
	return nil
}

// also adds the notes of err on columns that have none yet.
//
//go:noinline // several places would hold a copy of it
func (r *row) also(err error) {
	before := r.notes
	r.refuseAll(err)
	fresh := before[:len(before):len(before)]
	for _, n := range r.notes[len(before):] {
		if slices.Contains(r.take.plan.headings, n.Field) && !slices.ContainsFunc(before, func(o Note) bool { return o.Field == n.Field }) {
			fresh = append(fresh, n)
		}
	}
	r.notes = fresh
}

// otherwise says how an organisation may be meant that is named by neither a key
// nor a code: "" when nothing can be guessed.
func otherwise(value string) string {
	lower := strings.ToLower(value)
	switch {
	case innovation.CheckKey("", lower) != nil || strings.Contains(value, ":"):
		return ""
	case lower == value:
		return "; a code of the ODS is written ods:RTK"
	case len(value) >= 3 && len(value) <= 6 && value == strings.ToUpper(value):
		return fmt.Sprintf("write ods:%s when it is a code of the ODS, or %s when it is a key", value, lower)
	}
	return "write " + lower + ": keys are in lower case"
}
