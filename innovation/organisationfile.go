package innovation

import (
	"cmp"
	"slices"
	"strings"
)

// Rules of an organisation and what hangs on it. All are refusals.
const (
	RuleExistenceOverlap    RuleID = "existence-overlap"
	RuleIdentifierTaken     RuleID = "identifier-taken"
	RuleIdentifierDuplicate RuleID = "identifier-duplicate"
	RuleRoleDuplicate       RuleID = "role-duplicate"
	RuleRelationDuplicate   RuleID = "relation-duplicate"
)

// OrganisationFile is everything that is known, at one point of system time,
// about one organisation on all days. The order of its slices does not matter.
type OrganisationFile struct {
	Organisation OrganisationID         `json:"organisation" doc:"The organisation"`
	Existences   []Recorded[Existence]  `json:"existences,omitempty" doc:"When it existed, and as what kind of body"`
	Names        []Recorded[Name]       `json:"names,omitempty" doc:"Its names"`
	Identifiers  []Recorded[Identifier] `json:"identifiers,omitempty" doc:"Its codes elsewhere"`
	Roles        []Recorded[Role]       `json:"roles,omitempty" doc:"What it is entrusted with"`
	Relations    []Recorded[Relation]   `json:"relations,omitempty" doc:"The relations that start from it"`
	Posts        []Recorded[Post]       `json:"posts,omitempty" doc:"Its offices and who holds them"`
	Areas        []Recorded[Area]       `json:"areas,omitempty" doc:"The places it serves"`
	Populations  []Recorded[Population] `json:"populations,omitempty" doc:"How many people it is said to serve"`
}

// Check reports every rule that the file breaks, each as an Error of kind
// Refused: two existences of one aspect, or twice the same code, role or
// relation, that certainly hold on one day. A relation is the same when type,
// target and sector are. Names, posts, areas and populations may overlap.
func (f OrganisationFile) Check() error {
	var errs []error
	refuse := func(rule RuleID, days Span, format string, args ...any) {
		e := Refusedf(rule, "period", format, args...)
		e.Detail += ": " + days.String()
		errs = append(errs, e.Trying("end the earlier one where the later begins, or correct the one that is wrong"))
	}
	eachOverlap(f.Existences, func(a, b Existence, days Span) {
		if a.Aspect == b.Aspect {
			refuse(RuleExistenceOverlap, days, "%s exists twice, as %s and as %s (%s)", a.Organisation, a.Kind, b.Kind, a.Aspect)
		}
	})
	eachOverlap(f.Identifiers, func(a, b Identifier, days Span) {
		if a.Scheme == b.Scheme && a.Value == b.Value {
			refuse(RuleIdentifierDuplicate, days, "%s has the code %s %s twice", a.Organisation, a.Scheme, clip(a.Value))
		}
	})
	eachOverlap(f.Roles, func(a, b Role, days Span) {
		if a.Role == b.Role {
			refuse(RuleRoleDuplicate, days, "%s has the role %s twice", a.Organisation, a.Role)
		}
	})
	eachOverlap(f.Relations, func(a, b Relation, days Span) {
		if a.Type == b.Type && a.Target == b.Target && a.Sector == b.Sector {
			refuse(RuleRelationDuplicate, days, "%s has the relation %s to %s twice", a.Organisation, a.Type, a.Target)
		}
	})
	return Join(errs...)
}

// eachOverlap calls visit for every pair of facts that certainly hold on a
// common day.
func eachOverlap[F Fact](facts []Recorded[F], visit func(a, b F, days Span)) {
	for i, b := range facts {
		for _, a := range facts[:i] {
			if days, ok := certainOverlap(a.Value.Valid(), b.Value.Valid()); ok {
				visit(a.Value, b.Value, days)
			}
		}
	}
}

// CheckIdentifier refuses, with kind Exists, a code that certainly names
// another organisation on one of its days. The others may be any identifiers;
// those of other codes and of the same organisation are passed over.
func CheckIdentifier(others []Recorded[Identifier], mine Identifier) error {
	var errs []error
	for _, r := range others {
		o := r.Value
		if o.Scheme != mine.Scheme || o.Value != mine.Value || o.Organisation == mine.Organisation {
			continue
		}
		if days, ok := certainOverlap(o.Period, mine.Period); ok {
			e := Refusedf(RuleIdentifierTaken, "value", "the code %s %s names %s: %s", mine.Scheme, clip(mine.Value), o.Organisation, days).
				Trying("end it there first, or check the code")
			e.Kind = Exists
			errs = append(errs, e)
		}
	}
	return Join(errs...)
}

// NameOn is the name to show the organisation by on the day: see DisplayName.
func (f OrganisationFile) NameOn(on Date) (name string, inUse Answer) {
	return DisplayName(f.Names, on)
}

// DisplayName picks the name to show an organisation by on a day, and says
// whether it was in use then: Yes, Possibly (its period is not known to the
// day), or No when no name is known for the day, and the one whose period is
// nearest stands in. Without any name it gives "" and No.
//
// Of the names in use, a proper name (current, trading, official, designated) comes before the legal one, that before
// one of another kind (a launch, a role in a register), and that before a
// short or variant one. Within these, a name certainly in use
// comes before a possible one, one that had begun for certain before one that
// may have, then the one that began last.
func DisplayName(names []Recorded[Name], on Date) (name string, inUse Answer) {
	if len(names) == 0 {
		return "", No
	}
	best := slices.MinFunc(names, func(a, b Recorded[Name]) int {
		x, y := a.Value, b.Value
		hx, hy := x.Period.Holds(on), y.Period.Holds(on)
		if hx == No && hy == No {
			return cmp.Or(cmp.Compare(distance(x.Period, on), distance(y.Period, on)),
				cmp.Compare(nameRank(x.Kind), nameRank(y.Kind)), cmp.Compare(x.Text, y.Text))
		}
		if hx == No || hy == No {
			return cmp.Compare(hy, hx)
		}
		return cmp.Or(cmp.Compare(nameRank(x.Kind), nameRank(y.Kind)), cmp.Compare(hy, hx),
			cmp.Compare(begun(y, on), begun(x, on)),
			y.Period.Start.Latest.Compare(x.Period.Start.Latest), cmp.Compare(x.Text, y.Text))
	})
	return best.Value.Text, best.Value.Period.Holds(on)
}

// begun is 1 for a name whose use had begun for certain by the day.
func begun(n Name, on Date) int {
	if n.Period.Start.Latest.After(on) {
		return 0
	}
	return 1
}

// nameRank orders the kinds of name, the best to show first.
func nameRank(kind string) int {
	switch kind {
	case "current", "trading", "official":
		return 0
	case "legal":
		return 1
	case "short", "variant":
		return 3
	}
	if kind == "designated" || strings.HasPrefix(kind, "designated-") {
		return 0
	}
	return 2
}

// distance is the number of days between a day and a period that does not hold
// on it.
func distance(p Period, on Date) int {
	days := p.Hull()
	if on.Before(days.Start) {
		return days.Start.Sub(on)
	}
	return on.Sub(days.End) + 1
}
