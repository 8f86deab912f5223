package grants

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// The types of row of a ledger.
const (
	rowPayment      = "payment"
	rowRefund       = "refund"
	rowClawback     = "clawback"
	rowSpend        = "spend"
	rowIncome       = "income"
	rowUnderspend   = "underspend"
	rowCarryForward = "carry-forward"
)

var ledgerTypes = []string{rowPayment, rowRefund, rowClawback, rowSpend, rowIncome, rowUnderspend, rowCarryForward}

// ledgerColumns are the columns that a ledger may have. Type, amount and date
// it must have.
var ledgerColumns = []string{"type", "award", "organisation", "instalment", "amount", "currency", "date", "accrued", "vat", "reference",
	"payee", "from", "stream", "purpose", "focusArea", "kind", "match", "title", "reason", "year", "into", "note"}

// ledgerUses says which columns each type of row uses; a row with something in
// another column is refused, for it would be lost.
var ledgerUses = map[string][]string{
	rowPayment:      {"award", "instalment", "payee", "vat", "accrued", "reference", "note"},
	rowRefund:       {"award", "vat", "accrued", "reason", "reference", "note"},
	rowClawback:     {"award", "vat", "accrued", "reason", "reference", "note"},
	rowSpend:        {"organisation", "award", "stream", "focusArea", "purpose", "vat", "accrued", "reference", "note"},
	rowIncome:       {"organisation", "from", "kind", "title", "stream", "award", "match", "vat", "note"},
	rowUnderspend:   {"organisation", "award", "year", "note"},
	rowCarryForward: {"organisation", "award", "year", "into", "note"},
}

// ledgerTry is what to do about an amount below nothing.
var ledgerTry = map[string]string{
	rowPayment: "record it as a refund: a row of type refund with the amount above nothing",
	rowSpend:   "money that came back is a refund, or income: record it as a row of that type with the amount above nothing",
}

// ledgerNames are the fields of the facts that the ledger calls otherwise.
var ledgerNames = map[string]string{"day": "date", "figure.amount": "amount", "figure.vat": "vat", "organisation": "organisation"}

// readLedger reads a finance ledger. Rows are taken in the order of their days,
// and of one day money goes out before it comes back, whatever their order in
// the file: so the rules between them hold as they held then.
func readLedger(data []byte, opts Options) (*file, error) {
	t, err := readTable(data)
	if err != nil {
		return nil, err
	}
	if err := t.need("type", "amount", "date"); err != nil {
		return nil, err
	}
	out := &file{remarks: t.remarks, notKept: t.rest(ledgerColumns...)}
	dates := t.reading(opts, "date", "accrued")
	out.remarks = append(out.remarks, dates.remarks()...)
	for _, rec := range t.records {
		r := t.start(rec, ledgerNames)
		readLedgerRow(t, rec, r, dates, opts)
		out.rows = append(out.rows, r)
	}
	sort.SliceStable(out.rows, func(i, j int) bool { return compareMoves(out.rows[i].entry, out.rows[j].entry) < 0 })
	return out, nil
}

func compareMoves(a, b entry) int {
	x, ok := a.(*move)
	y, ok2 := b.(*move)
	if !ok || !ok2 {
		return 0
	}
	return cmp.Or(x.day.Compare(y.day), cmp.Compare(slices.Index(ledgerTypes, x.typ), slices.Index(ledgerTypes, y.typ)))
}

func readLedgerRow(t *table, rec record, r *row, dates *reading, opts Options) {
	get := func(column string) string { return oneLine(t.get(rec, column)) }
	typ := strings.ToLower(get("type"))
	uses, known := ledgerUses[typ]
	if !known {
		r.refuse(innovation.RuleMoneyTypeInvalid, "type", get("type"), "use one of "+strings.Join(ledgerTypes, ", "), "%q is no type of row", clip(get("type")))
	}
	for _, column := range ledgerColumns {
		always := column == "type" || column == "amount" || column == "currency" || column == "date"
		if known && !always && get(column) != "" && !slices.Contains(uses, column) {
			r.refuse(innovation.RuleImportRowShape, column, get(column), "leave it out, or say it in the note", "a %s has no %s, and it would be lost", typ, column)
		}
	}
	try := ledgerTry[typ]
	if try == "" {
		try = "every row of a ledger has an amount above nothing: its type says which way the money went"
	}
	r.money("amount", get("amount"), try)
	r.currency("currency", get("currency"))
	day, _ := dates.date(r, "date", get("date"))
	m := &move{typ: typ, day: day, prefix: opts.Prefix, amount: innovation.Exact(r.amount), award: get("award"), reference: get("reference"),
		organisation: ledgerParty(get("organisation"), opts.Prefix), payee: ledgerParty(get("payee"), opts.Prefix), from: ledgerParty(get("from"), opts.Prefix),
		instalment: innovation.InstalmentID(get("instalment")), vat: innovation.VAT(strings.ToLower(get("vat"))),
		stream: get("stream"), purpose: get("purpose"), focusArea: get("focusArea"), kind: innovation.IncomeKind(strings.ToLower(get("kind"))),
		match: innovation.IncomeMatch(strings.ToLower(get("match"))), title: get("title"), reason: get("reason"), note: strings.TrimSpace(lines(t.get(rec, "note")))}
	if text := get("accrued"); text != "" {
		m.accrued.Bound, _ = dates.bound(r, "accrued", text)
	}
	var err1, err2 error
	if text := get("year"); text != "" {
		m.year, err1 = innovation.ParseFinancialYear(text)
	}
	if text := get("into"); text != "" {
		m.into, err2 = innovation.ParseFinancialYear(text)
	}
	for i, err := range []error{err1, err2} {
		for _, e := range innovation.Violations(err) {
			r.refuse(e.Rule, []string{"year", "into"}[i], get([]string{"year", "into"}[i]), e.Try, "%s", e.Detail)
		}
	}
	if len(r.refusals) > 0 {
		return
	}
	// What the row alone can show is shown at once, with stand-ins for what only
	// the register knows.
	r.refuseAll(m.fact("", "", "", "").Validate(), "")
	r.refusals = slices.DeleteFunc(r.refusals, func(n Note) bool {
		given := map[string]string{"award": m.award, "organisation": get("organisation"), "payee": get("payee"), "from": get("from")}
		return n.Rule == innovation.RuleKeyInvalid && given[n.Field] != ""
	})
	if len(r.refusals) == 0 {
		r.entry = m
	}
}

// ledgerParty reads who is named in a ledger: a key of the register, or an
// identifier such as GB-CHC-1156077.
func ledgerParty(text, prefix string) *party {
	if text == "" {
		return nil
	}
	if innovation.CheckKey("", text) == nil {
		return &party{key: innovation.OrganisationID(text)}
	}
	return newParty(text, "", prefix, innovation.Date{})
}
