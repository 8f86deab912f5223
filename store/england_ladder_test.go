package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func pounds(t *testing.T, low, high int64) innovation.Amount {
	t.Helper()
	l, h := innovation.Money(low*100), innovation.Money(high*100)
	a, err := innovation.AmountFromParts(innovation.AmountSum, &l, &h, nil)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// The pot of 2013, as far as it was known a year later: seventy million
// announced, forty-five to thirteen networks, two amounts withheld.
func TestEnglandLadderOf2013(t *testing.T) {
	t.Parallel()
	s := openEngland(t)
	ctx, end := context.Background(), innovation.On(innovation.MustDate("2014-03-31"))
	for _, q := range []innovation.LadderQuery{{Envelope: "env-2013-pot"}, {Envelope: "env-2013-pot", Year: 2013},
		{Envelope: "env-2013-pot", By: innovation.LadderYear}, {Year: 2013, Stream: "core"}, {Funder: "nhs-england", Year: 2013, Stream: "core"}} {
		l, err := s.Ladder(ctx, end, q)
		if err != nil {
			t.Fatal(err)
		}
		if len(l.Rows) != 1 {
			t.Fatalf("%+v has %d rows", q, len(l.Rows))
		}
		rungs := l.Rows[0].Rungs
		announced, allocated := rungs[0], rungs[1]
		if announced.Amount != innovation.Exact(70_000_000_00) || len(announced.Rivals) != 1 || !announced.Rivals[0].Later {
			t.Errorf("%+v: announced %+v", q, announced)
		} else if n, _ := announced.Rivals[0].Claim.Value.Figure.Amount.Nominal(); n != 56_400_000_00 {
			t.Errorf("%+v: the rival is %s", q, n)
		}
		for what, c := range map[string][2]innovation.Amount{
			"allocated":               {allocated.Amount, pounds(t, 49_400_000, 59_400_000)},
			"left":                    {allocated.Remainder, pounds(t, 10_600_000, 20_600_000)},
			"allocated, no bounds":    {allocated.WithoutBounds, pounds(t, 45_400_000, 70_000_000)},
			"left without the bounds": {allocated.WithoutBoundsRemainder, pounds(t, 0, 24_600_000)},
		} {
			if c[0].String() != c[1].String() {
				t.Errorf("%+v: %s %s, not %s", q, what, c[0], c[1])
			}
		}
		for _, r := range rungs[2:] {
			if r.Known || r.Why == "" {
				t.Errorf("%+v: %s is %s", q, r.Rung, r.Amount)
			}
		}
	}
	for network, want := range map[innovation.OrganisationID]string{"ahsn-oxford": "£2,400,000.00 to £5,100,000.00", "ahsn-west-midlands": "£2,000,000.00 to £7,000,000.00"} {
		l, err := s.Ladder(ctx, end, innovation.LadderQuery{Network: network, Year: 2013})
		if err != nil {
			t.Fatal(err)
		}
		if got := l.Rows[0].Rungs[1]; got.Amount.String() != want || l.Rows[0].Rungs[0].Known {
			t.Errorf("%s: allocated %s, not %s; announced known %v", network, got.Amount, want, l.Rows[0].Rungs[0].Known)
		}
	}
	self, err := s.SelfSufficiency(ctx, end, innovation.SelfSufficiencyQuery{From: 2013, To: 2013})
	if err != nil || len(self.Organisations) != 15 {
		t.Fatalf("%d organisations, %v", len(self.Organisations), err)
	}
	for _, o := range self.Organisations {
		if y := o.Years[0]; y.Share != nil || len(y.Missing) == 0 {
			t.Errorf("%s: share %v, missing %v", o.Organisation, y.Share, y.Missing)
		}
	}
}

// The £39m and the £35m lie inside the £86m, and are never added to it.
func TestEnglandPackageIsCountedOnce(t *testing.T) {
	t.Parallel()
	s := openEngland(t)
	l, err := s.Ladder(context.Background(), innovation.On(innovation.MustDate("2020-01-01")), innovation.LadderQuery{Envelope: "env-aar-package"})
	if err != nil {
		t.Fatal(err)
	}
	announced := l.Rows[0].Rungs[0]
	if announced.Amount != innovation.Exact(86_000_000_00) || len(announced.Excluded) != 1 || announced.Excluded[0].Amount != innovation.Exact(74_000_000_00) ||
		announced.Excluded[0].Reason != innovation.ExcludedInside {
		t.Errorf("%+v", announced)
	}
}

// Seventy million over fifteen bids within two and seven million come to the
// penny; a minimum of five is refused with the arithmetic.
func TestEnglandSplit(t *testing.T) {
	t.Parallel()
	s := openEngland(t)
	ctx, v := context.Background(), innovation.On(innovation.MustDate("2013-05-23"))
	board, err := s.LicenceBoard(ctx, v)
	if err != nil {
		t.Fatal(err)
	}
	q := store.SplitQuery{Envelope: "env-2013-pot", Weights: innovation.SplitWeights{Score: 500_000, Cost: 500_000}}
	for i, n := range board.Rows {
		q.Bids = append(q.Bids, innovation.Bid{Recipient: n.Holder, Score: int64(40 + 3*i), Cost: innovation.Money(1_000_000_00 + i*77_777_77)})
	}
	split, err := s.ProposeSplit(ctx, v, q)
	if err != nil || len(split.Shares) != 15 {
		t.Fatalf("%d shares, %v", len(split.Shares), err)
	}
	sum := innovation.Money(0)
	for _, share := range split.Shares {
		sum += share.Amount
		if share.Amount < 2_000_000_00 || share.Amount > 7_000_000_00 || share.Explanation == "" {
			t.Errorf("%+v", share)
		}
	}
	if sum != 7_000_000_000 {
		t.Errorf("the shares come to %d pence", sum)
	}
	five := innovation.Money(5_000_000_00)
	q.Min = &five
	_, err = s.ProposeSplit(ctx, v, q)
	if !errors.Is(err, innovation.Refused) || !strings.Contains(err.Error(), "£75,000,000.00") || !strings.Contains(err.Error(), "£70,000,000.00") {
		t.Errorf("a minimum of £5m: %v", err)
	}
}
