package england

import (
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// adopted is an innovation as the fact base names it. No source says since when
// it was there: it was by the end of the first year in which it was seen.
func adopted(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Innovation{
		Innovation: r.innovation("key"), Name: r.text("name"), Type: r.text("type"),
		Originator: r.organisation("originator"), Note: r.text("note"), Period: r.period(),
	}}
}

func supply(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Supply{
		Innovation: r.innovation("innovation"), Supplier: r.organisation("supplier"), Product: r.text("product"),
		Note: r.text("note"), Period: r.period(),
	}}
}

func notice(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Notice{
		Innovation: r.innovation("innovation"), Type: r.text("type"), Issuer: r.organisation("issuer"),
		Supplier: r.organisation("supplier"), Text: r.text("text"), Reference: r.text("reference"),
		Note: r.text("note"), Day: r.day("day", "day_basis"),
	}}
}

func programme(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Programme{
		Programme: r.programme("key"), Name: r.text("name"), Type: r.text("type"),
		Commissioner: r.organisation("commissioner"), Lead: r.organisation("lead"), Status: r.text("status"),
		Note: r.text("note"), Period: r.period(),
	}}
}

func phase(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Phase{
		Programme: r.programme("programme"), Number: r.number("number"), Name: r.text("name"), Aim: r.text("aim"),
		Note: r.text("note"), Period: r.period(),
	}}
}

func programmeInnovation(r row) []innovation.Fact {
	return []innovation.Fact{innovation.ProgrammeInnovation{
		Programme: r.programme("programme"), Innovation: r.innovation("innovation"), Phase: r.number("phase"),
		Note: r.text("note"), Period: r.period(),
	}}
}

// mandate binds as much as its source says; none of those seen does.
func mandate(r row) []innovation.Fact {
	m := innovation.Mandate{
		Programme: r.programme("programme"), Innovation: r.innovation("innovation"), Owner: r.organisation("owner"),
		Force: innovation.Force(r.text("force")), Criteria: r.text("criteria"), Note: r.text("note"), Period: r.period(),
	}
	if r.has("year") {
		year, err := innovation.ParseFinancialYear(r.text("year"))
		r.fail("year", err)
		m.Year = year
	}
	return []innovation.Fact{m}
}

// observation is a published figure, followed by the bodies that it is about
// together: it counts once, not once for each of them.
func observation(r row) []innovation.Fact {
	q, err := innovation.ParseQuantity(r.text("value"), r.text("low"), r.text("high"))
	r.fail("value", err)
	o := innovation.Observation{
		Observation: innovation.ObservationID(r.text("key")), Innovation: r.innovation("innovation"),
		Programme: r.programme("programme"), Type: innovation.ObservationType(r.text("type")),
		Scope: innovation.Scope(r.text("scope")), Body: r.organisation("body"), Bodies: r.number("bodies"),
		Place: r.text("place"), Measure: r.text("measure"), Quantity: q, Unit: r.text("unit"),
		Qualifier: r.text("qualifier"), Cumulative: r.text("cumulative"), Covers: r.covers(),
		DayOf: r.text("day_of"), Note: r.text("note"), Day: r.day("day", "day_basis"),
	}
	facts := []innovation.Fact{o}
	for _, body := range r.list("with") {
		facts = append(facts, innovation.ObservationBody{
			Observation: o.Observation, Organisation: innovation.OrganisationID(body),
		})
	}
	return facts
}

// isSources reports whether the rows of the file are sources.
func isSources(file string) bool { return strings.HasSuffix(file, "sources.csv") }

// isTerms reports whether the rows of the file are terms.
func isTerms(file string) bool { return strings.HasSuffix(file, "terms.csv") }

// innovation is a cell with the key of an innovation.
func (r row) innovation(column string) innovation.InnovationID {
	return innovation.InnovationID(r.text(column))
}

// programme is a cell with the key of a programme.
func (r row) programme(column string) innovation.ProgrammeID {
	return innovation.ProgrammeID(r.text(column))
}
