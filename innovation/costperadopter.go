package innovation

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"sort"
	"strings"
)

// CostPerAdopterQuery asks what each further adopter cost.
type CostPerAdopterQuery struct {
	Innovation InnovationID  `json:"innovation" doc:"The innovation"`
	Programme  ProgrammeID   `json:"programme,omitempty" doc:"Only money of this programme; of every programme that spreads the innovation when left out"`
	Count      int           `json:"count" doc:"How many adopters the first and the last are"`
	Firm       EvidenceGrade `json:"firm" doc:"The weakest grade of evidence that is firm"`
}

// Normal is the query with what it leaves out.
func (q CostPerAdopterQuery) Normal() CostPerAdopterQuery {
	q.Count, q.Firm = cmp.Or(q.Count, 10), cmp.Or(q.Firm, UsualFirm)
	return q
}

// Validate reports everything that is wrong with the query.
func (q CostPerAdopterQuery) Validate() error {
	var count error
	if q.Count < 0 || q.Count > 10_000 {
		count = Invalidf(RuleQuestionInvalid, "count", "the first and last %d adopters", q.Count).Trying("use 1 to 10000")
	}
	return Join(checkRef("innovation", string(q.Innovation)), checkOptionalRef("programme", string(q.Programme)), count, checkFirm(q.Firm))
}

// LinkedProgramme is a programme that spreads the innovation, with what awards
// may call it.
type LinkedProgramme struct {
	Programme   ProgrammeID  `json:"programme" doc:"The programme"`
	Names       []string     `json:"names" doc:"What it was ever called"`
	Innovations int          `json:"innovations" doc:"How many innovations it ever spread, by the day"`
	Fact        FactID       `json:"fact" doc:"The fact that says that it spreads the innovation"`
	Awards      []LinkedCost `json:"awards" doc:"The awards that are linked to it"`
}

// LinkedCost is an award that is linked to a programme, and by what.
type LinkedCost struct {
	Award  AwardID `json:"award" doc:"The award"`
	By     string  `json:"by" enum:"programme-key,programme-name,stream" doc:"What links it: its programme is the key or a name of the programme, or its stream is the key"`
	Fact   FactID  `json:"fact" doc:"The fact"`
	Figure Figure  `json:"figure" doc:"How much, and for what time"`
}

// CostOfAdopters is what some adopters cost.
type CostOfAdopters struct {
	Which        string      `json:"which" enum:"first,last,all" doc:"The first adopters, the last ones by the day, or all"`
	After        Date        `json:"after,omitzero" doc:"The money and the adopters are those after this day; from the beginning when left out"`
	Through      Date        `json:"through,omitzero" doc:"And through this day"`
	AdoptersLow  int         `json:"adoptersLow" doc:"How many organisations certainly came to use it in that time"`
	AdoptersHigh int         `json:"adoptersHigh" doc:"How many possibly did"`
	Money        Reckoning   `json:"money" doc:"The money that is wholly for that time"`
	Each         Reckoning   `json:"each" doc:"Money for each adopter, as bounds: the least money over the most adopters, rounded down to the penny, to the most money over the fewest, rounded up"`
	LeftOut      []Uncounted `json:"leftOut" doc:"Linked money that is not counted in it, and why; nothing is apportioned"`
}

// CostFile is what costs are worked out from: the programmes with their linked
// awards, and when each adopter came.
type CostFile struct {
	Programmes []LinkedProgramme
	Awards     []AwardFile
	Firsts     []FirstUse
}

// LinkOf says by what an award is linked to a programme; empty when it is not.
// Letters' case and spaces around do not count.
func LinkOf(a Award, programme ProgrammeID, names []string) string {
	same := func(text, other string) bool {
		return text != "" && strings.EqualFold(strings.TrimSpace(text), strings.TrimSpace(other))
	}
	switch {
	case same(a.Programme, string(programme)):
		return "programme-key"
	case slices.ContainsFunc(names, func(n string) bool { return same(a.Programme, n) }):
		return "programme-name"
	case same(a.Stream, string(programme)):
		return "stream"
	}
	return ""
}

// CostPerAdopterOf sets the money of linked awards against the adopters of a
// time: the first and the last of them, and all by the day. Adopters are put in
// order by the day on which they certainly came to use the innovation; those of
// one day are taken together, so that the first and the last may be more than
// were asked for, and the count of adopters says how many. Money
// counts in a time only when all of it is for that time, which awards say by
// what they cover; money of a programme that spreads other innovations too is
// not counted. Nothing is apportioned: what does not count is listed.
func CostPerAdopterOf(on Date, q CostPerAdopterQuery, f CostFile) ([]CostOfAdopters, error) {
	var certain []Date
	for _, u := range f.Firsts {
		if !u.Certainly.IsZero() {
			certain = append(certain, u.Certainly)
		}
	}
	sortDays(certain)
	out := []CostOfAdopters{}
	for _, which := range []string{"first", "last", "all"} {
		c := CostOfAdopters{Which: which, Through: on, LeftOut: []Uncounted{}}
		missing := ""
		switch n := len(certain); {
		case which == "all":
		case n < 2*q.Count:
			missing = fmt.Sprintf("the first and the last %d need %d certain adopters, and there are %d", q.Count, 2*q.Count, n)
		case which == "first":
			c.Through = certain[q.Count-1]
		default:
			// Those of one day came together, or nobody knows who came last.
			if before, _ := slices.BinarySearchFunc(certain, certain[n-q.Count], Date.Compare); before > 0 {
				c.After = certain[before-1]
			}
			c.Through = certain[n-1]
		}
		if missing != "" {
			c.Through = Date{}
			c.Money, c.Each = notKnown(missing), notKnown(missing)
			out = append(out, c)
			continue
		}
		for _, u := range f.Firsts {
			if u.Possibly.IsZero() || u.Possibly.After(c.Through) || !u.Certainly.IsZero() && !u.Certainly.After(c.After) {
				continue
			}
			c.AdoptersHigh++
			if !u.Certainly.IsZero() && !u.Certainly.After(c.Through) && (c.After.IsZero() || u.Possibly.After(c.After)) {
				c.AdoptersLow++
			}
		}
		if err := c.count(on, f); err != nil {
			return nil, err
		}
		c.Each = c.each()
		out = append(out, c)
	}
	return out, nil
}

// count adds up the money that is for the time.
func (c *CostOfAdopters) count(on Date, f CostFile) error {
	var t moneyTally
	linked := map[AwardID]bool{} // an award that two programmes claim counts once
	for _, p := range f.Programmes {
		for _, a := range f.Awards {
			v := a.Award.Value
			if linked[v.Award] || !slices.ContainsFunc(p.Awards, func(l LinkedCost) bool { return l.Award == v.Award }) {
				continue
			}
			linked[v.Award] = true
			why, amount, err := c.whole(on, a, p)
			if err != nil {
				return err
			}
			if why == "" && slices.ContainsFunc(a.Transfers, func(t Recorded[MoneyTransfer]) bool { return t.Value.FromAward != "" }) {
				why = "it passes on money of another award, and is counted there"
			}
			if why != "" {
				c.LeftOut = append(c.LeftOut, Uncounted{a.Award.ID, string(v.Award), v.Figure.Amount, why})
				continue
			}
			t.add(a.Award.ID, amount, v.Figure.VAT)
		}
	}
	sort.Slice(c.LeftOut, func(i, j int) bool { return c.LeftOut[i].Fact < c.LeftOut[j].Fact })
	missing := "no award is linked to a programme that spreads it"
	if len(linked) > 0 {
		missing = "no linked award is wholly for this time and for this innovation alone"
	}
	c.Money = t.sum(missing)
	return nil
}

// whole gives the amount of an award when all of it counts, or says why not.
func (c *CostOfAdopters) whole(on Date, a AwardFile, p LinkedProgramme) (why string, amount Amount, err error) {
	fig := a.Award.Value.Figure
	hull := fig.Covers.Hull()
	total, known, err := fig.Total()
	switch {
	case err != nil:
		return "", total, err
	case a.Award.Value.Day.Earliest.After(on):
		return "it was not made by the day", total, nil
	case !fig.Basis.Counts():
		return "it is only " + string(fig.Basis), total, nil
	case p.Innovations > 1:
		return fmt.Sprintf("the programme %s spreads %d innovations: nothing is apportioned", p.Programme, p.Innovations), total, nil
	case !known:
		return fmt.Sprintf("it is %s, for a time that has no certain number of years", fig.Per), total, nil
	case fig.Covers == (Period{}):
		return "for what time it is is not stated", total, nil
	case hull.Last().After(c.Through) || !c.After.IsZero() && !hull.Start.After(c.After):
		return "it is for " + fig.Covers.String() + ", not all of which lies in this time: nothing is apportioned", total, nil
	}
	amount, err = a.Amount(on)
	if err == nil {
		amount, _ = countedBy(amount, a.Award.Value.Day, on)
	}
	return "", amount, err
}

// each is the money for each adopter.
func (c *CostOfAdopters) each() Reckoning {
	switch {
	case !c.Money.Known:
		return notKnown(c.Money.Missing...)
	case c.AdoptersHigh == 0:
		return notKnown("nobody is known to have come to use it in this time")
	}
	var a Amount
	a.kind = AmountSum
	if c.Money.Amount.kind == AmountExact && c.AdoptersLow == c.AdoptersHigh && int64(c.Money.Amount.low.sum)%int64(c.AdoptersLow) == 0 {
		return reckoned(Exact(c.Money.Amount.low.sum/Money(c.AdoptersLow)), nil, c.Money.VAT, c.Money.Facts)
	}
	over := func(m optionalMoney, n int, up bool) optionalMoney {
		if !m.present || n == 0 {
			return optionalMoney{}
		}
		quotient, rest := new(big.Int).DivMod(big.NewInt(int64(m.sum)), big.NewInt(int64(n)), new(big.Int))
		if up && rest.Sign() != 0 {
			quotient.Add(quotient, big.NewInt(1))
		}
		return someMoney(Money(quotient.Int64())) // no larger than what was divided
	}
	a.low, a.high = over(c.Money.Amount.low, c.AdoptersHigh, false), over(c.Money.Amount.high, c.AdoptersLow, true)
	return reckoned(a, nil, c.Money.VAT, c.Money.Facts)
}
