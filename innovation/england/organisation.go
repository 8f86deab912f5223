package england

import "github.com/innovationregistry/registry/innovation"

// Kinds of name that stand for no column of the data.
const (
	nameCommon   = "common"   // as a page calls the body
	nameOfficial = "official" // as a register of bodies calls it
	nameShort    = "short"
)

func source(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Source{
		Source: innovation.SourceID(r.text("key")), Title: r.text("title"), Publisher: r.text("publisher"),
		URL: r.text("url"), Kind: r.text("kind"), Published: r.day("published", "basis"), Note: r.text("note"),
	}}
}

func term(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Term{
		Scheme: innovation.Scheme(r.text("scheme")), Code: r.text("code"), Label: r.text("label"),
	}}
}

// organisation is a body with the name by which the source calls it.
func organisation(r row) []innovation.Fact {
	id, p := r.organisation("key"), r.period()
	facts := []innovation.Fact{innovation.Existence{
		Organisation: id, Aspect: innovation.Operational, Kind: r.text("kind"), LegalForm: r.text("legal_form"),
		Note: r.text("note"), Period: p,
	}}
	facts = appendName(facts, id, r.text("name"), nameCommon, lifelong(p))
	return appendName(facts, id, r.text("short_name"), nameShort, lifelong(p))
}

// codedBody is a board or a region, with its codes.
func codedBody(r row) []innovation.Fact {
	id, p := r.organisation("key"), r.period()
	facts := []innovation.Fact{innovation.Existence{
		Organisation: id, Aspect: innovation.Operational, Kind: r.text("kind"), Note: r.text("note"), Period: p,
	}}
	facts = appendName(facts, id, r.text("name"), nameCommon, lifelong(p))
	facts = appendName(facts, id, r.cells["full_name"], nameOfficial, lifelong(p))
	facts = appendCode(facts, id, "ods", r.text("ods_code"), p)
	return appendCode(facts, id, "ons", r.text("ons_code"), lifelong(p))
}

// network is one of the fifteen. Its area in words is the note of its role.
func network(r row) []innovation.Fact {
	id, p := r.organisation("key"), r.period()
	facts := []innovation.Fact{
		innovation.Existence{
			Organisation: id, Aspect: innovation.Operational, Kind: r.text("kind"), Note: r.text("note"), Period: p,
		},
		innovation.Role{Organisation: id, Role: innovation.RoleNetwork, Note: "area: " + r.text("area"), Period: p},
	}
	return appendCode(facts, id, "company", r.text("company_number"), lifelong(p))
}

// legalForm is the legal person of a network whose form a page gives. The day
// of the designation says nothing about it, so its period is its own.
func legalForm(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Existence{
		Organisation: r.organisation("organisation"), Aspect: innovation.Legal, Kind: r.text("kind"),
		LegalForm: r.text("legal_form"), Note: r.text("note"), Period: r.period(),
	}}
}

// trust is an NHS trust by its code. Its names stand in a file of their own.
func trust(r row) []innovation.Fact {
	id, p := r.organisation("key"), r.period()
	facts := []innovation.Fact{innovation.Existence{
		Organisation: id, Aspect: innovation.Operational, Kind: r.text("kind"), Note: r.text("note"), Period: p,
	}}
	return appendCode(facts, id, "ods", r.text("ods_code"), p)
}

func name(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Name{
		Organisation: r.organisation("organisation"), Text: r.text("text"), Kind: r.text("kind"),
		Note: r.text("note"), Period: r.period(),
	}}
}

func role(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Role{
		Organisation: r.organisation("organisation"), Role: r.text("role"), Note: r.text("note"), Period: r.period(),
	}}
}

func person(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Person{Person: innovation.PersonID(r.text("key")), Name: r.text("name")}}
}

func post(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Post{
		Organisation: r.organisation("organisation"), Title: r.text("title"),
		Holder: innovation.PersonID(r.text("holder")), Note: r.text("note"), Period: r.period(),
	}}
}

// lifelong is the life of a body as the period of a name or code that bears no
// dates of its own: published days of the one are assumed for the other.
func lifelong(p innovation.Period) innovation.Period {
	if p.Start.Basis == innovation.BasisPublished && p.Start.Precision() != innovation.PrecisionUnknown {
		p.Start = p.Start.As(innovation.BasisAssumed)
	}
	if p.End.Basis == innovation.BasisPublished && !p.IsOpen() {
		p.End = p.End.As(innovation.BasisAssumed)
	}
	return p
}

func appendName(facts []innovation.Fact, id innovation.OrganisationID, text, kind string, p innovation.Period) []innovation.Fact {
	if text == "" {
		return facts
	}
	return append(facts, innovation.Name{Organisation: id, Text: text, Kind: kind, Period: p})
}

func appendCode(facts []innovation.Fact, id innovation.OrganisationID, scheme, value string, p innovation.Period) []innovation.Fact {
	if value == "" {
		return facts
	}
	return append(facts, innovation.Identifier{Organisation: id, Scheme: scheme, Value: value, Period: p})
}
