package innovation

import (
	"cmp"
	"slices"
	"sort"
)

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
	for _, c := range l.Claims {
		v := c.Value
		about := l.isAsked(v.About)
		if key.network != "" && !v.Each && !(about && l.Query.Network != "") {
			continue // it is about all recipients
		}
		if !about && !v.Each || v.Rung != rung || l.Query.ByStream() && key.stream != l.streamAbout(v.About) || key.year != 0 && v.Figure.Year() != 0 && v.Figure.Year() != key.year {
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

// isAsked reports whether an entity is an envelope that was asked for.
func (l *ladder) isAsked(about Entity) bool {
	return slices.ContainsFunc(l.Envelopes, func(e Recorded[Envelope]) bool { return e.Value.Envelope.Entity() == about })
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
		out.loose.add(s.Loose)
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
	case len(counted) == 0 && len(less) == 0:
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
	var err3 error
	if out.Amount = plus; len(less) > 0 {
		out.Amount, err3 = plus.Sub(minus) // below nothing, where more came back in a year than was paid
	}
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
		r.RemainderOf, r.Apart = up.Rung, r.loose.below(up.Rung)
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

func firstError(first, err error) error {
	if first != nil {
		return first
	}
	return err
}
