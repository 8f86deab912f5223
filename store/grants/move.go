package grants

import (
	"context"
	"slices"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// move is a row of a ledger.
type move struct {
	typ                       string
	day                       innovation.Date
	prefix                    string
	amount                    innovation.Amount
	award, reference          string // the award by its key or its identifier
	organisation, payee, from *party
	instalment                innovation.InstalmentID
	vat                       innovation.VAT
	accrued                   innovation.Day
	stream, purpose           string
	focusArea, title          string
	kind                      innovation.IncomeKind
	match                     innovation.IncomeMatch
	reason, note              string
	year, into                innovation.FinancialYear
}

func (m *move) parties() []*party {
	var out []*party
	for _, p := range []*party{m.organisation, m.payee, m.from} {
		if p != nil && p.key == "" {
			out = append(out, p)
		}
	}
	return out
}

// fact is what the row records, once it is known whom it names.
func (m *move) fact(award innovation.AwardID, organisation, payee, from innovation.OrganisationID) innovation.Fact {
	day := innovation.OnDay(m.day)
	switch m.typ {
	case rowPayment:
		return innovation.Payment{Award: award, Instalment: m.instalment, Payee: payee, Amount: m.amount, VAT: m.vat,
			Accrued: m.accrued, Reference: m.reference, Note: m.note, Day: day}
	case rowRefund, rowClawback:
		typ := innovation.Repayment
		if m.typ == rowClawback {
			typ = innovation.Clawback
		}
		return innovation.Refund{Award: award, Type: typ, Amount: m.amount, VAT: m.vat, Accrued: m.accrued,
			Reason: m.reason, Reference: m.reference, Note: m.note, Day: day}
	case rowSpend:
		return innovation.Spend{Organisation: organisation, Award: award, Stream: m.stream, FocusArea: m.focusArea, Purpose: m.purpose,
			Amount: m.amount, VAT: m.vat, Accrued: m.accrued, Reference: m.reference, Note: m.note, Day: day}
	case rowIncome:
		return innovation.Income{Organisation: organisation, From: from, Kind: m.kind, Title: m.title, Stream: m.stream, Award: award, Match: m.match,
			Figure: innovation.Figure{Amount: m.amount, Per: innovation.PerPeriod, VAT: m.vat, Basis: innovation.FigureActual}, Note: m.note, Day: day}
	}
	typ := innovation.Underspend
	if m.typ == rowCarryForward {
		typ = innovation.CarryForward
	}
	return innovation.YearEnd{Organisation: organisation, Award: award, Type: typ, Year: m.year, Into: m.into, Amount: m.amount, Note: m.note, Day: day}
}

func (m *move) take(ctx context.Context, t *take, r *row) (added bool, err error) {
	var award innovation.AwardID
	if m.award != "" {
		if award, err = t.namedAward(ctx, r, m.award); err != nil {
			return false, err
		}
	}
	var orgs [3]innovation.OrganisationID
	for i, p := range []*party{m.organisation, m.payee, m.from} {
		if orgs[i], err = t.namedOrganisation(ctx, r, []string{"organisation", "payee", "from"}[i], p); err != nil {
			return false, err
		}
	}
	if len(r.refusals) > 0 {
		return false, nil
	}
	fact := m.fact(award, orgs[0], orgs[1], orgs[2])
	b, err := t.book(ctx, fact)
	if err != nil {
		return false, err
	}
	// A ledger numbers its entries: without a number, two equal rows of a file
	// may be one entry that was written twice.
	if first, repeated := b.rows[fact]; repeated {
		if m.reference != "" {
			r.remark("reference", m.reference, "the row says the same as row %d, and was passed over", first)
		} else {
			r.refuse(innovation.RuleImportRepeated, "reference", "", "give each a reference of its own, or take one of them out",
				"row %d says the same, and neither has a reference that tells them apart", first)
		}
		return false, nil
	}
	if b.facts[fact] {
		b.rows[fact] = r.number
		return false, nil
	}
	if n := numbered(fact); n != nil && b.numbers[n] {
		rule, detail := innovation.RuleImportConflict, "the register has another %s with the reference %s"
		if slices.Contains(b.here, n) {
			rule, detail = innovation.RuleImportRepeated, "an earlier row is another %s with the reference %s"
		}
		r.refuse(rule, "reference", m.reference, "correct the one that is wrong, or give each a reference of its own", detail, m.typ, m.reference)
		return false, nil
	}
	if err := t.record(ctx, r, fact); err != nil {
		return false, err
	}
	b.add(fact)
	b.rows[fact] = r.number
	if n := numbered(fact); n != nil {
		b.here = append(b.here, n)
	}
	return true, nil
}

// namedAward finds an award by its key or its identifier.
func (t *take) namedAward(ctx context.Context, r *row, text string) (innovation.AwardID, error) {
	if innovation.CheckKey("", text) == nil {
		if _, found, err := about[innovation.Award](ctx, t.tx, innovation.AwardID(text).Entity()); err != nil || found {
			return innovation.AwardID(text), err
		}
	}
	key, _, found, err := t.award(ctx, newGrant(text, t.opts.Prefix).award.Identifier)
	if err == nil && !found {
		r.refuse(innovation.RuleEntityNotFound, "award", text, "bring the awards in first, or correct the row", "the register has no award with the key or identifier %q", clip(text))
	}
	return key, err
}

// namedOrganisation finds an organisation by its key or an identifier. A
// ledger founds none.
func (t *take) namedOrganisation(ctx context.Context, r *row, field string, p *party) (innovation.OrganisationID, error) {
	switch {
	case p == nil:
		return "", nil
	case p.key != "":
		return p.key, nil
	case len(t.orgs.byID[p.ids[0]]) == 0:
		r.refuse(innovation.RuleEntityNotFound, field, p.text(), "record the organisation first, or correct the row", "the register has no organisation with the key or identifier %q", clip(p.text()))
		return "", nil
	}
	return t.organisation(ctx, r, field, p)
}

// book is the money of one type that is recorded about an entity.
type book struct {
	facts   map[innovation.Fact]bool
	numbers map[any]bool            // what identifies those with a reference
	rows    map[innovation.Fact]int // the rows of this file that said it
	here    []any                   // the numbers that this file brought
}

//go:noinline // many places would hold a copy of it
func (b *book) add(f innovation.Fact) {
	b.facts[f] = true
	if n := numbered(f); n != nil {
		b.numbers[n] = true
	}
}

// numbered is what a reference stands for in a ledger: one payment of an
// instalment of an award, one refund. Spending may share one: an invoice is
// split by purpose. Nil without a reference.
//
//go:noinline // many places would hold a copy of it
func numbered(f innovation.Fact) any {
	switch f := f.(type) {
	case innovation.Payment:
		if f.Reference != "" {
			return [3]string{string(f.Award), string(f.Instalment), f.Reference}
		}
	case innovation.Refund:
		if f.Reference != "" {
			return [3]string{string(f.Award), string(f.Type), f.Reference}
		}
	}
	return nil
}

type bookKey struct {
	typ   innovation.FactType
	about innovation.Entity
}

// book reads what is recorded of the type of a fact about its subject.
func (t *take) book(ctx context.Context, f innovation.Fact) (*book, error) {
	key := bookKey{f.FactType(), f.Subject()}
	if b := t.books[key]; b != nil {
		return b, nil
	}
	b := &book{facts: map[innovation.Fact]bool{}, numbers: map[any]bool{}, rows: map[innovation.Fact]int{}}
	var err error
	switch f.(type) {
	case innovation.Payment:
		err = fill[innovation.Payment](ctx, t, b, key.about)
	case innovation.Refund:
		err = fill[innovation.Refund](ctx, t, b, key.about)
	case innovation.Spend:
		err = fill[innovation.Spend](ctx, t, b, key.about)
	case innovation.Income:
		err = fill[innovation.Income](ctx, t, b, key.about)
	case innovation.YearEnd:
		err = fill[innovation.YearEnd](ctx, t, b, key.about)
	}
	t.books[key] = b
	return b, err
}

func fill[F innovation.Fact](ctx context.Context, t *take, b *book, about innovation.Entity) error {
	for f, err := range each[F](ctx, t.tx, anyDay, store.FactFilter{Subject: about, AllDays: true}) {
		if err != nil {
			return err
		}
		b.add(f)
	}
	return nil
}
