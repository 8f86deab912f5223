package england_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
)

// routed lists what a fact may be whose row leads to a destination: first the
// fact itself, then what says more about it and bears no amount.
var routed = map[string][]innovation.FactType{
	england.RouteEnvelope:   {innovation.TypeEnvelope, innovation.TypeCoFunder},
	england.RouteAllocation: {innovation.TypeAllocation},
	england.RouteShare:      {innovation.TypeShare},
	england.RouteAward:      {innovation.TypeAward, innovation.TypeTransfer, innovation.TypeShare},
	england.RouteIncome:     {innovation.TypeIncome},
	england.RouteLeverage:   {innovation.TypeLeverage},
	england.RouteClaim:      {innovation.TypeClaim},
	england.RouteMoneyClaim: {innovation.TypeMoneyClaim},
	england.RouteCriterion:  {innovation.TypeCriterion},
}

// routeKey is what a route calls the fact.
func routeKey(f innovation.Fact) string {
	switch f := f.(type) {
	case innovation.MoneyClaim:
		return f.Topic
	case innovation.Claim:
		return f.Topic
	case innovation.Leverage:
		return f.About.String()
	case innovation.CoFunder, innovation.MoneyTransfer:
		return ""
	}
	return string(f.Subject().Key)
}

// counted is the amount by which a fact raises a sum, and whether it does.
func counted(f innovation.Fact) (innovation.Amount, bool) {
	var figure innovation.Figure
	switch f := f.(type) {
	case innovation.Envelope:
		figure = f.Figure
	case innovation.Allocation:
		figure = f.Figure
	case innovation.Award:
		figure = f.Figure
	case innovation.Income:
		figure = f.Figure
	case innovation.Leverage:
		figure = f.Figure
	case innovation.CoFunder:
		return f.Amount, !f.Amount.IsZero()
	}
	return figure.Amount, figure.Basis.Counts() && figure.Amount.Kind() != innovation.AmountNotDisclosed
}

func TestEveryRowOfMoneyIsRoutedOnce(t *testing.T) {
	seen := map[string]bool{}
	got := map[string]map[string]int{}
	for _, r := range england.FundingRoutes() {
		row := r.File + "/" + r.Row
		if seen[row] {
			t.Errorf("%s is routed twice", row)
		}
		seen[row] = true
		if r.Reason == "" || (r.Fact == "") != (r.Destination == england.RouteLeftOut) {
			t.Errorf("%s: %+v", row, r)
		}
		if got[r.File] == nil {
			got[r.File] = map[string]int{}
		}
		got[r.File][r.Destination]++
	}
	want := map[string]map[string]int{
		"funding":     {"envelope": 16, "money-claim": 7, "award": 8, "leverage": 4, "allocation": 3, "income": 3, "criterion": 2, "share": 1},
		"deals":       {"envelope": 5, "left-out": 1},
		"commitments": {"envelope": 5, "leverage": 6, "money-claim": 3, "left-out": 8},
		"claims":      {"envelope": 3, "money-claim": 8, "claim": 3, "criterion": 1, "share": 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows by destination (-want +got):\n%s", diff)
	}
	// All rows of three files; of the claims those in pounds.
	rows := map[string]int{}
	for _, line := range england.Reconciliation() {
		rows[line.File] = line.Rows
	}
	for file, destinations := range got {
		n := 0
		for _, d := range destinations {
			n += d
		}
		if file == "claims" && n != 16 || file != "claims" && n != rows[file] {
			t.Errorf("%d rows of %s are routed; it has %d", n, file, rows[file])
		}
	}
}

// What a row became is what its route says, and it is counted once at most.
func TestRoutesLeadToTheirFacts(t *testing.T) {
	routes := map[string]england.Route{}
	for _, r := range england.FundingRoutes() {
		routes[r.File+"/"+r.Row] = r
	}
	arrived := map[string]bool{}
	sums := map[string][]string{}
	for _, b := range batches(t) {
		for _, c := range b.Facts {
			_, isClaim := c.Fact.(innovation.Claim)
			seen := map[string]bool{}
			for _, s := range c.Sources {
				r, ok := routes[s.Locator]
				file, _, _ := strings.Cut(s.Locator, "/")
				money := file == "funding" || file == "deals" || file == "commitments"
				switch {
				case !ok && money:
					t.Errorf("%s cites %s, which is not routed", c.Fact.Subject(), s.Locator)
				case ok && isClaim && r.Destination != england.RouteClaim:
					t.Errorf("%s is routed and a claim without an amount", s.Locator)
				}
				if !ok || seen[s.Locator] {
					continue // a fact may cite a row for two sources
				}
				seen[s.Locator] = true
				allowed := false
				for i, typ := range routed[r.Destination] {
					if typ != c.Fact.FactType() {
						continue
					}
					allowed = true
					if i == 0 && routeKey(c.Fact) == r.Fact {
						arrived[s.Locator] = true
					} else if i == 0 {
						t.Errorf("%s leads to %s, and %s cites it", s.Locator, r.Fact, routeKey(c.Fact))
					}
				}
				if !allowed {
					t.Errorf("%s leads to %s, and a fact of type %s cites it", s.Locator, r.Destination, c.Fact.FactType())
				}
				if a, ok := counted(c.Fact); ok {
					sums[s.Locator] = append(sums[s.Locator], a.String())
				}
				if f, ok := c.Fact.(innovation.Share); ok && r.Destination == england.RouteAward && !f.Amount.IsZero() {
					t.Errorf("%s is counted in an award and in the share of %s", s.Locator, f.Recipient)
				}
			}
		}
	}
	for row, r := range routes {
		if arrived[row] != (r.Destination != england.RouteLeftOut) {
			t.Errorf("%s leads to %s %s: arrived %t", row, r.Destination, r.Fact, arrived[row])
		}
		if len(sums[row]) > 1 {
			t.Errorf("%s is counted %d times: %v", row, len(sums[row]), sums[row])
		}
		counts := map[string]bool{"allocation": true, "award": true, "income": true, "leverage": true, "envelope": true}
		if len(sums[row]) > 0 && !counts[r.Destination] {
			t.Errorf("%s leads to %s, and is counted", row, r.Destination)
		}
	}
}

// Whoever reads a fact of money finds the page it is from.
func TestMoneyCitesPages(t *testing.T) {
	pages := map[innovation.SourceID]innovation.Source{}
	for _, s := range facts[innovation.Source](t) {
		pages[s.Source] = s
	}
	n := 0
	for _, b := range batches(t)[17:22] {
		for _, c := range b.Facts {
			if _, isSource := c.Fact.(innovation.Source); isSource {
				continue
			}
			n++
			for _, s := range c.Sources {
				if p := pages[s.Source]; p.Publisher == "" || p.Title == "" && p.URL == "" || s.Locator == "" {
					t.Errorf("%s %s cites %+v", c.Fact.FactType(), c.Fact.Subject(), s)
				}
			}
			if len(c.Sources) == 0 {
				t.Errorf("%s %s cites nothing", c.Fact.FactType(), c.Fact.Subject())
			}
		}
	}
	if n != 87 {
		t.Errorf("%d facts of money, want 87", n)
	}
}
