package innovation

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"sort"
)

// RuleLeverageScope refuses a question about leverage that names several things.
const RuleLeverageScope RuleID = "leverage-scope-invalid"

// LeverageQuery asks what public money brought from elsewhere: of an envelope
// with all that lies in it, a network, an award, or a grant programme. When it
// names none, of every envelope that levered something.
type LeverageQuery struct {
	Envelope  EnvelopeID     `json:"envelope,omitempty" doc:"The envelope"`
	Network   OrganisationID `json:"network,omitempty" doc:"The network"`
	Award     AwardID        `json:"award,omitempty" doc:"The award"`
	Programme string         `json:"programme,omitempty" doc:"The grant programme, as awards name it"`
}

// Validate reports everything that is wrong with the query.
func (q LeverageQuery) Validate() error {
	var scope error
	named := 0
	for _, s := range []string{string(q.Envelope), string(q.Network), string(q.Award), q.Programme} {
		if s != "" {
			named++
		}
	}
	if named > 1 {
		scope = Invalidf(RuleLeverageScope, "", "the question names %d things", named).Trying("name an envelope, a network, an award or a programme, or none")
	}
	return Join(checkOptionalRef("envelope", string(q.Envelope)), checkOptionalRef("network", string(q.Network)),
		checkOptionalRef("award", string(q.Award)), CheckText("programme", q.Programme, MaxShort), scope)
}

// LeverageFile is what leverage is worked out from. It may hold more than the
// question is about.
type LeverageFile struct {
	Envelopes   []Recorded[Envelope]
	Allocations []Recorded[Allocation]
	Awards      []AwardFile
	Leverages   []Recorded[Leverage]
	Incomes     []Recorded[Income]
}

// LeverageRow is what one sum of public money brought from elsewhere.
type LeverageRow struct {
	About     Entity          `json:"about,omitzero" doc:"The envelope, the award or the network; left out for a programme"`
	Programme string          `json:"programme,omitempty" doc:"The grant programme"`
	From      FinancialYear   `json:"from,omitempty" doc:"For a network: the first financial year that the money is for; left out when it is not known"`
	To        FinancialYear   `json:"to,omitempty" doc:"For a network: the last one"`
	Public    Reckoning       `json:"public" doc:"The public money"`
	Rung      Rung            `json:"rung,omitempty" enum:"announced,allocated,committed" doc:"The rung of the public money; left out for core income"`
	Grades    []LeverageGrade `json:"grades" doc:"The outside money by its evidence, from the best; each grade is apart"`
	LeftOut   []Uncounted     `json:"leftOut" doc:"Outside money that could not be counted, in the order of facts"`
	Notes     []string        `json:"notes,omitempty" doc:"What to bear in mind"`
}

// LeverageGrade is the outside money of one grade of evidence. What is only
// expected is a grade of its own and never added to another.
type LeverageGrade struct {
	Evidence      string      `json:"evidence" doc:"The grade: audited, reported, self-reported, pledged, expected (scheme money-evidence)"`
	Outside       Reckoning   `json:"outside" doc:"The outside money"`
	Ratio         *Millionths `json:"ratio,omitempty" doc:"Outside pounds for each public pound, in millionths; left out when not known"`
	OrBetter      *Reckoning  `json:"orBetter,omitempty" doc:"The outside money of this grade and all better ones; left out for expected money and codes without a place in the order"`
	RatioOrBetter *Millionths `json:"ratioOrBetter,omitempty" doc:"Its ratio likewise"`
}

// Grades of evidence for money, from the best.
const (
	EvidenceAudited      = "audited"
	EvidenceReported     = "reported"
	EvidenceSelfReported = "self-reported"
	EvidencePledged      = "pledged"
	EvidenceExpected     = "expected"
)

// gradeOrder is the order of the grades that may be added up.
var gradeOrder = []string{EvidenceAudited, EvidenceReported, EvidenceSelfReported, EvidencePledged}

// outside is outside money about one entity, by grade.
type outside map[string]*moneyTally

func (o outside) add(grade string, id FactID, a Amount, v VAT) {
	if o[grade] == nil {
		o[grade] = new(moneyTally)
	}
	o[grade].add(id, a, v)
}

// levered is a calculation under way.
type levered struct {
	LeverageFile
	on Date
}

// LeverageOf works out, for what the question names, how much outside money
// came for each pound of public money, by grade of evidence and as far as it is
// known on the day. Envelopes come in the order of their keys, a network's
// years in order. Income other than core that matches an award, or came because
// of it, is outside money of that award. A sum stated of an envelope may
// include what is stated of its parts and awards: the two count together as
// anything from the greater of them to their sum.
func LeverageOf(on Date, q LeverageQuery, f LeverageFile) ([]LeverageRow, error) {
	if err := q.Validate(); err != nil {
		return nil, err
	}
	l := levered{f, on}
	rows := []LeverageRow{}
	switch {
	case q.Network != "":
		return l.network(q.Network)
	case q.Award != "" || q.Programme != "":
		row, err := l.awards(q)
		return append(rows, row), err
	}
	known := l.knownEnvelopes()
	for _, e := range known {
		if q.Envelope != "" && q.Envelope != e.Value.Envelope {
			continue
		}
		row := LeverageRow{About: e.Value.Envelope.Entity(), LeftOut: []Uncounted{}, Rung: RungAnnounced, Public: l.public(e)}
		money := l.envelope(e.Value.Envelope, e.Value.Figure.Per, known, &row, nil)
		if q.Envelope != "" || len(money) > 0 {
			rows = append(rows, row.finish(money))
		}
	}
	return rows, nil
}

// knownEnvelopes gives each envelope as it was last announced by the day, in
// the order of keys.
func (l levered) knownEnvelopes() []Recorded[Envelope] {
	var out []Recorded[Envelope]
	sorted := slices.Clone(l.Envelopes)
	sort.SliceStable(sorted, func(i, j int) bool {
		a, b := &sorted[i].Value, &sorted[j].Value
		return cmp.Or(cmp.Compare(a.Envelope, b.Envelope), a.Day.Latest.Compare(b.Day.Latest)) < 0
	})
	for _, e := range sorted {
		if e.Value.Day.Earliest.After(l.on) {
			continue
		}
		if n := len(out); n > 0 && out[n-1].Value.Envelope == e.Value.Envelope {
			out = out[:n-1]
		}
		out = append(out, e)
	}
	return out
}

// public is the money of an envelope.
func (l levered) public(e Recorded[Envelope]) Reckoning {
	v := e.Value
	if v.Type == "deal" {
		return notKnown(fmt.Sprintf("a deal holds public and private money together (%s)", v.Figure.Amount))
	}
	if !v.Figure.Basis.Counts() {
		return notKnown(fmt.Sprintf("the envelope of %s is only %s", v.Figure.Amount, v.Figure.Basis))
	}
	var t moneyTally
	amount, _ := countedBy(v.Figure.Amount, v.Day, l.on)
	t.add(e.ID, amount, v.Figure.VAT)
	return t.sum("")
}

// envelope gathers the outside money of an envelope and of what lies in it.
func (l levered) envelope(id EnvelopeID, per Per, known []Recorded[Envelope], row *LeverageRow, above []EnvelopeID) outside {
	own, inside := l.about(id.Entity(), per, row), outside{}
	for _, e := range known {
		if e.Value.Parent == id && e.Value.Envelope != id && !slices.Contains(above, e.Value.Envelope) {
			inside.join(l.envelope(e.Value.Envelope, per, known, row, append(slices.Clone(above), id)))
		}
	}
	for _, a := range l.Awards {
		if l.lies(a.Award.Value, id) {
			inside.join(l.award(a.Award.Value.Award, per, row))
		}
	}
	return own.with(inside, row)
}

// lies reports whether an award is paid from the envelope itself.
func (l levered) lies(a Award, id EnvelopeID) bool {
	return a.Envelope == id || a.Envelope == "" && a.Allocation != "" && slices.ContainsFunc(l.Allocations, func(r Recorded[Allocation]) bool {
		return r.Value.Allocation == a.Allocation && r.Value.Envelope == id
	})
}

// about gathers the outside money stated of an entity. Amounts for another
// length of time than the public money are not compared with it.
func (l levered) about(e Entity, per Per, row *LeverageRow) outside {
	out := outside{}
	for _, r := range l.Leverages {
		v := r.Value
		if amount, come := countedBy(v.Figure.Amount, v.Day, l.on); v.About != e || !come {
			continue
		} else if v.Figure.Per != per {
			row.leaveOut(r.ID, v.Title, v.Figure.Amount, fmt.Sprintf("it is %s, the public money %s: nothing is apportioned", v.Figure.Per, per))
		} else {
			out.add(gradeOf(v.Evidence, v.Figure.Basis), r.ID, amount, v.Figure.VAT)
		}
	}
	return out
}

// award gathers the outside money of an award: what is stated of it, and the
// income that matches it or came because of it.
func (l levered) award(id AwardID, per Per, row *LeverageRow) outside {
	out := l.about(id.Entity(), per, row)
	for _, r := range l.Incomes {
		v := r.Value
		amount, come := countedBy(v.Figure.Amount, v.Day, l.on)
		switch what := fmt.Sprintf("%s income (%s)", v.Kind, v.Match); {
		case v.Award != id || v.Match == "" || !come:
		case v.Kind == IncomeCore || v.Kind == IncomeInKind || v.Whole:
			row.leaveOut(r.ID, what, v.Figure.Amount, "it is public money, in kind, or a whole of unknown parts")
		case v.Figure.Per != per:
			row.leaveOut(r.ID, what, v.Figure.Amount, fmt.Sprintf("it is %s, the public money %s: nothing is apportioned", v.Figure.Per, per))
		default:
			out.add(gradeOfIncome(v.Figure.Basis), r.ID, amount, v.Figure.VAT)
		}
	}
	return out
}

// awards answers for one award, or for all of a programme. An award that passes
// on money of another one of them is counted there.
func (l levered) awards(q LeverageQuery) (LeverageRow, error) {
	row := LeverageRow{Programme: q.Programme, Rung: RungCommitted, LeftOut: []Uncounted{}}
	if q.Award != "" {
		row.About = q.Award.Entity()
	}
	asked := func(a Award) bool {
		return !a.Day.Earliest.After(l.on) && (q.Award != "" && a.Award == q.Award || q.Programme != "" && a.Programme == q.Programme)
	}
	var public moneyTally
	var per Per
	money := outside{}
	why := ""
	for _, a := range l.Awards {
		v := a.Award.Value
		if !asked(v) {
			continue
		}
		per = cmp.Or(per, v.Figure.Per)
		money.join(l.award(v.Award, per, &row))
		passedOn := slices.ContainsFunc(a.Transfers, func(t Recorded[MoneyTransfer]) bool {
			return slices.ContainsFunc(l.Awards, func(from AwardFile) bool {
				return from.Award.Value.Award == t.Value.FromAward && asked(from.Award.Value)
			})
		})
		amount, err := a.Amount(l.on)
		switch amount, _ := countedBy(amount, v.Day, l.on); {
		case err != nil:
			return row, err
		case passedOn:
			row.Notes = append(row.Notes, fmt.Sprintf("%s passes on money of another award of the programme, and is counted there", v.Award))
		case !v.Figure.Basis.Counts():
			why = fmt.Sprintf("the award %s of %s is only %s", v.Award, v.Figure.Amount, v.Figure.Basis)
		case v.Figure.Per != per:
			why = fmt.Sprintf("the awards are partly %s, partly %s", per, v.Figure.Per)
		default:
			public.add(a.Award.ID, amount, v.Figure.VAT)
		}
	}
	row.Public = public.sum("no such award was made by the day")
	if why != "" {
		row.Public = notKnown(why)
	}
	return row.finish(money), nil
}

// gradeOf is the grade of a statement: what is planned, expected or implied is
// expected, whatever evidence is named.
func gradeOf(evidence string, b FigureBasis) string {
	if !b.Counts() {
		return EvidenceExpected
	}
	return evidence
}

// gradeOfIncome is the grade of income that matches an award: its own ledger is
// no audit, and what was announced or agreed has not come yet.
func gradeOfIncome(b FigureBasis) string {
	switch b {
	case FigureActual:
		return EvidenceReported
	case FigureReported:
		return EvidenceSelfReported
	case FigureAgreed, FigureAnnounced, FigureIndicative:
		return EvidencePledged
	}
	return EvidenceExpected
}

// join adds outside money of something else.
func (o outside) join(other outside) {
	for grade, t := range other {
		for i, a := range t.amounts {
			o.add(grade, 0, a, t.vat)
			o[grade].mixed = cmp.Or(o[grade].mixed, t.mixed)
			if i == 0 {
				o[grade].facts = append(o[grade].facts, t.facts...)
			}
		}
	}
}

// with combines what is stated of the whole with what is stated of parts of it,
// which it may include: from the greater of the two to their sum.
func (o outside) with(parts outside, row *LeverageRow) outside {
	for grade, p := range parts {
		if o[grade] == nil {
			o[grade] = p
			continue
		}
		t := o[grade]
		whole, sum := t.sum(""), p.sum("")
		both := moneyTally{facts: slices.Concat(t.facts, p.facts), vat: t.vat, based: t.based, mixed: cmp.Or(t.mixed, p.mixed)}
		both.add(0, whole.Amount, p.vat)
		if total, err := whole.Amount.Add(sum.Amount); err != nil {
			both.mixed = "the sum is too large to hold"
		} else {
			total.kind, total.nominal, total.low = AmountSum, optionalMoney{}, someMoney(max(whole.Amount.low.sum, sum.Amount.low.sum))
			both.amounts[0] = total
		}
		o[grade] = &both
		note := fmt.Sprintf("the %s money stated of a whole may include what is stated of its parts", grade)
		if !slices.Contains(row.Notes, note) {
			row.Notes = append(row.Notes, note)
		}
	}
	return o
}

func (r *LeverageRow) leaveOut(id FactID, what string, a Amount, reason string) {
	r.LeftOut = append(r.LeftOut, Uncounted{id, what, a, reason})
}

// finish orders the grades and works out their ratios.
func (r LeverageRow) finish(money outside) LeverageRow {
	r.Grades = []LeverageGrade{}
	var better moneyTally
	for _, grade := range gradeOrder {
		t := money[grade]
		if t == nil {
			continue
		}
		for _, a := range t.amounts {
			better.add(0, a, t.vat)
		}
		better.mixed, better.facts = cmp.Or(better.mixed, t.mixed), append(better.facts, t.facts...)
		sum, orBetter := t.sum(""), better.sum("")
		r.Grades = append(r.Grades, LeverageGrade{grade, sum, ratioOf(sum, r.Public), &orBetter, ratioOf(orBetter, r.Public)})
	}
	var apart []string
	for grade := range money {
		if !slices.Contains(gradeOrder, grade) {
			apart = append(apart, grade)
		}
	}
	slices.Sort(apart)
	for _, grade := range apart {
		sum := money[grade].sum("")
		r.Grades = append(r.Grades, LeverageGrade{Evidence: grade, Outside: sum, Ratio: ratioOf(sum, r.Public)})
	}
	sort.SliceStable(r.LeftOut, func(i, j int) bool { return r.LeftOut[i].Fact < r.LeftOut[j].Fact })
	slices.Sort(r.Notes)
	return r
}

// ratioOf is outside money for each pound of public money: from the least
// outside over the most public money to the most outside over the least public
// money, in exact fractions. It is not known when one of the two is not, or
// when they stand on different bases of value added tax.
func ratioOf(outside, public Reckoning) *Millionths {
	if !outside.Known || !public.Known || sameVAT(outside.VAT, public.VAT) != nil {
		return nil
	}
	over := func(o, p optionalMoney) *big.Rat {
		if !o.present || !p.present || p.sum <= 0 {
			return nil
		}
		return big.NewRat(int64(o.sum), int64(p.sum))
	}
	low, high := over(outside.Amount.low, public.Amount.high), over(outside.Amount.high, public.Amount.low)
	if low == nil && high == nil {
		return nil
	}
	return newMillionths(low, high)
}
