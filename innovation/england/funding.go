package england

import "github.com/innovationregistry/registry/innovation"

func envelope(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Envelope{
		Envelope: innovation.EnvelopeID(r.text("key")), Title: r.text("title"), Type: r.text("type"),
		Purpose: r.text("purpose"), Stream: r.text("stream"), Funder: r.organisation("funder"),
		For: r.organisation("for"), Parent: innovation.EnvelopeID(r.text("parent")), Figure: r.figure(),
		Note: r.text("note"), Day: r.day("day", "day_basis"),
	}}
}

// coFunder is a further funder; no source says how much of it is its part.
func coFunder(r row) []innovation.Fact {
	return []innovation.Fact{innovation.CoFunder{
		Envelope: innovation.EnvelopeID(r.text("envelope")), Funder: r.organisation("funder"),
		Note: r.text("note"), Period: r.period(),
	}}
}

// criterion is a rule by which an envelope is shared out; no source gives a
// weight.
func criterion(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Criterion{
		Envelope: innovation.EnvelopeID(r.text("envelope")), Criterion: r.text("criterion"), Text: r.text("text"),
		Bounds: r.amount(), Note: r.text("note"), Period: r.period(),
	}}
}

// allocation is a part of an envelope, or a joint sum: then it names no
// recipient, and shares do.
func allocation(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Allocation{
		Allocation: innovation.AllocationID(r.text("key")), Envelope: innovation.EnvelopeID(r.text("envelope")),
		Recipient: r.organisation("recipient"), Figure: r.figure(), By: r.organisation("by"),
		Note: r.text("note"), Day: r.day("day", "day_basis"),
	}}
}

func share(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Share{
		Of: r.entity("of"), Recipient: r.organisation("recipient"), Amount: r.amount(),
		Note: r.text("note"), Period: r.period(),
	}}
}

func award(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Award{
		Award: innovation.AwardID(r.text("key")), Title: r.text("title"), Funder: r.organisation("funder"),
		Recipient: r.organisation("recipient"), Stream: r.text("stream"), Programme: r.text("programme"),
		Purpose: r.text("purpose"), Figure: r.figure(), Note: r.text("note"), Day: r.day("day", "day_basis"),
	}}
}

func moneyTransfer(r row) []innovation.Fact {
	return []innovation.Fact{innovation.MoneyTransfer{
		Award: innovation.AwardID(r.text("award")), Through: r.organisation("through"),
		Note: r.text("note"), Day: r.day("day", "day_basis"),
	}}
}

// income never has a payer here: where a page names one, it names others too.
func income(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Income{
		Organisation: r.organisation("organisation"), Kind: innovation.IncomeKind(r.text("kind")),
		Whole: r.text("whole") == "yes", Title: r.text("title"), Stream: r.text("stream"), Figure: r.figure(),
		Note: r.text("note"), Day: r.day("day", "day_basis"),
	}}
}

// leverage is outside money. Who brings it stands in the column by: source is
// the column of the citation.
func leverage(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Leverage{
		About: r.entity("about"), Type: r.text("type"), Source: r.organisation("by"), Title: r.text("title"),
		Stream: r.text("stream"), Figure: r.figure(), Evidence: r.text("evidence"),
		Note: r.text("note"), Day: r.day("day", "day_basis"),
	}}
}

func moneyClaim(r row) []innovation.Fact {
	return []innovation.Fact{innovation.MoneyClaim{
		About: r.entity("about"), Topic: r.text("topic"), Rung: innovation.Rung(r.text("rung")),
		Each: r.text("each") == "yes", Figure: r.figure(), Note: r.text("note"), Day: r.day("day", "day_basis"),
	}}
}

// entity is a cell with a kind and a key, "envelope/env-2013-pot".
func (r row) entity(column string) innovation.Entity {
	e, err := innovation.ParseEntity(r.text(column))
	r.fail(column, err)
	return e
}

// figure is an amount with what it is for. No source says how value added tax
// stands to it.
func (r row) figure() innovation.Figure {
	return innovation.Figure{
		Amount: r.amount(), Per: innovation.Per(r.text("per")), Basis: innovation.FigureBasis(r.text("basis")),
		Covers: r.covers(),
	}
}

// covers is the time that a figure is about, the zero Period when the row gives
// none.
func (r row) covers() innovation.Period {
	if !r.has("covers_start") {
		return innovation.Period{}
	}
	p := innovation.FromBound(r.bound("covers_start", "covers_start_basis"))
	if r.has("covers_end") {
		p.End = r.bound("covers_end", "covers_end_basis")
	}
	return p
}

// amount is the amount of the row in pounds; not stated when its kind is empty.
func (r row) amount() innovation.Amount {
	a, err := innovation.AmountFromParts(innovation.AmountKind(r.text("amount_kind")), r.pounds("low"), r.pounds("high"), r.pounds("amount"))
	r.fail("amount_kind", err)
	return a
}

// pounds is a cell with a sum of money, nil when it is empty.
func (r row) pounds(column string) *innovation.Money {
	s := r.text(column)
	if s == "" {
		return nil
	}
	m, err := innovation.ParseMoney(s)
	r.fail(column, err)
	return &m
}
