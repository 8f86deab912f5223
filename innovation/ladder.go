package innovation

import (
	"cmp"
	"slices"
	"sort"
)

// Rules of the ladder.
const (
	RuleLadderBy RuleID = "ladder-by-invalid"
)

// LadderQuery says of what a ladder is. Empty fields do not restrict.
type LadderQuery struct {
	Envelope EnvelopeID     `json:"envelope,omitempty" doc:"The envelope, with those that lie in it"`
	Funder   OrganisationID `json:"funder,omitempty" doc:"Who gives the money"`
	Network  OrganisationID `json:"network,omitempty" doc:"Who gets it"`
	Stream   string         `json:"stream,omitempty" doc:"The funding stream"`
	Year     FinancialYear  `json:"year,omitempty" doc:"The financial year"`
	By       LadderBy       `json:"by,omitempty" enum:"year,network,stream,year-network,year-stream" doc:"A row for each year, each network or each stream, or for each of these in each year; one row for all when left out"`
	Cash     bool           `json:"cash,omitempty" doc:"Years by the day on which money was awarded or moved, instead of the time that it is for"`
}

// LadderBy is how the rows of a ladder are divided.
type LadderBy string

// The divisions of a ladder.
const (
	LadderWhole       LadderBy = ""
	LadderYear        LadderBy = "year"
	LadderNetwork     LadderBy = "network"
	LadderStream      LadderBy = "stream"
	LadderYearNetwork LadderBy = "year-network"
	LadderYearStream  LadderBy = "year-stream"
)

// Validate reports everything that is wrong with the query.
func (q LadderQuery) Validate() error {
	var by, fy error
	if !slices.Contains([]LadderBy{LadderWhole, LadderYear, LadderNetwork, LadderStream, LadderYearNetwork, LadderYearStream}, q.By) {
		by = Invalidf(RuleLadderBy, "by", "%q is no division of a ladder", clip(string(q.By))).Trying("use year, network, stream, year-network or year-stream, or leave it out")
	}
	if q.Year != 0 && (q.Year < firstTextFinancialYear || q.Year > lastTextFinancialYear) {
		fy = Invalidf(RuleFinancialYearInvalid, "year", "%d is no financial year", q.Year)
	}
	return Join(checkOptionalRef("envelope", string(q.Envelope)), checkOptionalRef("funder", string(q.Funder)),
		checkOptionalRef("network", string(q.Network)), CheckText("stream", q.Stream, MaxKey), by, fy)
}

// ByYear reports whether sums are by financial year.
func (q LadderQuery) ByYear() bool {
	return q.Year != 0 || q.By == LadderYear || q.By == LadderYearNetwork || q.By == LadderYearStream
}

// ByNetwork reports whether sums are by network.
func (q LadderQuery) ByNetwork() bool {
	return q.Network != "" || q.By == LadderNetwork || q.By == LadderYearNetwork
}

// ByStream reports whether sums are by funding stream.
func (q LadderQuery) ByStream() bool { return q.By == LadderStream || q.By == LadderYearStream }

// National reports whether the ladder is of all money, so that money which is
// passed on would be seen twice.
func (q LadderQuery) National() bool { return q.Envelope == "" && q.Funder == "" && q.Network == "" }

// Exclusion is why something is not counted on a rung.
type Exclusion string

// Why money is not counted.
const (
	ExcludedInside     Exclusion = "inside-another-envelope"
	ExcludedShared     Exclusion = "shared-with-others"      // an envelope for several, on the ladder of one
	ExcludedComparator Exclusion = "comparator"              // money of another kind of body
	ExcludedDeal       Exclusion = "deal"                    // public and private money together
	ExcludedContract   Exclusion = "contract"                // the value of a contract, which may hold the money of other envelopes
	ExcludedPlanned    Exclusion = Exclusion(FigurePlanned)  // only planned
	ExcludedExpected   Exclusion = Exclusion(FigureExpected) // only expected
	ExcludedImplied    Exclusion = Exclusion(FigureImplied)  // only implied by other figures
	ExcludedTransfer   Exclusion = "transfer"                // passed on: counted where it came in
	ExcludedSpansYears Exclusion = "spans-years"             // for more than the financial year: nothing is apportioned
	ExcludedNoYear     Exclusion = "year-not-known"
	ExcludedNoLength   Exclusion = "length-not-known" // by the year, for nobody knows how many years
	ExcludedJoint      Exclusion = "joint"            // one sum for several whose parts are not known
	ExcludedInKind     Exclusion = "in-kind"          // no money
	ExcludedHeld       Exclusion = "held-for-others"
)

// exclusionTexts says each exclusion in words.
var exclusionTexts = map[Exclusion]string{
	ExcludedInside:     "lies in an envelope that is counted",
	ExcludedShared:     "is for several networks, and no source apportions it",
	ExcludedComparator: "is money of another kind of body, recorded for comparison",
	ExcludedDeal:       "is the money of a deal, public and private together",
	ExcludedContract:   "is the value of a contract, which may hold the money of other envelopes",
	ExcludedPlanned:    "is only planned",
	ExcludedExpected:   "is only expected",
	ExcludedImplied:    "is only implied by other figures",
	ExcludedTransfer:   "was passed on by a body that received it: it is counted where it came in",
	ExcludedSpansYears: "is for more than the financial year, and nothing is apportioned",
	ExcludedNoYear:     "is for a financial year that is not known",
	ExcludedNoLength:   "is an amount by the year, and the number of years is not known",
	ExcludedJoint:      "is one sum for several recipients whose parts are not known",
	ExcludedInKind:     "is in kind, which is no money",
	ExcludedHeld:       "is held for others",
}

// Text says the exclusion in words.
func (e Exclusion) Text() string { return exclusionTexts[e] }

// LadderRow is the ladder of one network, one year, or all that was asked for.
type LadderRow struct {
	Year        FinancialYear  `json:"year,omitempty" doc:"The financial year; left out when the row is of all years"`
	Network     OrganisationID `json:"network,omitempty" doc:"The recipient; left out when the row is of all, or of joint sums"`
	NetworkName string         `json:"networkName,omitempty" doc:"Its name on the day"`
	Stream      string         `json:"stream,omitempty" doc:"The funding stream; left out when the row is of all, or of money of no stated stream"`
	Rungs       []LadderRung   `json:"rungs" doc:"The rungs from the top"`
}

// LadderRung is one rung of a row.
type LadderRung struct {
	Rung                   Rung              `json:"rung" enum:"announced,allocated,committed,paid,spent" doc:"Which rung"`
	Known                  bool              `json:"known" doc:"Whether anything is recorded that counts; what is not recorded is not nothing"`
	Why                    string            `json:"why,omitempty" doc:"Why it is not known"`
	Amount                 Amount            `json:"amount,omitzero" doc:"The sum, as an interval where it is not exact; bounds that sources give for single shares are used"`
	Records                int64             `json:"records" doc:"How many records it is the sum of"`
	Undisclosed            int64             `json:"undisclosed,omitempty" doc:"How many of them have an amount that is not disclosed"`
	VAT                    VAT               `json:"vat,omitempty" doc:"The basis of value added tax of all of them; left out when not stated"`
	RemainderOf            Rung              `json:"remainderOf,omitempty" enum:"announced,allocated,committed,paid" doc:"The nearest rung above that is known"`
	Apart                  int64             `json:"apart,omitempty" doc:"How many records belong to nothing on that rung: what is left of it is not known then"`
	Remainder              Amount            `json:"remainder,omitzero" doc:"What is left of that rung; left out when it is not known"`
	WithoutBounds          Amount            `json:"withoutBounds,omitzero" doc:"The sum when the bounds of single shares are not used; left out when that makes no difference"`
	WithoutBoundsRemainder Amount            `json:"withoutBoundsRemainder,omitzero" doc:"What is left of that rung then"`
	Excluded               []LadderExclusion `json:"excluded,omitempty" doc:"What is not counted, and why"`
	Rivals                 []LadderRival     `json:"rivals,omitempty" doc:"Figures that sources give instead"`

	unallocated, unattached int64
}

// LadderExclusion is what is not counted on a rung for one reason.
type LadderExclusion struct {
	Reason  Exclusion `json:"reason" doc:"Why: a code"`
	Text    string    `json:"text" doc:"Why, in words"`
	Records int64     `json:"records" doc:"How many records"`
	Amount  Amount    `json:"amount" doc:"Their sum"`
}

// LadderRival is a published figure of a rung that is not counted.
type LadderRival struct {
	Claim Recorded[MoneyClaim] `json:"claim" doc:"The figure"`
	Later bool                 `json:"later,omitempty" doc:"Whether it was certainly published after the day of the view"`
}

// ladderSteps are the rungs and what changes them: adjustments change what was
// committed, refunds what was paid.
const (
	StepIncrease Rung = "increase"
	StepDecrease Rung = "decrease"
	StepRefunded Rung = "refunded"
)

// LadderSum is a sum of records that share everything a ladder tells apart.
type LadderSum struct {
	Step    Rung // a rung, or what changes one
	Network OrganisationID
	Stream  string
	Year    FinancialYear
	VAT     VAT
	Why     Exclusion // "" for what counts
	Records int64
	// Undisclosed counts the records whose amount is not disclosed; Unallocated
	// those of no allocation, Unattached those of no envelope, or, of spend, of
	// no award.
	Undisclosed, Unallocated, Unattached int64
	Amount                               Amount
}

// LadderInput is what a ladder is made from.
type LadderInput struct {
	On          Date
	Query       LadderQuery
	Envelopes   []Recorded[Envelope]   // those asked for, known by the day
	Shared      []Recorded[Envelope]   // envelopes out of which a network that was asked for has a part
	Allocations []Recorded[Allocation] // out of Envelopes and Shared
	Criteria    []Recorded[Criterion]
	Shares      []Recorded[Share] // of Allocations and of Awards
	Awards      []Recorded[Award] // those that sums cannot tell: by the year, or with shares
	Sums        []LadderSum       // of all other awards, and of everything that was paid, came back or was spent
	Claims      []Recorded[MoneyClaim]
}

// NewLadder makes the ladder: its rows in the order of years, networks and
// streams, at least one. It answers an error when a sum is too large to hold.
func NewLadder(in LadderInput) ([]LadderRow, error) {
	l := ladder{LadderInput: in, rows: map[rowKey]*ladderRow{}}
	l.announce()
	if err := l.allocate(); err != nil {
		return nil, err
	}
	for _, a := range in.Awards {
		l.commit(a)
	}
	for _, s := range in.Sums {
		l.add(s, 0)
	}
	if l.err != nil {
		return nil, l.err
	}
	return l.finish()
}

type rowKey struct {
	year    FinancialYear
	network OrganisationID
	stream  string
}

// ladderRow gathers the sums of a row.
type ladderRow struct {
	sums  []LadderSum
	plain []LadderSum // the allocated sums when the bounds of shares are not used
}

type ladder struct {
	LadderInput
	rows map[rowKey]*ladderRow
	err  error
}

// add puts a sum into its row. A sum whose year is not that of the row is
// excluded from a ladder by year; own is the year of the row when the sum
// belongs to several.
func (l *ladder) add(s LadderSum, own FinancialYear) {
	row := l.row(l.key(s, own))
	row.sums = append(row.sums, s)
}

func (l *ladder) key(s LadderSum, own FinancialYear) (key rowKey) {
	if l.Query.ByYear() {
		key.year = cmp.Or(own, s.Year, l.Query.Year)
	}
	if l.Query.ByNetwork() {
		key.network = cmp.Or(s.Network, l.Query.Network)
	}
	if l.Query.ByStream() {
		key.stream = s.Stream
	}
	return key
}

func (l *ladder) row(key rowKey) *ladderRow {
	if l.rows[key] == nil {
		l.rows[key] = new(ladderRow)
	}
	return l.rows[key]
}

// place gives the figure as it counts in each year of the ladder, or once.
func (l *ladder) place(s LadderSum, f Figure, day Day, put func(LadderSum, FinancialYear)) {
	possibly := day.Latest.After(l.On)
	counted := func(a Amount) Amount {
		if possibly {
			return atMost(a)
		}
		return atLeastNothing(a)
	}
	s.Records, s.VAT = 1, f.VAT
	if a := f.Amount; a.kind == AmountNotDisclosed {
		s.Undisclosed = 1
	}
	s.Amount = counted(f.Amount)
	if s.Why == "" && !f.Basis.Counts() {
		s.Why = Exclusion(f.Basis)
	}
	if !l.Query.ByYear() {
		total, ok, err := f.Total()
		if err != nil {
			l.err = cmpError(l.err, err)
		}
		if ok {
			s.Amount = counted(total)
		} else if s.Why == "" {
			s.Why = ExcludedNoLength
		}
		put(s, 0)
		return
	}
	if l.Query.Cash {
		s.Year = YearOfDay(day)
		if s.Why == "" && s.Year == 0 {
			s.Why = ExcludedNoYear
		}
		if s.Year == 0 || l.Query.Year == 0 || s.Year == l.Query.Year {
			put(s, 0)
		}
		return
	}
	years := f.years()
	for _, fy := range years {
		if l.Query.Year == 0 || fy == l.Query.Year {
			s.Year = fy
			put(s, fy)
		}
	}
	if years != nil {
		return
	}
	s.Year = 0
	if l.Query.Year != 0 && f.Covers != (Period{}) && !f.Covers.Hull().Overlaps(l.Query.Year.Span()) {
		return // certainly of other years
	}
	if s.Why == "" {
		s.Why = ExcludedSpansYears
		if hull := f.Covers.Hull(); f.Covers == (Period{}) || hull.Start == Dawn && hull.End == Forever {
			s.Why = ExcludedNoYear
		}
	}
	put(s, 0)
}

// announce adds the envelopes. One that lies in another that counts is part of
// it.
func (l *ladder) announce() {
	byKey := map[EnvelopeID]Envelope{}
	for _, e := range l.Envelopes {
		byKey[e.Value.Envelope] = e.Value
	}
	for _, e := range l.Envelopes {
		v := e.Value
		s := LadderSum{Step: RungAnnounced, Network: v.For, Stream: v.Stream}
		for up, n := byKey[v.Parent], 0; up.Envelope != "" && n <= len(byKey); up, n = byKey[up.Parent], n+1 {
			if l.holds(up, v) {
				s.Why = ExcludedInside
			}
		}
		if why := l.besides(v); why != "" {
			s.Why = why
		}
		l.place(s, v.Figure, v.Day, l.add)
	}
	for _, e := range l.Shared {
		l.place(LadderSum{Step: RungAnnounced, Network: l.Query.Network, Stream: e.Value.Stream, Why: ExcludedShared}, e.Value.Figure, e.Value.Day, l.add)
	}
}

// holds reports whether an envelope counts wherever another that lies in it
// would.
func (l *ladder) holds(up, e Envelope) bool {
	counts := up.Figure.Basis.Counts() && up.Figure.Amount.kind != AmountNotDisclosed && l.besides(up) == ""
	switch {
	case !counts || !l.Query.ByYear():
		return counts
	case l.Query.Cash:
		return YearOfDay(up.Day) == YearOfDay(e.Day)
	}
	years := up.Figure.years()
	return !slices.ContainsFunc(e.Figure.years(), func(fy FinancialYear) bool { return !slices.Contains(years, fy) })
}

// besides says why an envelope is no part of a ladder unless it is asked for
// by name.
func (l *ladder) besides(e Envelope) Exclusion {
	switch {
	case e.Envelope == l.Query.Envelope:
	case e.Type == "comparator":
		return ExcludedComparator
	case e.Type == "deal":
		return ExcludedDeal
	case e.Type == "contract":
		return ExcludedContract
	}
	return ""
}

// commit adds an award that sums cannot tell.
func (l *ladder) commit(a Recorded[Award]) {
	v := a.Value
	s := LadderSum{Step: RungCommitted, Network: v.Recipient, Stream: l.streamOf(v)}
	if v.Allocation == "" {
		s.Unallocated = 1
		if v.Envelope == "" {
			s.Unattached = 1
		}
	}
	shares := l.sharesOf(v.Award.Entity())
	if !l.Query.ByNetwork() || len(shares) == 0 {
		l.place(s, v.Figure, v.Day, l.add)
		return
	}
	for _, share := range shares {
		l.divide(s, v.Figure, v.Day, share.Value.Recipient, share.Value.Amount, l.add)
	}
}

// streamOf is the stream of an award: its own, or that of its envelope.
func (l *ladder) streamOf(a Award) string {
	if a.Stream != "" {
		return a.Stream
	}
	id := a.Envelope
	for _, of := range l.Allocations {
		if a.Allocation != "" && of.Value.Allocation == a.Allocation {
			id = of.Value.Envelope
		}
	}
	for _, e := range l.Envelopes {
		if e.Value.Envelope == id && id != "" {
			return e.Value.Stream
		}
	}
	return ""
}

// divide adds the part of one recipient in a joint sum. A part that is not
// stated is anything up to the sum.
func (l *ladder) divide(s LadderSum, f Figure, day Day, recipient OrganisationID, part Amount, put func(LadderSum, FinancialYear)) {
	if l.Query.Network != "" && recipient != l.Query.Network {
		return
	}
	if part.IsZero() {
		part = atMost(f.Amount)
	}
	s.Network, f.Amount = recipient, part
	l.place(s, f, day, put)
}

func (l *ladder) sharesOf(of Entity) (out []Recorded[Share]) {
	for _, s := range l.Shares {
		if s.Value.Of == of && s.Value.Period.Holds(l.On) != No {
			out = append(out, s)
		}
	}
	return out
}

// finish turns the sums of each row into rungs.
func (l *ladder) finish() ([]LadderRow, error) {
	if len(l.rows) == 0 {
		l.row(rowKey{year: l.Query.Year, network: l.Query.Network})
	}
	out := []LadderRow{}
	for key, row := range l.rows {
		r := LadderRow{Year: key.year, Network: key.network, Stream: key.stream}
		for _, rung := range Rungs() {
			made, err := newRung(rung, row.sums)
			if err != nil {
				return nil, err
			}
			if rung == RungAllocated {
				if err := made.unbound(row.plain); err != nil {
					return nil, err
				}
			}
			if rung == RungAnnounced || rung == RungAllocated {
				made.Rivals = l.rivals(rung, key)
			}
			if err := made.against(r.Rungs); err != nil {
				return nil, err
			}
			r.Rungs = append(r.Rungs, made)
		}
		out = append(out, r)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := &out[i], &out[j]
		return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Network, b.Network), cmp.Compare(a.Stream, b.Stream)) < 0
	})
	return out, nil
}

// rivals are the published figures of a rung, in the order of their days.
func (l *ladder) rivals(rung Rung, key rowKey) (out []LadderRival) {
	if key.network != "" && l.Query.Network == "" {
		return nil // they are about all recipients
	}
	for _, c := range l.Claims {
		v := c.Value
		if v.Rung != rung || l.Query.ByStream() && key.stream != l.streamAbout(v.About) || key.year != 0 && v.Figure.Year() != 0 && v.Figure.Year() != key.year {
			continue
		}
		out = append(out, LadderRival{c, v.Day.Earliest.After(l.On)})
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := &out[i].Claim, &out[j].Claim
		return cmp.Or(a.Value.Day.Earliest.Compare(b.Value.Day.Earliest), cmp.Compare(a.ID, b.ID)) < 0
	})
	return out
}

// streamAbout is the stream of the envelope that a claim is about.
func (l *ladder) streamAbout(about Entity) string {
	for _, e := range l.Envelopes {
		if e.Value.Envelope.Entity() == about {
			return e.Value.Stream
		}
	}
	return ""
}

// newRung adds the sums of a rung and takes off what came back.
func newRung(rung Rung, sums []LadderSum) (LadderRung, error) {
	out := LadderRung{Rung: rung}
	var counted, less []Amount
	vat := map[VAT]bool{}
	excluded := map[Exclusion][]LadderSum{}
	for _, s := range sums {
		sign := stepOf(rung, s.Step)
		switch {
		case sign == 0:
			continue
		case s.Why != "":
			excluded[s.Why] = append(excluded[s.Why], s)
			continue
		case sign > 0:
			counted = append(counted, s.Amount)
		default:
			less = append(less, s.Amount)
		}
		out.Records += s.Records
		out.Undisclosed += s.Undisclosed
		out.unallocated += s.Unallocated
		out.unattached += s.Unattached
		vat[s.VAT] = true
	}
	for why, of := range excluded {
		x := LadderExclusion{Reason: why, Text: why.Text()}
		var amounts []Amount
		for _, s := range of {
			x.Records += s.Records
			amounts = append(amounts, s.Amount)
		}
		var err error
		if x.Amount, err = SumAmounts(amounts...); err != nil {
			return out, err
		}
		out.Excluded = append(out.Excluded, x)
	}
	sort.Slice(out.Excluded, func(i, j int) bool { return out.Excluded[i].Reason < out.Excluded[j].Reason })
	switch {
	case len(counted) == 0:
		out.Why = "nothing that counts is recorded"
		return out, nil
	case len(vat) > 1:
		out.Why = "amounts with different bases of value added tax are not added"
		return out, nil
	}
	out.Known = true
	for v := range vat {
		out.VAT = v
	}
	plus, err1 := SumAmounts(counted...)
	minus, err2 := SumAmounts(less...)
	sum, err3 := plus.Sub(minus)
	out.Amount = atLeastNothing(sum)
	return out, Join(err1, err2, err3)
}

// stepOf says how a step counts on a rung: added, taken off, or not at all.
func stepOf(rung, step Rung) int {
	switch {
	case rung == step, rung == RungCommitted && step == StepIncrease:
		return 1
	case rung == RungCommitted && step == StepDecrease, rung == RungPaid && step == StepRefunded:
		return -1
	}
	return 0
}

// against gives the rung what is left of the nearest one above that is known.
// Where some of its records belong to nothing up there, that is not known.
func (r *LadderRung) against(above []LadderRung) error {
	for i := len(above) - 1; i >= 0 && r.Known; i-- {
		up := above[i]
		if !up.Known {
			continue
		}
		r.RemainderOf, r.Apart = up.Rung, r.unattached
		if up.Rung == RungAllocated {
			r.Apart = max(r.unallocated, r.unattached)
		}
		if r.Apart > 0 || r.VAT != up.VAT {
			return nil
		}
		var err1, err2 error
		r.Remainder, err1 = up.Amount.Sub(r.Amount)
		if !r.WithoutBounds.IsZero() {
			r.WithoutBoundsRemainder, err2 = up.Amount.Sub(r.WithoutBounds)
		}
		return Join(err1, err2)
	}
	return nil
}

// unbound gives the allocated rung its sum without the bounds of shares, when
// that makes a difference.
func (r *LadderRung) unbound(plain []LadderSum) error {
	without, err := newRung(RungAllocated, plain)
	if err == nil && r.Known && without.Known && without.Amount != r.Amount {
		r.WithoutBounds = without.Amount
	}
	return err
}

func cmpError(first, err error) error {
	if first != nil {
		return first
	}
	return err
}
