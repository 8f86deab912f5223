package england

import (
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

func round(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Round{
		Round: innovation.RoundID(r.text("key")), Number: r.number("number"), Title: r.text("title"),
		TermYears: r.number("term_years"), Graded: r.text("graded") == "yes",
		AnnouncedOn: r.day("announced", "announced_basis"), Note: r.text("note"), Period: r.period(),
	}}
}

func countClaim(r row) []innovation.Fact {
	return []innovation.Fact{innovation.CountClaim{
		Round: innovation.RoundID(r.text("round")), Grade: innovation.Grade(r.text("grade")), Count: r.number("count"),
		Note: r.text("note"), Day: r.day("day", "basis"),
	}}
}

func licence(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Licence{
		Licence: innovation.LicenceID(r.text("key")), Holder: r.organisation("holder"),
		Round: innovation.RoundID(r.text("round")), AnnouncedOn: r.day("announced", "announced_basis"),
		Note: r.text("note"), Period: r.period(),
	}}
}

// stream is what one licensor commissions; no source gives a value.
func stream(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Stream{
		Licence: innovation.LicenceID(r.text("licence")), Licensor: r.organisation("licensor"),
		Commission: r.text("commission"), Note: r.text("note"), Period: r.period(),
	}}
}

func condition(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Condition{
		Condition: innovation.ConditionID(r.text("key")), Round: innovation.RoundID(r.text("round")),
		Unnamed: r.number("unnamed"), Text: r.text("text"), Due: r.day("due", "due_basis"),
		Outcome: r.text("outcome"), Note: r.text("note"), Period: r.period(),
	}}
}

func provision(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Provision{
		Provision: innovation.ProvisionID(r.text("key")), Round: innovation.RoundID(r.text("round")),
		Type: r.text("type"), Text: r.text("text"), Exerciser: r.organisation("exerciser"),
		Due: r.day("due", "due_basis"), Outcome: r.text("outcome"), Note: r.text("note"), Period: r.period(),
	}}
}

// claim is a published statement about any entity of the register.
func claim(r row) []innovation.Fact {
	kind, key, _ := strings.Cut(r.text("about"), "/")
	return []innovation.Fact{innovation.Claim{
		About: innovation.Entity{Kind: innovation.EntityKind(kind), Key: innovation.Key(key)}, Topic: r.text("topic"),
		Field: r.text("field"), Value: r.text("value"), Unit: r.text("unit"), Note: r.text("note"),
		Day: r.day("day", "basis"),
	}}
}
