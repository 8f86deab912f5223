package innovation_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "github.com/innovationregistry/registry/innovation"
)

// equalBids makes n bids with nothing but a recipient, network-00 and so on.
func equalBids(n int) []Bid {
	bids := make([]Bid, n)
	for i := range bids {
		bids[i].Recipient = OrganisationID(fmt.Sprintf("network-%02d", i))
	}
	return bids
}

func mustSplit(t interface{ Fatal(...any) }, r SplitRequest) SplitProposal {
	p, err := ProposeSplit(r)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// splitAmounts are the shares in order.
func splitAmounts(p SplitProposal) []Money {
	var out []Money
	for _, s := range p.Shares {
		out = append(out, s.Amount)
	}
	return out
}

// checkSplit holds a proposal against the request: all of the sum, to the
// penny, and every share within its bounds.
func checkSplit(t interface{ Fatalf(string, ...any) }, r SplitRequest, p SplitProposal) {
	total := new(big.Int)
	for i, s := range p.Shares {
		total.Add(total, big.NewInt(int64(s.Amount)))
		if i > 0 && s.Recipient <= p.Shares[i-1].Recipient {
			t.Fatalf("%s stands after %s", s.Recipient, p.Shares[i-1].Recipient)
		}
		bid := r.Bids[slices.IndexFunc(r.Bids, func(b Bid) bool { return b.Recipient == s.Recipient })]
		least, most := Money(0), r.Amount
		for _, p := range []*Money{r.Min, bid.Min} {
			if p != nil {
				least = *p
			}
		}
		for _, p := range []*Money{r.Max, bid.Max} {
			if p != nil {
				most = *p
			}
		}
		if s.Amount < least || s.Amount > most {
			t.Fatalf("%s gets %s, outside %s to %s", s.Recipient, s.Amount, least, most)
		}
		if s.Bound == SplitMinimum && s.Amount != least || s.Bound == SplitMaximum && s.Amount != most || s.Bound != SplitFree && s.Pennies != 0 {
			t.Fatalf("%s gets %s and is said to be held at the %s", s.Recipient, s.Amount, s.Bound)
		}
	}
	if len(p.Shares) != len(r.Bids) || p.Amount != r.Amount || !total.IsInt64() || total.Int64() != int64(r.Amount) {
		t.Fatalf("%d shares of %s come to %s pence", len(p.Shares), r.Amount, total)
	}
}

func TestProposeSplitOfThePotOf2013(t *testing.T) {
	r := SplitRequest{Amount: 70_000_000_00, Bids: equalBids(15), Min: pence(2_000_000_00), Max: pence(7_000_000_00)}
	p := mustSplit(t, r)
	checkSplit(t, r, p)
	for i, s := range p.Shares { // 7,000,000,000 pence are 15 × 466,666,666 and 10
		want := SplitShare{Recipient: s.Recipient, Amount: 466_666_666, Weight: "1/15", Proportional: 466_666_666,
			Explanation: "6.6667 % of the weight (no criterion weighs anything, so the same for each of 15 bids): £4,666,666.66 by weight alone"}
		if i < 10 {
			want.Amount, want.Pennies = 466_666_667, 1
			want.Explanation += "; rounded up to the penny"
		}
		if diff := cmp.Diff(want, s); diff != "" {
			t.Errorf("share %d (-want +got):\n%s", i, diff)
		}
	}

	r.Weights = SplitWeights{Score: 500_000, Population: 300_000, Cost: 200_000}
	for i := range r.Bids {
		r.Bids[i].Score, r.Bids[i].Population, r.Bids[i].Cost = int64(i*i), int64(1_500_000+i*250_000), Money(3_000_000_00+i*77_777)
	}
	p = mustSplit(t, r)
	checkSplit(t, r, p)
	first, last := p.Shares[0], p.Shares[14]
	if first.Bound != SplitMinimum || first.Amount != 2_000_000_00 || last.Bound != SplitMaximum || last.Amount != 7_000_000_00 {
		t.Errorf("the least is %+v, the largest %+v", first, last)
	}
	if len(first.Parts) != 3 || first.Parts[0] != (SplitPart{CriterionBusinessCase, "0"}) || first.Parts[1].Criterion != CriterionPopulation ||
		first.Parts[2].Criterion != CriterionCost {
		t.Errorf("the parts of the least are %+v", first.Parts)
	}
}

func TestProposeSplitByHand(t *testing.T) {
	score := SplitWeights{Score: 1_000_000}
	bid := func(name OrganisationID, score int64, bounds ...Money) Bid {
		b := Bid{Recipient: name, Score: score}
		if len(bounds) == 2 {
			b.Min, b.Max = &bounds[0], &bounds[1]
		}
		return b
	}
	for name, tt := range map[string]struct {
		request SplitRequest
		want    []Money
	}{
		"in proportion":           {SplitRequest{Amount: 60, Weights: score, Bids: []Bid{bid("a", 1), bid("b", 2), bid("c", 3)}}, []Money{10, 20, 30}},
		"two criteria":            {SplitRequest{Amount: 100, Weights: SplitWeights{Population: 750_000, Cost: 250_000}, Bids: []Bid{{Recipient: "a", Population: 1, Cost: 9}, {Recipient: "b", Population: 3, Cost: 1}}}, []Money{41, 59}}, // 41.25 and 58.75
		"ten of 6, 6 and 2":       {SplitRequest{Amount: 10, Weights: score, Bids: []Bid{bid("a", 6), bid("b", 6), bid("c", 2)}}, []Money{4, 4, 2}},
		"eleven of 6, 6 and 2":    {SplitRequest{Amount: 11, Weights: score, Bids: []Bid{bid("a", 6), bid("b", 6), bid("c", 2)}}, []Money{5, 5, 1}}, // the Alabama paradox
		"a tie by weight":         {SplitRequest{Amount: 2, Weights: score, Bids: []Bid{bid("a", 1), bid("b", 3)}}, []Money{0, 2}},                  // 0.5 and 1.5
		"a tie by key":            {SplitRequest{Amount: 1, Weights: score, Bids: []Bid{bid("b", 1), bid("a", 1)}}, []Money{1, 0}},
		"a minimum":               {SplitRequest{Amount: 60, Weights: score, Bids: []Bid{bid("a", 1, 20, 60), bid("b", 2), bid("c", 3)}}, []Money{20, 16, 24}},
		"a maximum":               {SplitRequest{Amount: 60, Weights: score, Max: pence(25), Bids: []Bid{bid("a", 1), bid("b", 2), bid("c", 3)}}, []Money{12, 23, 25}}, // 11⅔ and 23⅓
		"a maximum moves a min":   {SplitRequest{Amount: 60, Weights: score, Bids: []Bid{bid("a", 1, 11, 60), bid("b", 2), bid("c", 3, 0, 20)}}, []Money{13, 27, 20}},  // 13⅓: the minimum no longer holds it
		"no weight, no minimum":   {SplitRequest{Amount: 60, Weights: score, Bids: []Bid{bid("a", 0), bid("b", 1)}}, []Money{0, 60}},
		"no weight, a minimum":    {SplitRequest{Amount: 60, Weights: score, Min: pence(5), Bids: []Bid{bid("a", 0), bid("b", 1)}}, []Money{5, 55}},
		"no weight, what is left": {SplitRequest{Amount: 50, Weights: score, Max: pence(25), Bids: []Bid{bid("a", 0), bid("b", 0, 3, 4), bid("c", 1)}}, []Money{21, 4, 25}},
		"the minima exactly":      {SplitRequest{Amount: 10, Weights: score, Min: pence(5), Bids: []Bid{bid("a", 1), bid("b", 9)}}, []Money{5, 5}},
		"the maxima exactly":      {SplitRequest{Amount: 10, Weights: score, Max: pence(5), Bids: []Bid{bid("a", 0), bid("b", 9)}}, []Money{5, 5}},
		"fixed shares":            {SplitRequest{Amount: 10, Weights: score, Bids: []Bid{bid("a", 1, 7, 7), bid("b", 9)}}, []Money{7, 3}},
		"nothing":                 {SplitRequest{Min: pence(0), Bids: equalBids(2)}, []Money{0, 0}},
	} {
		p := mustSplit(t, tt.request)
		if diff := cmp.Diff(tt.want, splitAmounts(p)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		checkSplit(t, tt.request, p)
	}
}

func TestProposeSplitExplains(t *testing.T) {
	r := SplitRequest{Amount: 100_00, Weights: SplitWeights{Score: 600_000, Population: 400_000}, Max: pence(50_00), Bids: []Bid{
		{Recipient: "a", Min: pence(20_00)}, {Recipient: "b", Score: 1, Population: 1}, {Recipient: "c", Score: 3, Population: 2}}}
	p := mustSplit(t, r)
	want := []string{
		"0.0000 % of the weight (business case 0.0000 %, population 0.0000 %): £0.00 by weight alone; held at the minimum of £20.00",
		"28.3333 % of the weight (business case 15.0000 %, population 13.3333 %): £28.33 by weight alone; with other shares held at their bounds: £30.00",
		"71.6667 % of the weight (business case 45.0000 %, population 26.6667 %): £71.66 by weight alone; held at the maximum of £50.00",
	}
	var got []string
	for _, s := range p.Shares {
		got = append(got, s.Explanation)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("explanations (-want +got):\n%s", diff)
	}
	if p.Shares[1].Weight != "17/60" || p.Shares[1].Parts[0].Weight != "3/20" || p.Shares[1].Parts[1].Weight != "2/15" {
		t.Errorf("got the weight %+v", p.Shares[1])
	}

	r = SplitRequest{Amount: 100_01, Weights: SplitWeights{Score: 1_000_000}, Bids: []Bid{{Recipient: "a"}, {Recipient: "b"}, {Recipient: "c", Score: 1, Max: pence(30_00)}}}
	if got, want := mustSplit(t, r).Shares[0].Explanation,
		"0.0000 % of the weight (business case 0.0000 %): £0.00 by weight alone; every bid with a weight has its maximum, and what is left is shared equally: £35.01; rounded up to the penny"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, text := range []string{p.Method, want[0]} {
		if strings.HasSuffix(text, ".") {
			t.Errorf("%q ends in a full stop", text)
		}
	}
}

func TestProposeSplitRefuses(t *testing.T) {
	two := []Bid{{Recipient: "a", Score: 1}, {Recipient: "b", Score: 2}}
	for name, tt := range map[string]struct {
		request SplitRequest
		kind    Kind
		rule    RuleID
		field   string
		detail  string
	}{
		"minima": {SplitRequest{Amount: 70_000_000_00, Bids: equalBids(15), Min: pence(5_000_000_00)}, Refused, RuleSplitInfeasible, "amount",
			"15 bids at a minimum of £5,000,000.00 need £75,000,000.00; the envelope holds £70,000,000.00"},
		"maxima": {SplitRequest{Amount: 70_000_000_00, Bids: equalBids(15), Max: pence(4_000_000_00)}, Refused, RuleSplitInfeasible, "amount",
			"15 bids at a maximum of £4,000,000.00 take up £60,000,000.00; the envelope holds £70,000,000.00"},
		"different minima": {SplitRequest{Amount: 5, Bids: []Bid{{Recipient: "a", Min: pence(4)}, {Recipient: "b", Min: pence(2)}}}, Refused, RuleSplitInfeasible, "amount",
			"the minima of 2 bids need £0.06; the envelope holds £0.05"},
		"a minimum above the sum": {SplitRequest{Amount: 5, Bids: []Bid{{Recipient: "a", Min: pence(6)}}}, Refused, RuleSplitInfeasible, "amount",
			"1 bids at a minimum of £0.06 need £0.06; the envelope holds £0.05"},
		"minima past all sums": {SplitRequest{Amount: 5, Bids: equalBids(2), Min: pence(math.MaxInt64)}, Refused, RuleSplitInfeasible, "amount",
			"2 bids at a minimum of £92,233,720,368,547,758.07 need more than £92,233,720,368,547,758.07; the envelope holds £0.05"},
		"bounds of the request": {SplitRequest{Amount: 5, Bids: two, Min: pence(2), Max: pence(1)}, Refused, RuleSplitInfeasible, "min",
			"the minimum of £0.02 is above the maximum of £0.01"},
		"bounds of a bid": {SplitRequest{Amount: 5, Bids: []Bid{{Recipient: "a", Min: pence(2), Max: pence(1)}}}, Refused, RuleSplitInfeasible, "bids[0].min",
			"the minimum of £0.02 is above the maximum of £0.01"},
		"a bound of each": {SplitRequest{Amount: 5, Max: pence(3), Bids: []Bid{{Recipient: "a", Min: pence(4)}}}, Refused, RuleSplitInfeasible, "bids[0]",
			"the minimum of £0.04 for a is above its maximum of £0.03"},
		"no bids":          {SplitRequest{Amount: 5}, Invalid, RuleSplitInvalid, "bids", "there are no bids"},
		"a negative sum":   {SplitRequest{Amount: -5, Bids: two}, Invalid, RuleSplitInvalid, "amount", "-£0.05 is below nothing"},
		"a key":            {SplitRequest{Amount: 5, Bids: []Bid{{Recipient: "A"}}}, Invalid, RuleKeyInvalid, "bids[0].recipient", `"A" is not a key`},
		"a bid twice":      {SplitRequest{Amount: 5, Bids: append(two, two[0])}, Invalid, RuleSplitInvalid, "bids[2].recipient", `"a" bids twice, also in bids[0]`},
		"a score":          {SplitRequest{Amount: 5, Bids: []Bid{two[0], {Recipient: "b", Score: -1}}}, Invalid, RuleSplitInvalid, "bids[1].score", "the value is below nothing"},
		"a population":     {SplitRequest{Amount: 5, Bids: []Bid{{Recipient: "b", Population: -1}}}, Invalid, RuleSplitInvalid, "bids[0].population", "the value is below nothing"},
		"a cost":           {SplitRequest{Amount: 5, Bids: []Bid{{Recipient: "b", Cost: -1}}}, Invalid, RuleSplitInvalid, "bids[0].cost", "the value is below nothing"},
		"a minimum":        {SplitRequest{Amount: 5, Bids: two, Min: pence(-1)}, Invalid, RuleSplitInvalid, "min", "-£0.01 is below nothing"},
		"a maximum":        {SplitRequest{Amount: 5, Bids: two, Max: pence(-1)}, Invalid, RuleSplitInvalid, "max", "-£0.01 is below nothing"},
		"weights short":    {SplitRequest{Amount: 5, Bids: two, Weights: SplitWeights{Score: 999_999}}, Invalid, RuleSplitInvalid, "weights", "the weights add up to 999999 millionths"},
		"a weight":         {SplitRequest{Amount: 5, Bids: two, Weights: SplitWeights{Score: math.MaxInt64}}, Invalid, RuleSplitInvalid, "weights.score", "a weight of 9223372036854775807 millionths"},
		"a weight below":   {SplitRequest{Amount: 5, Bids: two, Weights: SplitWeights{Score: 1_000_000, Cost: -1}}, Invalid, RuleSplitInvalid, "weights.cost", "a weight of -1 millionths"},
		"nobody has any":   {SplitRequest{Amount: 5, Bids: two, Weights: SplitWeights{Population: 1_000_000}}, Invalid, RuleSplitInvalid, "weights.population", "the population weighs 1000000 millionths, and no bid has any"},
		"its own min only": {SplitRequest{Amount: 5, Bids: []Bid{{Recipient: "a", Min: pence(-1)}}}, Invalid, RuleSplitInvalid, "bids[0].min", "-£0.01 is below nothing"},
	} {
		_, err := ProposeSplit(tt.request)
		var e *Error
		if !errors.As(err, &e) || !errors.Is(err, tt.kind) || len(Violations(err)) != 1 {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		if diff := cmp.Diff([]string{string(tt.rule), tt.field, tt.detail}, []string{string(e.Rule), e.Field, e.Detail}); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}

	_, err := ProposeSplit(SplitRequest{Amount: -1, Weights: SplitWeights{Score: 5, Cost: -5}, Min: pence(3), Max: pence(-1),
		Bids: []Bid{{Score: -1, Min: pence(-2)}, {}}})
	var fields []string
	for _, e := range Violations(err) {
		fields = append(fields, e.Field)
	}
	want := []string{"amount", "bids[0].recipient", "bids[0].score", "bids[0].min", "bids[1].recipient", "bids[1].recipient", "weights.cost", "max", "min"}
	if diff := cmp.Diff(want, fields); diff != "" {
		t.Errorf("fields at fault (-want +got):\n%s", diff)
	}
}

func TestProposeSplitOfLargeValues(t *testing.T) {
	r := SplitRequest{Amount: math.MaxInt64, Weights: SplitWeights{Score: 1, Population: 999_998, Cost: 1}, Max: pence(math.MaxInt64), Bids: equalBids(40)}
	for i := range r.Bids {
		r.Bids[i].Score, r.Bids[i].Population, r.Bids[i].Cost = math.MaxInt64, 1_000_000_000_000_000-int64(i), math.MaxInt64
	}
	p := mustSplit(t, r)
	checkSplit(t, r, p)
	if p.Shares[0].Amount <= p.Shares[39].Amount {
		t.Errorf("the larger population gets %s, the smaller %s", p.Shares[0].Amount, p.Shares[39].Amount)
	}
}

func TestSplitJSON(t *testing.T) {
	var r SplitRequest
	in := `{"amount":"70000000.00","bids":[{"recipient":"a","score":7,"cost":"1.50","max":"5.00"}],"weights":{"score":1000000},"min":"2.00"}`
	if err := json.Unmarshal([]byte(in), &r); err != nil {
		t.Fatal(err)
	}
	out, err := json.Marshal(r)
	if err != nil || string(out) != in {
		t.Errorf("%s is written %s, %v", in, out, err)
	}
	out, err = json.Marshal(mustSplit(t, SplitRequest{Amount: 5, Bids: []Bid{{Recipient: "a", Score: 1}}, Weights: SplitWeights{Score: 1_000_000}}).Shares)
	want := `[{"recipient":"a","amount":"0.05","weight":"1","parts":[{"criterion":"business-case","weight":"1"}],"proportional":"0.05",` +
		`"explanation":"100.0000 % of the weight (business case 100.0000 %): £0.05 by weight alone"}]`
	if err != nil || string(out) != want {
		t.Errorf("got %s, %v, want %s", out, err, want)
	}
}

// drawSplit draws a request that can be met, now with ties and zeros, now with
// values near the limits.
func drawSplit(t *rapid.T) SplitRequest {
	n := rapid.IntRange(1, 8).Draw(t, "bids")
	value := rapid.OneOf(rapid.Int64Range(0, 5), rapid.Int64Range(0, 1_000_000), rapid.Int64Range(0, math.MaxInt64/16))
	r := SplitRequest{Bids: equalBids(n)}
	for i := range r.Bids {
		b := &r.Bids[i]
		b.Score, b.Population, b.Cost = value.Draw(t, "score"), value.Draw(t, "population"), Money(value.Draw(t, "cost"))
	}
	r.Weights = rapid.SampledFrom([]SplitWeights{{}, {Score: 1_000_000}, {Score: 500_000, Population: 300_000, Cost: 200_000}, {Population: 1, Cost: 999_999}}).Draw(t, "weights")
	r.Bids[0].Score++ // no criterion is without any value
	r.Bids[n-1].Population++
	r.Bids[n/2].Cost++

	sum := rapid.OneOf(rapid.Int64Range(0, 40), rapid.Int64Range(0, 70_000_000_00), rapid.Int64Range(0, math.MaxInt64-1)).Draw(t, "amount")
	r.Amount = Money(sum)
	share := sum / int64(n)
	if rapid.Bool().Draw(t, "has a minimum") {
		r.Min = pence(Money(rapid.Int64Range(0, share).Draw(t, "minimum")))
	}
	if rapid.Bool().Draw(t, "has a maximum") {
		r.Max = pence(Money(rapid.Int64Range(share+1, max(share+1, sum)).Draw(t, "maximum")))
	}
	for i := range r.Bids {
		if rapid.IntRange(0, 3).Draw(t, "has own bounds") == 0 {
			r.Bids[i].Min = pence(Money(rapid.Int64Range(0, share).Draw(t, "own minimum")))
			r.Bids[i].Max = pence(Money(rapid.Int64Range(share+1, max(share+1, sum)).Draw(t, "own maximum")))
		}
	}
	return r
}

func TestProposeSplitProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawSplit(t)
		p := mustSplit(t, r)
		checkSplit(t, r, p)
		checkWaterLevel(t, p)

		permuted := r
		permuted.Bids = rapid.Permutation(r.Bids).Draw(t, "order")
		if diff := cmp.Diff(p, mustSplit(t, permuted)); diff != "" {
			t.Fatalf("the order of the bids matters (-first +permuted):\n%s", diff)
		}

		scaled := r
		scaled.Bids = slices.Clone(r.Bids)
		k := rapid.Int64Range(1, 15).Draw(t, "scale")
		for i := range scaled.Bids {
			scaled.Bids[i].Score *= k
			scaled.Bids[i].Population *= k
		}
		if diff := cmp.Diff(p, mustSplit(t, scaled)); diff != "" {
			t.Fatalf("the unit of the scores matters (-first +scaled):\n%s", diff)
		}

		more := r
		more.Bids = slices.Clone(r.Bids)
		i := rapid.IntRange(0, len(r.Bids)-1).Draw(t, "better bid")
		more.Bids[i].Score += rapid.Int64Range(0, 3+r.Bids[i].Score).Draw(t, "better by")
		more.Bids[i].Population += rapid.Int64Range(0, 3).Draw(t, "larger by")
		if after := mustSplit(t, more).Shares[i].Amount; after < p.Shares[i].Amount {
			t.Fatalf("a better bid brings %s down from %s to %s", p.Shares[i].Recipient, p.Shares[i].Amount, after)
		}

		for i, a := range p.Shares {
			for j, b := range p.Shares {
				if r.Bids[i].Min == nil && r.Bids[j].Min == nil && ratOf(a.Weight).Cmp(ratOf(b.Weight)) > 0 && a.Amount < b.Amount {
					t.Fatalf("%s weighs more than %s and gets %s against %s", a.Recipient, b.Recipient, a.Amount, b.Amount)
				}
			}
		}

		larger := r
		larger.Amount++
		after, err := ProposeSplit(larger)
		for i := range after.Shares { // none when the maxima stand in the way
			if after.Shares[i].Amount < p.Shares[i].Amount-1 {
				t.Fatalf("a penny more brings %s down from %s to %s", p.Shares[i].Recipient, p.Shares[i].Amount, after.Shares[i].Amount)
			}
		}
		if err != nil && !errors.Is(err, Refused) {
			t.Fatal(err)
		}
	})
}

func ratOf(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return r
}

// checkWaterLevel recovers the one rate from the shares that no bound holds:
// to the penny they are the rate times their weight, those at a minimum have a
// weight that gives less and those at a maximum one that gives more.
func checkWaterLevel(t *rapid.T, p SplitProposal) {
	one := big.NewRat(1, 1)
	var low, high *big.Rat // between which the rate lies
	raise := func(amount int64, weight *big.Rat) {
		if r := new(big.Rat).Quo(new(big.Rat).SetInt64(amount), weight); low == nil || r.Cmp(low) > 0 {
			low = r
		}
	}
	lower := func(amount int64, weight *big.Rat) {
		if r := new(big.Rat).Quo(new(big.Rat).SetInt64(amount), weight); high == nil || r.Cmp(high) < 0 {
			high = r
		}
	}
	sum := new(big.Rat)
	for _, s := range p.Shares {
		w := ratOf(s.Weight)
		sum.Add(sum, w)
		if w.Sign() == 0 {
			continue
		}
		if s.Bound != SplitMinimum {
			raise(int64(s.Amount)-s.Pennies, w)
		}
		if s.Bound != SplitMaximum {
			lower(int64(s.Amount)-s.Pennies+1, w)
		}
	}
	if sum.Cmp(one) != 0 {
		t.Fatalf("the weights come to %s", sum)
	}
	if low != nil && high != nil && low.Cmp(high) > 0 {
		t.Fatalf("no one rate explains the shares: it would be at least %s and at most %s", low.FloatString(6), high.FloatString(6))
	}
}

func FuzzProposeSplit(f *testing.F) {
	f.Add(int64(70_000_000_00), int64(2_000_000_00), int64(7_000_000_00), int64(500_000), int64(300_000), int64(200_000), []byte("fifteen networks of England"))
	f.Add(int64(math.MaxInt64), int64(-1), int64(-1), int64(0), int64(0), int64(0), []byte{0, 255, 0, 255})
	f.Add(int64(1), int64(1), int64(0), int64(1_000_000), int64(0), int64(0), []byte{0, 0, 0, 1})
	f.Add(int64(-1), int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64), int64(math.MaxInt64), int64(2), []byte{})
	f.Fuzz(func(t *testing.T, amount, least, most, score, population, cost int64, values []byte) {
		r := SplitRequest{Amount: Money(amount), Weights: SplitWeights{score, population, cost}, Bids: equalBids(min(len(values)/2, 60))}
		for i := range r.Bids {
			v := int64(values[2*i]) << (values[2*i+1] % 60)
			r.Bids[i].Score, r.Bids[i].Population, r.Bids[i].Cost = v, int64(values[2*i+1]), Money(v/3)
			if values[2*i]%7 == 0 {
				r.Bids[i].Min = pence(Money(values[2*i+1]))
			}
		}
		if least >= 0 {
			r.Min = pence(Money(least))
		}
		if most >= 0 {
			r.Max = pence(Money(most))
		}
		p, err := ProposeSplit(r)
		if err == nil {
			checkSplit(t, r, p)
			return
		}
		for _, e := range Violations(err) {
			if e.Rule != RuleSplitInvalid && e.Rule != RuleSplitInfeasible {
				t.Errorf("got %v by %s", err, e.Rule)
			}
		}
		if !errors.Is(err, Invalid) && !errors.Is(err, Refused) {
			t.Errorf("got the fault %v", err)
		}
	})
}
