package store

import (
	"fmt"

	"github.com/innovationregistry/registry/innovation"
)

var envelopes = define(31, true, "reg_envelope", func(e *innovation.Envelope) []*column {
	return append(append([]*column{
		ref(1, "envelope", "subject", innovation.KindEnvelope, (*string)(&e.Envelope)),
		text(2, "title", "title", &e.Title),
		term(3, "type", "type", innovation.SchemeEnvelopeType, &e.Type),
		text(4, "purpose", "purpose", &e.Purpose),
		term(5, "stream", "stream", innovation.SchemeFundingStream, &e.Stream),
		ref(6, "funder", "funder", innovation.KindOrganisation, (*string)(&e.Funder)).optional(),
		ref(7, "for", "for_body", innovation.KindOrganisation, (*string)(&e.For)).optional(),
		ref(8, "parent", "parent", innovation.KindEnvelope, (*string)(&e.Parent)).optional().owner(),
	}, figure(9, &e.Figure)...),
		text(14, "note", "note", &e.Note),
		event("day", &e.Day),
	)
})

var coFunders = define(32, false, "reg_co_funder", func(c *innovation.CoFunder) []*column {
	return []*column{
		ref(1, "envelope", "subject", innovation.KindEnvelope, (*string)(&c.Envelope)),
		ref(2, "funder", "funder", innovation.KindOrganisation, (*string)(&c.Funder)),
		amount(3, "amount", "amount", &c.Amount),
		text(4, "note", "note", &c.Note),
		period(&c.Period),
	}
})

var criteria = define(33, false, "reg_criterion", func(c *innovation.Criterion) []*column {
	return []*column{
		ref(1, "envelope", "subject", innovation.KindEnvelope, (*string)(&c.Envelope)),
		term(2, "criterion", "criterion", innovation.SchemeCriterion, &c.Criterion),
		text(3, "text", "text", &c.Text),
		amount(4, "bounds", "bounds", &c.Bounds),
		integer(5, "weight", "weight", &c.Weight),
		text(6, "note", "note", &c.Note),
		period(&c.Period),
	}
})

var moneyClaims = define(34, false, "reg_money_claim", func(c *innovation.MoneyClaim) []*column {
	return append(append([]*column{
		anyRef(1, "about", "subject", &c.About),
		text(2, "topic", "topic", &c.Topic),
		text(3, "rung", "rung", (*string)(&c.Rung)),
		boolean(4, "each", "each_recipient", &c.Each),
	}, figure(5, &c.Figure)...),
		text(10, "note", "note", &c.Note),
		event("day", &c.Day),
	)
})

// figure is the columns of an amount with what it takes to read it. It takes
// five tags. The year follows from the time that the figure covers, so that
// sums by year need no calendar in SQL.
//
//go:noinline // every table would hold a copy of it
func figure(tag uint64, f *innovation.Figure) []*column {
	return []*column{
		amount(tag, "figure.amount", "amount", &f.Amount),
		text(tag+1, "figure.per", "per", (*string)(&f.Per)),
		text(tag+2, "figure.vat", "vat", (*string)(&f.VAT)),
		text(tag+3, "figure.basis", "basis", (*string)(&f.Basis)),
		covering(tag+4, "figure.covers", "covers", &f.Covers),
		derivedYear("year", func() innovation.FinancialYear { return f.Year() }),
	}
}

// covering is a period beside the valid one; it may be left out.
//
//go:noinline // every table would hold a copy of it
func covering(tag uint64, field, name string, p *innovation.Period) *column {
	return &column{tag: tag, field: field,
		names: []string{name + "_start_earliest", name + "_start_latest", name + "_start_basis",
			name + "_end_earliest", name + "_end_latest", name + "_end_basis"},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) {
			n := normalSpan(*p)
			return append(boundValues(n.Start), boundValues(n.End)...), nil
		},
		dest: append(boundDest(&p.Start), boundDest(&p.End)...),
		write: func(e *encoder) {
			n := normalSpan(*p)
			e.group(tag, func(in *encoder) {
				in.bound(1, n.Start)
				in.bound(2, n.End)
			})
		},
		verify: func() error {
			if *p != normalSpan(*p) {
				return fmt.Errorf("an open end of %s is not stored as one", name)
			}
			return nil
		},
	}
}

// normalSpan is a period with its open end, or none at all.
func normalSpan(p innovation.Period) innovation.Period {
	if p == (innovation.Period{}) {
		return p
	}
	return p.Normal()
}

// derivedYear is a financial year worked out from other columns, 0 for none.
//
//go:noinline // every table would hold a copy of it
func derivedYear(name string, value func() innovation.FinancialYear) *column {
	var kept int64
	return &column{names: []string{name},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) { return []any{int64(value())}, nil },
		dest:  []any{&kept},
		write: func(*encoder) {},
		verify: func() error {
			if kept != int64(value()) {
				return fmt.Errorf("%s does not follow from the other fields", name)
			}
			return nil
		},
	}
}

// year is a financial year that may be left out.
//
//go:noinline // every table would hold a copy of it
func year(tag uint64, field, name string, fy *innovation.FinancialYear) *column {
	var n int64
	return &column{tag: tag, field: field, names: []string{name},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) { return []any{int64(*fy)}, nil },
		dest:  []any{&n},
		load:  func() error { *fy = innovation.FinancialYear(n); return nil },
		write: func(e *encoder) { e.integer(tag, int64(*fy)) },
	}
}
