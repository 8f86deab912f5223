package innovation

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"sort"
)

// Rules that the check of shares looks into. Both are findings: sources may disagree.
const (
	RuleShareOutside        RuleID = "share-outside-bounds"
	RuleShareSumUnreachable RuleID = "share-sum-unreachable"
)

// ShareCheck says how an envelope is shared out as far as that is known: which
// shares keep the bounds of a share, and between which limits the unknown ones
// must lie. Every limit is given in two readings: with the bounds, taken to
// hold for each recipient of whom the sources do not say otherwise, and without
// them.
type ShareCheck struct {
	Envelope      EnvelopeID            `json:"envelope" doc:"The envelope"`
	On            Date                  `json:"on" doc:"The day"`
	Amount        Amount                `json:"amount" doc:"What the envelope holds"`
	Per           Per                   `json:"per" enum:"whole-period,per-year,per-contract-year" doc:"For how long that and every share is"`
	Bounds        *Recorded[Criterion]  `json:"bounds,omitempty" doc:"The criterion that bounds each share; left out when none is in force"`
	BoundsHold    Answer                `json:"boundsHold" enum:"no,possibly,yes" doc:"Whether that criterion is in force on the day; possibly when its period is not known to the day"`
	Rivals        []Recorded[Criterion] `json:"rivals,omitempty" doc:"Other bounds in force on the day, which are not used"`
	Capped        bool                  `json:"capped" doc:"Whether the shares are taken to come to no more than the envelope: not when an allocation says why it goes over, nor when what is stated goes over"`
	Shares        []ShareRow            `json:"shares" doc:"The shares, in the order of recipients' keys, then of allocations"`
	Sums          []ShareSum            `json:"sums,omitempty" doc:"The allocations that are one sum for several, in the order of their keys"`
	LeftOut       []ShareLeftOut        `json:"leftOut,omitempty" doc:"The allocations that are not added to the others, in the order of their keys"`
	Disclosed     Amount                `json:"disclosed" doc:"The sum of what is stated; of a sum that is withheld, the shares in it that are not"`
	WithBounds    ShareTotals           `json:"withBounds" doc:"What it comes to when every share keeps the bounds"`
	WithoutBounds ShareTotals           `json:"withoutBounds" doc:"What it comes to when a share not stated may be anything from nothing to what is left"`
	Findings      []Finding             `json:"findings,omitempty" doc:"What does not fit together"`
}

// ShareRow is the share of one recipient by one allocation.
type ShareRow struct {
	Recipient     OrganisationID `json:"recipient" doc:"Whose share it is"`
	Allocation    AllocationID   `json:"allocation" doc:"The allocation that gives it"`
	Member        bool           `json:"member,omitempty" doc:"True when the allocation is one sum for several, and this the part of one of them"`
	Amount        Amount         `json:"amount,omitzero" doc:"The share as stated; left out when no source speaks of it"`
	Known         bool           `json:"known" doc:"Whether a source says how much it is, at least roughly"`
	Within        Answer         `json:"within" enum:"no,possibly,yes" doc:"Whether all that the recipient gets of the envelope lies within the bounds; yes when there are none"`
	Detail        string         `json:"detail" doc:"That answer in words, without a full stop"`
	WithBounds    Amount         `json:"withBounds" doc:"Where the share must lie by the bounds and by all sums of which it is a part; without the bounds where it certainly breaks them"`
	WithoutBounds Amount         `json:"withoutBounds" doc:"Where it must lie by the sums alone"`
}

// ShareSum is an allocation that is one sum for several recipients.
type ShareSum struct {
	Allocation    AllocationID     `json:"allocation" doc:"The allocation"`
	Amount        Amount           `json:"amount" doc:"The sum as stated"`
	Members       []OrganisationID `json:"members,omitempty" doc:"Those who share all of it, in the order of keys; left out when no source names them"`
	WithBounds    Amount           `json:"withBounds" doc:"Where the sum must lie by the bounds of its members' shares"`
	WithoutBounds Amount           `json:"withoutBounds" doc:"Where it must lie without them"`
}

// ShareLeftOut is an allocation that is not added to the others.
type ShareLeftOut struct {
	Allocation AllocationID   `json:"allocation" doc:"The allocation"`
	Recipient  OrganisationID `json:"recipient,omitempty" doc:"Whom it is for; left out when it is one sum for several"`
	Amount     Amount         `json:"amount" doc:"How much, as stated"`
	Reason     string         `json:"reason" doc:"Why it is left out, without a full stop"`
}

// ShareTotals is what the shares come to in one reading, as intervals.
type ShareTotals struct {
	Sum         Amount `json:"sum" doc:"All shares together"`
	Undisclosed Amount `json:"undisclosed" doc:"The allocations together of which no amount is stated; nothing when all are"`
	Remainder   Amount `json:"remainder" doc:"What is left of the envelope; not below nothing when the shares are capped by it"`
}

// SharesOn checks the shares of the envelope on the day.
//
// It counts the allocations that may have been made by the day, for the same
// time and on the same basis of value added tax as the envelope, whose figures
// belong to the ladder; the others are listed with the reason. An allocation
// without a recipient is the sum of the shares that hold on the day: those
// named are taken to be all who share it. No share is below nothing.
//
// The limits are exact, in that every sum between two of them is possible,
// where each recipient has one share. Where one has several, its bounds are
// those of all together, and the limits hold but may be wider than they need be.
//
// What does not fit is a finding; a limit that is contradicted is then not
// applied. The only error is a sum too large to hold, by RuleArithmeticOverflow.
func (f EnvelopeFile) SharesOn(on Date) (ShareCheck, error) {
	e := f.Envelope.Value
	c := ShareCheck{Envelope: e.Envelope, On: on, Amount: e.Figure.Amount, Per: e.Figure.Per, Capped: true, Shares: []ShareRow{}}
	c.chooseBounds(f.Criteria)
	sums := c.count(f)
	var made []commitment
	var stated []Amount
	for _, s := range sums {
		v := s.made.Value
		made = append(made, commitment{s.made.ID, v.Day, v.Figure, v.Override != ""})
		stated = append(stated, s.stated()...)
		c.Capped = c.Capped && v.Override == ""
	}
	disclosed, err := SumAmounts(stated...)
	if err != nil {
		return ShareCheck{}, err
	}
	c.Disclosed = disclosed
	plain, err := c.read(sums, false)
	if err != nil {
		return ShareCheck{}, err
	}
	if over, _ := exceeds(e.Figure, made); over || plain.over {
		c.Capped = false
		c.find(RuleEnvelopeExceeded, e.Envelope.Entity(), f.Envelope.Sources, "the shares of %s come to %s, and it holds %s", e.Envelope, tidy(plain.total), c.Amount)
	}
	if err := c.judge(sums, plain); err != nil {
		return ShareCheck{}, err
	}
	bounded, err := c.read(sums, true)
	if err != nil {
		return ShareCheck{}, err
	}
	if bounded.over {
		c.find(RuleShareSumUnreachable, e.Envelope.Entity(), citations(f.Envelope.Sources, c.Bounds.Sources),
			"the shares of %s come to %s when each keeps the bounds, and it holds %s", e.Envelope, tidy(bounded.total), c.Amount)
	}
	c.show(sums, plain, bounded)
	return c, nil
}

// countedSum is an allocation that is added to the others, with the shares in
// it: that of its recipient, or those of its members.
type countedSum struct {
	made   Recorded[Allocation]
	shares []countedShare
}

type countedShare struct {
	row     ShareRow
	sources []Citation
	limits  Amount // what the bounds leave for it; the zero Amount when they are not applied
}

// chooseBounds takes the bounds that are in force on the day: those that
// certainly are before those that may be, then those that began last.
func (c *ShareCheck) chooseBounds(criteria []Recorded[Criterion]) {
	var bounds []Recorded[Criterion]
	for _, r := range criteria {
		v := r.Value
		if v.Envelope == c.Envelope && v.Criterion == CriterionShareBounds && (v.Bounds.low.present || v.Bounds.high.present) && v.Period.Holds(c.On) != No {
			bounds = append(bounds, r)
		}
	}
	sort.Slice(bounds, func(i, j int) bool {
		a, b := &bounds[i], &bounds[j]
		return cmp.Or(cmp.Compare(b.Value.Period.Holds(c.On), a.Value.Period.Holds(c.On)),
			b.Value.Period.Start.Latest.Compare(a.Value.Period.Start.Latest), cmp.Compare(b.ID, a.ID)) < 0
	})
	if len(bounds) > 0 {
		c.Bounds, c.BoundsHold, c.Rivals = &bounds[0], bounds[0].Value.Period.Holds(c.On), bounds[1:]
	}
}

// count gathers the allocations that are added up, in the order of their keys,
// and lists the others.
func (c *ShareCheck) count(f EnvelopeFile) []countedSum {
	var sums []countedSum
	made := slices.Clone(f.Allocations)
	sort.Slice(made, func(i, j int) bool {
		a, b := &made[i], &made[j]
		return cmp.Or(cmp.Compare(a.Value.Allocation, b.Value.Allocation), cmp.Compare(a.ID, b.ID)) < 0
	})
	for _, a := range made {
		v := a.Value
		if reason := f.leaveOut(v, c.On); reason != "" {
			c.LeftOut = append(c.LeftOut, ShareLeftOut{v.Allocation, v.Recipient, v.Figure.Amount, reason})
			continue
		}
		s := countedSum{made: a}
		if v.Recipient != "" {
			s.add(ShareRow{Recipient: v.Recipient, Amount: v.Figure.Amount}, a.Sources)
		} else {
			for _, m := range f.membersOn(v.Allocation, c.On) {
				s.add(ShareRow{Recipient: m.Value.Recipient, Amount: m.Value.Amount, Member: true}, citations(a.Sources, m.Sources))
			}
		}
		sums = append(sums, s)
	}
	return sums
}

// leaveOut says why an allocation is not added to the others, or nothing.
func (f EnvelopeFile) leaveOut(a Allocation, on Date) string {
	whole := f.Envelope.Value.Figure
	switch {
	case a.Day.Earliest.After(on):
		return fmt.Sprintf("it was made after the day, on %s", a.Day)
	case !a.Figure.Basis.Counts():
		return fmt.Sprintf("its figure is %s, and such figures are not added to the others", a.Figure.Basis)
	case a.Figure.Per != whole.Per:
		return fmt.Sprintf("its amount is %s, and that of the envelope %s", a.Figure.Per, whole.Per)
	case !sameTime(whole, a.Figure):
		return fmt.Sprintf("its amount is for %s, and that of the envelope for %s", a.Figure.Covers, whole.Covers)
	case sameVAT(whole.VAT, a.Figure.VAT) != nil:
		return fmt.Sprintf("its value added tax is %s, and that of the envelope %s", a.Figure.VAT, whole.VAT)
	}
	return ""
}

// sameTime reports whether an amount is for the time of the whole, so that both
// can be compared: by the year, for the same years; for a whole period, at
// least not for another one.
func sameTime(whole, part Figure) bool {
	if whole.Covers == (Period{}) || part.Covers == (Period{}) {
		return true
	}
	if whole.Per == PerPeriod {
		return whole.Covers.Overlaps(part.Covers) != No
	}
	return whole.Covers == part.Covers
}

// membersOn gives the shares of a sum for several that hold on the day.
func (f EnvelopeFile) membersOn(sum AllocationID, on Date) []Recorded[Share] {
	return sharesOn(f.Shares, sum.Entity(), on)
}

// sharesOn gives the shares of a joint sum that hold, or may, on the day: one
// for each recipient, in the order of keys.
func sharesOn(shares []Recorded[Share], of Entity, on Date) []Recorded[Share] {
	var members []Recorded[Share]
	for i := range shares {
		if s := &shares[i].Value; s.Of == of && s.Period.Holds(on) != No {
			members = append(members, shares[i])
		}
	}
	sort.Slice(members, func(i, j int) bool {
		a, b := &members[i], &members[j]
		return cmp.Or(cmp.Compare(a.Value.Recipient, b.Value.Recipient), cmp.Compare(b.Value.Period.Holds(on), a.Value.Period.Holds(on)),
			b.Value.Period.Start.Latest.Compare(a.Value.Period.Start.Latest), cmp.Compare(b.ID, a.ID)) < 0
	})
	first := members[:0]
	for i := range members {
		if n := len(first); n == 0 || first[n-1].Value.Recipient != members[i].Value.Recipient {
			first = append(first, members[i])
		}
	}
	return first
}

func (s *countedSum) add(row ShareRow, sources []Citation) {
	row.Allocation, row.Known = s.made.Value.Allocation, isKnown(row.Amount)
	s.shares = append(s.shares, countedShare{row: row, sources: sources})
}

// stated lists what is stated of the sum: the sum itself, or else the shares in it.
func (s countedSum) stated() []Amount {
	if whole := s.made.Value.Figure.Amount; isKnown(whole) {
		return []Amount{whole}
	}
	var out []Amount
	for _, p := range s.shares {
		if p.row.Known {
			out = append(out, p.row.Amount)
		}
	}
	return out
}

// isKnown reports whether the amount says how much.
func isKnown(a Amount) bool { return a.low.present || a.high.present || a.nominal.present }

// judge answers for each share whether all that its recipient gets lies within
// the bounds, and sets the limits that the bounds leave for it: what the other
// shares of the recipient may leave of them, or none where they are broken.
func (c *ShareCheck) judge(sums []countedSum, plain shareReading) error {
	type place struct {
		share *countedShare
		lies  Amount
	}
	places := map[OrganisationID][]place{}
	for i, s := range sums {
		for j := range s.shares {
			id := s.shares[j].row.Recipient
			places[id] = append(places[id], place{&s.shares[j], plain.sums[i].shares[j]})
		}
	}
	for _, id := range slices.Sorted(maps.Keys(places)) {
		var lie []Amount
		var sources []Citation
		for _, p := range places[id] {
			lie, sources = append(lie, p.lies), citations(sources, p.share.sources)
		}
		total, err := SumAmounts(lie...)
		if err != nil {
			return err
		}
		within, detail := c.within(total)
		if len(lie) > 1 {
			detail = fmt.Sprintf("%d shares together: %s", len(lie), detail)
		}
		if within == No && c.BoundsHold == Yes {
			c.find(RuleShareOutside, id.Entity(), citations(sources, c.Bounds.Sources), "%s gets %s, and each share lies within %s", id, tidy(total), c.Bounds.Value.Bounds)
		}
		for i, p := range places[id] {
			p.share.row.Within, p.share.row.Detail = within, detail
			if c.Bounds == nil || within == No {
				continue
			}
			others, err := SumAmounts(slices.Concat(lie[:i], lie[i+1:])...)
			if err != nil {
				return err
			}
			if p.share.limits, err = c.Bounds.Value.Bounds.Sub(others); err != nil {
				return err
			}
		}
	}
	return nil
}

// within answers whether an interval lies within the bounds.
func (c *ShareCheck) within(a Amount) (Answer, string) {
	if c.Bounds == nil {
		return Yes, "no bounds of a share are in force"
	}
	bounds := c.Bounds.Value.Bounds
	both, ok := overlap(a, bounds)
	switch {
	case !ok:
		return No, fmt.Sprintf("%s lies outside %s", tidy(a), bounds)
	case both.low == a.low && both.high == a.high:
		return Yes, fmt.Sprintf("%s lies within %s", tidy(a), bounds)
	}
	return Possibly, fmt.Sprintf("%s may lie outside %s", tidy(a), bounds)
}

// show makes the rows of both readings.
func (c *ShareCheck) show(sums []countedSum, plain, bounded shareReading) {
	c.WithBounds, c.WithoutBounds = bounded.totals, plain.totals
	for i, s := range sums {
		v := s.made.Value
		sum := ShareSum{Allocation: v.Allocation, Amount: v.Figure.Amount, WithBounds: tidy(bounded.sums[i].sum), WithoutBounds: tidy(plain.sums[i].sum)}
		for j, p := range s.shares {
			sum.Members = append(sum.Members, p.row.Recipient)
			p.row.WithBounds, p.row.WithoutBounds = tidy(bounded.sums[i].shares[j]), tidy(plain.sums[i].shares[j])
			c.Shares = append(c.Shares, p.row)
		}
		if v.Recipient == "" {
			c.Sums = append(c.Sums, sum)
		}
	}
	sort.SliceStable(c.Shares, func(i, j int) bool { return c.Shares[i].Recipient < c.Shares[j].Recipient })
}

func (c *ShareCheck) findApart(s countedSum, r sumReading, when string) {
	v := s.made.Value
	rule := RuleShareSumUnreachable
	if when == "" && r.sum.high.present && r.together.low.sum > r.sum.high.sum {
		rule = RuleSharesExceed
	}
	c.find(rule, v.Allocation.Entity(), s.made.Sources, "the shares of %s come to %s%s, and it is %s", v.Allocation, tidy(r.together), when, v.Figure.Amount)
}

func (c *ShareCheck) find(rule RuleID, about Entity, sources []Citation, format string, args ...any) {
	c.Findings = append(c.Findings, Finding{rule, about, fmt.Sprintf(format, args...), sources})
}
