package store_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
	"github.com/innovationregistry/registry/store"
)

// loadEngland opens a register in memory and loads England into it, once for
// all tests that only read.
var loadEngland = sync.OnceValues(func() (*store.Store, error) {
	st, err := store.OpenMemory(context.Background(), nil)
	if err != nil {
		return nil, err
	}
	_, err = st.Load(context.Background(), england.Acts(), nil)
	return st, err
})

func openEngland(t *testing.T) *store.Store {
	t.Helper()
	st, err := loadEngland()
	if err != nil {
		t.Fatal(err)
	}
	return st
}

func on(day string) innovation.View { return innovation.On(innovation.MustDate(day)) }

func boardOn(t *testing.T, st *store.Store, v innovation.View) store.LicenceBoard {
	t.Helper()
	b, err := st.LicenceBoard(t.Context(), v)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestEnglandBoard asks for the licence board on the days that matter. Each
// figure can be checked by hand against the sources that the rows cite.
func TestEnglandBoard(t *testing.T) {
	st := openEngland(t)
	for _, c := range []struct {
		day      string
		round    innovation.RoundID
		standing innovation.Standing
		grade    innovation.Grade
		oxford   string // the name of the day
		counts   bool   // the published counts are quoted
		holdsOn  bool   // and hold on this very day
		rivals   int
	}{
		{"2013-05-23", "lic-1", innovation.StandingInForce, innovation.GradeNotPublished, "Oxford AHSN", true, true, 0},
		{"2014-01-01", "lic-1", innovation.StandingInForce, innovation.GradeNotPublished, "Oxford AHSN", true, false, 0},
		{"2018-03-31", "lic-1", innovation.StandingInForce, innovation.GradeNotPublished, "Oxford AHSN", true, false, 0},
		{"2018-05-01", "lic-2", innovation.StandingInForce, innovation.GradeLicensed, "Oxford AHSN", false, false, 3},
		{"2023-03-31", "lic-2", innovation.StandingInForce, innovation.GradeLicensed, "Oxford AHSN", false, false, 3},
		{"2023-04-01", "lic-2", innovation.StandingEndNotPublished, innovation.GradeLicensed, "Oxford AHSN", false, false, 3},
		{"2023-06-01", "lic-2", innovation.StandingEndNotPublished, innovation.GradeLicensed, "Oxford AHSN", false, false, 3},
		{"2024-01-01", "lic-3", innovation.StandingInForce, innovation.GradeLicensed, "Health Innovation Oxford and Thames Valley", false, false, 0},
		{"2028-10-01", "lic-3", innovation.StandingEndNotPublished, innovation.GradeLicensed, "Health Innovation Oxford and Thames Valley", false, false, 0},
	} {
		t.Run(c.day, func(t *testing.T) {
			b := boardOn(t, st, on(c.day))
			if len(b.Rows) != 15 {
				t.Fatalf("%d rows, want one for each of the 15 networks", len(b.Rows))
			}
			for _, row := range b.Rows {
				if row.Round != c.round || row.Status.Standing != c.standing || row.Status.Grade != c.grade {
					t.Errorf("%s: %s %s %s, want %s %s %s", row.Holder, row.Round, row.Status.Standing, row.Status.Grade, c.round, c.standing, c.grade)
				}
				if row.Status.EffectiveTerm.End.Basis != innovation.BasisComputed {
					t.Errorf("%s: the end of the term is shown as %s, want computed", row.Licence, row.Status.EffectiveTerm.End.Basis)
				}
				if len(row.Sources) == 0 {
					t.Errorf("%s has no source", row.Licence)
				}
				if row.Holder == "ahsn-oxford" && row.HolderName != c.oxford {
					t.Errorf("Oxford is called %q, want %q", row.HolderName, c.oxford)
				}
			}
			round := b.Rounds[0]
			if got := len(round.Counts) == 2; got != c.counts {
				t.Fatalf("%d counts quoted", len(round.Counts))
			}
			if len(round.Rivals) != c.rivals {
				t.Errorf("%d rival claims, want %d", len(round.Rivals), c.rivals)
			}
			for _, n := range round.Counts {
				want := map[innovation.Grade]int64{innovation.GradeFull: 8, innovation.GradeConditional: 7}[n.Claim.Value.Grade]
				if n.Claim.Value.Count != want || n.HoldsOn != c.holdsOn || n.Open != int(want) || len(n.Candidates) != 15 || len(n.Claim.Sources) == 0 {
					t.Errorf("count %+v", n)
				}
			}
		})
	}
}

func TestEnglandBeforeTheFirstLicence(t *testing.T) {
	if b := boardOn(t, openEngland(t), on("2013-05-22")); len(b.Rows) != 0 {
		t.Errorf("%d rows on the day before the designation", len(b.Rows))
	}
}

// TestEnglandNaming names seven conditional networks: on the day of the claim
// the other eight are full by count, inferred and never published, and on
// every other day nothing is said of them.
func TestEnglandNaming(t *testing.T) {
	st, err := store.OpenMemory(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if _, err := st.Load(t.Context(), england.Acts(), nil); err != nil {
		t.Fatal(err)
	}
	before := boardOn(t, st, on("2013-05-23"))
	known := time.Now()
	if _, err := st.Update(t.Context(), innovation.Act{Actor: "archivist", Reason: "the letters of May 2013 were found"}, func(ctx context.Context, tx *store.Tx) error {
		for _, row := range before.Rows[:7] {
			if _, err := tx.Record(ctx, innovation.Decision{Licence: row.Licence, Type: innovation.DecisionGrade, By: "nhs-england",
				Grade: innovation.GradeConditional, Day: innovation.OnDay(innovation.MustDate("2013-05-23"))}); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	type row struct {
		Grade innovation.Grade
		Basis innovation.Basis
	}
	grades := func(b store.LicenceBoard) map[row]int {
		out := map[row]int{}
		for _, r := range b.Rows {
			out[row{r.Status.Grade, r.Status.GradeBasis}]++
		}
		return out
	}
	want := map[row]int{{innovation.GradeConditional, innovation.BasisPublished}: 7, {innovation.GradeFull, innovation.BasisInferred}: 8}
	if diff := cmp.Diff(want, grades(boardOn(t, st, on("2013-05-23")))); diff != "" {
		t.Errorf("on the day of the claim (-want +got):\n%s", diff)
	}
	for r, n := range grades(boardOn(t, st, on("2013-05-24"))) {
		if r.Grade == innovation.GradeFull {
			t.Errorf("%d licences are full on the day after the claim", n)
		}
	}
	for r := range grades(boardOn(t, st, on("2013-05-23").AsKnown(known))) {
		if r.Grade != innovation.GradeNotPublished {
			t.Errorf("as known before the letters were found, a grade is %s", r.Grade)
		}
	}
}

// TestEnglandLateDiscovery records today that a condition was met long ago.
func TestEnglandLateDiscovery(t *testing.T) {
	clock := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	st, err := store.OpenMemory(t.Context(), &store.Options{Clock: func() time.Time { return clock }})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if _, err := st.Load(t.Context(), england.Acts(), nil); err != nil {
		t.Fatal(err)
	}
	d := innovation.MustDate
	record := func(reason string, facts ...innovation.Fact) {
		t.Helper()
		clock = clock.AddDate(0, 0, 1)
		if _, err := st.Update(t.Context(), innovation.Act{Actor: "licence-manager", Reason: reason}, func(ctx context.Context, tx *store.Tx) error {
			for _, f := range facts {
				if _, err := tx.Record(ctx, f); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	grade := func(v innovation.View) innovation.Grade {
		t.Helper()
		for _, row := range boardOn(t, st, v).Rows {
			if row.Licence == "lic-1-wessex" {
				return row.Status.Grade
			}
		}
		t.Fatal("no row for Wessex")
		return ""
	}
	record("a letter names the condition", innovation.Condition{Condition: "wessex-plan", Licence: "lic-1-wessex",
		Text: "submit a more robust business plan", Due: innovation.OnDay(d("2013-12-31")), Period: innovation.From(d("2013-05-23"))})
	if got := grade(on("2014-06-01")); got != innovation.GradeConditional {
		t.Fatalf("with the condition outstanding the grade is %s", got)
	}
	knownBefore := clock
	record("a second letter says when it was met", innovation.Decision{Licence: "lic-1-wessex", Type: innovation.DecisionMet,
		By: "nhs-england", Condition: "wessex-plan", Day: innovation.OnDay(d("2013-11-15"))})
	for _, c := range []struct {
		view innovation.View
		want innovation.Grade
	}{
		{on("2013-11-14"), innovation.GradeConditional},
		{on("2013-11-15"), innovation.GradeFull},
		{on("2014-06-01"), innovation.GradeFull},
		{on("2014-06-01").AsKnown(knownBefore), innovation.GradeConditional},
	} {
		if got := grade(c.view); got != c.want {
			t.Errorf("on %s as known at %s the grade is %s, want %s", c.view.On, c.view.Known, got, c.want)
		}
	}
}

func TestEnglandKnewNothing(t *testing.T) {
	b := boardOn(t, openEngland(t), on("2013-05-23").AsKnown(time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)))
	if b.Recipe.Act != 0 || len(b.Rows) != 0 || len(b.Rounds) != 0 {
		t.Errorf("before its first act the register knew %+v", b)
	}
}

// TestEnglandPublishedBy asks what had been published by a day: nothing on the
// eve of the announcement, all fifteen licences by the end of that year.
func TestEnglandPublishedBy(t *testing.T) {
	v := on("2013-05-23")
	v.PublishedBy = innovation.MustDate("2013-05-22")
	if b := boardOn(t, openEngland(t), v); len(b.Rows) != 0 {
		t.Errorf("%d licences had been published the day before the announcement", len(b.Rows))
	}
	v.PublishedBy = innovation.MustDate("2013-12-31")
	b := boardOn(t, openEngland(t), v)
	if len(b.Rows) != 15 {
		t.Errorf("%d licences had been published by the end of 2013", len(b.Rows))
	}
	for _, row := range b.Rows {
		if row.Round != "lic-1" || row.Status.Grade != innovation.GradeNotPublished {
			t.Errorf("%s: round %q, grade %s; want lic-1 and not published, however late the round's own source is", row.Licence, row.Round, row.Status.Grade)
		}
	}
}

// TestEnglandServes walks the map of networks: known with its path, known
// twice, and honestly not known.
func TestEnglandServes(t *testing.T) {
	st := openEngland(t)
	for _, c := range []struct {
		day, organisation string
		want              string // "network answer path; …", or what the reason says
		known             bool
	}{
		{"2022-06-30", "ouh", "knows no network", false},
		{"2022-07-01", "ouh", "ahsn-oxford yes via nhs-buckinghamshire-oxfordshire-berkshire-west-icb", true},
		{"2026-03-31", "ouh", "ahsn-oxford yes via nhs-buckinghamshire-oxfordshire-berkshire-west-icb", true},
		{"2026-04-01", "ouh", "ahsn-oxford possibly via nhs-thames-valley-icb", true},
		{"2024-01-01", "nhs-frimley-icb", "ahsn-kent-surrey-sussex possibly; ahsn-oxford possibly", true},
		{"2026-04-01", "nhs-frimley-icb", "did not exist", false},
		{"2024-01-01", "nhs-hertfordshire-west-essex-icb", "knows no network", false},
		{"2024-01-01", "trust-rwh", "knows no network", false},
	} {
		s, err := st.Serves(t.Context(), on(c.day), innovation.OrganisationID(c.organisation))
		if err != nil {
			t.Fatal(err)
		}
		if !c.known {
			if s.Known || !strings.Contains(s.Reason, c.want) {
				t.Errorf("%s on %s: known %t, %q; want the reason to say %q", c.organisation, c.day, s.Known, s.Reason, c.want)
			}
			continue
		}
		var got []string
		for _, n := range s.Networks {
			text := string(n.Network) + " " + n.Serves.String()
			if len(n.Path) > 1 {
				text += " via " + string(n.Path[0].To)
			}
			got = append(got, text)
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s on %s: %q, want %q", c.organisation, c.day, strings.Join(got, "; "), c.want)
		}
	}
}

// TestEnglandPointers lists what still points at NHS England: each of the 15
// licences of the day and the relations that are open.
func TestEnglandPointers(t *testing.T) {
	for _, c := range []struct {
		day   string
		round string
	}{{"2013-06-01", "lic-1"}, {"2018-05-01", "lic-2"}, {"2023-06-01", "lic-2"}, {"2024-01-01", "lic-3"}} {
		p, err := openEngland(t).Pointers(t.Context(), on(c.day), innovation.OrganisationID("nhs-england").Entity())
		if err != nil {
			t.Fatal(err)
		}
		licences := map[innovation.Entity]bool{}
		relations := 0
		for _, x := range p.Pointers {
			switch x.Type {
			case innovation.TypeStream:
				licences[x.From] = true
				if !strings.HasPrefix(string(x.From.Key), c.round) {
					t.Errorf("on %s %s still points at NHS England", c.day, x.From)
				}
			case innovation.TypeRelation:
				relations++
			}
			if len(x.Sources) == 0 {
				t.Errorf("fact %d has no source", x.Fact)
			}
		}
		if len(licences) != 15 || relations == 0 {
			t.Errorf("on %s %d licences and %d relations point at NHS England", c.day, len(licences), relations)
		}
	}
}

// TestEnglandFile loads into a file, twice, and verifies it.
func TestEnglandFile(t *testing.T) {
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "england.db"), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	first, err := st.Load(t.Context(), england.Acts(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if first.Facts != england.Count() {
		t.Errorf("%d facts loaded, england.Count says %d", first.Facts, england.Count())
	}
	before, err := st.Verify(t.Context(), nil)
	if err != nil || !before.OK {
		t.Fatalf("%+v, %v", before, err)
	}
	again, err := st.Load(t.Context(), england.Acts(), nil)
	if err != nil || again.Acts != 0 || again.Existing != first.Acts {
		t.Errorf("loaded again: %+v, %v", again, err)
	}
	after, err := st.Verify(t.Context(), nil)
	if err != nil || after.Digest != before.Digest {
		t.Errorf("loading twice changed the register")
	}
}

// TestEnglandNamesOfTheDay shows each network under its name of the day.
func TestEnglandNamesOfTheDay(t *testing.T) {
	st := openEngland(t)
	for _, c := range []struct {
		day  string
		want map[innovation.OrganisationID]string
	}{
		{"2013-05-23", map[innovation.OrganisationID]string{
			"ahsn-east-midlands": "East Midlands AHSN", "ahsn-eastern": "Eastern AHSN",
			"ahsn-greater-manchester": "Greater Manchester AHSN", "ahsn-imperial-college-health-partners": "Imperial College Health Partners",
			"ahsn-kent-surrey-sussex": "Kent Surrey Sussex AHSN", "ahsn-north-east-north-cumbria": "North East and North Cumbria AHSN",
			"ahsn-north-west-coast": "North West Coast AHSN", "ahsn-oxford": "Oxford AHSN", "ahsn-south-london": "South London AHSN",
			"ahsn-south-west-peninsula": "South West Peninsula AHSN", "ahsn-uclpartners": "UCLPartners AHSN", "ahsn-wessex": "Wessex AHSN",
			"ahsn-west-midlands": "West Midlands AHSN", "ahsn-west-of-england": "West of England AHSN",
			"ahsn-yorkshire-humber": "Yorkshire and Humber AHSN"}},
		{"2024-10-01", map[innovation.OrganisationID]string{
			"ahsn-east-midlands": "Health Innovation East Midlands", "ahsn-eastern": "Health Innovation East",
			"ahsn-greater-manchester": "Health Innovation Manchester", "ahsn-imperial-college-health-partners": "Imperial College Health Partners",
			"ahsn-kent-surrey-sussex": "Health Innovation Kent Surrey Sussex", "ahsn-north-east-north-cumbria": "Health Innovation North East and North Cumbria",
			"ahsn-north-west-coast": "Health Innovation North West Coast", "ahsn-oxford": "Health Innovation Oxford and Thames Valley",
			"ahsn-south-london": "Health Innovation Network South London", "ahsn-south-west-peninsula": "Health Innovation South West",
			"ahsn-uclpartners": "UCLPartners", "ahsn-wessex": "Health Innovation Wessex",
			"ahsn-west-midlands": "Health Innovation West Midlands", "ahsn-west-of-england": "Health Innovation West of England",
			"ahsn-yorkshire-humber": "Health Innovation Yorkshire & Humber"}},
	} {
		got := map[innovation.OrganisationID]string{}
		for _, row := range boardOn(t, st, on(c.day)).Rows {
			got[row.Holder] = row.HolderName
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("on %s (-want +got):\n%s", c.day, diff)
		}
	}
}

// TestEnglandFileIsWhole copies the file of a register that was closed, alone,
// as a person would.
func TestEnglandFileIsWhole(t *testing.T) {
	path := filepath.Join(t.TempDir(), "england.db")
	st, err := store.Open(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := st.Load(t.Context(), england.Acts(), nil); err != nil {
		t.Fatal(err)
	}
	boardOn(t, st, on("2024-01-01"))
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); !os.IsNotExist(err) {
		t.Errorf("a log is left beside the file: %v", err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	moved := filepath.Join(t.TempDir(), "moved.db")
	if err := os.WriteFile(moved, data, 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := store.Open(t.Context(), moved, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if b := boardOn(t, again, on("2024-01-01")); len(b.Rows) != 15 {
		t.Errorf("the copy has %d licences", len(b.Rows))
	}
}
