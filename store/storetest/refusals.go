package storetest

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

var refusalChecks = []check{
	{"Values", checkInvalidValues},
	{"Rules", checkRules},
	{"Verbs", checkVerbs},
	{"Corrections", checkRulesOnCorrections},
	{"Reads", checkReads},
	{"Hostile", checkHostileText},
}

func recordOne(f innovation.Fact, sources ...innovation.Citation) write {
	return func(ctx context.Context, tx *store.Tx) error { _, err := tx.Record(ctx, f, sources...); return err }
}

// Malformed values are Invalid, each with its rule and field, all together.
func checkInvalidValues(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	invalid := func(rule innovation.RuleID, field string) violation {
		return violation{innovation.Invalid, rule, field}
	}
	ok := from("2014-01-01")
	for _, c := range []struct {
		what string
		fact innovation.Fact
		want []violation
	}{
		{"everything wrong with a name", innovation.Name{Organisation: "No Key", Text: " ", Note: "a\x00b"}, []violation{
			invalid("key-invalid", "organisation"), invalid("text-required", "text"), invalid("text-required", "kind"),
			invalid("text-invalid", "note"), invalid("period-invalid", "period.start")}},
		{"a name of 10 MB", named("east", strings.Repeat("x", 10<<20), "current", ok), []violation{invalid("text-too-long", "text")}},
		{"invalid UTF-8", named("east", "bad \xff\xfe", "current", ok), []violation{invalid("text-invalid", "text")}},
		{"half a surrogate", named("east", "bad \xed\xa0\x80", "current", ok), []violation{invalid("text-invalid", "text")}},
		{"the end before the start", named("east", "x", "current", between("2014-01-02", "2014-01-01")), []violation{invalid("period-invalid", "period.end")}},
		{"the end on the start", named("east", "x", "current", between("2014-01-01", "2014-01-01")), []violation{invalid("period-invalid", "period.end")}},
		{"codes of no scheme", innovation.Existence{Organisation: "new", Aspect: innovation.Legal, Kind: "castle", LegalForm: "feudal", Period: ok}, []violation{
			invalid("term-unknown", "kind"), invalid("term-unknown", "legalForm")}},
		{"a code and a reference", innovation.Relation{Organisation: "east", Type: "likes", Target: "nobody", Period: ok}, []violation{
			invalid("term-unknown", "type"), {innovation.NotFound, "entity-not-found", "target"}}},
		{"a negative count", innovation.CountClaim{Round: "first", Grade: "best", Count: -1}, []violation{
			invalid("grade-invalid", "grade"), invalid("count-invalid", "count"), invalid("period-invalid", "day")}},
		{"a weight and an extent", innovation.Relation{Organisation: "east", Type: "part-of", Target: "west", Weight: 1_000_001, Extent: "most", Period: ok}, []violation{
			invalid("weight-invalid", "weight"), invalid("weight-invalid", "extent")}},
		{"a decision without its parts", innovation.Decision{Licence: "first-east", Type: innovation.DecisionMet, By: "centre", Grade: "full", Day: onDay("2014-01-01")}, []violation{
			invalid("decision-invalid", "condition"), invalid("decision-invalid", "grade")}},
		{"a condition of nothing", innovation.Condition{Condition: "new", Text: "x", Period: ok}, []violation{invalid("attachment-invalid", "licence")}},
		{"a scheme of its own", innovation.Term{Scheme: "colours", Code: "red", Label: "Red"}, []violation{invalid("term-unknown", "scheme")}},
		{"a claim about nothing", innovation.Claim{Topic: "x", Field: "y", Value: "z", Day: onDay("2014-01-01")}, []violation{invalid("key-invalid", "about")}},
		{"a source without a name", innovation.Source{Source: "x", Published: onDay("2014-01-01")}, []violation{invalid("text-required", "title")}},
		{"a pointer to a fact", &innovation.Name{Organisation: "east", Text: "x", Kind: "current", Period: ok}, []violation{invalid("fact-type-mismatch", "")}},
	} {
		r.refuses(c.what, recordOne(c.fact), c.want...)
	}
	r.refuses("a locator that is no text", recordOne(named("east", "x", "current", ok), innovation.Citation{Source: "letter", Locator: "\xff"}),
		invalid("text-invalid", "sources[0].locator"))
}

// Rules between facts refuse, each by its ID.
func checkRules(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	r.record(innovation.Identifier{Organisation: "east", Scheme: "ods", Value: "X1", Period: from("2014-01-01")},
		innovation.Role{Organisation: "east", Role: "network", Period: from("2014-01-01")},
		innovation.Relation{Organisation: "east", Type: "part-of", Target: "west", Period: from("2014-01-01")},
		innovation.Succession{Predecessor: "east", Successor: "west", Type: innovation.Merge, Day: onDay("2020-01-01")},
		innovation.Succession{Predecessor: "west", Successor: "centre", Type: innovation.Merge, Day: onDay("2021-01-01")},
		innovation.Licence{Licence: "second-east", Holder: "east", Round: "second", Period: from("2018-05-23")},
		innovation.Stream{Licence: "second-east", Licensor: "centre", Period: from("2018-05-23")},
		innovation.ContractingBody{Licence: "first-east", Party: "east", Body: "west", Period: from("2014-01-01")})
	refused := func(rule innovation.RuleID, field string) violation {
		return violation{innovation.Refused, rule, field}
	}
	decide := func(typ innovation.DecisionType, day string) innovation.Decision {
		return innovation.Decision{Licence: "first-east", Type: typ, By: "centre", Day: onDay(day)}
	}
	with := func(d innovation.Decision, change func(*innovation.Decision)) innovation.Decision {
		change(&d)
		return d
	}
	for _, c := range []struct {
		fact innovation.Fact
		want []violation
	}{
		{innovation.Existence{Organisation: "east", Aspect: innovation.Operational, Kind: "network", Period: from("2020-01-01")}, []violation{refused("existence-overlap", "period")}},
		{innovation.Identifier{Organisation: "west", Scheme: "ods", Value: "X1", Period: from("2020-01-01")}, []violation{{innovation.Exists, "identifier-taken", "value"}}},
		{innovation.Identifier{Organisation: "east", Scheme: "ods", Value: "X1", Period: from("2020-01-01")}, []violation{refused("identifier-duplicate", "period")}},
		{innovation.Role{Organisation: "east", Role: "network", Period: from("2020-01-01")}, []violation{refused("role-duplicate", "period")}},
		{innovation.Relation{Organisation: "east", Type: "part-of", Target: "west", Period: from("2020-01-01")}, []violation{refused("relation-duplicate", "period")}},
		{innovation.Relation{Organisation: "east", Type: "part-of", Target: "east", Period: from("2020-01-01")}, []violation{refused("relation-self", "target")}},
		{innovation.Succession{Predecessor: "east", Successor: "east", Type: innovation.Merge, Day: onDay("2020-01-01")}, []violation{refused("succession-self", "successor")}},
		{innovation.Succession{Predecessor: "centre", Successor: "east", Type: innovation.Rename, Day: onDay("2022-01-01")}, []violation{refused("succession-cycle", "successor")}},
		{innovation.Licence{Licence: "new", Holder: "east", Round: "first", Period: between("2018-05-22", "2019-01-01")}, []violation{refused("licence-overlap", "period")}},
		{innovation.Stream{Licence: "first-east", Licensor: "centre", Period: between("2013-05-22", "2018-05-23")}, []violation{refused("stream-outside-licence", "period")}},
		{innovation.ContractingBody{Licence: "first-east", Party: "department", Body: "west", Period: from("2014-01-01")}, []violation{refused("contracting-party-unknown", "party")}},
		{innovation.ContractingBody{Licence: "first-east", Party: "east", Body: "centre", Period: from("2015-01-01")}, []violation{refused("contracting-body-overlap", "period")}},
		{with(decide(innovation.DecisionSuspend, "2014-01-01"), func(d *innovation.Decision) { d.By = "west" }), []violation{refused("decision-by-no-licensor", "by")}},
		{decide(innovation.DecisionReinstate, "2014-01-01"), []violation{refused("licence-not-suspended", "type")}},
		{with(decide(innovation.DecisionMet, "2013-05-30"), func(d *innovation.Decision) { d.Condition = "chair" }), []violation{refused("condition-decided-before-set", "day")}},
		{with(decide(innovation.DecisionRevoke, "2014-01-01"), func(d *innovation.Decision) { d.Until = date("2014-03-31") }), []violation{refused("revocation-notice-short", "until")}},
		{with(decide(innovation.DecisionGrade, "2019-01-01"), func(d *innovation.Decision) { d.Licence, d.Grade = "second-east", "full" }), []violation{refused("grade-in-ungraded-round", "grade")}},
		{with(decide(innovation.DecisionSurrender, "2014-01-01"), func(d *innovation.Decision) {}), []violation{refused("surrender-by-other-than-holder", "by")}},
	} {
		r.refuses(string(c.want[0].Rule), recordOne(c.fact), c.want...)
	}
	// The neighbouring days are free.
	r.record(innovation.Licence{Licence: "next", Holder: "east", Round: "first", Period: between("2018-05-23", "2019-01-01")},
		with(decide(innovation.DecisionRevoke, "2014-01-01"), func(d *innovation.Decision) { d.Until = date("2014-04-01") }))
}

// A verb refuses a fact that it does not fit.
func checkVerbs(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	ids := map[innovation.FactType]innovation.FactID{}
	for _, typ := range store.FactTypes() {
		if facts := r.facts(typ, on("2014-01-01")); len(facts) > 0 {
			ids[typ] = facts[0].ID
		}
	}
	name := named("east", "E", "current", from("2014-01-01"))
	revise := func(id innovation.FactID, f innovation.Fact) write {
		return func(ctx context.Context, tx *store.Tx) error { _, err := tx.Revise(ctx, id, f); return err }
	}
	correct := func(id innovation.FactID, f innovation.Fact) write {
		return func(ctx context.Context, tx *store.Tx) error { return tx.Correct(ctx, id, f) }
	}
	end := func(id innovation.FactID, day innovation.Day) write {
		return func(ctx context.Context, tx *store.Tx) error { return tx.End(ctx, id, day) }
	}
	retract := func(id innovation.FactID) write {
		return func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, id) }
	}
	cite := func(id innovation.FactID, c innovation.Citation) write {
		return func(ctx context.Context, tx *store.Tx) error { return tx.Cite(ctx, id, c) }
	}
	letterCited := innovation.Citation{Source: "letter"}
	gone := violation{innovation.NotFound, "fact-not-found", "fact"}
	for _, id := range []innovation.FactID{0, -1, 1, 999_999, math.MaxInt64, math.MinInt64} { // 1 is an entity
		r.refuses("revise what is not there", revise(id, name), gone)
		r.refuses("correct what is not there", correct(id, name), gone)
		r.refuses("end what is not there", end(id, onDay("2014-01-01")), gone)
		r.refuses("retract what is not there", retract(id), gone)
		r.refuses("cite for what is not there", cite(id, letterCited), gone)
	}
	mismatch := violation{innovation.Invalid, "fact-type-mismatch", "fact"}
	fixed := violation{innovation.Refused, "subject-fixed", ""}
	r.refuses("revise by another type", revise(ids[innovation.TypeRound], name), mismatch)
	r.refuses("correct by another type", correct(ids[innovation.TypeRound], name), mismatch)
	r.refuses("revise by another subject", revise(ids[innovation.TypeName], named("west", "W", "current", from("2014-01-01"))), fixed)
	r.refuses("correct by another subject", correct(ids[innovation.TypeName], named("west", "W", "current", from("2014-01-01"))), fixed)
	noEnd := violation{innovation.Refused, "revise-refused", ""}
	r.refuses("end a licence", end(ids[innovation.TypeLicence], onDay("2014-01-01")), noEnd)
	r.refuses("end a source", end(ids[innovation.TypeSource], onDay("2014-01-01")), noEnd)
	period := func(field string) violation { return violation{innovation.Invalid, "period-invalid", field} }
	r.refuses("end without a day", end(ids[innovation.TypeName], innovation.Day{}), period("day"))
	r.refuses("end on the first day", end(ids[innovation.TypeName], onDay("2013-05-23")), period("period.start"))
	r.refuses("end before the first day", end(ids[innovation.TypeName], onDay("2000-01-01")), period("period.start"))
	r.refuses("end on days in the wrong order", end(ids[innovation.TypeName],
		innovation.Day{Bound: innovation.Bound{Earliest: date("2020-01-01"), Latest: date("2019-01-01")}}), period("period.start"))
	r.refuses("revise from before the first day", revise(ids[innovation.TypeName], named("east", "E", "current", from("2013-01-01"))), period("period.start"))
	r.refuses("correct to what is malformed", correct(ids[innovation.TypeName], named("east", "", "current", from("2013-01-01"))),
		violation{innovation.Invalid, "text-required", "text"})
	r.refuses("cite what is not there", cite(ids[innovation.TypeName], innovation.Citation{Source: "none"}),
		violation{innovation.NotFound, "entity-not-found", "sources[0].source"})
	for _, typ := range []innovation.FactType{innovation.TypeRound, innovation.TypeLicence} {
		r.refuses("retract a "+string(typ)+" that others refer to", retract(ids[typ]), violation{innovation.Refused, "still-referred-to", ""})
	}
	r.act(cite(ids[innovation.TypeName], letterCited))
	r.refuses("retract a source that is cited", retract(ids[innovation.TypeSource]), violation{innovation.Refused, "still-referred-to", ""})
	r.act(retract(ids[innovation.TypeName]))
	r.act(retract(ids[innovation.TypeSource])) // nothing in force cites it any more
	r.act(retract(ids[innovation.TypeCondition]))
}

// A correction, a revision and a retraction are held to the rules as a new
// fact is, over all days they affect.
func checkRulesOnCorrections(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	ids := r.record(
		innovation.Licence{Licence: "first-west", Holder: "west", Round: "first", Period: between("2013-05-23", "2015-01-01")},
		innovation.Licence{Licence: "first-west-2", Holder: "west", Round: "first", Period: between("2015-01-01", "2018-05-23")},
		innovation.Role{Organisation: "east", Role: "network", Period: between("2013-05-23", "2015-01-01")},
		innovation.Role{Organisation: "east", Role: "network", Period: from("2015-01-01")},
		innovation.Stream{Licence: "first-west", Licensor: "department", Period: between("2013-05-23", "2015-01-01")},
		innovation.Decision{Licence: "first-west", Type: innovation.DecisionSuspend, By: "department", Day: onDay("2014-01-01")},
		innovation.Decision{Licence: "first-west", Type: innovation.DecisionReinstate, By: "department", Day: onDay("2014-06-01")},
	)
	correct := func(id innovation.FactID, f innovation.Fact) write {
		return func(ctx context.Context, tx *store.Tx) error { return tx.Correct(ctx, id, f) }
	}
	refused := func(rule innovation.RuleID, field string) violation {
		return violation{innovation.Refused, rule, field}
	}
	r.refuses("a licence corrected into another", correct(ids[0], innovation.Licence{Licence: "first-west", Holder: "west", Round: "first",
		Period: between("2013-05-23", "2015-01-02")}), refused("licence-overlap", "period"))
	r.refuses("a licence corrected to another's holder", correct(ids[1], innovation.Licence{Licence: "first-west-2", Holder: "east", Round: "first",
		Period: between("2015-01-01", "2018-05-23")}), refused("licence-overlap", "period"))
	r.refuses("a role corrected into another", correct(ids[2], innovation.Role{Organisation: "east", Role: "network", Period: from("2013-05-23")}),
		refused("role-duplicate", "period"))
	r.refuses("a role revised into another", func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Revise(ctx, ids[2], innovation.Role{Organisation: "east", Role: "network", Note: "x", Period: between("2014-01-01", "2015-01-02")})
		return err
	}, refused("role-duplicate", "period"))
	r.refuses("a role ended later, into another", func(ctx context.Context, tx *store.Tx) error {
		return tx.End(ctx, ids[2], onDay("2016-01-01"))
	}, refused("revise-refused", "day"))
	r.refuses("the stream of a decider retracted", func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, ids[4]) },
		refused("decision-by-no-licensor", "by"), refused("decision-by-no-licensor", "by"))
	r.refuses("a suspension retracted before its reinstatement", func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, ids[5]) },
		refused("licence-not-suspended", "type"))
	r.refuses("a condition that was decided about retracted", func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Record(ctx, innovation.Decision{Licence: "first-east", Type: innovation.DecisionMet, By: "centre", Condition: "chair", Day: onDay("2014-01-01")}); err != nil {
			return err
		}
		for _, f := range r.facts0(ctx, tx, innovation.TypeCondition) {
			return tx.Retract(ctx, f.ID)
		}
		return nil
	}, refused("still-referred-to", ""))
}

// facts0 reads the facts of a type that a Tx sees.
func (r *register) facts0(ctx context.Context, tx *store.Tx, typ innovation.FactType) []innovation.Recorded[innovation.Fact] {
	list, err := factsOf(ctx, tx, typ, on("2020-01-01"), store.FactFilter{AllDays: true})
	if err != nil {
		r.t.Fatal(err)
	}
	return list.Facts
}

// Reads answer what is wrong with a question, not a fault.
func checkReads(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	ctx, v := context.Background(), on("2014-01-01")
	facts := func(v innovation.View, f store.FactFilter) error {
		_, err := store.Facts[innovation.Name](ctx, r.Store, v, f)
		return err
	}
	list := func(f store.OrganisationFilter) error { _, err := r.Organisations(ctx, v, f); return err }
	invalid := func(rule innovation.RuleID, field string) violation {
		return violation{innovation.Invalid, rule, field}
	}
	notFound := func(field string) violation { return violation{innovation.NotFound, "entity-not-found", field} }
	for what, c := range map[string]struct {
		err  error
		want violation
	}{
		"no day":                 {facts(innovation.View{}, store.FactFilter{}), invalid("view-invalid", "on")},
		"no day for a board":     {of1(r.LicenceBoard(ctx, innovation.View{})), invalid("view-invalid", "on")},
		"nobody":                 {of1(r.Organisation(ctx, v, "nobody")), notFound("organisation")},
		"no key":                 {of1(r.Organisation(ctx, v, "No Key")), invalid("key-invalid", "organisation")},
		"no licence":             {of1(r.Licence(ctx, v, "none")), notFound("licence")},
		"history of nothing":     {of1(r.History(ctx, innovation.ConditionID("none").Entity())), notFound("condition")},
		"facts about nobody":     {facts(v, store.FactFilter{Subject: innovation.OrganisationID("nobody").Entity()}), notFound("organisation")},
		"served by nobody":       {list(store.OrganisationFilter{Area: "nobody"}), notFound("organisation")},
		"a limit of -1":          {facts(v, store.FactFilter{Limit: -1}), invalid("page-limit-invalid", "limit")},
		"a limit of 1001":        {list(store.OrganisationFilter{Limit: 1001}), invalid("page-limit-invalid", "limit")},
		"a feed of 1001":         {of1(r.Changes(ctx, 0, 1001)), invalid("page-limit-invalid", "limit")},
		"a feed from -1":         {of1(r.Changes(ctx, -1, 0)), invalid("cursor-invalid", "since")},
		"a feed from the future": {of1(r.Changes(ctx, 999, 0)), invalid("cursor-invalid", "since")},
		"no token":               {facts(v, store.FactFilter{Page: "%%%"}), invalid("page-token-invalid", "page")},
		"a depth of 17":          {of1(r.Tree(ctx, v, "east", store.TreeFilter{Depth: 17})), invalid("depth-invalid", "depth")},
		"a horizon of -1":        {of1(r.ConditionsDue(ctx, v, -1)), invalid("horizon-invalid", "withinDays")},
		"no scheme":              {of1(r.Terms(ctx, v, "colours")), violation{innovation.NotFound, "term-unknown", "scheme"}},
		"a kind of no entity":    {of1(r.History(ctx, innovation.Entity{Kind: "castle", Key: "x"})), invalid("key-invalid", "kind")},
	} {
		if diff := cmp.Diff([]violation{c.want}, violationsOf(c.err)); diff != "" {
			t.Errorf("%s: %v (-want +got):\n%s", what, c.err, diff)
		}
	}
}

// Text that an engine cannot hold is refused or finds nothing; it is never a
// fault.
func checkHostileText(t *testing.T, e Engine) {
	r := newRegister(t, e)
	r.record(world()...)
	ctx, v := context.Background(), on("2014-01-01")
	for what, s := range map[string]string{"U+0000": "a\x00b", "invalid UTF-8": "\xff\xfe", "a megabyte": strings.Repeat("x", 1<<20),
		"a quote": "'; DROP TABLE reg_head; --", "placeholders": "? $1 :a @b", "wildcards": `%_\`, "a line feed": "a\nb", "emoji": "🏥"} {
		org := innovation.OrganisationID(s)
		calls := map[string]error{}
		calls["Organisation"] = of1(r.Organisation(ctx, v, org))
		for field, f := range map[string]store.OrganisationFilter{"Text": {Text: s}, "Kind": {Kind: s}, "Role": {Role: s}, "Area": {Area: org},
			"RelatedTo": {RelatedTo: org}, "Relation": {RelatedTo: "east", Relation: s}, "Identifier": {Identifier: s}, "Page": {Page: s}} {
			calls["Organisations "+field] = of1(r.Organisations(ctx, v, f))
		}
		calls["Tree"] = of1(r.Tree(ctx, v, org, store.TreeFilter{}))
		calls["Tree Types"] = of1(r.Tree(ctx, v, "east", store.TreeFilter{Types: []string{s}}))
		calls["Serves"] = of1(r.Serves(ctx, v, org))
		calls["Unserved"] = of1(r.Unserved(ctx, v, []string{s}))
		calls["Successions"] = of1(r.Successions(ctx, v, org))
		calls["Licence"] = of1(r.Licence(ctx, v, innovation.LicenceID(s)))
		calls["Licences Holder"] = of1(r.Licences(ctx, v, store.LicenceFilter{Holder: org}))
		calls["Licences Round"] = of1(r.Licences(ctx, v, store.LicenceFilter{Round: innovation.RoundID(s)}))
		calls["Terms"] = of1(r.Terms(ctx, v, innovation.Scheme(s)))
		calls["Pointers"] = of1(r.Pointers(ctx, v, innovation.Entity{Kind: innovation.EntityKind(s), Key: innovation.Key(s)}))
		calls["Pointers kind"] = of1(r.Pointers(ctx, v, innovation.Entity{Kind: innovation.EntityKind(s), Key: "east"}))
		calls["History kind"] = of1(r.History(ctx, innovation.Entity{Kind: innovation.EntityKind(s), Key: "east"}))
		calls["Facts Subject"] = of1(store.Facts[innovation.Name](ctx, r.Store, v, store.FactFilter{Subject: innovation.Entity{Kind: innovation.EntityKind(s), Key: "east"}}))
		_, calls["Expect"] = r.try(func(ctx context.Context, tx *store.Tx) error {
			return tx.Expect(ctx, innovation.Entity{Kind: innovation.EntityKind(s), Key: "east"}, 1)
		})
		_, calls["Record"] = r.try(recordOne(named("east", s, s, from("2014-01-01")), innovation.Citation{Source: innovation.SourceID(s), Locator: s}))
		_, calls["Term"] = r.try(recordOne(innovation.Term{Scheme: innovation.SchemeRole, Code: s, Label: s}))
		for call, err := range calls {
			if err != nil && innovation.Violations(err) == nil {
				t.Errorf("%s with %s is a fault: %v", call, what, err)
			}
			if errors.Is(err, innovation.Unsuitable) {
				t.Errorf("%s with %s blames the register: %v", call, what, err)
			}
		}
	}
}

func of1(_ any, err error) error { return err }
