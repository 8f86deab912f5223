package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/innovationregistry/registry/innovation"
	"golang.org/x/text/unicode/norm"
)

// Cite adds a source to a fact. The fact itself does not change.
func (tx *Tx) Cite(ctx context.Context, id innovation.FactID, source innovation.Citation) error {
	return tx.operation(ctx, func() error {
		_, old, err := tx.find(ctx, id)
		if err != nil {
			return err
		}
		return tx.addCitations(ctx, old.Value.Subject(), id, []innovation.Citation{source})
	})
}

// Uncite takes back a citation that does not support the fact. The fact itself
// does not change.
func (tx *Tx) Uncite(ctx context.Context, id innovation.FactID, source innovation.Citation) error {
	return tx.operation(ctx, func() error {
		_, old, err := tx.find(ctx, id)
		if err != nil {
			return err
		}
		return tx.removeCitation(ctx, old.Value.Subject(), id, source)
	})
}

func (tx *Tx) removeCitation(ctx context.Context, subject innovation.Entity, id innovation.FactID, source innovation.Citation) error {
	cited, err := tx.resolveCitations(ctx, "sources", []innovation.Citation{source})
	if err != nil {
		return err
	}
	n, err := tx.session.exec(ctx, "UPDATE reg_citation SET removed = ? WHERE fact = ? AND source = ? AND locator = ? AND removed = "+inForce,
		tx.change+1, int64(id), cited[0], source.Locator)
	if err != nil {
		return err
	}
	if n == 0 {
		return &innovation.Error{Kind: innovation.NotFound, Rule: innovation.RuleCitationNotFound, Field: "source",
			Detail: fmt.Sprintf("fact %d does not cite %s at %q", id, source.Source, source.Locator), Try: "give the locator as it is recorded"}
	}
	tx.pending.change(signRemove, codeCitation, id, citationFields(source))
	tx.next()
	return tx.touch(ctx, subject)
}

// citing lists the facts in force that cite a source.
func (tx *Tx) citing(ctx context.Context, source innovation.Entity) ([]Pointer, error) {
	id, err := tx.id(ctx)(source)
	if err != nil {
		return nil, err
	}
	var out []Pointer
	for _, t := range factTables {
		got, err := t.scanAny(ctx, tx.session, "WHERE f.removed = "+inForce+
			" AND f.fact IN (SELECT fact FROM reg_citation WHERE source = ? AND removed = "+inForce+") ORDER BY f.fact", id)
		if err != nil {
			return nil, err
		}
		for _, f := range got {
			out = append(out, Pointer{Type: t.factType(), Fact: f.ID})
		}
	}
	return out, nil
}

// addCitations cites sources for a fact; one that is cited already is left.
func (tx *Tx) addCitations(ctx context.Context, subject innovation.Entity, id innovation.FactID, sources []innovation.Citation) error {
	return tx.cite(ctx, subject, id, sources, false)
}

// cite is addCitations, which knows that a fresh fact has none.
func (tx *Tx) cite(ctx context.Context, subject innovation.Entity, id innovation.FactID, sources []innovation.Citation, fresh bool) error {
	if len(sources) == 0 {
		return nil
	}
	sources = normalCitations(sources)
	ids, err := tx.resolveCitations(ctx, "sources", sources)
	if err != nil {
		return err
	}
	about, err := tx.id(ctx)(subject)
	if err != nil {
		return err
	}
	for i, source := range ids {
		if !fresh || i > 0 {
			if err := tx.many.flush(ctx, tx.session); err != nil {
				return err
			}
			cited, err := tx.session.one(ctx, []any{new(int)},
				"SELECT 1 FROM reg_citation WHERE fact = ? AND source = ? AND locator = ? AND removed = "+inForce, int64(id), source, sources[i].Locator)
			if err != nil {
				return err
			}
			if cited {
				continue
			}
		}
		row := []any{tx.next(), int64(id), about, source, sources[i].Locator}
		if tx.many != nil {
			err = tx.many.citation(ctx, tx.session, row)
		} else {
			_, err = tx.session.exec(ctx, citationInsert+citationRow, row...)
		}
		if err != nil {
			return err
		}
		tx.pending.change(signAdd, codeCitation, id, citationFields(sources[i]))
		tx.touched[about] = true
	}
	return nil
}

// normalCitations brings the locators of citations into normal form.
func normalCitations(cited []innovation.Citation) []innovation.Citation {
	out := slices.Clone(cited)
	for i := range out {
		out[i].Locator = norm.NFC.String(out[i].Locator)
	}
	return out
}

// resolveCitations finds the sources that are cited.
func (tx *Tx) resolveCitations(ctx context.Context, field string, cited []innovation.Citation) ([]int64, error) {
	out := make([]int64, len(cited))
	var errs []error
	for i, c := range cited {
		at := fmt.Sprintf("%s[%d]", field, i)
		if err := c.Validate(); err != nil {
			for _, e := range innovation.Violations(err) {
				errs = append(errs, e.In(at))
			}
			continue
		}
		id, found, err := tx.lookup(ctx, c.Source.Entity())
		if err == nil && found {
			found, err = tx.founded(ctx, c.Source.Entity())
		}
		if err != nil {
			return nil, err
		}
		if !found {
			errs = append(errs, missing(at+".source", c.Source.Entity()))
		}
		out[i] = id
	}
	return out, innovation.Join(errs...)
}
