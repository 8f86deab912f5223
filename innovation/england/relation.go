package england

import "github.com/innovationregistry/registry/innovation"

func relation(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Relation{
		Organisation: r.organisation("organisation"), Type: r.text("type"), Target: r.organisation("target"),
		Sector: r.cells["sector"], Evidence: r.cells["evidence"], Note: r.text("note"), Period: r.period(),
	}}
}

func succession(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Succession{
		Predecessor: r.organisation("predecessor"), Successor: r.organisation("successor"), Type: r.text("type"),
		Part: r.text("part"), Moved: r.number("moved"), Note: r.text("note"), Day: r.day("day", "basis"),
	}}
}

// serves is the tie of a network to a board.
func serves(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Relation{
		Organisation: r.organisation("organisation"), Type: innovation.Serves, Target: r.organisation("target"),
		Evidence: r.text("evidence"), Extent: r.text("extent"), Note: r.text("note"), Period: r.period(),
	}}
}

// area is a place that a network serves and that is no body of the register.
func area(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Area{
		Organisation: r.organisation("organisation"), Kind: r.text("kind"), Name: r.text("name"), Code: r.text("code"),
		Evidence: r.text("evidence"), Extent: r.text("extent"), Note: r.text("note"), Period: r.period(),
	}}
}

func population(r row) []innovation.Fact {
	return []innovation.Fact{innovation.Population{
		Organisation: r.organisation("organisation"), Nominal: r.number("nominal"), Low: r.number("low"),
		High: r.number("high"), Qualifier: r.text("qualifier"), Note: r.text("note"), Day: r.day("day", "basis"),
	}}
}
