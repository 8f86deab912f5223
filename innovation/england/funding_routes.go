package england

// Where a row of the fact base that speaks of money may lead.
const (
	RouteEnvelope   = "envelope"
	RouteAllocation = "allocation"
	RouteShare      = "share"
	RouteAward      = "award"
	RouteIncome     = "income"
	RouteLeverage   = "leverage"
	RouteMoneyClaim = "money-claim"
	RouteClaim      = "claim"
	RouteCriterion  = "criterion"
	RouteLeftOut    = "left-out"
)

// Route says what became of one row of the fact base that speaks of money: of
// every row of its files of funding, deals and commitments, and of every claim
// in pounds.
type Route struct {
	File        string // the file, for example "funding"
	Row         string // the row; with the file it is the locator of the citation
	Destination string // what kind of fact it became
	Fact        string // the key of the envelope, allocation or award, the subject of the income or leverage, or the topic of the claim
	Reason      string // why it is that kind of fact
}

// FundingRoutes lists the routes in the order of the files and rows. A row
// leads to one destination: several rows may tell of the same money, and it is
// counted once.
func FundingRoutes() []Route {
	var errs []error
	var routes []Route
	for _, r := range readRows("funding_routes.csv", &errs) {
		routes = append(routes, Route{File: r.text("file"), Row: r.text("row"), Destination: r.text("destination"),
			Fact: r.text("fact"), Reason: r.text("reason")})
	}
	return routes
}
