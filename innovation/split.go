package innovation

import (
	"cmp"
	"fmt"
	"math"
	"math/big"
	"slices"
	"sort"
	"strings"
)

// Rules of the proposal of a split.
const (
	RuleSplitInvalid    RuleID = "split-invalid"
	RuleSplitInfeasible RuleID = "split-infeasible"
)

// Bid is the claim of one recipient on a sum that is to be split. Only the
// proportions of the bids to each other matter, so a criterion may be in any
// unit that is the same for all bids. A value of 0 is nothing, not a gap.
type Bid struct {
	Recipient  OrganisationID `json:"recipient" doc:"Who bids; one bid each"`
	Score      int64          `json:"score,omitempty" minimum:"0" doc:"Points of the business case"`
	Population int64          `json:"population,omitempty" minimum:"0" doc:"People whom the recipient serves"`
	Cost       Money          `json:"cost,omitzero" doc:"Cost of the focus areas"`
	Min        *Money         `json:"min,omitempty" doc:"The least this recipient may get; left out, that of the request applies"`
	Max        *Money         `json:"max,omitempty" doc:"The most this recipient may get; left out, that of the request applies"`
}

// SplitWeights says which part of the sum follows each criterion, in
// millionths that add up to 1000000. When all are 0, every bid weighs the same.
type SplitWeights struct {
	Score      int64 `json:"score,omitempty" minimum:"0" maximum:"1000000" doc:"Weight of the business case in millionths"`
	Population int64 `json:"population,omitempty" minimum:"0" maximum:"1000000" doc:"Weight of the population in millionths"`
	Cost       int64 `json:"cost,omitempty" minimum:"0" maximum:"1000000" doc:"Weight of the cost of focus areas in millionths"`
}

// SplitRequest asks for a sum to be split.
type SplitRequest struct {
	Amount  Money        `json:"amount" doc:"The sum to split, all of it"`
	Bids    []Bid        `json:"bids" minItems:"1" doc:"The bids, in any order"`
	Weights SplitWeights `json:"weights,omitzero" doc:"What the criteria weigh; left out, every bid weighs the same"`
	Min     *Money       `json:"min,omitempty" doc:"The least each recipient may get; left out, nothing"`
	Max     *Money       `json:"max,omitempty" doc:"The most each recipient may get; left out, there is no limit"`
}

// SplitBound names the bound that holds a share.
type SplitBound string

// The bounds of a share.
const (
	SplitFree    SplitBound = ""        // its weight decides
	SplitMinimum SplitBound = "minimum" // its weight would give less
	SplitMaximum SplitBound = "maximum" // its weight would give more
)

// SplitPart is what one criterion adds to the weight of a bid.
type SplitPart struct {
	Criterion string `json:"criterion" doc:"The criterion: business-case, population or focus-area-cost (scheme criterion)"`
	Weight    string `json:"weight" doc:"The part of all weight that the bid has by it, an exact fraction in lowest terms such as 7/30"`
}

// SplitShare is the proposed share of one recipient, with what explains it.
type SplitShare struct {
	Recipient    OrganisationID `json:"recipient" doc:"Whose share it is"`
	Amount       Money          `json:"amount" doc:"The share"`
	Weight       string         `json:"weight" doc:"The part of all weight that the bid has, an exact fraction in lowest terms such as 7/30"`
	Parts        []SplitPart    `json:"parts,omitempty" doc:"What each criterion adds to the weight; left out when every bid weighs the same"`
	Proportional Money          `json:"proportional" doc:"What the weight alone would give, without bounds, rounded down to the penny"`
	Bound        SplitBound     `json:"bound,omitempty" enum:"minimum,maximum" doc:"The bound that holds the share; left out when its weight decides"`
	Pennies      int64          `json:"pennies,omitempty" minimum:"0" maximum:"1" doc:"1 when the share was rounded up to the next penny, 0 otherwise"`
	Explanation  string         `json:"explanation" doc:"How the share comes about, for people to read"`
}

// SplitProposal is a split of a sum. It is not recorded: allocations are.
type SplitProposal struct {
	Amount Money        `json:"amount" doc:"The sum; the shares add up to it"`
	Shares []SplitShare `json:"shares" doc:"The shares, in the order of recipients' keys"`
	Method string       `json:"method" doc:"The method and how ties are decided, in one sentence without a full stop"`
}

const splitMethod = "Each share is its weight times one rate that is the same for all, held within its bounds, at the rate that splits the whole sum; " +
	"odd pence go by the largest remainder, and where remainders tie to the larger weight, then to the key that sorts first"

// ProposeSplit splits a sum across bids, exact to the penny.
//
// The weight of a bid is the sum, over the criteria, of the criterion's weight
// times the bid's part of what all bids have of it. Each share is
// min(max(rate × weight, least), most), for the one rate at which the shares
// add up to the sum: the continuous knapsack problem with bounds, solved
// exactly by going through its breakpoints in order (M. Patriksson, "A survey
// on the continuous nonlinear resource allocation problem", European Journal of
// Operational Research 185, 2008, describes this family of methods). A bid
// without weight gets its minimum; what is left when all others have their
// maximum is shared equally among such bids.
//
// Whole pence follow by the largest remainder, also named after A. Hamilton
// and after Hare and Niemeyer (M. L. Balinski and H. P. Young, "Fair
// Representation", 1982): a share is rounded down, and the odd pence go to the
// largest fractions. A share at a bound has no fraction, so that no bound is
// crossed. Ties go to the larger weight, then to the key that sorts first in
// byte order; the order of the bids plays no part.
//
// A recipient whose own values rise, all else being the same, never gets less.
// Raising the sum can cost a recipient a penny, never more: the Alabama paradox
// of this method of rounding.
//
// Malformed requests are of kind Invalid, those that the bounds make
// impossible of kind Refused by RuleSplitInfeasible, with the arithmetic.
// Every fault is reported, the sums of bounds only where nothing else is wrong.
func ProposeSplit(r SplitRequest) (SplitProposal, error) {
	if err := r.check(); err != nil {
		return SplitProposal{}, err
	}
	claims := r.claims()
	apportion(claims, r.Amount)
	roundPence(claims, r.Amount)
	p := SplitProposal{Amount: r.Amount, Shares: make([]SplitShare, len(claims)), Method: splitMethod}
	for i, c := range claims {
		p.Shares[i] = c.proposal(r.Amount, len(claims))
	}
	return p, nil
}

// splitCriterion is one of the criteria that weigh something.
type splitCriterion struct {
	criterion, field, label string
	weight                  int64
	value                   func(Bid) int64
}

// criteria lists the criteria in the order of the fields, with those that weigh nothing.
func (r SplitRequest) criteria() []splitCriterion {
	return []splitCriterion{
		{CriterionBusinessCase, "score", "business case", r.Weights.Score, func(b Bid) int64 { return b.Score }},
		{CriterionPopulation, "population", "population", r.Weights.Population, func(b Bid) int64 { return b.Population }},
		{CriterionCost, "cost", "cost of focus areas", r.Weights.Cost, func(b Bid) int64 { return int64(b.Cost) }},
	}
}

// bounds gives the least and the most that a bid may get. No share can be more
// than the sum, which stands for a maximum that is not given.
func (r SplitRequest) bounds(b Bid) (least, most Money) {
	most = r.Amount
	if p := cmp.Or(b.Min, r.Min); p != nil {
		least = *p
	}
	if p := cmp.Or(b.Max, r.Max); p != nil {
		most = *p
	}
	return least, most
}

// check reports everything that is wrong with the request, in the order of its fields.
func (r SplitRequest) check() error {
	var errs []error
	if r.Amount < 0 {
		errs = append(errs, Invalidf(RuleSplitInvalid, "amount", "%s is below nothing", r.Amount.Format()))
	}
	if len(r.Bids) == 0 {
		errs = append(errs, Invalidf(RuleSplitInvalid, "bids", "there are no bids"))
	}
	first := map[OrganisationID]int{}
	for i, b := range r.Bids {
		field := fmt.Sprintf("bids[%d].", i)
		errs = append(errs, checkRef(field+"recipient", string(b.Recipient)))
		if j, ok := first[b.Recipient]; ok {
			errs = append(errs, Invalidf(RuleSplitInvalid, field+"recipient", "%q bids twice, also in bids[%d]", clip(string(b.Recipient)), j).
				Trying("give one bid for each recipient"))
		} else {
			first[b.Recipient] = i
		}
		for _, c := range r.criteria() {
			if c.value(b) < 0 {
				errs = append(errs, Invalidf(RuleSplitInvalid, field+c.field, "the value is below nothing"))
			}
		}
		errs = append(errs, checkSplitBounds(field, b.Min, b.Max))
		if least, most := r.bounds(b); (b.Min == nil) != (b.Max == nil) && cmp.Or(b.Max, r.Max) != nil && least > most {
			errs = append(errs, Refusedf(RuleSplitInfeasible, strings.TrimSuffix(field, "."), "the minimum of %s for %s is above its maximum of %s",
				least.Format(), clip(string(b.Recipient)), most.Format()).Trying("state both bounds of the bid"))
		}
	}
	errs = append(errs, r.checkWeights(), checkSplitBounds("", r.Min, r.Max))
	if err := Join(errs...); err != nil {
		return err
	}
	return r.checkSums()
}

// checkWeights refuses weights that are no parts of a whole, and a criterion
// that is to count but of which no bid has anything.
func (r SplitRequest) checkWeights() error {
	var errs []error
	var sum int64
	valid := true
	for _, c := range r.criteria() {
		if c.weight < 0 || c.weight > 1_000_000 {
			valid = false
			errs = append(errs, Invalidf(RuleSplitInvalid, "weights."+c.field, "a weight of %d millionths", c.weight).Trying("use 0 to 1000000"))
			continue
		}
		sum += c.weight
		if c.weight > 0 && !slices.ContainsFunc(r.Bids, func(b Bid) bool { return c.value(b) != 0 }) {
			errs = append(errs, Invalidf(RuleSplitInvalid, "weights."+c.field, "the %s weighs %d millionths, and no bid has any", c.label, c.weight).
				Trying("give the %s in the bids, or weigh the other criteria only", c.field))
		}
	}
	if valid && sum != 0 && sum != 1_000_000 {
		errs = append(errs, Invalidf(RuleSplitInvalid, "weights", "the weights add up to %d millionths", sum).
			Trying("let them add up to 1000000, or leave them all out to weigh every bid the same"))
	}
	return Join(errs...)
}

// checkSplitBounds checks the bounds that are stated in one place.
func checkSplitBounds(field string, least, most *Money) error {
	var errs []error
	if least != nil && *least < 0 {
		errs = append(errs, Invalidf(RuleSplitInvalid, field+"min", "%s is below nothing", least.Format()))
	}
	if most != nil && *most < 0 {
		errs = append(errs, Invalidf(RuleSplitInvalid, field+"max", "%s is below nothing", most.Format()))
	}
	if least != nil && most != nil && *least > *most {
		errs = append(errs, Refusedf(RuleSplitInfeasible, field+"min", "the minimum of %s is above the maximum of %s", least.Format(), most.Format()))
	}
	return Join(errs...)
}

// checkSums refuses bounds between which the sum cannot be split.
func (r SplitRequest) checkSums() error {
	var leasts, mosts []Money
	for _, b := range r.Bids {
		least, most := r.bounds(b)
		leasts, mosts = append(leasts, least), append(mosts, most)
	}
	amount := big.NewInt(int64(r.Amount))
	if sum := sumPence(leasts); sum.Cmp(amount) > 0 {
		return Refusedf(RuleSplitInfeasible, "amount", "%s need %s; the envelope holds %s",
			describeBounds("minimum", "minima", leasts), formatPence(sum), r.Amount.Format()).
			Trying("lower the minima, take in fewer bids or split more")
	}
	if sum := sumPence(mosts); sum.Cmp(amount) < 0 {
		return Refusedf(RuleSplitInfeasible, "amount", "%s take up %s; the envelope holds %s",
			describeBounds("maximum", "maxima", mosts), formatPence(sum), r.Amount.Format()).
			Trying("raise the maxima, take in more bids or split less")
	}
	return nil
}

// describeBounds gives "15 bids at a minimum of £5,000,000.00", or "the minima of 15 bids" when they differ.
func describeBounds(one, many string, bounds []Money) string {
	if slices.Min(bounds) != slices.Max(bounds) {
		return fmt.Sprintf("the %s of %d bids", many, len(bounds))
	}
	return fmt.Sprintf("%d bids at a %s of %s", len(bounds), one, bounds[0].Format())
}

func sumPence(all []Money) *big.Int {
	sum := new(big.Int)
	for _, m := range all {
		sum.Add(sum, big.NewInt(int64(m)))
	}
	return sum
}

func formatPence(sum *big.Int) string {
	if sum.IsInt64() {
		return Money(sum.Int64()).Format()
	}
	return "more than " + Money(math.MaxInt64).Format()
}

// claim is a bid on its way to a share. All sums are in pence.
type claim struct {
	recipient OrganisationID
	parts     []SplitPart
	reading   string   // the parts in words
	weight    *big.Rat // its part of all weight
	least     *big.Rat
	most      *big.Rat
	share     *big.Rat // exact, before rounding
	bound     SplitBound
	leftover  bool // it has no weight, and shares what the others may not have
	amount    Money
	pennies   int64
}

// claims weighs the bids, and puts them in the order of recipients' keys.
func (r SplitRequest) claims() []*claim {
	var criteria []splitCriterion
	for _, c := range r.criteria() {
		if c.weight != 0 {
			criteria = append(criteria, c)
		}
	}
	totals := make([]big.Int, len(criteria))
	for i, k := range criteria {
		for _, b := range r.Bids {
			totals[i].Add(&totals[i], big.NewInt(k.value(b)))
		}
	}
	var claims []*claim
	for _, b := range r.Bids {
		least, most := r.bounds(b)
		c := &claim{recipient: b.Recipient, weight: new(big.Rat), least: ratPence(least), most: ratPence(most)}
		var words []string
		for i, k := range criteria {
			part := new(big.Rat).SetFrac(big.NewInt(k.value(b)), &totals[i])
			part.Mul(part, big.NewRat(k.weight, 1_000_000))
			c.weight.Add(c.weight, part)
			c.parts = append(c.parts, SplitPart{k.criterion, part.RatString()})
			words = append(words, k.label+" "+percent(part))
		}
		c.reading = strings.Join(words, ", ")
		if len(criteria) == 0 {
			c.weight.SetFrac64(1, int64(len(r.Bids)))
		}
		claims = append(claims, c)
	}
	sort.Slice(claims, func(i, j int) bool { return claims[i].recipient < claims[j].recipient })
	return claims
}

// apportion gives every claim its exact share of the sum, which lies between
// the sums of the bounds.
func apportion(claims []*claim, sum Money) {
	var weighty, weightless []*claim
	toWeighty, toWeightless := ratPence(sum), ratPence(sum)
	room := new(big.Rat) // for those with weight
	for _, c := range claims {
		if c.weight.Sign() == 0 {
			weightless = append(weightless, c)
			toWeighty.Sub(toWeighty, c.least)
			continue
		}
		weighty = append(weighty, c)
		room.Add(room, c.most)
	}
	if toWeighty.Cmp(room) > 0 {
		toWeighty.Set(room)
	}
	toWeightless.Sub(toWeightless, toWeighty)
	fill(weighty, toWeighty, func(c *claim) *big.Rat { return c.weight })
	fill(weightless, toWeightless, func(*claim) *big.Rat { return big.NewRat(1, 1) })
	for _, c := range weightless {
		c.leftover = c.share.Cmp(c.least) > 0
	}
}

// fill gives every claim min(max(rate × weight, least), most), for the rate at
// which the shares add up to the sum. The total of the shares grows with the
// rate in straight lines, which turn where a share leaves its minimum or
// reaches its maximum.
func fill(claims []*claim, sum *big.Rat, weight func(*claim) *big.Rat) {
	type turn struct{ rate, fixed, slope *big.Rat } // from the rate on, the total changes by fixed + slope × rate
	var turns []turn
	fixed, slope, rate := new(big.Rat), new(big.Rat), new(big.Rat)
	for _, c := range claims {
		w := weight(c)
		fixed.Add(fixed, c.least)
		turns = append(turns,
			turn{new(big.Rat).Quo(c.least, w), new(big.Rat).Neg(c.least), w},
			turn{new(big.Rat).Quo(c.most, w), c.most, new(big.Rat).Neg(w)})
	}
	sort.Slice(turns, func(i, j int) bool { return turns[i].rate.Cmp(turns[j].rate) < 0 })
	for _, t := range turns {
		total := new(big.Rat).Mul(slope, t.rate)
		if total.Add(total, fixed).Cmp(sum) >= 0 {
			if slope.Sign() > 0 { // otherwise all are at their minimum
				rate.Quo(rate.Sub(sum, fixed), slope)
			}
			break
		}
		fixed.Add(fixed, t.fixed)
		slope.Add(slope, t.slope)
	}
	for _, c := range claims {
		c.share = new(big.Rat).Mul(rate, weight(c))
		switch {
		case c.share.Cmp(c.least) < 0:
			c.share, c.bound = c.least, SplitMinimum
		case c.share.Cmp(c.most) > 0:
			c.share, c.bound = c.most, SplitMaximum
		}
	}
}

// roundPence rounds the shares to whole pence by the largest remainder. Less
// than one penny for each fraction is left over, so that only shares with a
// fraction, which lie between their bounds, are rounded up.
func roundPence(claims []*claim, sum Money) {
	fraction := make(map[*claim]*big.Rat, len(claims))
	odd := sum
	for _, c := range claims {
		c.amount = floorPence(c.share)
		fraction[c] = new(big.Rat).Sub(c.share, ratPence(c.amount))
		odd -= c.amount
	}
	order := slices.Clone(claims)
	sort.Slice(order, func(i, j int) bool {
		a, b := order[i], order[j]
		return cmp.Or(fraction[b].Cmp(fraction[a]), b.weight.Cmp(a.weight), cmp.Compare(a.recipient, b.recipient)) < 0
	})
	for _, c := range order[:odd] {
		c.amount++
		c.pennies = 1
	}
}

// proposal states the share that the claim got of the sum, and how it came about.
func (c *claim) proposal(sum Money, bids int) SplitShare {
	proportional := floorPence(new(big.Rat).Mul(c.weight, ratPence(sum)))
	var b strings.Builder
	fmt.Fprintf(&b, "%s of the weight (", percent(c.weight))
	if c.parts == nil {
		fmt.Fprintf(&b, "no criterion weighs anything, so the same for each of %d bids", bids)
	}
	fmt.Fprintf(&b, "%s): %s by weight alone", c.reading, proportional.Format())
	switch {
	case c.leftover:
		b.WriteString("; every bid with a weight has its maximum, and what is left is shared equally: " + c.amount.Format())
	case c.bound == SplitFree && c.amount-Money(c.pennies) != proportional:
		b.WriteString("; with other shares held at their bounds: " + c.amount.Format())
	}
	if c.bound != SplitFree {
		fmt.Fprintf(&b, "; held at the %s of %s", c.bound, c.amount.Format())
	}
	if c.pennies > 0 {
		b.WriteString("; rounded up to the penny")
	}
	return SplitShare{Recipient: c.recipient, Amount: c.amount, Weight: c.weight.RatString(), Parts: c.parts,
		Proportional: proportional, Bound: c.bound, Pennies: c.pennies, Explanation: b.String()}
}

// floorPence rounds down a sum that is not below nothing and fits Money.
func floorPence(sum *big.Rat) Money {
	return Money(new(big.Int).Quo(sum.Num(), sum.Denom()).Int64())
}

func ratPence(m Money) *big.Rat { return new(big.Rat).SetInt64(int64(m)) }

// percent gives a part of the whole for people to read, with four decimals.
func percent(part *big.Rat) string {
	return new(big.Rat).Mul(part, big.NewRat(100, 1)).FloatString(4) + " %"
}

// splitRules describes the rules of splits and of the check of shares.
var splitRules = []RuleInfo{
	{RuleSplitInvalid, "A split has a sum, one bid for each recipient, and weights that make up the whole", EffectRefusal, "money"},
	{RuleSplitInfeasible, "The sum to split lies between the sums of the bounds of its shares", EffectRefusal, "money"},
	{RuleShareOutside, "Each share of an envelope lies within the bounds that were published", EffectFinding, "money"},
	{RuleShareSumUnreachable, "Shares within their bounds can make up the sum of which they are parts", EffectFinding, "money"},
}
