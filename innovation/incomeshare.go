package innovation

import (
	"fmt"
	"math"
	"math/big"
	"slices"
)

const million = 1_000_000

// Millionths is a ratio as far as it is known: bounds in millionths, the low
// one rounded down and the high one up. An open bound is left out.
type Millionths struct {
	Low  *int64 `json:"low,omitempty" doc:"The least it can be, in millionths, rounded down; left out when there is no such bound"`
	High *int64 `json:"high,omitempty" doc:"The most it can be, in millionths, rounded up; left out when there is no such bound"`
}

// String gives the bounds with six decimals: "1.712328 or more".
func (m Millionths) String() string {
	switch {
	case m.Low != nil && m.High != nil && *m.Low == *m.High:
		return decimal(*m.Low)
	case m.Low != nil && m.High != nil:
		return decimal(*m.Low) + " to " + decimal(*m.High)
	case m.Low != nil:
		return decimal(*m.Low) + " or more"
	case m.High != nil:
		return decimal(*m.High) + " or less"
	}
	return "not known"
}

// newMillionths rounds exact bounds, none below nothing, outward. A bound too
// large to hold is open above, and below as large as can be.
func newMillionths(low, high *big.Rat) *Millionths {
	out := &Millionths{}
	round := func(r *big.Rat, up bool) *big.Int {
		n := new(big.Int).Mul(r.Num(), big.NewInt(million))
		n, rest := n.DivMod(n, r.Denom(), new(big.Int))
		if up && rest.Sign() != 0 {
			n.Add(n, big.NewInt(1))
		}
		return n
	}
	if low != nil {
		least := int64(math.MaxInt64)
		if n := round(low, false); n.IsInt64() {
			least = n.Int64()
		}
		out.Low = &least
	}
	if high != nil {
		if n := round(high, true); n.IsInt64() {
			most := n.Int64()
			out.High = &most
		}
	}
	return out
}

func millionthsOf(n int64) *big.Rat { return big.NewRat(n, million) }

// shareBounds are the exact bounds of a share of own income.
type shareBounds struct{ low, high *big.Rat }

func (s *shareBounds) millionths() *Millionths {
	if s == nil {
		return nil
	}
	return newMillionths(s.low, s.high)
}

// shareOfAll bounds O ÷ T, the share of own income O in all income T > 0 of a
// year, from what is recorded of it: own income of o, core income of c and
// income m of kinds not stated, each within [o-, o+], [c-, c+] and [m-, m+],
// and a total within [t-, t+]. What is recorded need not be all there was, and
// every pound that is not own is core, so that
//
//	O ≥ o ≥ o-,  C ≥ c ≥ c-,  O + C = T ≤ t+,  o + c + m ≤ T.
//
// Low: O ÷ T ≥ o- ÷ T ≥ o- ÷ t+, reached when T = t+, O = o- and all else is
// core. High: O ÷ T = 1 - C ÷ T ≤ 1 - c- ÷ T ≤ (t+ - c-) ÷ t+, reached when
// T = t+, C = c- and all else is own. Both fit the last condition whenever
// o- + c- + m- ≤ t+: without that the records contradict each other, and the
// share is not known. A bound that is absent below is nothing. Without t+, or
// when neither core nor own income is recorded, nothing but 0 to 1 could be
// said: that is not known either.
func shareOfAll(y *SelfSufficiencyYear) *shareBounds {
	if !y.Total.Known {
		y.Missing = slices.Concat(y.Total.Missing, y.Core.Missing, y.Own.Missing)
		return nil
	}
	var parts moneySum
	for _, r := range []Reckoning{y.Core, y.Own, y.Mixed} {
		if sameVAT(y.Total.VAT, r.VAT) != nil || sameVAT(y.Core.VAT, r.VAT) != nil || sameVAT(y.Own.VAT, r.VAT) != nil {
			y.Missing = []string{"the total and its parts are recorded on different bases of value added tax"}
			return nil
		}
		parts.add(someMoney(r.Amount.low.sum))
	}
	most := y.Total.Amount.high
	if !y.Core.Known && !y.Own.Known {
		y.Missing = slices.Concat(y.Core.Missing, y.Own.Missing)
		return nil
	}
	if !most.present {
		y.Missing = []string{fmt.Sprintf("the total, %s, has no upper bound", y.Total.Amount)}
		return nil
	}
	if sum, ok := parts.total(); !ok || sum.sum > most.sum {
		y.Missing = []string{fmt.Sprintf("the parts recorded come to at least %s, the total to %s", sum.sum.Format(), y.Total.Amount)}
		return nil
	}
	if most.sum == 0 {
		y.Missing = []string{"the total is nothing: there is no share of it"}
		return nil
	}
	t, o, c := int64(most.sum), int64(y.Own.Amount.low.sum), int64(y.Core.Amount.low.sum)
	return &shareBounds{big.NewRat(o, t), big.NewRat(t-c, t)}
}

// shareOfRecorded bounds (o + p) ÷ (o + c + m), the share of own income in what
// is recorded, where the part p of m may be anything from nothing to all of it.
// It grows with o and p and falls with c, and with m for a given p = 0, so that
// it lies between o- ÷ (o- + c+ + m+) and (o+ + m+) ÷ (o+ + m+ + c-). It is not
// known unless both core and own income are recorded: it would say no more
// than which one is.
func shareOfRecorded(y SelfSufficiencyYear, mixed bool) *shareBounds {
	if !y.Core.Known || !y.Own.Known || mixed && !y.Mixed.Known {
		return nil
	}
	parts := []Reckoning{y.Core, y.Own}
	if mixed {
		parts = append(parts, y.Mixed)
	}
	if !addReckonings(parts, "").Known {
		return nil // on different bases of value added tax
	}
	c, o, m := y.Core.Amount, y.Own.Amount, Exact(0)
	if mixed {
		m = y.Mixed.Amount
	}
	least, lowest := int64(o.low.sum), new(big.Rat)
	if rest := addBig(c.high.sum, m.high.sum); least > 0 && c.high.present && m.high.present {
		lowest.SetFrac(big.NewInt(least), rest.Add(rest, big.NewInt(least)))
	}
	highest := big.NewRat(1, 1)
	if o.high.present && m.high.present {
		own := addBig(o.high.sum, m.high.sum)
		switch all := new(big.Int).Add(own, big.NewInt(int64(c.low.sum))); {
		case own.Sign() == 0 && c.high.present && c.high.sum == 0:
			return nil // nothing was had at all
		case own.Sign() == 0:
			highest.SetInt64(0)
		default:
			highest.SetFrac(own, all)
		}
	}
	return &shareBounds{lowest, highest}
}

func addBig(a, b Money) *big.Int {
	return new(big.Int).Add(big.NewInt(int64(a)), big.NewInt(int64(b)))
}

// reweigh gives the bounds of the share when own income is multiplied by own
// and core income by core, in millionths. A share s of all becomes
//
//	s × own ÷ (s × own + (1 - s) × core),
//
// which falls nowhere as s grows (its derivative has the sign of own × core),
// so that the bounds become those of the new share, as tight as they were.
// Where nothing would be left to have a share of, 0 to 1 is possible.
func (s *shareBounds) reweigh(own, core int64) *shareBounds {
	if s == nil {
		return nil
	}
	to := func(share *big.Rat, nothing int64) *big.Rat {
		o := new(big.Rat).Mul(share, big.NewRat(own, 1))
		c := new(big.Rat).Sub(big.NewRat(1, 1), share)
		all := c.Mul(c, big.NewRat(core, 1)).Add(c, o)
		if all.Sign() == 0 {
			return big.NewRat(nothing, 1)
		}
		return o.Quo(o, all)
	}
	return &shareBounds{to(s.low, 0), to(s.high, 1)}
}

// times is the reckoning multiplied by so many millionths, its bounds rounded
// outward to the penny.
func (r Reckoning) times(millionths int64) Reckoning {
	if !r.Known {
		return r
	}
	out := Amount{kind: AmountSum}
	exact := r.Amount.kind == AmountExact
	for _, part := range []struct {
		of optionalMoney
		to *optionalMoney
		up bool
	}{{r.Amount.low, &out.low, false}, {r.Amount.high, &out.high, true}, {r.Amount.nominal, &out.nominal, false}} {
		if !part.of.present {
			continue
		}
		product := new(big.Int).Mul(big.NewInt(int64(part.of.sum)), big.NewInt(millionths))
		sum, rest := product.DivMod(product, big.NewInt(million), new(big.Int))
		if rest.Sign() != 0 {
			exact = false
			if part.to == &out.nominal {
				continue // the single figure would not be the source's any more
			}
			if part.up {
				sum.Add(sum, big.NewInt(1))
			}
		}
		if !sum.IsInt64() {
			return notKnown("the sum is too large to hold")
		}
		*part.to = someMoney(Money(sum.Int64()))
	}
	if exact {
		out.kind = AmountExact
	}
	return reckoned(out, nil, r.VAT, r.Facts)
}

// decimal writes millionths as a number with six decimals.
func decimal(millionths int64) string {
	return fmt.Sprintf("%d.%06d", millionths/million, millionths%million)
}
