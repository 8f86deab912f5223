package store

import (
	"context"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// statement adds up awards, adjustments, payments, refunds and spend in one
// statement: every award is read once, and what belongs to it by its index.
func (l *ladderReader) statement() where {
	sel := l.selected(where{})
	parts := []where{l.committed(), l.moved("increase", "reg_adjustment", "x.type = 'increase'"), l.moved("decrease", "reg_adjustment", "x.type = 'decrease'"),
		l.paidExactly(), l.moved("paid", "reg_payment", "(x.amount_kind <> 'exact' OR x.start_latest > "+strconv.FormatInt(l.m.on.DayNumber(), 10)+")"), l.moved("refunded", "reg_refund", ""), l.spent()}
	if l.q.National() || l.network != 0 {
		parts = append(parts, l.unattached(), l.inKind(), l.held())
	}
	var texts []string
	args := sel.args
	for _, p := range parts {
		texts = append(texts, p.text[0])
		args = append(args[:len(args):len(args)], p.args...)
	}
	spenders := *l // whoever spends: also a network out of another's award
	spenders.network = 0
	from := spenders.selected(where{})
	args = append(from.args[:len(from.args):len(from.args)], args...)
	return where{text: []string{"WITH spending AS (" + from.text[0] + "), sel AS (" + sel.text[0] + ") SELECT t.step, COALESCE(n.key, ''), t.stream, t.year, t.vat, t.why, t.records, t.exact, t.undisclosed, t.no_envelope, t.no_allocation, t.no_commitment, t.no_award," +
		" t.low_upper, t.low_lower, t.high_upper, t.high_lower, t.highs, t.nominal_upper, t.nominal_lower, t.nominals FROM (" +
		strings.Join(texts, " UNION ALL ") + ") t LEFT JOIN reg_entity n ON n.id = t.network ORDER BY 1, 4, 2, 3, 5, 6"}, args: args}
}

// sums runs the statement.
func (l *ladderReader) sums(ctx context.Context) ([]innovation.LadderSum, error) {
	w := l.statement()
	rows, err := l.s.query(ctx, w.text[0], w.args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []innovation.LadderSum
	for rows.Next() {
		var sum innovation.LadderSum
		var p innovation.SumParts
		var year int64
		if err := rows.Scan((*string)(&sum.Step), (*string)(&sum.Network), &sum.Stream, &year, (*string)(&sum.VAT), (*string)(&sum.Why), &p.Records, &p.Exact, &p.Undisclosed, &sum.Loose.Envelope, &sum.Loose.Allocation, &sum.Loose.Commitment, &sum.Loose.Award,
			&p.LowUpper, &p.LowLower, &p.HighUpper, &p.HighLower, &p.Highs, &p.NominalUpper, &p.NominalLower, &p.Nominals); err != nil {
			return nil, err
		}
		if sum.Amount, err = p.Amount(); err != nil {
			return nil, err
		}
		sum.Year, sum.Records, sum.Undisclosed = innovation.FinancialYear(year), p.Records, p.Undisclosed
		out = append(out, sum)
	}
	return out, explain(rows.Err())
}

// parts are the columns of a sum over the rows of x: upper and lower halves, so
// that no engine overflows. What may not have come by the day counts from
// nothing.
func (l *ladderReader) parts(alias, loose string) (string, []any) {
	on := l.m.on.DayNumber()
	certain := strings.ReplaceAll("x.start_latest <= ?", "x.", alias+".")
	text := strings.ReplaceAll("COUNT(*) AS records, SUM(CASE WHEN x.amount_kind = 'exact' AND CERTAIN THEN 1 ELSE 0 END) AS exact,"+
		" SUM(CASE WHEN x.amount_kind = 'not-disclosed' THEN 1 ELSE 0 END) AS undisclosed, LOOSE,"+
		" SUM(CASE WHEN CERTAIN THEN COALESCE(x.amount_low, 0) >> 32 ELSE 0 END) AS low_upper,"+
		" SUM(CASE WHEN CERTAIN THEN COALESCE(x.amount_low, 0) & 4294967295 ELSE 0 END) AS low_lower,"+
		" COALESCE(SUM(x.amount_high >> 32), 0) AS high_upper, COALESCE(SUM(x.amount_high & 4294967295), 0) AS high_lower, COUNT(x.amount_high) AS highs,"+
		" SUM(CASE WHEN CERTAIN THEN COALESCE(x.amount_nominal, 0) >> 32 ELSE 0 END) AS nominal_upper,"+
		" SUM(CASE WHEN CERTAIN THEN COALESCE(x.amount_nominal, 0) & 4294967295 ELSE 0 END) AS nominal_lower,"+
		" COUNT(CASE WHEN CERTAIN THEN x.amount_nominal END) AS nominals", "x.", alias+".")
	n := strings.Count(text, "CERTAIN")
	args := make([]any, n)
	for i := range args {
		args[i] = on
	}
	return strings.NewReplacer("CERTAIN", certain, "LOOSE", loose).Replace(text), args
}

// looseNone, looseAll and looseAwards count the records that belong to nothing
// which a rung above counts.
const (
	looseNone = "0 AS no_envelope, 0 AS no_allocation, 0 AS no_commitment, 0 AS no_award"
	looseAll  = "COUNT(*) AS no_envelope, COUNT(*) AS no_allocation, COUNT(*) AS no_commitment, COUNT(*) AS no_award"
)

// looseAwards counts records of awards, so many in a row, whose award is not
// counted as committed in the year of the record.
func (l *ladderReader) looseAwards(records, year string) string {
	uncommitted := "sel.why <> ''"
	if l.q.ByYear() {
		uncommitted = "(sel.why <> '' OR sel.apart = 0 AND sel.year <> " + year + ")"
	}
	return "SUM(" + records + " * (1 - sel.attached)) AS no_envelope, SUM(" + records + " * (1 - sel.allocated)) AS no_allocation, SUM(CASE WHEN " +
		uncommitted + " THEN " + records + " ELSE 0 END) AS no_commitment, 0 AS no_award"
}

// networkColumn is whom a sum belongs to, when that is told apart.
func (l *ladderReader) networkColumn(column string) string {
	if l.q.ByNetwork() {
		return column
	}
	return "CAST(NULL AS BIGINT)"
}

// yearColumns are the year of a sum and why it is in none, when years are told
// apart.
func (l *ladderReader) yearColumns(column, why, spans string) (year, reason string) {
	if !l.q.ByYear() {
		return "0", why
	}
	return column, "CASE WHEN " + why + " = '' AND " + column + " = 0 THEN " + spans + " ELSE " + why + " END"
}

// ofYear keeps the rows of the year asked for, and those of no known year.
func (l *ladderReader) ofYear(w where, column string) where {
	if l.q.Year != 0 {
		w = w.and(column+" IN (?, 0)", int64(l.q.Year))
	}
	return w
}

// ofTime keeps the awards of the year asked for, and those of no single year
// that may be for it.
func (l *ladderReader) ofTime(w where) where {
	if l.q.Year == 0 {
		return w
	}
	year := l.q.Year.Span()
	if l.q.Cash {
		return l.ofYear(w, "sel.year")
	}
	return w.and("(sel.year = ? OR sel.year = 0 AND (sel.dated = 0 OR sel.from_day < ? AND sel.to_day > ?))",
		int64(l.q.Year), year.End.DayNumber(), year.Start.DayNumber())
}

// group is one part of the statement: sums by everything that is told apart.
func (l *ladderReader) group(step, network, stream, year, vat, why, parts, from string, w where, args []any) where {
	if !l.q.ByStream() {
		stream = "''"
	}
	text := "SELECT '" + step + "' AS step, " + network + " AS network, " + stream + " AS stream, " + year + " AS year, " + vat + " AS vat, " + why + " AS why, " + parts +
		" FROM " + from + " " + w.String() + " GROUP BY 2, 3, 4, 5, 6"
	return where{text: []string{text}, args: append(args[:len(args):len(args)], w.args...)}
}

// committed sums the awards themselves.
func (l *ladderReader) committed() where {
	spans := "CASE WHEN sel.dated = 1 THEN 'spans-years' ELSE 'year-not-known' END"
	if l.q.Cash {
		spans = "'year-not-known'"
	}
	year, why := l.yearColumns("sel.year", "sel.why", spans)
	parts, args := l.parts("sel", "SUM(1 - sel.attached) AS no_envelope, SUM(1 - sel.allocated) AS no_allocation, 0 AS no_commitment, 0 AS no_award")
	w := where{}.and("(sel.apart = 0 OR sel.why <> '')")
	if l.q.ByNetwork() {
		w = where{}.and("(sel.apart = 0 AND sel.joint = 0 OR sel.why <> '')")
	}
	return l.group("committed", l.networkColumn("sel.recipient"), "sel.stream", year, "sel.vat", why, parts, "sel", l.ofTime(w), args)
}

// paidTo is whose a payment is: a member's of the consortium, when it was paid
// to one, else the recipient's. It bears no marks: it stands in several places.
func (l *ladderReader) paidTo() string {
	known := "h.removed = " + inForce
	if !l.m.current {
		k := strconv.FormatInt(l.m.change, 10)
		known = "h.added <= " + k + " AND h.removed > " + k
	}
	return "CASE WHEN sel.joint = 1 AND x.payee IS NOT NULL AND EXISTS (SELECT 1 FROM reg_share h WHERE h.subject = sel.award AND h.recipient = x.payee AND " + known +
		") THEN x.payee ELSE sel.recipient END"
}

// paidExactly sums the payments of exact amounts on days that have certainly
// come: nearly all there are. They are added up for each award, in the order of
// an index, before awards are.
func (l *ladderReader) paidExactly() where {
	column := "year"
	if l.q.Cash {
		column = "day_year"
	}
	in := l.ofYear(l.m.known("p").and("p.amount_kind = 'exact' AND p.start_latest <= ?", l.m.on.DayNumber()), "p."+column)
	if !l.q.National() || l.q.Stream != "" {
		in = in.and("p.subject IN (SELECT sel.award FROM sel)")
	}
	from := "(SELECT p.subject, p." + column + " AS year, p.vat, p.payee, COUNT(*) AS records, SUM(p.amount_low >> 32) AS upper_half," +
		" SUM(p.amount_low & 4294967295) AS lower_half FROM reg_payment p " + in.String() + " GROUP BY p.subject, p." + column + ", p.vat, p.payee)"
	sums := "SUM(x.records) AS records, SUM(x.records) AS exact, 0 AS undisclosed, " + l.looseAwards("x.records", "x.year") + ", SUM(x.upper_half) AS low_upper, SUM(x.lower_half) AS low_lower," +
		" SUM(x.upper_half) AS high_upper, SUM(x.lower_half) AS high_lower, SUM(x.records) AS highs," +
		" SUM(x.upper_half) AS nominal_upper, SUM(x.lower_half) AS nominal_lower, SUM(x.records) AS nominals"
	year, why := l.yearColumns("x.year", "sel.off", "'year-not-known'")
	w, paidTo := where{}, l.paidTo()
	if l.network != 0 {
		w = w.and(paidTo+" = ?", l.network)
	}
	return l.group("paid", l.networkColumn(paidTo), "sel.stream", year, "CASE WHEN x.vat = '' THEN sel.vat ELSE x.vat END", why, sums,
		from+" x JOIN sel ON sel.award = x.subject", w, in.args)
}

// moved sums what belongs to the awards: adjustments in the award's year,
// payments and refunds in their own. What was paid to a member of a
// consortium is the member's, all else the recipient's.
func (l *ladderReader) moved(step, table, only string) where {
	column, vat, network := "x.year", "CASE WHEN x.vat = '' THEN sel.vat ELSE x.vat END", "sel.recipient"
	spans := "'year-not-known'"
	if l.q.Cash {
		column = "x.day_year"
	}
	if table == "reg_adjustment" {
		vat = "sel.vat"
		if !l.q.Cash {
			column, spans = "sel.year", "CASE WHEN sel.dated = 1 THEN 'spans-years' ELSE 'year-not-known' END"
		}
	}
	if table == "reg_payment" {
		network = l.paidTo()
	}
	off, loose := "sel.off", l.looseAwards("1", column)
	w := l.happened("x")
	if table == "reg_adjustment" { // they change what was committed, and belong where that does
		off, loose = "sel.why", looseNone
		if l.q.ByNetwork() {
			w = w.and("sel.joint = 0")
		}
	}
	year, why := l.yearColumns(column, off, spans)
	parts, args := l.parts("x", loose)
	if only != "" {
		w = w.and(only)
	}
	if l.network != 0 {
		w = w.and(network+" = ?", l.network)
	}
	if column == "sel.year" {
		w = l.ofTime(w)
	} else {
		w = l.ofYear(w, column)
	}
	return l.group(step, l.networkColumn(network), "sel.stream", year, vat, why, parts, "sel JOIN "+table+" x ON x.subject = sel.award", w, args)
}

// spent sums spend from the awards.
func (l *ladderReader) spent() where {
	column := "x.year"
	if l.q.Cash {
		column = "x.day_year"
	}
	year, why := l.yearColumns(column, "sel.off", "'year-not-known'")
	parts, args := l.parts("x", l.looseAwards("1", column))
	w := l.happened("x")
	if l.network != 0 {
		w = w.and("x.subject = ?", l.network)
	}
	return l.group("spent", l.networkColumn("x.subject"), "sel.stream", year, "CASE WHEN x.vat = '' THEN sel.vat ELSE x.vat END", why, parts,
		"spending sel JOIN reg_spend x ON x.award = sel.award", l.ofYear(w, column), args)
}

// unattached sums spend from no award that is named: on the ladder of a
// network or of all.
func (l *ladderReader) unattached() where {
	column := "u.year"
	if l.q.Cash {
		column = "u.day_year"
	}
	year, why := l.yearColumns(column, "''", "'year-not-known'")
	parts, args := l.parts("u", looseAll)
	w := l.ofNetwork("u", l.happened("u").and("u.award IS NULL"))
	return l.group("spent", l.networkColumn("u.subject"), "u.stream", year, "u.vat", why, parts, "reg_spend u", l.ofYear(w, column), args)
}

// inKind sums income in kind. It is no money: a ladder shows that it is there.
func (l *ladderReader) inKind() where {
	parts, args := l.parts("x", looseNone)
	w := l.happened("x").and("x.kind = 'in-kind'")
	year, _ := l.yearColumns("x.year", "''", "''")
	return l.group("paid", l.networkColumn("x.subject"), "x.stream", year, "x.vat", "'in-kind'", parts, "reg_income x", l.ofYear(l.ofNetwork("x", w), "x.year"), args)
}

// held sums money that is held for others on the day. It belongs to no year.
func (l *ladderReader) held() where {
	parts, args := l.parts("x", looseNone)
	w := l.m.holding("x")
	if l.q.ByYear() {
		w = w.and("1 = 0")
	}
	return l.group("paid", l.networkColumn("x.subject"), "x.stream", "0", "''", "'held-for-others'", parts, "reg_holding x", l.ofNetwork("x", w), args)
}

// ofNetwork keeps the rows about the network and the stream asked for, and none
// where the ladder is of an envelope or a funder.
func (l *ladderReader) ofNetwork(alias string, w where) where {
	if l.network != 0 {
		w = w.and(alias+".subject = ?", l.network)
	}
	if l.within != "" || l.funder != 0 {
		w = w.and("1 = 0") // whose money it was is not known
	}
	if l.q.Stream != "" {
		w = w.and(alias+".stream = ?", l.q.Stream)
	}
	return w
}
