package store

import (
	"context"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// Ladder is the money ladder of a day.
type Ladder struct {
	Recipe  innovation.Recipe                        `json:"recipe"`
	Query   innovation.LadderQuery                   `json:"query" doc:"What was asked"`
	Rows    []innovation.LadderRow                   `json:"rows" doc:"In the order of years, networks and streams"`
	Sources []innovation.Recorded[innovation.Source] `json:"sources,omitempty" doc:"The sources of envelopes, allocations and rival figures"`
}

// Ladder says what was announced, allocated, committed, paid and spent by the
// day, rung by rung: of an envelope, a funder, a network, or all. Each rung is
// an interval where it is not exact, with what is left of the rung above and
// what is not counted, and why. Money that is passed on is counted once.
func (r reader) Ladder(ctx context.Context, v innovation.View, q innovation.LadderQuery) (out Ladder, err error) {
	if err := q.Validate(); err != nil {
		return out, err
	}
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		out, err = ladderOf(ctx, s, m, q)
		return err
	})
	return out, err
}

func ladderOf(ctx context.Context, s *session, m moment, q innovation.LadderQuery) (out Ladder, err error) {
	l := ladderReader{s: s, m: m, q: q}
	if err := l.resolve(ctx); err != nil {
		return out, err
	}
	in := innovation.LadderInput{On: m.on, Query: q}
	if err := l.envelopes(ctx, &in); err != nil {
		return out, err
	}
	if err := l.awards(ctx, &in); err != nil {
		return out, err
	}
	if in.Sums, err = l.sums(ctx); err != nil {
		return out, err
	}
	out = Ladder{Recipe: m.recipe(), Query: q}
	if out.Rows, err = innovation.NewLadder(in); err != nil {
		return out, err
	}
	var networks []innovation.OrganisationID
	for _, row := range out.Rows {
		networks = append(networks, row.Network)
	}
	names, err := namesOn(ctx, s, m, networks)
	if err != nil {
		return out, err
	}
	for i := range out.Rows {
		out.Rows[i].NetworkName = names[out.Rows[i].Network]
	}
	var cited []innovation.Citation
	for _, e := range in.Envelopes {
		cited = append(cited, e.Sources...)
	}
	for _, a := range in.Allocations {
		cited = append(cited, a.Sources...)
	}
	for _, c := range in.Claims {
		cited = append(cited, c.Sources...)
	}
	out.Sources, err = sourcesCited(ctx, s, m, cited)
	return out, err
}

// ladderReader reads what a ladder is made from.
type ladderReader struct {
	s *session
	m moment
	q innovation.LadderQuery

	funder, network int64  // entities, 0 when not asked for
	within          string // "IN (…)": the envelopes asked for, in SQL; "" when that is all
	envelopeIDs     []any
}

// resolve finds the entities that the query names.
func (l *ladderReader) resolve(ctx context.Context) (err error) {
	if l.q.Funder != "" {
		if l.funder, _, err = mustEntity(ctx, l.s, l.m, l.q.Funder.Entity()); err != nil {
			return err
		}
	}
	if l.q.Network != "" {
		if l.network, _, err = mustEntity(ctx, l.s, l.m, l.q.Network.Entity()); err != nil {
			return err
		}
	}
	if l.q.Envelope == "" {
		return nil
	}
	root, _, err := mustEntity(ctx, l.s, l.m, l.q.Envelope.Entity())
	if err != nil {
		return err
	}
	ids, known := []any{root}, map[int64]bool{root: true}
	for from := ids; len(from) > 0; { // the envelopes that lie in it, tier by tier
		w := l.m.plain("f").and("f.parent IN ("+marks(len(from))+")", from...)
		rows, err := l.s.query(ctx, "SELECT f.subject FROM reg_envelope f "+w.String(), w.args...)
		if err != nil {
			return err
		}
		from = nil
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				rows.Close()
				return err
			}
			if !known[id] {
				known[id] = true
				from = append(from, id)
			}
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return explain(err)
		}
		ids = append(ids, from...)
	}
	l.within, l.envelopeIDs = "IN ("+marks(len(ids))+")", ids
	return nil
}

func marks(n int) string { return strings.Repeat("?, ", n-1) + "?" }

// happened is the condition that an event has come, or may have, by the day.
func (l *ladderReader) happened(alias string) where {
	return l.m.known(alias).and(alias+".start_earliest <= ?", l.m.on.DayNumber())
}

// envelopes reads the envelopes, what is allocated out of them, and the rival
// figures about them.
func (l *ladderReader) envelopes(ctx context.Context, in *innovation.LadderInput) error {
	w := l.asked(l.happened("f"))
	if l.network != 0 {
		w = w.and("f.for_body = ?", l.network)
	}
	var g gatherer
	in.Envelopes = gather(&g, ctx, l.s, l.m, envelopes, w)
	if l.network != 0 && g.err == nil {
		in.Shared = l.shared(ctx, &g)
	}
	var keys []any
	for _, list := range [][]innovation.Recorded[innovation.Envelope]{in.Envelopes, in.Shared} {
		for _, e := range list {
			keys = append(keys, string(e.Value.Envelope))
		}
	}
	if g.err != nil || len(keys) == 0 {
		return g.err
	}
	chosen := func(column string) where {
		return where{}.and(column+" IN (SELECT id FROM reg_entity WHERE kind = 'envelope' AND key IN ("+marks(len(keys))+"))", keys...)
	}
	in.Allocations = gather(&g, ctx, l.s, l.m, allocations, l.happened("f").join(chosen("f.envelope")))
	if l.funder != 0 {
		in.CoFunders = gather(&g, ctx, l.s, l.m, coFunders, l.m.holding("f").join(chosen("f.subject")))
	}
	in.Criteria = gather(&g, ctx, l.s, l.m, criteria, l.m.known("f").join(chosen("f.subject")))
	in.Claims = gather(&g, ctx, l.s, l.m, moneyClaims, l.m.known("f").and("f.rung <> ''").join(chosen("f.subject")))
	of := chosen("a.envelope")
	in.Shares = gather(&g, ctx, l.s, l.m, shares, l.m.known("f").
		and("f.subject IN (SELECT a.subject FROM reg_allocation a WHERE "+of.text[0]+")", of.args...))
	return g.err
}

// asked keeps the envelopes f of the envelope, the funder and the stream that
// were asked for.
func (l *ladderReader) asked(w where) where {
	if l.within != "" {
		w = w.and("f.subject "+l.within, l.envelopeIDs...)
	}
	if l.funder != 0 {
		c := l.m.holding("c")
		w = w.and("(f.funder = ? OR f.subject IN (SELECT c.subject FROM reg_co_funder c WHERE c.funder = ? AND "+strings.Join(c.text, " AND ")+"))",
			append([]any{l.funder, l.funder}, c.args...)...)
	}
	if l.q.Stream != "" {
		w = w.and("f.stream = ?", l.q.Stream)
	}
	return w
}

// shared reads the envelopes for several of which a network has a part.
func (l *ladderReader) shared(ctx context.Context, g *gatherer) []innovation.Recorded[innovation.Envelope] {
	a, h := l.happened("a"), l.m.holding("h")
	args := append(append([]any{}, a.args...), l.network, l.network)
	w := l.asked(l.happened("f").and("(f.for_body IS NULL OR f.for_body <> ?)", l.network)).
		and("f.subject IN (SELECT a.envelope FROM reg_allocation a "+a.String()+" AND (a.recipient = ? OR a.subject IN (SELECT h.subject FROM reg_share h WHERE h.recipient = ? AND "+
			strings.Join(h.text, " AND ")+")))", append(args, h.args...)...)
	return gather(g, ctx, l.s, l.m, envelopes, w)
}

// awards reads the awards that sums cannot tell: those by the year for more
// than one, and, on a ladder of networks, those of several recipients.
func (l *ladderReader) awards(ctx context.Context, in *innovation.LadderInput) error {
	// Few awards are of these kinds: they are found first, whatever is asked.
	few, apart := "SELECT y.subject FROM reg_award y WHERE y.per <> 'whole-period'", "sel.apart = 1"
	if l.q.ByNetwork() {
		few, apart = few+" UNION SELECT h.subject FROM reg_share h", "(sel.apart = 1 OR sel.joint = 1)"
	}
	sel := l.selected(where{}.and("a.subject IN (" + few + ")"))
	w := l.m.plain("f").and("f.subject IN (SELECT sel.award FROM ("+sel.text[0]+") sel WHERE "+apart+" AND sel.why = '')", sel.args...)
	var g gatherer
	in.Awards = gather(&g, ctx, l.s, l.m, awards, w)
	if len(in.Awards) == 0 || g.err != nil {
		return g.err
	}
	if l.q.ByNetwork() {
		joint := where{}.and("f.subject IN (SELECT sel.award FROM ("+sel.text[0]+") sel WHERE sel.joint = 1)", sel.args...)
		in.Shares = append(in.Shares, gather(&g, ctx, l.s, l.m, shares, l.m.known("f").join(joint))...)
		in.Adjustments = gather(&g, ctx, l.s, l.m, adjustments, l.happened("f").join(joint))
	}
	if g.err != nil || !l.q.ByStream() {
		return g.err
	}
	in.Streams = map[innovation.AwardID]string{}
	rows, err := l.s.query(ctx, "SELECT n.key, sel.stream FROM ("+sel.text[0]+") sel JOIN reg_entity n ON n.id = sel.award WHERE "+apart, sel.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var award innovation.AwardID
		var stream string
		if err := rows.Scan((*string)(&award), &stream); err != nil {
			return err
		}
		in.Streams[award] = stream
	}
	return explain(rows.Err())
}

// selected is the statement of the awards asked for, as far as a ladder needs
// them, among some: apart marks those by the year for more than one year, joint those with
// shares.
func (l *ladderReader) selected(among where) where {
	a := l.happened("a").join(among)
	var on where
	join := ""
	stream := "''"
	if l.within != "" || l.q.Stream != "" || l.funder != 0 || l.q.ByStream() {
		al, e := l.m.plain("al"), l.m.plain("e")
		join = " LEFT JOIN reg_allocation al ON al.subject = a.allocation AND " + al.text[0] +
			" LEFT JOIN reg_envelope e ON e.subject = COALESCE(a.envelope, al.envelope) AND " + e.text[0]
		on.args = append(append(on.args, al.args...), e.args...)
	}
	if l.q.ByStream() {
		stream = "CASE WHEN a.stream = '' THEN COALESCE(e.stream, '') ELSE a.stream END"
	}
	year := "a.year"
	if l.q.Cash {
		year = "a.day_year"
	}
	w := a
	if l.within != "" {
		w = w.and("(a.envelope "+l.within+" OR al.envelope "+l.within+")", append(append([]any{}, l.envelopeIDs...), l.envelopeIDs...)...)
	}
	if l.funder != 0 {
		w = w.and("(a.funder = ? OR a.funder IS NULL AND e.funder = ?)", l.funder, l.funder)
	}
	if l.network != 0 {
		w = w.and("(a.recipient = ? OR a.subject IN (SELECT h.subject FROM reg_share h WHERE h.recipient = ? AND "+l.m.plain("h").text[0]+"))",
			append([]any{l.network, l.network}, l.m.plain("h").args...)...)
	}
	if l.q.Stream != "" {
		w = w.and("(a.stream = ? OR a.stream = '' AND e.stream = ?)", l.q.Stream, l.q.Stream)
	}
	passedOn, args := l.passedOn()
	besides, besidesArgs := l.besides()
	h := l.m.plain("h")
	text := "SELECT a.subject AS award, a.recipient, " + stream + " AS stream, " + year + " AS year, a.vat, a.start_latest, a.amount_kind, a.amount_low, a.amount_high, a.amount_nominal," +
		" CASE WHEN a.covers_start_earliest = 0 THEN 0 ELSE 1 END AS dated," +
		" CASE WHEN a.allocation IS NULL THEN 0 ELSE 1 END AS allocated, CASE WHEN COALESCE(a.allocation, a.envelope) IS NULL THEN 0 ELSE 1 END AS attached," +
		" a.covers_start_earliest AS from_day, a.covers_end_latest AS to_day," +
		" CASE WHEN a.per = 'per-contract-year' OR a.per = 'per-year' AND a.year = 0 THEN 1 ELSE 0 END AS apart," +
		" CASE WHEN EXISTS (SELECT 1 FROM reg_share h WHERE h.subject = a.subject AND " + h.text[0] + ") THEN 1 ELSE 0 END AS joint," +
		" CASE WHEN " + besides + " THEN 'comparator' WHEN " + passedOn + " THEN 'transfer' ELSE '' END AS off," +
		" CASE WHEN a.basis IN ('planned', 'expected', 'implied') THEN a.basis ELSE '' END AS basis" +
		" FROM reg_award a" + join + " " + w.String()
	all := slices.Concat(h.args, besidesArgs, args, on.args, w.args)
	inner := where{text: []string{text}, args: all}
	return where{text: []string{"SELECT s.*, CASE WHEN s.off <> '' THEN s.off ELSE s.basis END AS why FROM (" + inner.text[0] + ") s"}, args: all}
}

// besides is the condition that an award is out of an envelope for comparison,
// which no ladder counts unless it is asked for.
func (l *ladderReader) besides() (string, []any) {
	if l.within != "" {
		return "1 = 0", nil
	}
	b, al := l.m.plain("b"), l.m.plain("bl")
	comparators := "(SELECT b.subject FROM reg_envelope b WHERE b.type = 'comparator' AND " + b.text[0] + ")"
	return "(a.envelope IN " + comparators + " OR a.allocation IN (SELECT bl.subject FROM reg_allocation bl WHERE bl.envelope IN " + comparators + " AND " + al.text[0] + "))",
		slices.Concat(b.args, b.args, al.args)
}

// passedOn is the condition that an award passes on money which the ladder
// sees where it came in: directly, or through others that passed it on.
func (l *ladderReader) passedOn() (string, []any) {
	t := l.happened("t")
	if l.q.National() {
		return "EXISTS (SELECT 1 FROM reg_transfer t WHERE t.subject = a.subject AND " + strings.Join(t.text, " AND ") + ")", t.args
	}
	base, from := l.m.plain("fa"), "1 = 0"
	var fromArgs []any
	switch {
	case l.within != "":
		al := l.m.plain("fl")
		base = base.and("(fa.envelope "+l.within+" OR fa.allocation IN (SELECT fl.subject FROM reg_allocation fl WHERE fl.envelope "+l.within+" AND "+al.text[0]+"))",
			slices.Concat(l.envelopeIDs, l.envelopeIDs, al.args)...)
		from, fromArgs = "t.from_envelope "+l.within, l.envelopeIDs
	case l.funder != 0:
		base = base.and("fa.funder = ?", l.funder)
	default:
		return "1 = 0", nil
	}
	up := l.happened("u")
	inside := "WITH RECURSIVE inside(award) AS (SELECT fa.subject FROM reg_award fa " + base.String() +
		" UNION SELECT u.subject FROM reg_transfer u JOIN inside i ON u.from_award = i.award " + up.String() + ")"
	return "a.subject IN (" + inside + " SELECT t.subject FROM reg_transfer t " + t.String() + " AND (" + from + " OR t.from_award IN (SELECT award FROM inside)))",
		slices.Concat(base.args, up.args, t.args, fromArgs)
}
