package innovation_test

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	. "github.com/innovationregistry/registry/innovation"
)

// within2014 is the day on which the files of these tests are checked.
var within2014 = MustDate("2014-03-31")

func rangeOf(low, high Money) Amount { return parts(AmountRange, &low, &high, nil) }

// shareFile makes the file of the envelope pot from its amount, the bounds of
// each share, and the allocations and shares in it, which need only an amount.
func shareFile(amount, bounds Amount, made []Allocation, shares ...Share) EnvelopeFile {
	var f EnvelopeFile
	f.Envelope = Recorded[Envelope]{ID: 1, Value: Envelope{Envelope: "pot", Figure: wholeFigure(amount), Day: OnDay(MustDate("2013-05-23"))}}
	if !bounds.IsZero() {
		f.Criteria = []Recorded[Criterion]{{ID: 2, Value: Criterion{Envelope: "pot", Criterion: CriterionShareBounds, Bounds: bounds, Period: From(MustDate("2013-05-23"))}}}
	}
	for i, a := range made {
		a.Envelope = "pot"
		if a.Figure.Per == "" {
			a.Figure = wholeFigure(a.Figure.Amount)
		}
		if a.Day.IsZero() {
			a.Day = OnDay(MustDate("2014-01-31"))
		}
		f.Allocations = append(f.Allocations, Recorded[Allocation]{ID: FactID(10 + i), Value: a})
	}
	for i, s := range shares {
		if s.Period == (Period{}) {
			s.Period = From(MustDate("2014-01-31"))
		}
		f.Shares = append(f.Shares, Recorded[Share]{ID: FactID(100 + i), Value: s})
	}
	return f
}

func wholeFigure(a Amount) Figure { return Figure{Amount: a, Per: PerPeriod, Basis: FigureIndicative} }

func allocationOf(key AllocationID, recipient OrganisationID, a Amount) Allocation {
	return Allocation{Allocation: key, Recipient: recipient, Figure: Figure{Amount: a}}
}

func shareOf(key AllocationID, recipient OrganisationID, a Amount) Share {
	return Share{Of: key.Entity(), Recipient: recipient, Amount: a}
}

func sharesOn(t interface{ Fatal(...any) }, f EnvelopeFile) ShareCheck {
	c, err := f.SharesOn(within2014)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// thePotOf2013 is what is known of £70m: thirteen of fifteen networks got
// £45.4m, each between £2.4m and £5.1m, and two did not say.
func thePotOf2013(member Amount) EnvelopeFile {
	var members []Share
	for i := range 13 {
		members = append(members, shareOf("thirteen", OrganisationID(fmt.Sprintf("network-%02d", i)), member))
	}
	return shareFile(Exact(70_000_000_00), rangeOf(2_000_000_00, 7_000_000_00), []Allocation{allocationOf("west-midlands", "west-midlands", NotDisclosed()),
		allocationOf("thirteen", "", Exact(45_400_000_00)), allocationOf("imperial", "imperial", NotDisclosed())}, members...)
}

func TestSharesOfThePotOf2013(t *testing.T) {
	c := sharesOn(t, thePotOf2013(rangeOf(2_400_000_00, 5_100_000_00)))
	pot := Exact(70_000_000_00)
	if c.Amount != pot || c.Per != PerPeriod || !c.Capped || c.Bounds == nil || c.BoundsHold != Yes || c.Disclosed != Exact(45_400_000_00) || c.Findings != nil || c.LeftOut != nil {
		t.Errorf("got %+v", c)
	}
	if diff := cmp.Diff([]ShareTotals{
		{Sum: rangeOf(49_400_000_00, 59_400_000_00), Undisclosed: rangeOf(4_000_000_00, 14_000_000_00), Remainder: rangeOf(10_600_000_00, 20_600_000_00)},
		{Sum: rangeOf(45_400_000_00, 70_000_000_00), Undisclosed: rangeOf(0, 24_600_000_00), Remainder: rangeOf(0, 24_600_000_00)},
	}, []ShareTotals{c.WithBounds, c.WithoutBounds}); diff != "" {
		t.Errorf("totals (-want +got):\n%s", diff)
	}
	if len(c.Sums) != 1 || len(c.Sums[0].Members) != 13 || c.Sums[0].WithBounds != Exact(45_400_000_00) || c.Sums[0].WithoutBounds != Exact(45_400_000_00) {
		t.Errorf("the sums are %+v", c.Sums)
	}
	if len(c.Shares) != 15 {
		t.Fatalf("got %d shares", len(c.Shares))
	}
	for i, id := range []OrganisationID{"imperial", "west-midlands"} {
		want := ShareRow{Recipient: id, Allocation: AllocationID(id), Amount: NotDisclosed(), Within: Possibly,
			Detail:     "£0.00 to £24,600,000.00 may lie outside £2,000,000.00 to £7,000,000.00",
			WithBounds: rangeOf(2_000_000_00, 7_000_000_00), WithoutBounds: rangeOf(0, 24_600_000_00)}
		if diff := cmp.Diff(want, c.Shares[14*i]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", id, diff)
		}
	}
	for i, row := range c.Shares[1:14] {
		want := ShareRow{Recipient: OrganisationID(fmt.Sprintf("network-%02d", i)), Allocation: "thirteen", Member: true, Known: true,
			Amount: rangeOf(2_400_000_00, 5_100_000_00), Within: Yes, Detail: "£2,400,000.00 to £5,100,000.00 lies within £2,000,000.00 to £7,000,000.00",
			WithBounds: rangeOf(2_400_000_00, 5_100_000_00), WithoutBounds: rangeOf(2_400_000_00, 5_100_000_00)}
		if diff := cmp.Diff(want, row); diff != "" {
			t.Errorf("member %d (-want +got):\n%s", i, diff)
		}
	}

	c = sharesOn(t, thePotOf2013(Amount{})) // nothing is said of each of the thirteen
	if row := c.Shares[1]; row.Known || row.Within != Possibly || row.WithBounds != rangeOf(2_000_000_00, 7_000_000_00) || row.WithoutBounds != rangeOf(0, 45_400_000_00) {
		t.Errorf("a member of whom nothing is said: %+v", row)
	}
}

// The other members leave a member less than its bounds do.
func TestSharesNarrowEachOther(t *testing.T) {
	f := shareFile(Exact(100), rangeOf(2, 7), []Allocation{allocationOf("three", "", Exact(18)), allocationOf("two", "", NotDisclosed())},
		shareOf("three", "a", Exact(5)), shareOf("three", "b", Amount{}), shareOf("three", "c", NotDisclosed()),
		shareOf("two", "d", Exact(4)), shareOf("two", "e", AtLeast(6)))
	c := sharesOn(t, f)
	var got [][2]string
	for _, row := range c.Shares {
		got = append(got, [2]string{row.WithBounds.String(), row.WithoutBounds.String()})
	}
	want := [][2]string{{"£0.05", "£0.05"}, {"£0.06 to £0.07", "£0.00 to £0.13"}, {"£0.06 to £0.07", "£0.00 to £0.13"}, {"£0.04", "£0.04"}, {"£0.06 to £0.07", "£0.06 to £0.78"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("shares (-want +got):\n%s", diff)
	}
	if got := []string{c.Sums[1].WithBounds.String(), c.Sums[1].WithoutBounds.String(), c.WithBounds.Undisclosed.String(), c.Disclosed.String()}; !slices.Equal(got, []string{"£0.10 to £0.11", "£0.10 to £0.82", "£0.10 to £0.11", "at least £0.28"}) {
		t.Errorf("the sum that is withheld lies in %q", got)
	}
}

func TestSharesLeftOut(t *testing.T) {
	later, planned, yearly, taxed := allocationOf("later", "a", Exact(1)), allocationOf("planned", "a", Exact(2)), allocationOf("yearly", "", Exact(3)), allocationOf("taxed", "a", Exact(4))
	later.Day = OnDay(MustDate("2014-04-01"))
	planned.Figure = Figure{Amount: Exact(2), Per: PerPeriod, Basis: FigurePlanned}
	yearly.Figure = Figure{Amount: Exact(3), Per: PerYear, Basis: FigureAgreed}
	taxed.Figure = Figure{Amount: Exact(4), Per: PerPeriod, Basis: FigureAgreed, VAT: VATIncluded}
	maybe := allocationOf("maybe", "a", Exact(5))
	maybe.Day = Day{InYear(2014)}
	f := shareFile(Exact(10), Amount{}, []Allocation{later, planned, yearly, taxed, maybe})
	f.Envelope.Value.Figure.VAT = VATExcluded
	c := sharesOn(t, f)
	want := []ShareLeftOut{
		{"later", "a", Exact(1), "it was made after the day, on 2014-04-01"},
		{"planned", "a", Exact(2), "its figure is planned, and such figures are not added to the others"},
		{"taxed", "a", Exact(4), "its value added tax is included, and that of the envelope excluded"},
		{"yearly", "", Exact(3), "its amount is per-year, and that of the envelope whole-period"},
	}
	if diff := cmp.Diff(want, c.LeftOut); diff != "" {
		t.Errorf("left out (-want +got):\n%s", diff)
	}
	if len(c.Shares) != 1 || c.Shares[0].Allocation != "maybe" || c.Shares[0].Within != Yes || c.Shares[0].Detail != "no bounds of a share are in force" ||
		c.Bounds != nil || c.BoundsHold != No || c.WithBounds != c.WithoutBounds || c.WithBounds.Remainder != Exact(5) || c.WithBounds.Undisclosed != Exact(0) {
		t.Errorf("got %+v", c)
	}
}

func TestSharesOfNothing(t *testing.T) {
	c := sharesOn(t, shareFile(NotDisclosed(), Amount{}, nil))
	if c.Disclosed != Exact(0) || c.WithBounds.Sum != Exact(0) || c.WithBounds.Remainder != AtLeast(0) {
		t.Errorf("got %+v", c)
	}
	text, err := json.Marshal(c)
	want := `{"envelope":"pot","on":"2014-03-31","amount":{"kind":"not-disclosed"},"per":"whole-period","boundsHold":"no","capped":true,"shares":[],` +
		`"disclosed":{"kind":"exact","low":"0.00","high":"0.00","nominal":"0.00"},` +
		`"withBounds":{"sum":{"kind":"exact","low":"0.00","high":"0.00","nominal":"0.00"},"undisclosed":{"kind":"exact","low":"0.00","high":"0.00","nominal":"0.00"},"remainder":{"kind":"at-least","low":"0.00"}},` +
		`"withoutBounds":{"sum":{"kind":"exact","low":"0.00","high":"0.00","nominal":"0.00"},"undisclosed":{"kind":"exact","low":"0.00","high":"0.00","nominal":"0.00"},"remainder":{"kind":"at-least","low":"0.00"}}}`
	if err != nil || string(text) != want {
		t.Errorf("got %s, %v, want %s", text, err, want)
	}
}

func TestShareBoundsInForce(t *testing.T) {
	criterion := func(id FactID, bounds Amount, p Period) Recorded[Criterion] {
		return Recorded[Criterion]{ID: id, Value: Criterion{Envelope: "pot", Criterion: CriterionShareBounds, Bounds: bounds, Period: p}}
	}
	f := shareFile(Exact(100), Amount{}, []Allocation{allocationOf("one", "a", Exact(9))})
	possibly := criterion(4, rangeOf(2, 8), FromBound(InYear(2014)))
	f.Criteria = []Recorded[Criterion]{
		criterion(1, rangeOf(2, 5), Between(MustDate("2013-05-23"), MustDate("2014-01-01"))), // over
		criterion(2, NotDisclosed(), From(MustDate("2014-01-01"))),                           // bounds nothing
		criterion(3, AtLeast(10), From(MustDate("2013-05-23"))),
		criterion(5, rangeOf(2, 7), From(MustDate("2013-06-01"))),
		possibly,
		{ID: 6, Value: Criterion{Envelope: "pot", Criterion: "cap-per-product", Bounds: AtMost(1), Period: From(MustDate("2013-05-23"))}},
	}
	c := sharesOn(t, f)
	if c.Bounds == nil || c.Bounds.ID != 5 || c.BoundsHold != Yes || len(c.Rivals) != 2 || c.Rivals[0].ID != 3 || c.Rivals[1].ID != 4 {
		t.Errorf("bounds %+v, rivals %+v", c.Bounds, c.Rivals)
	}
	if len(c.Findings) != 1 || c.Shares[0].Within != No {
		t.Errorf("£0.09 outside %s: %+v", c.Bounds.Value.Bounds, c.Findings)
	}
	f.Criteria = []Recorded[Criterion]{possibly}
	if c := sharesOn(t, f); c.BoundsHold != Possibly || c.Shares[0].Within != No || c.Shares[0].WithBounds != Exact(9) || c.Findings != nil {
		t.Errorf("bounds that may not hold: %+v", c)
	}
}

// A share that was revised counts as it stands on the day, once.
func TestSharesOfMembersOnTheDay(t *testing.T) {
	before, after, unsure, gone := shareOf("two", "a", Exact(3)), shareOf("two", "a", Exact(4)), shareOf("two", "b", Exact(8)), shareOf("two", "c", Exact(9))
	before.Period = Between(MustDate("2014-01-31"), MustDate("2014-03-01"))
	after.Period = From(MustDate("2014-03-01"))
	unsure.Period = FromBound(InYear(2014))
	gone.Period = Between(MustDate("2014-01-31"), MustDate("2014-03-31"))
	f := shareFile(Exact(20), Amount{}, []Allocation{allocationOf("two", "", Exact(10))}, before, unsure, after, gone, shareOf("two", "b", Exact(6)), shareOf("other", "d", Exact(1)))
	c := sharesOn(t, f)
	var got []Amount
	for _, row := range c.Shares {
		got = append(got, row.Amount)
	}
	if diff := cmp.Diff([]Amount{Exact(4), Exact(6)}, got); diff != "" || c.Findings != nil {
		t.Errorf("shares (-want +got):\n%s, %+v", diff, c.Findings)
	}
}

func TestSharesOfOneRecipient(t *testing.T) {
	f := shareFile(Exact(100), rangeOf(2, 7), []Allocation{allocationOf("first", "a", Exact(1)), allocationOf("more", "a", NotDisclosed()), allocationOf("two", "", Exact(9))},
		shareOf("two", "a", AtMost(4)), shareOf("two", "b", Amount{}))
	c := sharesOn(t, f)
	var got []string
	for _, row := range c.Shares {
		got = append(got, fmt.Sprintf("%s %s: %s, %s", row.Allocation, row.Recipient, row.WithBounds, row.Within))
	}
	want := []string{"first a: £0.01, possibly", "more a: £0.00 to £0.06, possibly", "two a: £0.02 to £0.04, possibly", "two b: £0.05 to £0.07, possibly"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("shares (-want +got):\n%s", diff)
	}
	if want := "3 shares together: £0.01 to £0.95 may lie outside £0.02 to £0.07"; c.Shares[0].Detail != want {
		t.Errorf("got %q, want %q", c.Shares[0].Detail, want)
	}
}

func TestSharesFindings(t *testing.T) {
	overriding := func(a Allocation) Allocation { a.Override = "agreed"; return a }
	for name, tt := range map[string]struct {
		file   EnvelopeFile
		rules  []RuleID
		detail string
		capped bool
		left   Amount // by the bounds
	}{
		"nothing wrong": {shareFile(Exact(10), rangeOf(2, 7), []Allocation{allocationOf("a", "a", Exact(2)), allocationOf("b", "b", Exact(7))}), nil, "", true, Exact(1)},
		"a share above": {shareFile(Exact(10), rangeOf(2, 7), []Allocation{allocationOf("a", "a", Exact(8))}),
			[]RuleID{RuleShareOutside}, "a gets £0.08, and each share lies within £0.02 to £0.07", true, Exact(2)},
		"a share below, by its sum": {shareFile(Exact(10), rangeOf(2, 7), []Allocation{allocationOf("ab", "", Exact(7))}, shareOf("ab", "a", Exact(6)), shareOf("ab", "b", Amount{})),
			[]RuleID{RuleShareOutside}, "b gets £0.01, and each share lies within £0.02 to £0.07", true, Exact(3)},
		"shares above in two parts": {shareFile(Exact(10), rangeOf(2, 7), []Allocation{allocationOf("a1", "a", Exact(4)), allocationOf("a2", "a", Exact(4))}),
			[]RuleID{RuleShareOutside}, "a gets £0.08, and each share lies within £0.02 to £0.07", true, Exact(2)},
		"over the envelope": {shareFile(Exact(10), Amount{}, []Allocation{allocationOf("a", "a", Exact(6)), allocationOf("b", "b", AtLeast(5))}),
			[]RuleID{RuleEnvelopeExceeded}, "the shares of pot come to at least £0.11, and it holds £0.10", false, AtMost(-1)},
		"over the envelope by members": {shareFile(Exact(10), Amount{}, []Allocation{allocationOf("a", "", NotDisclosed())}, shareOf("a", "a", Exact(11))),
			[]RuleID{RuleEnvelopeExceeded}, "the shares of pot come to £0.11, and it holds £0.10", false, Exact(-1)},
		"over the envelope, and why": {shareFile(Exact(10), Amount{}, []Allocation{allocationOf("a", "a", Exact(6)), overriding(allocationOf("b", "b", Exact(5)))}), nil, "", false, Exact(-1)},
		"over the envelope, one says why": {shareFile(Exact(10), Amount{}, []Allocation{overriding(allocationOf("a", "a", Exact(6))), allocationOf("b", "b", Exact(5))}),
			[]RuleID{RuleEnvelopeExceeded}, "the shares of pot come to £0.11, and it holds £0.10", false, Exact(-1)},
		"over the envelope by the bounds": {shareFile(Exact(10), rangeOf(6, 7), []Allocation{allocationOf("a", "a", NotDisclosed()), allocationOf("b", "b", NotDisclosed())}),
			[]RuleID{RuleShareSumUnreachable}, "the shares of pot come to £0.12 to £0.14 when each keeps the bounds, and it holds £0.10", true, rangeOf(-4, -2)},
		"members above their sum": {shareFile(Exact(10), Amount{}, []Allocation{allocationOf("ab", "", Exact(7))}, shareOf("ab", "a", Exact(6)), shareOf("ab", "b", Exact(2))),
			[]RuleID{RuleSharesExceed}, "the shares of ab come to £0.08, and it is £0.07", true, Exact(3)},
		"members below their sum": {shareFile(Exact(10), rangeOf(1, 7), []Allocation{allocationOf("ab", "", Exact(7))}, shareOf("ab", "a", Exact(3)), shareOf("ab", "b", Exact(2))),
			[]RuleID{RuleShareSumUnreachable}, "the shares of ab come to £0.05, and it is £0.07", true, Exact(3)},
		"members below their sum by the bounds": {shareFile(Exact(20), rangeOf(2, 5), []Allocation{allocationOf("ab", "", Exact(11))}, shareOf("ab", "a", Amount{}), shareOf("ab", "b", NotDisclosed())),
			[]RuleID{RuleShareSumUnreachable}, "the shares of ab come to £0.04 to £0.10 when each keeps the bounds, and it is £0.11", true, Exact(9)},
	} {
		c := sharesOn(t, tt.file)
		var rules []RuleID
		for _, f := range c.Findings {
			rules = append(rules, f.Rule)
			if f.Detail != tt.detail {
				t.Errorf("%s: got %q, want %q", name, f.Detail, tt.detail)
			}
		}
		if diff := cmp.Diff(tt.rules, rules); diff != "" || c.Capped != tt.capped || c.WithBounds.Remainder != tt.left {
			t.Errorf("%s: rules (-want +got):\n%s, capped %t, left %s", name, diff, c.Capped, c.WithBounds.Remainder)
		}
	}
}

func TestSharesOverflowIsRefused(t *testing.T) {
	most := Exact(math.MaxInt64)
	for name, f := range map[string]EnvelopeFile{
		"allocations": shareFile(most, Amount{}, []Allocation{allocationOf("a", "a", most), allocationOf("b", "b", Exact(1))}),
		"members":     shareFile(most, Amount{}, []Allocation{allocationOf("ab", "", NotDisclosed())}, shareOf("ab", "a", most), shareOf("ab", "b", Exact(1))),
	} {
		c, err := f.SharesOn(within2014)
		wantRefusal(t, err, RuleArithmeticOverflow)
		if diff := cmp.Diff(ShareCheck{}, c); diff != "" {
			t.Errorf("%s: refused, yet gave %s", name, diff)
		}
	}
}

// truth is what really happened: what each share is, by allocation.
type truth struct {
	envelope Money
	sums     [][]Money // one share in an allocation of a recipient's own
}

// state draws what a source may say of a sum that is really m.
func state(t *rapid.T, m Money, most Money) Amount {
	low, high := Money(rapid.Int64Range(0, int64(m)).Draw(t, "low")), Money(rapid.Int64Range(int64(m), int64(most)).Draw(t, "high"))
	return rapid.SampledFrom([]Amount{Exact(m), rangeOf(low, high), AtLeast(low), AtMost(high), NotDisclosed(), About(m)}).Draw(t, "stated")
}

// drawTruth draws up to three allocations of up to three shares, in which
// nobody gets more than most, and what sources say of them.
func drawTruth(t *rapid.T, most Money) (truth, EnvelopeFile) {
	var real truth
	var made []Allocation
	var shares []Share
	least, largest := most, Money(0)
	for i := range rapid.IntRange(1, 3).Draw(t, "allocations") {
		var members []Money
		var sum Money
		for range rapid.IntRange(1, 3).Draw(t, "members") {
			m := Money(rapid.Int64Range(0, int64(most)).Draw(t, "share"))
			members, sum = append(members, m), sum+m
			least, largest = min(least, m), max(largest, m)
		}
		key := AllocationID(fmt.Sprintf("alloc-%d", i))
		a := allocationOf(key, "", state(t, sum, 3*most))
		if len(members) == 1 {
			a.Recipient = OrganisationID(fmt.Sprintf("network-%d", i))
		}
		made = append(made, a)
		for j, m := range members {
			if len(members) > 1 {
				stated := rapid.SampledFrom([]Amount{state(t, m, most), {}}).Draw(t, "member's share")
				shares = append(shares, shareOf(key, OrganisationID(fmt.Sprintf("network-%d-%d", i, j)), stated))
			}
		}
		real.sums = append(real.sums, members)
		real.envelope += sum
	}
	real.envelope += Money(rapid.Int64Range(0, int64(most)).Draw(t, "left"))
	bounds := rapid.SampledFrom([]Amount{{}, rangeOf(least, largest), AtLeast(least), AtMost(largest)}).Draw(t, "bounds")
	envelope := Exact(real.envelope)
	if rapid.Bool().Draw(t, "the envelope is not exact") {
		envelope = state(t, real.envelope, 12*most)
	}
	return real, shareFile(envelope, bounds, made, shares...)
}

// eachInterval pairs every interval of a check with what it really is.
func eachInterval(c ShareCheck, real truth, yield func(name string, with, without Amount, is Money)) {
	var sum, undisclosed Money
	joint := 0
	for i, members := range real.sums {
		var of Money
		known := false
		for j, m := range members {
			of += m
			id, key := OrganisationID(fmt.Sprintf("network-%d-%d", i, j)), AllocationID(fmt.Sprintf("alloc-%d", i))
			if len(members) == 1 {
				id = OrganisationID(fmt.Sprintf("network-%d", i))
			}
			row := c.Shares[slices.IndexFunc(c.Shares, func(r ShareRow) bool { return r.Recipient == id && r.Allocation == key })]
			known = row.Known
			yield("share "+string(id), row.WithBounds, row.WithoutBounds, m)
		}
		if len(members) > 1 {
			known = c.Sums[joint].Amount != NotDisclosed()
			yield("sum "+string(c.Sums[joint].Allocation), c.Sums[joint].WithBounds, c.Sums[joint].WithoutBounds, of)
			joint++
		}
		if !known {
			undisclosed += of
		}
		sum += of
	}
	yield("sum", c.WithBounds.Sum, c.WithoutBounds.Sum, sum)
	yield("undisclosed", c.WithBounds.Undisclosed, c.WithoutBounds.Undisclosed, undisclosed)
	yield("remainder", c.WithBounds.Remainder, c.WithoutBounds.Remainder, real.envelope-sum)
}

// Whatever really happened lies in every interval, and fits together.
func TestSharesAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		real, f := drawTruth(t, Money(rapid.SampledFrom([]int64{5, 7_000_000_00, math.MaxInt64 / 20}).Draw(t, "most")))
		c := sharesOn(t, f)
		if c.Findings != nil {
			t.Fatalf("what really happened does not fit together: %+v", c.Findings)
		}
		eachInterval(c, real, func(name string, with, without Amount, is Money) {
			for _, a := range []Amount{with, without} {
				low, hasLow := a.Low()
				high, hasHigh := a.High()
				if hasLow && is < low || hasHigh && is > high {
					t.Fatalf("%s is %s, and not in %s", name, is, a)
				}
			}
		})
		for _, row := range c.Shares {
			if row.Within == No {
				t.Fatalf("%s is said to be outside %s", row.Recipient, c.Bounds.Value.Bounds)
			}
		}
	})
}

// Every end of an interval is reached by some assignment that agrees with all
// that is stated; where none does, there is a finding.
func TestSharesAreTight(t *testing.T) {
	const most = 4
	rapid.Check(t, func(t *rapid.T) {
		real, f := drawTruth(t, most)
		low, high := Money(rapid.Int64Range(0, 3).Draw(t, "envelope")), Money(rapid.Int64Range(3, 6).Draw(t, "envelope"))
		f.Envelope.Value.Figure.Amount = rangeOf(low, high) // so that the assignments are finite in number, and may not fit
		c := sharesOn(t, f)
		var bounded, plain []truth
		assign(f, real, high, func(a truth) {
			for envelope := low; envelope <= high; envelope++ {
				a.envelope = envelope
				if a.total() > envelope {
					continue
				}
				plain = append(plain, a.clone())
				if c.Bounds == nil || a.keeps(c.Bounds.Value.Bounds) {
					bounded = append(bounded, a.clone())
				}
			}
		})
		if (len(bounded) == 0) != (c.Findings != nil) {
			t.Fatalf("%d assignments keep the bounds, and the findings are %+v", len(bounded), c.Findings)
		}
		if len(bounded) == 0 {
			return
		}
		type reach struct{ low, high Money }
		reached := func(all []truth) map[string]reach {
			out := map[string]reach{}
			for _, a := range all {
				eachInterval(c, a, func(name string, _, _ Amount, is Money) {
					r, ok := out[name]
					if !ok {
						r = reach{is, is}
					}
					out[name] = reach{min(r.low, is), max(r.high, is)}
				})
			}
			return out
		}
		with, without := reached(bounded), reached(plain)
		eachInterval(c, real, func(name string, w, wo Amount, _ Money) {
			for _, tt := range []struct {
				got  Amount
				want reach
			}{{w, with[name]}, {wo, without[name]}} {
				low, _ := tt.got.Low()
				high, ok := tt.got.High()
				if !ok || (reach{low, high}) != tt.want {
					t.Fatalf("%s is said to lie in %s, and assignments reach %s to %s", name, tt.got, tt.want.low, tt.want.high)
				}
			}
		})
	})
}

func (a truth) total() (sum Money) {
	for _, members := range a.sums {
		for _, m := range members {
			sum += m
		}
	}
	return sum
}

func (a truth) clone() truth {
	c := truth{envelope: a.envelope}
	for _, members := range a.sums {
		c.sums = append(c.sums, slices.Clone(members))
	}
	return c
}

func (a truth) keeps(bounds Amount) bool {
	return !slices.ContainsFunc(slices.Concat(a.sums...), func(m Money) bool { return !allows(bounds, m) })
}

func allows(a Amount, m Money) bool {
	low, hasLow := a.Low()
	high, hasHigh := a.High()
	return !(hasLow && m < low) && !(hasHigh && m > high)
}

// assign goes through all assignments of shares, of the same shape as a known
// one, that agree with what is stated and come to no more than the envelope.
func assign(f EnvelopeFile, shape truth, envelope Money, yield func(truth)) {
	a := shape.clone()
	type place struct {
		share  *Money
		stated Amount
	}
	var places []place
	shares := f.Shares
	for i, members := range a.sums {
		for j := range members {
			stated := f.Allocations[i].Value.Figure.Amount
			if len(members) > 1 {
				stated, shares = shares[0].Value.Amount, shares[1:]
			}
			places = append(places, place{&a.sums[i][j], stated})
		}
	}
	var next func(n int, left Money)
	next = func(n int, left Money) {
		if n == len(places) {
			for i, members := range a.sums {
				var sum Money
				for _, m := range members {
					sum += m
				}
				if !allows(f.Allocations[i].Value.Figure.Amount, sum) {
					return
				}
			}
			yield(a)
			return
		}
		for m := Money(0); m <= left; m++ {
			if allows(places[n].stated, m) {
				*places[n].share = m
				next(n+1, left-m)
			}
		}
	}
	next(0, envelope)
}
