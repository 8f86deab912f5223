package england_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
)

// The last day on which a fact holds and the next, for each convention of ends.
func TestLastDayAndNext(t *testing.T) {
	period := map[string]innovation.Period{
		"licence: inclusive": only(t, func(l innovation.Licence) bool { return l.Licence == "lic-1-oxford" }).Period,
		"body: exclusive":    only(t, func(e innovation.Existence) bool { return e.Organisation == "phe" }).Period,
		"board: exclusive":   only(t, func(e innovation.Existence) bool { return e.Organisation == "nhs-frimley-icb" }).Period,
		"trust: inclusive":   only(t, func(e innovation.Existence) bool { return e.Organisation == "trust-rw3" }).Period,
		"name: exclusive": only(t, func(n innovation.Name) bool {
			return n.Organisation == "ahsn-network" && n.Text == "AHSN Network"
		}).Period,
		"name of a trust": only(t, func(n innovation.Name) bool { return n.Organisation == "trust-rw3" }).Period,
		"serves: exclusive": only(t, func(r innovation.Relation) bool {
			return r.Organisation == "ahsn-eastern" && r.Target == "nhs-norfolk-waveney-icb"
		}).Period,
		"area: exclusive": only(t, func(a innovation.Area) bool { return a.Name == "Northamptonshire STP" }).Period,
		"relation, day: exclusive": only(t, func(r innovation.Relation) bool {
			return r.Organisation == "aac" && r.Target == "nhs-improvement"
		}).Period,
		"post: inclusive": only(t, func(p innovation.Post) bool {
			return p.Organisation == "ahsn-network" && p.Period.End.Basis == innovation.BasisEstimated
		}).Period,
		"stream passed on":    facts[innovation.Stream](t)[17].Period,
		"relation, closed to": only(t, func(r innovation.Relation) bool { return r.Organisation == "trust-ra4" }).Period,
	}
	last := map[string]string{
		"licence: inclusive": "2018-05-22", "body: exclusive": "2021-09-30", "board: exclusive": "2026-03-31",
		"trust: inclusive": "2017-09-30", "name: exclusive": "2023-09-30", "name of a trust": "2017-09-30",
		"serves: exclusive": "2026-03-31", "area: exclusive": "2022-06-30", "relation, day: exclusive": "2022-06-30",
		"post: inclusive": "2025-10-06", "stream passed on": "2022-06-30", "relation, closed to": "2023-03-31",
	}
	for what, p := range period {
		day := on(last[what])
		if got := p.Holds(day); got != innovation.Yes {
			t.Errorf("%s, %s: on its last day %s: %s", what, p, day, got)
		}
		if got := p.Holds(day.AddDays(1)); got != innovation.No {
			t.Errorf("%s, %s: on the day after %s: %s", what, p, day, got)
		}
	}
}

func TestEveryOrganisationHasANameAndAKind(t *testing.T) {
	named := map[innovation.OrganisationID]bool{}
	for _, n := range facts[innovation.Name](t) {
		named[n.Organisation] = true
	}
	for _, e := range facts[innovation.Existence](t) {
		if !named[e.Organisation] {
			t.Errorf("%s has no name", e.Organisation)
		}
	}
}

func TestBodiesInTwoListsAreOne(t *testing.T) {
	owner := map[string]innovation.OrganisationID{}
	for _, i := range facts[innovation.Identifier](t) {
		key := i.Scheme + " " + i.Value
		if other, ok := owner[key]; ok {
			t.Errorf("%s names %s and %s", key, other, i.Organisation)
		}
		owner[key] = i.Organisation
	}
	want := map[string]innovation.OrganisationID{
		"ods RTH": "ouh", "ods RJ1": "gstt", "ods R0A": "mft", "ods RBV": "christie", "ods RRK": "uhb",
		"ods RV5": "slam", "ods RA7": "uhbristol", "ods RA2": "royal-surrey", "ods RW3": "trust-rw3",
		"ods QNQ": "nhs-frimley-icb", "ons E54000034": "nhs-frimley-icb", "ods Y59": "region-y59",
		"company 08530726": "ahsn-eastern",
	}
	for key, id := range want {
		if owner[key] != id {
			t.Errorf("%s names %q, want %q", key, owner[key], id)
		}
	}
}

func TestOldNamesAreOnRecord(t *testing.T) {
	var got []string
	for _, n := range facts[innovation.Name](t) {
		if n.Organisation == "royal-surrey" {
			got = append(got, n.Text+", "+n.Period.String())
		}
	}
	want := []string{
		"Royal Surrey County Hospital NHS Foundation Trust, 1991-04-01..2016-06-30 to 2025-07-02..2025-12-31 (start computed, end computed)",
		"Royal Surrey NHS Foundation Trust, from 2025-07-02..2025-12-31 (start computed)",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestNamesOfNetworksOnADay(t *testing.T) {
	names := func(id innovation.OrganisationID, day string) (sure, possible []string) {
		for _, n := range facts[innovation.Name](t) {
			if n.Organisation != id || n.Kind == "short" || n.Kind == "acronym" {
				continue
			}
			switch n.Period.Holds(on(day)) {
			case innovation.Yes:
				sure = append(sure, n.Text)
			case innovation.Possibly:
				possible = append(possible, n.Text)
			}
		}
		return sure, possible
	}
	for _, e := range facts[innovation.Role](t) {
		if e.Role != innovation.RoleNetwork {
			continue
		}
		if sure, _ := names(e.Organisation, "2013-05-23"); len(sure) == 0 {
			t.Errorf("%s has no name on the day of its designation", e.Organisation)
		}
	}
	sure, _ := names("ahsn-wessex", "2018-05-01")
	if diff := cmp.Diff([]string{"Wessex AHSN"}, sure); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	sure, possible := names("ahsn-wessex", "2022-01-01")
	if diff := cmp.Diff([]string{"Wessex AHSN", "Wessex AHSN"}, sure); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Health Innovation Wessex"}, possible); diff != "" {
		t.Errorf("in use by October 2023 (-want +got):\n%s", diff)
	}
}

func TestDesignationsAreRoles(t *testing.T) {
	roles := map[string]string{}
	for _, r := range facts[innovation.Role](t) {
		roles[string(r.Organisation)+" "+r.Role] = r.Period.String()
	}
	for key, want := range map[string]string{
		"ahsn-uclpartners health-science-centre":                 "from 2009-03",
		"ahsn-greater-manchester health-science-centre":          "from 2017-10",
		"ahsn-greater-manchester applied-research-collaboration": "from ..2022-07-01",
		"nhs-england licensor":                                   "from 2013-05-23",
		"nhs-improvement licensor":                               "2018-04-01 to 2022-07-01 (start disputed)",
	} {
		if roles[key] != want {
			t.Errorf("%s: %q, want %q", key, roles[key], want)
		}
	}
}

func TestAnOfficeIsNotHeldBeyondWhatWasSeen(t *testing.T) {
	for _, p := range facts[innovation.Post](t) {
		if p.Period.IsOpen() {
			t.Errorf("%s, %s: an open end, though nobody said that the post is still held", p.Organisation, p.Title)
		}
	}
	holder := map[innovation.PersonID]int{}
	for _, p := range facts[innovation.Post](t) {
		holder[p.Holder]++
	}
	two := 0
	for _, n := range holder {
		if n > 1 {
			two++
		}
	}
	if two != 7 {
		t.Errorf("%d people hold several posts, want 7 under one key each", two)
	}
	for _, p := range facts[innovation.Person](t) {
		for part := range strings.FieldsSeq(strings.ToLower(p.Name)) {
			if len(part) > 3 && p.Person != "england-loader" && strings.Contains(string(p.Person), part) {
				t.Errorf("the key %s comes from a name", p.Person)
			}
		}
	}
}

// A legal form is not dated back to the designation: it stands in a legal
// existence of its own.
func TestLegalFormsStandApart(t *testing.T) {
	got := map[innovation.OrganisationID]string{}
	kinds := map[innovation.OrganisationID]string{}
	for _, e := range facts[innovation.Existence](t) {
		switch {
		case e.Aspect == innovation.Legal:
			if e.LegalForm == "" || e.Kind != kinds[e.Organisation] {
				t.Errorf("%s: legal existence as %q of the form %q", e.Organisation, e.Kind, e.LegalForm)
			}
			got[e.Organisation] += e.LegalForm + ", " + e.Period.String()
		case e.LegalForm != "":
			t.Errorf("%s: the body at work bears the form %q", e.Organisation, e.LegalForm)
		default:
			kinds[e.Organisation] = e.Kind
		}
	}
	want := map[innovation.OrganisationID]string{
		"ahsn-eastern":            "company-limited-by-guarantee, from unknown",
		"ahsn-greater-manchester": "integrated-organisation, from 2017-10 (start inferred)",
		"ahsn-oxford":             "hosted-by-nhs-provider, from unknown",
		"ahsn-south-london":       "hosted-by-nhs-provider, from unknown",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestExistencesDoNotOverlap(t *testing.T) {
	files := map[innovation.OrganisationID]*innovation.OrganisationFile{}
	for i, e := range facts[innovation.Existence](t) {
		if files[e.Organisation] == nil {
			files[e.Organisation] = &innovation.OrganisationFile{}
		}
		f := files[e.Organisation]
		f.Existences = append(f.Existences, innovation.Recorded[innovation.Existence]{ID: innovation.FactID(i + 1), Value: e})
	}
	for id, f := range files {
		if err := f.Check(); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
}

func TestEstimatedStartsOfPostsAreBounds(t *testing.T) {
	bounds := 0
	exact := map[string]string{}
	for _, p := range facts[innovation.Post](t) {
		start := p.Period.Start
		switch {
		case start.Basis != innovation.BasisEstimated:
		case strings.HasPrefix(start.String(), ".."):
			bounds++
			if p.Period.Holds(start.Latest) != innovation.Yes || p.Period.Holds(start.Latest.AddDays(-1)) != innovation.Possibly {
				t.Errorf("%s, %s: %s", p.Organisation, p.Title, p.Period)
			}
		default:
			exact[string(p.Organisation)+" "+string(p.Holder)] = start.String()
		}
	}
	if bounds != 17 {
		t.Errorf("%d starts not later than the day of an article", bounds)
	}
	// These estimates are not the day of an article: ten years and a two-year
	// term counted back, the establishment of October 2017, a September.
	want := map[string]string{
		"ahsn-north-west-coast person-en-019":   "2013-05-23",
		"ahsn-network person-en-026":            "2023-10-01",
		"ahsn-greater-manchester person-en-028": "2017-10-01",
		"ahsn-greater-manchester person-en-029": "2023-09-01",
	}
	if diff := cmp.Diff(want, exact); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDaysOfAddressesAreDaysOfSources(t *testing.T) {
	inAddress := regexp.MustCompile(`/(20\d\d)/(\d\d)/(?:(\d\d)/)?`)
	unknown := 0
	published := map[innovation.SourceID]innovation.Day{}
	for _, s := range facts[innovation.Source](t) {
		published[s.Source] = s.Published
		if s.Published.String() == "unknown" {
			unknown++
		}
		if m := inAddress.FindStringSubmatch(s.URL); m != nil && s.Source != "legislation-enacted" { // chapter 31 of 2022
			want := strings.TrimSuffix(strings.Join(m[1:], "-"), "-")
			if got := s.Published.Bound.String(); got != want {
				t.Errorf("%s: published %s, its address says %s", s.Source, got, want)
			}
		}
	}
	for id, want := range map[innovation.SourceID]string{
		"digitalhealth-government-and-nhse-to-rename-and-relaunch":  "2023-05",
		"england-acc-health-sci-ntwrk":                              "2013-05",
		"southeastbusiness-surrey-organisations-partner-to-improve": "2024-07-22",
		"rdgrny-92emahsn-1-html":                                    "2013-05",
		"legislation-enacted":                                       "unknown",
		"crimeline-legislationdisplay":                              "unknown", // the day of a version of the law
	} {
		d := published[id]
		if d.Bound.String() != want || want != "unknown" && d.Basis != innovation.BasisInferred {
			t.Errorf("%s: published %s, want %s, inferred", id, d, want)
		}
	}
	if unknown != 199 {
		t.Errorf("%d sources bear no day", unknown)
	}
}

func TestNoteOfSouthWestKnowsItsName(t *testing.T) {
	e := only(t, func(e innovation.Existence) bool { return e.Organisation == "ahsn-south-west-peninsula" })
	if strings.Contains(e.Note, "not seen") || !strings.Contains(e.Note, "Health Innovation South West") {
		t.Error(e.Note)
	}
}
