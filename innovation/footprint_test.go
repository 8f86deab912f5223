package innovation

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// told makes events from lines such as "a 2019-05-01 adopted", with the grade
// after the stage when it is not observed. A day may be imprecise; restated
// stands last.
func told(t *testing.T, lines ...string) (map[OrganisationID][]Adoption, EventsOf) {
	t.Helper()
	out := map[OrganisationID][]Adoption{}
	for _, line := range lines {
		w := strings.Fields(line)
		b, err := ParseBound(w[1])
		if err != nil {
			t.Fatal(err)
		}
		a := Adoption{Innovation: "it", Organisation: OrganisationID(w[0]), Step: Reached, Stage: Stage(w[2]), Grade: Observed, Day: Day{b}}
		switch w[2] {
		case "stopped":
			a.Step, a.Stage = Stopped, ""
		case "confirmed":
			a.Step, a.Stage = Confirmed, Adopted
		case "planned":
			a.Planned, a.Stage = true, Adopted
		}
		for _, more := range w[3:] {
			if more == "restated" {
				a.Restated = true
			} else {
				a.Grade = EvidenceGrade(more)
			}
		}
		out[a.Organisation] = append(out[a.Organisation], a)
	}
	return out, func(id OrganisationID) []Adoption { return out[id] }
}

// became makes successions from lines such as "a merge b 2020-04-01", and lives
// of the bodies that are named in "a lived 2013-04-01 2020-04-01".
func became(t *testing.T, lines ...string) *Lineage {
	t.Helper()
	var edges []Succession
	lives := map[OrganisationID]Period{}
	for _, line := range lines {
		w := strings.Fields(line)
		if w[1] == "lived" {
			p := From(MustDate(w[2]))
			if len(w) > 3 {
				p = Between(MustDate(w[2]), MustDate(w[3]))
			}
			lives[OrganisationID(w[0])] = p
			continue
		}
		e := Succession{Predecessor: OrganisationID(w[0]), Type: w[1], Successor: OrganisationID(w[2]), Day: OnDay(MustDate(w[3]))}
		if len(w) > 4 {
			e.Day.Basis = BasisAnnounced
		}
		edges = append(edges, e)
	}
	return LineageOf(edges).WithLives(func(id OrganisationID, on Date) Answer {
		if p, ok := lives[id]; ok {
			return p.Holds(on)
		}
		return Possibly
	})
}

func TestStandingOnFootprints(t *testing.T) {
	held, day := FootprintHeld, FootprintDay
	for _, c := range []struct {
		name    string
		lineage []string
		events  []string
		of      OrganisationID
		on      string
		foot    Footprint
		want    string // in use, partly, from
	}{
		{"its own events", nil, []string{"a 2019-05-01 adopted"}, "a", "2019-05-01", Footprint{}, "yes"},
		{"not yet", nil, []string{"a 2019-05-01 adopted"}, "a", "2019-04-30", Footprint{}, "no"},
		{"an imprecise day", nil, []string{"a 2019 adopted"}, "a", "2019-06-01", Footprint{}, "possibly"},
		{"weak evidence", nil, []string{"a 2019-05-01 adopted self-reported"}, "a", "2019-06-01", Footprint{}, "possibly"},
		{"stopped", nil, []string{"a 2019-05-01 adopted", "a 2019-07-01 stopped"}, "a", "2019-08-01", Footprint{}, "no"},
		{"a stop that only weak evidence tells", nil, []string{"a 2019-05-01 adopted", "a 2019-07-01 stopped self-reported"}, "a", "2019-08-01", Footprint{}, "possibly"},
		{"planned", nil, []string{"a 2019-05-01 planned"}, "a", "2019-06-01", Footprint{}, "no"},

		{"user and other merge", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2019-05-01 adopted"}, "c", "2020-05-01", Footprint{}, "possibly partly from a"},
		{"two users merge", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2019-05-01 adopted", "b 2019-06-01 embedded"}, "c", "2020-05-01", Footprint{}, "yes from a b"},
		{"user and one that stopped merge", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2019-05-01 adopted", "b 2019-05-01 adopted", "b 2019-09-01 stopped"}, "c", "2020-05-01", Footprint{}, "possibly partly from a b"},
		{"a user only possibly", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2019-05-01 adopted", "b 2019-05-01 adopted self-reported"}, "c", "2020-05-01", Footprint{}, "possibly partly from a b"},
		{"before the merger there is nothing of it", []string{"a merge c 2020-04-01"}, []string{"a 2019-05-01 adopted"}, "c", "2020-03-31", Footprint{}, "no"},
		{"an announced merger", []string{"a merge c 2020-04-01 announced"}, []string{"a 2019-05-01 adopted"}, "c", "2020-05-01", Footprint{}, "no"},
		{"a transfer", []string{"a transfer c 2020-04-01"}, []string{"a 2019-05-01 adopted"}, "c", "2020-05-01", Footprint{}, "no"},
		{"it has spoken for itself", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2019-05-01 adopted", "c 2020-04-01 adopted"}, "c", "2020-05-01", Footprint{}, "yes"},
		{"it has stopped as a whole", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2019-05-01 adopted", "c 2020-06-01 stopped"}, "c", "2020-07-01", Footprint{}, "no"},
		{"and had not before", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2019-05-01 adopted", "c 2020-06-01 stopped"}, "c", "2020-05-31", Footprint{}, "possibly partly from a"},
		{"it speaks on a day of the year of the merger", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2019-05-01 adopted", "b 2019-05-01 adopted", "c 2020 stopped"}, "c", "2020-07-01", Footprint{}, "possibly from a b"},
		{"a rename passes it whole", []string{"a rename b 2020-04-01"}, []string{"a 2019-05-01 adopted"}, "b", "2020-05-01", Footprint{}, "yes from a"},
		{"a split passes a possibility", []string{"a split b 2020-04-01", "a split c 2020-04-01"}, []string{"a 2019-05-01 adopted"}, "b", "2020-05-01", Footprint{}, "possibly from a"},
		{"a split of one that did not use it", []string{"a split b 2020-04-01"}, []string{"a 2019-05-01 piloting"}, "b", "2020-05-01", Footprint{}, "no from a"},
		{"a chain of two mergers", []string{"a merge c 2020-04-01", "b merge c 2020-04-01", "c merge e 2021-04-01", "d merge e 2021-04-01"},
			[]string{"a 2019-05-01 adopted", "b 2019-05-01 adopted", "d 2019-05-01 adopted"}, "e", "2021-05-01", Footprint{}, "yes from a b d"},
		{"a chain in which the first was partly", []string{"a merge c 2020-04-01", "b merge c 2020-04-01", "c merge e 2021-04-01", "d merge e 2021-04-01"},
			[]string{"a 2019-05-01 adopted", "d 2019-05-01 adopted"}, "e", "2021-05-01", Footprint{}, "possibly partly from a d"},
		{"a chain on one day", []string{"a merge b 2020-04-01", "b rename c 2020-04-01"}, []string{"a 2019-05-01 adopted"}, "c", "2020-04-01", Footprint{}, "yes from a"},
		{"a user takes in another", []string{"b lived 2013-04-01", "a merge b 2020-04-01"}, []string{"b 2019-05-01 adopted"}, "b", "2020-05-01", Footprint{}, "possibly partly"},
		{"another takes in a user", []string{"b lived 2013-04-01", "a merge b 2020-04-01"}, []string{"a 2019-05-01 adopted"}, "b", "2020-05-01", Footprint{}, "possibly partly from a"},
		{"one that a merger founds has no part of its own", []string{"b lived 2020-04-01", "a merge b 2020-04-01"}, []string{"a 2019-05-01 adopted"}, "b", "2020-05-01", Footprint{}, "yes from a"},
		{"what it said of its parts between two mergers holds", []string{"a merge c 2015-04-01", "b merge c 2015-04-01", "d merge c 2020-04-01"},
			[]string{"c 2017-05-01 adopted", "d 2019-05-01 adopted"}, "c", "2020-05-01", Footprint{}, "yes from d"},

		{"on a list of before, the merger is not followed", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2019-05-01 adopted", "c 2020-06-01 stopped"}, "a", "2020-07-01", Footprint{day, MustDate("2019-04-01")}, "yes"},
		{"held, the successor stops for its parts", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2019-05-01 adopted", "c 2020-06-01 stopped"}, "a", "2020-07-01", Footprint{held, MustDate("2019-04-01")}, "no from c"},
		{"held, the successor adopts for its parts", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2019-05-01 adopted", "c 2020-06-01 adopted"}, "b", "2020-07-01", Footprint{held, MustDate("2019-04-01")}, "yes from c"},
		{"held, a merger changes nothing", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2019-05-01 adopted"}, "b", "2020-07-01", Footprint{held, MustDate("2019-04-01")}, "no"},
		{"held, and not partly either", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2019-05-01 adopted"}, "a", "2020-07-01", Footprint{held, MustDate("2019-04-01")}, "yes"},
		{"held, two mergers on", []string{"a merge c 2020-04-01", "c merge e 2021-04-01"}, []string{"a 2019-05-01 adopted", "e 2021-06-01 stopped"}, "a", "2021-07-01", Footprint{held, MustDate("2019-04-01")}, "no from e"},
		{"held, one part of a split stops", []string{"a split b 2020-04-01", "a split c 2020-04-01", "a lived 2013-04-01 2020-04-01"}, []string{"a 2019-05-01 adopted", "b 2020-06-01 stopped"}, "a", "2020-07-01", Footprint{held, MustDate("2019-04-01")}, "possibly partly from b"},
		{"held, both parts of a split stop", []string{"a split b 2020-04-01", "a split c 2020-04-01", "a lived 2013-04-01 2020-04-01"}, []string{"a 2019-05-01 adopted", "b 2020-06-01 stopped", "c 2020-06-01 stopped"}, "a", "2020-07-01", Footprint{held, MustDate("2019-04-01")}, "no from b c"},
		{"held, it goes on beside what was split off", []string{"a split b 2020-04-01", "a lived 2013-04-01"}, []string{"a 2019-05-01 adopted", "b 2020-06-01 stopped"}, "a", "2020-07-01", Footprint{held, MustDate("2019-04-01")}, "possibly partly from b"},
		{"held, a renamed one", []string{"a rename b 2020-04-01"}, []string{"a 2019-05-01 adopted", "b 2020-06-01 stopped"}, "a", "2020-07-01", Footprint{held, MustDate("2019-04-01")}, "no from b"},

		{"on a list of later, events are carried forward", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2018-05-01 adopted"}, "c", "2019-01-01", Footprint{day, MustDate("2020-04-01")}, "possibly partly from a"},
		{"held, likewise", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"a 2018-05-01 adopted", "b 2018-05-01 adopted"}, "c", "2019-01-01", Footprint{held, MustDate("2020-04-01")}, "yes from a b"},
		{"restated events speak for the present self", []string{"a merge c 2020-04-01", "b merge c 2020-04-01"}, []string{"c 2018-05-01 adopted restated"}, "c", "2019-01-01", Footprint{day, MustDate("2020-04-01")}, "yes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, events := told(t, c.events...)
			s := became(t, c.lineage...).Standing(c.of, events, MustDate(c.on), c.foot, Observed)
			got := s.InUse().String()
			if s.Partly {
				got += " partly"
			}
			for i, id := range s.From {
				if i == 0 {
					got += " from"
				}
				got += " " + string(id)
			}
			if got != c.want {
				t.Errorf("%s: %+v, want %s", got, s, c.want)
			}
		})
	}
}

func TestFootprint(t *testing.T) {
	day := MustDate("2019-04-01")
	for want, f := range map[string]Footprint{
		"organisations of the day":                   {},
		"organisations of 2019-04-01":                {FootprintDay, day},
		"organisations of 2019-04-01, held constant": {FootprintHeld, day},
	} {
		if err := f.Validate(); err != nil || f.String() != want || !strings.HasPrefix(f.Rule(), "The o"+want[1:strings.IndexAny(want+",", ",")]) {
			t.Errorf("%+v: %v, %q, %q", f, err, f, f.Rule())
		}
	}
	for _, f := range []Footprint{{Mode: FootprintThen, Day: day}, {Day: day}, {Mode: FootprintDay}, {Mode: FootprintHeld}, {Mode: "last"}} {
		if v := Violations(f.Validate()); len(v) != 1 || v[0].Rule != RuleFootprintInvalid || v[0].Field != "footprint" {
			t.Errorf("%+v: %v", f, v)
		}
	}
}

func TestRollUpAdoption(t *testing.T) {
	at := func(rank int) UnitStanding {
		return UnitStanding{Readings: Readings{rank, rank, rank, rank}, Grade: Observed}
	}
	part := func(rank int, in Answer) AdoptionPart { return AdoptionPart{"p", in, at(rank)} }
	for _, c := range []struct {
		name     string
		rule     RollUp
		share    int64
		complete bool
		parts    []AdoptionPart
		want     string // in use, readings, in the set
	}{
		{"any: one does", RollUpAny, 0, true, []AdoptionPart{part(4, Yes), part(-1, Yes)}, "yes [4 4] yes partly"},
		{"any: none does", RollUpAny, 0, true, []AdoptionPart{part(3, Yes), part(-1, Yes)}, "no [3 3] yes"},
		{"any: one does that may be no part", RollUpAny, 0, true, []AdoptionPart{part(4, Possibly), part(-1, Yes)}, "possibly [-1 4] yes"},
		{"all: one does not", RollUpAll, 0, true, []AdoptionPart{part(4, Yes), part(2, Yes)}, "no [2 2] yes partly"},
		{"all: all do", RollUpAll, 0, true, []AdoptionPart{part(4, Yes), part(5, Yes)}, "yes [4 4] yes"},
		{"all: one does not that may be no part", RollUpAll, 0, true, []AdoptionPart{part(4, Yes), part(2, Possibly)}, "possibly [2 4] yes"},
		{"all: of parts that are not all known", RollUpAll, 0, false, []AdoptionPart{part(4, Yes), part(5, Yes)}, "possibly [-1 4] yes"},
		{"a half of four", RollUpShare, 500_000, true, []AdoptionPart{part(4, Yes), part(4, Yes), part(0, Yes), part(-1, Yes)}, "yes [4 4] yes partly"},
		{"more than a half of four", RollUpShare, 500_001, true, []AdoptionPart{part(4, Yes), part(4, Yes), part(0, Yes), part(-1, Yes)}, "no [0 0] yes partly"},
		{"a third of three", RollUpShare, 333_333, true, []AdoptionPart{part(4, Yes), part(1, Yes), part(1, Yes)}, "yes [4 4] yes partly"},
		{"nothing is certainly a part", RollUpAny, 0, true, []AdoptionPart{part(4, Possibly)}, "yes [4 4] possibly"},
	} {
		s, in := RollUpAdoption(c.parts, c.rule, c.share, c.complete)
		got := fmt.Sprintf("%s %v %s", s.InUse(), []int{s.All, s.AllEarly}, in)
		if s.Partly {
			got += " partly"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// An organisation in two groups counts in each and once in the total, and the
// share takes the least and the most favourable of what is not certain.
func TestCountAdoption(t *testing.T) {
	_, events := told(t, "a 2019-05-01 adopted", "b 2019-05-01 adopted self-reported", "c 2019-05-01 piloting", "d 2019-05-01 embedded audited", "e 2019-05-01 adopted", "e 2019-06-01 stopped")
	var units []AdoptionUnit
	for _, u := range []struct {
		id       OrganisationID
		eligible Answer
		groups   []UnitGroup
	}{{"a", Yes, []UnitGroup{{"n1", Yes}}}, {"b", Yes, []UnitGroup{{"n1", Possibly}, {"n2", Possibly}}}, {"c", Yes, []UnitGroup{{"n2", Yes}}},
		{"d", Possibly, []UnitGroup{{"n1", Yes}, {"n2", Yes}}}, {"e", Yes, nil}, {"f", Yes, nil}} {
		units = append(units, AdoptionUnit{u.id, u.eligible, LineageOf(nil).Standing(u.id, events, MustDate("2020-01-01"), Footprint{}, Observed), u.groups})
	}
	rows := CountAdoption(units, true, true)
	var got []string
	for _, r := range rows {
		got = append(got, fmt.Sprintf("%s %t eligible %d-%d in use %d-%d stopped %d-%d unknown %d-%d share %s %v", r.Group, r.Unknown, r.Eligible.Low, r.Eligible.High,
			r.InUse.Low, r.InUse.High, r.Stopped.Low, r.Stopped.High, r.NotKnown.Low, r.NotKnown.High, r.Share, r.Evidence))
	}
	want := []string{
		// a certainly, b by weak evidence, d if it could adopt: 1 of 5 to 3 of 6
		" false eligible 5-6 in use 1-3 stopped 1-1 unknown 1-2 share 0.200000 to 0.500000 [{self-reported 1} {observed 1} {audited 1}]",
		"n1 false eligible 1-3 in use 1-3 stopped 0-0 unknown 0-1 share 0.500000 to 1.000000 [{self-reported 1} {observed 1} {audited 1}]",
		"n2 false eligible 1-3 in use 0-2 stopped 0-0 unknown 0-1 share 0.000000 to 0.666667 [{self-reported 1} {audited 1}]",
		" true eligible 2-2 in use 0-0 stopped 1-1 unknown 1-1 share 0.000000 []",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	if rows := CountAdoption(units, false, false); len(rows) != 1 || rows[0].Eligible != nil || rows[0].Share != nil || rows[0].Counted.High != 6 {
		t.Errorf("when it is not known who could adopt: %+v", rows)
	}
}

// A body that was merged into and is confirmed to use it since has spoken for
// its present self.
func TestConfirmationSpeaksForTheMergedBody(t *testing.T) {
	on := func(d string) Day { return OnDay(MustDate(d)) }
	l := LineageOf([]Succession{{Predecessor: "b", Type: Merge, Successor: "a", Day: on("2021-02-01")}}).
		WithLives(func(OrganisationID, Date) Answer { return Yes })
	own := []Adoption{
		{Organisation: "a", Innovation: "p", Step: Reached, Stage: Adopted, Day: on("2019-01-31"), Grade: Observed},
		{Organisation: "a", Innovation: "p", Step: Confirmed, Stage: Adopted, Day: on("2021-10-01"), Grade: Observed},
	}
	for name, events := range map[string][]Adoption{"begun before": own, "inherited": own[1:]} {
		got := l.Standing("a", func(id OrganisationID) []Adoption {
			if id == "a" {
				return events
			}
			return nil
		}, MustDate("2021-10-31"), Footprint{}, Observed)
		if got.Partly || got.InUse() != Yes {
			t.Errorf("%s: partly %v, %+v", name, got.Partly, got.Readings)
		}
	}
}

// Bodies are read once, however many ways lead to them: fourteen generations of
// four, each merged into every one of the next.
func TestStandingOnALatticeOfMergers(t *testing.T) {
	var edges []Succession
	id := func(g, w int) OrganisationID { return OrganisationID(fmt.Sprintf("g%d-%d", g, w)) }
	for g := range 13 {
		for a := range 4 {
			for b := range 4 {
				edges = append(edges, Succession{Predecessor: id(g, a), Successor: id(g+1, b), Type: Merge, Day: OnDay(MustDate("2000-04-01").AddYears(g + 1))})
			}
		}
	}
	read := 0
	events := func(o OrganisationID) []Adoption {
		read++
		if o == id(0, 0) {
			return []Adoption{{Organisation: o, Innovation: "p", Step: Reached, Stage: Adopted, Day: OnDay(MustDate("2000-05-01")), Grade: Observed}}
		}
		return nil
	}
	l := LineageOf(edges)
	for _, f := range []Footprint{{}, {Mode: FootprintDay, Day: MustDate("2020-01-01")}, {Mode: FootprintHeld, Day: MustDate("2000-06-01")}} {
		got := l.Standing(id(13, 0), events, MustDate("2020-01-01"), f, UsualFirm)
		if f.Mode == "" && (!got.Partly || got.InUse() != Possibly || len(got.From) != 1) {
			t.Errorf("%+v", got)
		}
	}
	l.Standing(id(0, 0), events, MustDate("2020-01-01"), Footprint{Mode: FootprintHeld, Day: MustDate("2000-06-01")}, UsualFirm)
	if read > 5_000 {
		t.Errorf("the events of 56 bodies were read %d times", read)
	}
}
