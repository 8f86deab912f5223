package uptake

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// The places of the columns of a list of the Organisation Data Service: those of
// all lists, and those that the list of practices has besides.
var odsColumns = []string{"code", "name", "region", "geography", "address 1", "address 2", "address 3", "address 4", "address 5", "postcode", "open", "close",
	"status", "sub-type", "commissioner", "join", "left", "telephone", "", "", "", "amended", "", "", "", "setting"}

// odsNeeded is how many columns every list has.
const odsNeeded = 12

// odsHeaders are the names of columns in lists that have a header.
var odsHeaders = map[string][]string{
	"code": {"organisation code", "org code"}, "name": {"organisation name"},
	"region": {"national grouping"}, "geography": {"high level health geography"},
	"open": {"open date"}, "close": {"close date"}, "status": {"status code"},
	"commissioner": {"parent organisation code"}, "join": {"join parent date"}, "left": {"left parent date"}, "setting": {"prescribing setting"},
}

// odsTable finds out where the columns of a list are: by its header, if its
// first field names the column of codes, and else by their places.
func (t *take) odsTable(ctx context.Context) (*table, error) {
	all, err := t.in.all(ctx)
	if err != nil {
		return nil, err
	}
	first := ""
	for r, err := range all {
		if err != nil {
			return nil, err
		}
		first = strings.ToLower(strings.TrimSpace(r.fields[0]))
		break
	}
	if first != "code" && !slices.Contains(odsHeaders["code"], first) {
		return headless(odsColumns...), nil
	}
	tbl, err := t.header(ctx)
	if err != nil {
		return nil, err
	}
	var errs []error
	for _, name := range odsColumns {
		if name == "" || tbl.has(name) {
			continue
		}
		for _, other := range odsHeaders[name] {
			if i, ok := tbl.place[other]; ok {
				tbl.place[name] = i
				break
			}
		}
	}
	for _, name := range []string{"code", "name", "open", "close"} {
		if !tbl.has(name) {
			errs = append(errs, innovation.Invalidf(innovation.RuleImportColumn, name, "the file has no column %q", name).
				Trying("give the list as the Organisation Data Service publishes it, with or without a header"))
		}
	}
	return tbl, innovation.Join(errs...)
}

// listDay is the day of a list: the one that was given, or on which its source
// was published. A list without a day is refused: what it says of today would
// end what later lists say.
func (t *take) listDay(ctx context.Context) (on innovation.Date, err error) {
	if on = t.opts.Edition; !on.IsZero() {
		return on, nil
	}
	published := t.opts.SourcePublished
	if t.source == nil {
		s, _, err := about[innovation.Source](ctx, t.tx, t.opts.Source.Entity())
		if err != nil {
			return on, err
		}
		published = s.Published
	}
	if b := published.Bound; !b.IsZero() && b.Earliest.After(innovation.Dawn) {
		if b.Latest.Before(innovation.Forever) {
			return b.Latest, nil
		}
		return b.Earliest, nil
	}
	return on, innovation.Invalidf(innovation.RuleTextRequired, "edition", "the day of the list is not known").
		Trying("give the day that the list is of (-edition 2025-12-01), or that on which its source was published (-source-published)")
}

// sightedOn is the day of a list by what is known of its source, zero when
// nothing is.
func sightedOn(s innovation.Source) innovation.Date {
	b := s.Published.Bound
	switch {
	case s.Kind != "data-file" || b.IsZero() || !b.Earliest.After(innovation.Dawn):
		return innovation.Date{}
	case b.Latest.Before(innovation.Forever):
		return b.Latest
	}
	return b.Earliest
}

// namedGroup is how commissioning groups, and what followed them, are named.
var namedGroup = regexp.MustCompile(`(?i)\b(CCG|ICB)\b|clinical commissioning group|integrated care board`)

// The kinds that the rows of a list show.
const (
	kindGroup    = "ccg"
	kindTrust    = "nhs-trust"
	kindSite     = "site"
	kindPractice = "gp-practice"
	kindPrescr   = "prescribing-cost-centre"
	kindBody     = "body" // of a kind not stated
)

// odsKind is the kind of a body as its row shows it, "" when it does not: trust
// says whether the trust is known whose site the code may be.
func odsKind(code, name, setting string, trust bool) string {
	switch {
	case setting == "4", setting == "" && isPracticeCode(code):
		return kindPractice
	case setting != "": // which only the list of practices has
		return kindPrescr
	case siteOf(code) != "" && (trust || !namedGroup.MatchString(name)):
		return kindSite
	case namedGroup.MatchString(name):
		return kindGroup
	case len(code) == 3 && code[0] == 'R', strings.HasSuffix(strings.ToUpper(name), " TRUST"):
		return kindTrust
	}
	return ""
}

// isPracticeCode reports whether a code is one of those who prescribe: a letter
// and five digits.
func isPracticeCode(code string) bool {
	if len(code) != 6 || code[0] < 'A' || code[0] > 'Z' {
		return false
	}
	return strings.Trim(code[1:], "0123456789") == ""
}

// siteOf is the code of the trust whose site a code is, "" when it is that of
// no site: the codes of sites are those of their trusts and two more characters.
func siteOf(code string) string {
	if len(code) == 5 && code[0] == 'R' {
		return code[:3]
	}
	return ""
}

// borne is when an organisation bore the name that a list of a day gives it: on
// that day, or on its last one, and since nobody knows when.
func borne(period innovation.Period, on innovation.Date) innovation.Period {
	period.Start = innovation.Bound{Earliest: period.Start.Earliest, Latest: within(period, on)}
	return period
}

// within is a day, or the first or last day of a period that does not hold then.
func within(period innovation.Period, on innovation.Date) innovation.Date {
	if end := period.End; !period.IsOpen() && !on.Before(end.Earliest) {
		on = end.Earliest.AddDays(-1)
	}
	if first := period.Start.Earliest; first.After(on) {
		on = first
	}
	return on
}

// odsDay reads a day written 20200331; empty is the zero Date.
func (r *row) odsDay(column string) (innovation.Date, bool) {
	text := r.get(column)
	if text == "" {
		return innovation.Date{}, true
	}
	if len(text) == 8 {
		if d, err := innovation.ParseDate(text[:4] + "-" + text[4:6] + "-" + text[6:]); err == nil {
			return d, true
		}
	}
	r.refuse(innovation.RuleDateInvalid, column, text, "write the day as 20200331", "%q is not a day", clip(text))
	return innovation.Date{}, false
}
