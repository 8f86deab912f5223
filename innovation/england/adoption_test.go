package england_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
)

// adoptionReferences lists the entities that a fact about adoption names
// besides its subject.
func adoptionReferences(f innovation.Fact) []innovation.Entity {
	var refs []innovation.Entity
	add := func(entities ...innovation.Entity) {
		for _, e := range entities {
			if e.Key != "" {
				refs = append(refs, e)
			}
		}
	}
	switch f := f.(type) {
	case innovation.Claim:
		add(f.About)
	case innovation.Innovation:
		add(f.Originator.Entity())
	case innovation.Supply:
		add(f.Supplier.Entity())
	case innovation.Notice:
		add(f.Issuer.Entity(), f.Supplier.Entity())
	case innovation.Programme:
		add(f.Commissioner.Entity(), f.Lead.Entity())
	case innovation.ProgrammeInnovation:
		add(f.Innovation.Entity())
	case innovation.Mandate:
		add(f.Innovation.Entity(), f.Owner.Entity())
	case innovation.Observation:
		add(f.Innovation.Entity(), f.Programme.Entity(), f.Body.Entity())
	case innovation.ObservationBody:
		add(f.Organisation.Entity())
	}
	return refs
}

// adoptionTexts gives the texts of a fact about adoption that a reader sees.
func adoptionTexts(f innovation.Fact) []string {
	switch f := f.(type) {
	case innovation.Innovation:
		return []string{f.Name, f.Summary, f.Note}
	case innovation.Supply:
		return []string{f.Product, f.Note}
	case innovation.Notice:
		return []string{f.Text, f.Note}
	case innovation.Programme:
		return []string{f.Name, f.Status, f.Note}
	case innovation.Phase:
		return []string{f.Name, f.Aim, f.Note}
	case innovation.ProgrammeInnovation:
		return []string{f.Note}
	case innovation.Mandate:
		return []string{f.Criteria, f.Note}
	case innovation.Observation:
		return []string{f.Place, f.Note}
	}
	return nil
}

// Each of the figures became one observation under its own key, and cites its
// row; nothing else than a share of money and a notice cites one beside it.
func TestEveryFigureIsOneObservation(t *testing.T) {
	seen := map[string]bool{}
	for _, b := range batches(t) {
		for _, c := range b.Facts {
			for _, s := range c.Sources {
				row, ok := strings.CutPrefix(s.Locator, "adoption_observations/")
				if !ok {
					continue
				}
				switch f := c.Fact.(type) {
				case innovation.Observation:
					if string(f.Observation) != row {
						t.Errorf("%s cites %s", f.Observation, row)
					}
					seen[row] = true
				case innovation.ObservationBody:
					if string(f.Observation) != row {
						t.Errorf("%s cites %s", f.Observation, row)
					}
				case innovation.Share, innovation.Notice, innovation.Phase:
				default:
					t.Errorf("%s %s cites %s", c.Fact.FactType(), c.Fact.Subject(), row)
				}
			}
		}
	}
	if len(seen) != 218 {
		t.Errorf("%d rows became observations, want 218", len(seen))
	}
}

// The kinds of figures, as the fact base counts them.
func TestFiguresByKind(t *testing.T) {
	types, scopes, qualifiers := map[innovation.ObservationType]int{}, map[innovation.Scope]int{}, map[string]int{}
	cumulative, dayOf := map[string]int{}, map[string]int{}
	unknown := 0
	for _, o := range facts[innovation.Observation](t) {
		types[o.Type]++
		scopes[o.Scope]++
		qualifiers[o.Qualifier]++
		cumulative[o.Cumulative]++
		dayOf[o.DayOf]++
		if o.Day.Precision() == innovation.PrecisionUnknown {
			unknown++
		}
		value, hasValue := o.Quantity.Value()
		low, hasLow := o.Quantity.Low()
		high, hasHigh := o.Quantity.High()
		wantLow := o.Qualifier == "exact" || o.Qualifier == "at-least"
		wantHigh := o.Qualifier == "exact" || o.Qualifier == "up-to"
		if !hasValue || hasLow != wantLow || hasHigh != wantHigh || hasLow && low != value || hasHigh && high != value {
			t.Errorf("%s: %s is %s", o.Observation, o.Qualifier, o.Quantity)
		}
		if (o.DayOf == "") != (o.Type == innovation.Target || o.Type == innovation.ForecastFigure) && o.Qualifier != "potential" {
			t.Errorf("%s: a %s with a day of %q", o.Observation, o.Type, o.DayOf)
		}
	}
	for _, c := range []struct{ got, want any }{
		{types, map[innovation.ObservationType]int{"result": 195, "target": 9, "forecast": 10, "baseline": 4}},
		{scopes, map[innovation.Scope]int{"england": 141, "united-kingdom": 6, "network": 54, "networks": 5,
			"unnamed-networks": 2, "organisation": 4, "organisations": 3, "sample": 1, "unclear": 2}},
		{qualifiers, map[string]int{"exact": 138, "at-least": 30, "estimated": 26, "target": 7, "almost": 6, "forecast": 4,
			"about": 3, "up-to": 2, "potential": 1, "stretch-target": 1}},
		{cumulative, map[string]int{"yes": 148, "no": 68, "": 2}},
		{dayOf, map[string]int{"period-end": 98, "as-at": 51, "published": 51, "": 18}},
		{unknown, 17},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// What the columns of the fact base say is what the facts say, one row of each
// kind.
func TestFiguresAreReadAsTheyStand(t *testing.T) {
	for _, c := range []struct{ key, want string }{
		{"obs-pincer-01", "result network ahsn-east-midlands 370 practices exact yes; period-end 2017-04; 2015-09-01 to 2017-05-01"},
		{"obs-pincer-04", "baseline england 50 practices exact yes; as-at 2018-03"},
		{"obs-escape-pain-04", "result united-kingdom 200 sites exact yes; as-at unknown"},
		{"obs-escape-pain-10", "result network ahsn-yorkshire-humber 1000 people at-least; period-end 2019/20; 2019-04-01 to 2020-04-01"},
		{"obs-precept-01", "result network ahsn-west-of-england 5 maternity-units exact yes; period-end 2015-01-31 estimated; 2014-08-01 to 2015-02-01 (start estimated, end estimated)"},
		{"obs-precept-04", "result network ahsn-west-of-england 7 cases estimated yes; published 2017-11-01; 2014-08-01 to ..2017-11-02 (end computed)"},
		{"obs-precept-05", "result united-kingdom 39 percent exact no; period-end 2017-Q1; 2017-01-01 to 2017-04-01"},
		{"obs-precept-07", "result network ahsn-west-midlands 66.3 percent exact no; period-end 2019-03; 2018-04-01 to 2019-04-01"},
		{"obs-precept-12", "target england 95 percent stretch-target no;  2020-03"},
		{"obs-precept-17", "result england 23900000 gbp estimated yes; period-end 2020-03; 2018-04-01 to 2020-04-01"},
		{"obs-precept-18", "result england 48 cases estimated yes; period-end 2021; 2018-04-01 to 2021-01-02..2022-01-01"},
		{"obs-precept-20", "result england 88.5 percent exact no; period-end 2021; 2021-01-01 to 2022-01-01"},
		{"obs-tcam-07", "result organisation trust-ref 3443 referrals exact no; period-end 2018/19; 2018-04-01 to 2019-04-01"},
		{"obs-elc-03", "result networks -1.3 days exact no; period-end 2017-12-31 estimated; 2015-01-01 to 2018-01-01 (start estimated, end estimated); of 3"},
		{"obs-alivecor-01", "result unnamed-networks 11 networks exact yes; period-end 2015/16; 2015-04-01 to 2016-04-01; of 11"},
		{"obs-qbtest-10", "forecast england 19500000 gbp potential yes; published 2022-03-24; 2017-01-01 to ..2022-03-25 (end computed)"},
		{"obs-freed-01", "result organisations (four specialist services) 4 services exact yes; period-end 2018-08; 2016-11-01 to 2018-09-01; of 4"},
		{"obs-freed-08", "result network ahsn-wessex 100 percent exact yes; as-at 2022/23"},
		{"obs-heartflow-02", "forecast england 35 hospitals at-least yes;  unknown"},
		{"obs-securacath-01", "forecast england 120000 people up-to no;  2019-04-01"},
		{"obs-lipid-07", "result unclear (North East or England) 177560 people exact no; published unknown"},
		{"obs-nia-05", "result england 1432 sites exact yes; published unknown; 2015-07-01 to unknown"},
	} {
		o := only(t, func(o innovation.Observation) bool { return string(o.Observation) == c.key })
		got := string(o.Type) + " " + string(o.Scope)
		for _, s := range []string{string(o.Body), brackets(o.Place), o.Quantity.String(), o.Unit, o.Qualifier, o.Cumulative} {
			if s != "" {
				got += " " + s
			}
		}
		got += "; " + o.DayOf + " " + o.Day.String()
		if o.Day.Basis != innovation.BasisPublished {
			got += " " + string(o.Day.Basis)
		}
		if o.Covers != (innovation.Period{}) {
			got += "; " + o.Covers.String()
		}
		if o.Bodies > 0 {
			got += "; of " + string(rune('0'+o.Bodies/10)) + string(rune('0'+o.Bodies%10))
		}
		if diff := cmp.Diff(c.want, strings.Replace(got, "; of 0", "; of ", 1)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.key, diff)
		}
	}
}

func brackets(s string) string {
	if s == "" {
		return ""
	}
	return "(" + s + ")"
}

// Networks that report together are named, each once.
func TestNetworksThatReportTogether(t *testing.T) {
	named := map[innovation.ObservationID][]string{}
	for _, b := range facts[innovation.ObservationBody](t) {
		named[b.Observation] = append(named[b.Observation], string(b.Organisation))
	}
	elc := []string{"ahsn-kent-surrey-sussex", "ahsn-wessex", "ahsn-west-of-england"}
	want := map[innovation.ObservationID][]string{
		"obs-elc-01": elc, "obs-elc-02": elc, "obs-elc-03": elc, "obs-elc-04": elc,
		"obs-covid-oximetry-05": {"ahsn-kent-surrey-sussex", "ahsn-oxford", "ahsn-wessex"},
	}
	if diff := cmp.Diff(want, named); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A mandate binds no more than its source says, and its criteria are those of
// their year.
func TestMandates(t *testing.T) {
	all := facts[innovation.Mandate](t)
	for _, m := range all {
		if m.Programme != "prog-mtfm" || m.Force != "" || m.Owner != "nhs-england" {
			t.Errorf("%+v", m)
		}
	}
	first := only(t, func(m innovation.Mandate) bool { return m.Criteria != "" })
	if first.Year.String() != "2021/22" || first.Period.String() != "2021-04-01 to 2022-04-01" {
		t.Errorf("%+v", first)
	}
	joined := map[string]int{}
	for _, m := range facts[innovation.ProgrammeInnovation](t) {
		if m.Programme == "prog-mtfm" {
			joined[m.Period.String()]++
		}
	}
	if diff := cmp.Diff(map[string]int{"from 2021-04-01": 4, "from 2022-04-01": 7}, joined); diff != "" {
		t.Errorf("products of the mandate (-want +got):\n%s", diff)
	}
}

func TestPhases(t *testing.T) {
	got := map[string]string{}
	for _, p := range facts[innovation.Phase](t) {
		got[string(p.Programme)+" "+p.Name] = p.Period.String()
	}
	want := map[string]string{
		"prog-marthas-rule Phase 1": "2024-05 to 2025-07-02..2025-08-01 (start inferred, end inferred)",
		"prog-marthas-rule Phase 2": "from 2025-08",
		"prog-wound Phase 1":        "from ..2022-10-26",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// That trusts were asked to stop is told without a day: no notice says it, and
// the note of the innovation does.
func TestNoDayIsInventedForANotice(t *testing.T) {
	if n := only(t, func(innovation.Notice) bool { return true }); n.Innovation != "inn-escape-pain" || n.Type != "supplier-exit" || n.Day.String() != "2025-07-10" {
		t.Errorf("%+v", n)
	}
	sim := only(t, func(i innovation.Innovation) bool { return i.Innovation == "inn-sim" })
	if !strings.Contains(sim.Note, "asked trusts to stop") {
		t.Errorf("the note of %s is %q", sim.Innovation, sim.Note)
	}
}

// Statements that disagree are claims of one topic, one for each source.
func TestClaimsAboutInnovations(t *testing.T) {
	got := map[string]string{}
	for _, c := range facts[innovation.Claim](t) {
		if c.About.Kind == innovation.KindInnovation || c.About.Kind == innovation.KindProgramme || c.Topic == "patients-cumulative-2023" {
			got[string(c.About.Key)+" "+c.Topic] += " " + c.Value
		}
	}
	want := map[string]string{
		"inn-precept precept-units": " 152 156", "inn-precept precept-cases": " 48 30 385 291",
		"inn-elc elc-lives-kss": " 66 79", "inn-elc elc-los": " 1.3 1.5",
		"inn-alivecor alivecor-365": " 365 patients with undiagnosed AF detected 365 strokes prevented",
		"inn-freed freed-trusts":    " 54 50+", "inn-covid-oximetry co-oximetry-100": " 2020-12-31 2021-02-05",
		"inn-marthas-rule martha-june-2025": " 4906 4911", "inn-nia nia-orgs": " 419 388",
		"inn-qbtest adhd-reach": " 57000 50000", "prog-cep cep-startups": " 246 247 220", "prog-cep cep-start": " 2016 2015",
		"ahsn-network patients-cumulative-2023": " 2300000 2590000 3200000",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// What is measured, and the terms for it, are those of the figures and no more.
func TestTermsOfAdoptionAreUsed(t *testing.T) {
	used := map[innovation.Entity]bool{}
	for _, o := range facts[innovation.Observation](t) {
		for scheme, code := range map[innovation.Scheme]string{
			innovation.SchemeMeasure: o.Measure, innovation.SchemeUnit: o.Unit, innovation.SchemeQualifier: o.Qualifier,
		} {
			used[innovation.Term{Scheme: scheme, Code: code}.Subject()] = true
		}
	}
	got := map[innovation.Scheme]int{}
	for _, term := range facts[innovation.Term](t) {
		switch term.Scheme {
		case innovation.SchemeMeasure, innovation.SchemeUnit, innovation.SchemeQualifier:
			got[term.Scheme]++
			if !used[term.Subject()] {
				t.Errorf("nothing uses %s", term.Subject())
			}
		}
	}
	want := map[innovation.Scheme]int{innovation.SchemeMeasure: 110, innovation.SchemeUnit: 25, innovation.SchemeQualifier: 5}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Whoever reads a fact about adoption finds the page it is from, and its row.
func TestAdoptionCitesPages(t *testing.T) {
	pages := map[innovation.SourceID]innovation.Source{}
	for _, s := range facts[innovation.Source](t) {
		pages[s.Source] = s
	}
	for _, b := range batches(t)[23:] {
		for _, c := range b.Facts {
			for _, s := range c.Sources {
				if p := pages[s.Source]; p.Publisher == "" || p.Title == "" && p.URL == "" || s.Locator == "" {
					t.Errorf("%s %s cites %+v", c.Fact.FactType(), c.Fact.Subject(), s)
				}
			}
		}
	}
	for _, line := range england.Reconciliation() {
		if line.File == "claims" && (len(line.LeftOut) != 1 || !cmp.Equal(line.LeftOut[0].Which, []string{"57", "58"})) {
			t.Errorf("claims left out: %+v", line.LeftOut)
		}
	}
}
