package store_test

import (
	"fmt"
	"slices"
	"sort"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"pgregory.net/rapid"
)

// drawEvents draws events of some bodies with an innovation over four years.
func drawEvents(t *rapid.T, id innovation.InnovationID, bodies []innovation.OrganisationID, most int) []innovation.Adoption {
	first := innovation.MustDate("2019-01-01")
	out := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) innovation.Adoption {
		day := first.AddDays(rapid.IntRange(0, 1400).Draw(t, "day"))
		a := innovation.Adoption{Innovation: id, Organisation: rapid.SampledFrom(bodies).Draw(t, "body"), Step: rapid.SampledFrom(innovation.AdoptionSteps()).Draw(t, "step"),
			Grade: rapid.SampledFrom(innovation.EvidenceGrades()).Draw(t, "grade"), Day: innovation.OnDay(day), Planned: rapid.IntRange(0, 9).Draw(t, "planned") == 0}
		if a.Step != innovation.Stopped {
			a.Stage = rapid.SampledFrom([]innovation.Stage{innovation.Piloting, innovation.Adopted, innovation.Adopted, innovation.Embedded}).Draw(t, "stage")
		}
		if rapid.IntRange(0, 3).Draw(t, "imprecise") == 0 {
			a.Day = innovation.Day{Bound: innovation.InQuarter(day.Year(), (int(day.Month())+2)/3)}
		}
		return a
	}), 0, most).Draw(t, "events")
	sort.SliceStable(out, func(i, j int) bool { return out[i].Day.Latest.Before(out[j].Day.Latest) })
	return out
}

func drawDay(t *rapid.T, label string) innovation.Date {
	return innovation.MustDate("2019-01-01").AddDays(rapid.IntRange(0, 1500).Draw(t, label))
}

// What is counted in SQL is what is counted in Go, and what the events say one
// by one.
func TestFastCountIsTheCount(t *testing.T) {
	onEngines(t, func(t *testing.T, st *store.Store) {
		bodies := []innovation.OrganisationID{"b1", "b2", "b3", "b4", "b5", "b6"}
		var facts []innovation.Fact
		for _, id := range bodies[:3] { // of the others no life is known
			facts = append(facts, innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "nhs-trust", Period: innovation.From(innovation.MustDate("2013-04-01"))})
		}
		recordAll(t, st, facts...)
		n := 0
		rapid.Check(t, func(r *rapid.T) {
			n++
			id := innovation.InnovationID(fmt.Sprintf("it-%d", n))
			recordAll(t, st, innovation.Innovation{Innovation: id, Name: "It", Period: innovation.From(innovation.MustDate("2013-04-01"))})
			takeEvents(t, st, drawEvents(r, id, bodies, 40))
			firm := rapid.SampledFrom(innovation.EvidenceGrades()).Draw(r, "firm")
			v := innovation.On(drawDay(r, "on"))
			q := innovation.AdoptionCountQuery{Innovation: id, Firm: firm}
			fast, err := st.AdoptionCounts(t.Context(), v, q)
			if err != nil {
				r.Fatal(err)
			}
			q.By = innovation.ByKind
			slow, err := st.AdoptionCounts(t.Context(), v, q)
			if err != nil {
				r.Fatal(err)
			}
			if diff := cmp.Diff(slow.Total, fast.Total); diff != "" {
				r.Errorf("(-slow +fast)\n%s", diff)
			}
			var tally innovation.CountBounds
			for _, events := range eventsBy(t, st, v, id) {
				tally.Add(innovation.ReadAdoption(events, v.On, firm).InUse())
			}
			if fast.Total.InUse != tally {
				r.Errorf("in use %+v, by the events %+v", fast.Total.InUse, tally)
			}
		})
	})
}

// eventsBy reads the events of an innovation by organisation.
func eventsBy(t *testing.T, st *store.Store, v innovation.View, id innovation.InnovationID) map[innovation.OrganisationID][]innovation.Adoption {
	t.Helper()
	out := map[innovation.OrganisationID][]innovation.Adoption{}
	f := store.FactFilter{Subject: id.Entity(), AllDays: true, Limit: 1000}
	for {
		list, err := store.Facts[innovation.Adoption](t.Context(), st, v, f)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list.Facts {
			out[e.Value.Organisation] = append(out[e.Value.Organisation], e.Value)
		}
		if f.Page = list.Next; f.Page == "" {
			return out
		}
	}
}

// The months that are kept are those that the events give, of one innovation and
// of all, and those known before are not touched by what came later.
func TestKeptMonthsAreTheMonths(t *testing.T) {
	onEngines(t, func(t *testing.T, st *store.Store) {
		bodies := []innovation.OrganisationID{"b1", "b2", "b3", "b4"}
		n := 0
		now := func() time.Time {
			s, err := st.Status(t.Context(), on("2023-01-01"))
			if err != nil {
				t.Fatal(err)
			}
			return s.Recipe.Known
		}
		rapid.Check(t, func(r *rapid.T) {
			n++
			id := innovation.InnovationID(fmt.Sprintf("it-%d", n))
			recordAll(t, st, innovation.Innovation{Innovation: id, Name: "It", Period: innovation.From(innovation.MustDate("2013-04-01"))})
			takeEvents(t, st, drawEvents(r, id, bodies, 30))
			v := innovation.On(drawDay(r, "on"))
			grade := rapid.SampledFrom(innovation.EvidenceGrades()).Draw(r, "grade")
			for _, of := range []innovation.InnovationID{id, ""} {
				q := innovation.AdoptionMonthsQuery{Innovation: of, Grade: grade}
				kept, err := st.AdoptionMonths(t.Context(), v, q)
				if err != nil {
					r.Fatal(err)
				}
				at := now()
				takeEvents(t, st, drawEvents(r, id, bodies, 5))
				again, err := st.AdoptionMonths(t.Context(), v.AsKnown(at), q)
				if err != nil {
					r.Fatal(err)
				}
				if diff := cmp.Diff(kept.Total, again.Total); diff != "" {
					r.Errorf("%s: (-kept +made again)\n%s", of, diff)
				}
			}
		})
	})
}

// Opening and movements make the closing, both are the counts of their days, and
// what the bodies did adds up to the movements: over random histories with
// mergers, splits and renames, on every footprint, and by group.
func TestMovementReconciles(t *testing.T) {
	onEngines(t, func(t *testing.T, st *store.Store) {
		n := 0
		rapid.Check(t, func(r *rapid.T) {
			n++
			facts, bodies, id := drawHistory(r, n)
			recordAll(t, st, facts...)
			takeEvents(t, st, drawEvents(r, id, bodies, 30))
			from, to := drawDay(r, "from"), drawDay(r, "to")
			if to.Before(from) {
				from, to = to, from
			}
			foot := innovation.Footprint{Mode: rapid.SampledFrom([]innovation.FootprintMode{innovation.FootprintThen, innovation.FootprintDay, innovation.FootprintHeld}).Draw(r, "footprint")}
			if foot.Mode != innovation.FootprintThen {
				foot.Day = drawDay(r, "day")
			}
			by := rapid.SampledFrom([]string{"", innovation.ByKind, "icb"}).Draw(r, "by")
			firm := rapid.SampledFrom(innovation.EvidenceGrades()).Draw(r, "firm")
			m, err := st.AdoptionMovement(t.Context(), innovation.On(to), innovation.AdoptionMovementQuery{Innovation: id, From: from, To: to, By: by, Firm: firm, Footprint: foot})
			if err != nil {
				r.Fatal(err)
			}
			count := func(day innovation.Date) map[string]innovation.CountBounds {
				c, err := st.AdoptionCounts(t.Context(), innovation.On(day), innovation.AdoptionCountQuery{Innovation: id, By: by, Firm: firm, Footprint: foot})
				if err != nil {
					r.Fatal(err)
				}
				out := map[string]innovation.CountBounds{"all": c.Total.InUse}
				for _, g := range c.Groups {
					out["group "+g.Group] = g.InUse
				}
				return out
			}
			opening, closing := count(from.AddDays(-1)), count(to)
			rows := map[string]innovation.MovementRow{"all": m.Total}
			for _, g := range m.Groups {
				rows["group "+g.Group] = g
			}
			for name, row := range rows {
				sum := row.Opening
				for _, v := range row.Movements {
					sum.Low += v.Certain
					sum.High += v.Possible
				}
				if sum != row.Closing || row.Opening != opening[name] || row.Closing != closing[name] {
					r.Errorf("%s: opening %+v (counted %+v), movements %+v, closing %+v (counted %+v)\nbodies %+v", name, row.Opening, opening[name], row.Movements, row.Closing, closing[name], m.Bodies)
				}
			}
			for name, c := range closing {
				if c.High > 0 && rows[name].Closing != c {
					r.Errorf("%s: closing %+v, counted %+v", name, rows[name].Closing, c)
				}
			}
			total := map[innovation.MovementKind]innovation.Movement{}
			for _, b := range m.Bodies {
				for _, v := range b.Movements {
					was := total[v.Kind]
					total[v.Kind] = innovation.Movement{Kind: v.Kind, Certain: was.Certain + v.Certain, Possible: was.Possible + v.Possible}
				}
			}
			for _, v := range m.Total.Movements {
				if total[v.Kind] != v {
					r.Errorf("%+v, by the bodies %+v", v, total[v.Kind])
				}
				if foot.Mode != innovation.FootprintThen && (v.Kind == innovation.MovedMergedIn || v.Kind == innovation.MovedMergedOut || v.Kind == innovation.MovedClosed) {
					r.Errorf("on a constant list of organisations: %+v", v)
				}
			}
		})
	})
}

// drawHistory draws organisations of which some become others, within boards
// that they change, and who of them could adopt.
func drawHistory(r *rapid.T, n int) (facts []innovation.Fact, bodies []innovation.OrganisationID, id innovation.InnovationID) {
	id = innovation.InnovationID(fmt.Sprintf("it-%d", n))
	start := innovation.MustDate("2013-04-01")
	body := func(i int) innovation.OrganisationID { return innovation.OrganisationID(fmt.Sprintf("b%d-%d", n, i)) }
	facts = append(facts, innovation.Innovation{Innovation: id, Name: "It", Period: innovation.From(start)})
	type span struct{ from, to innovation.Date }
	lives := map[innovation.OrganisationID]*span{}
	var live []innovation.OrganisationID
	found := func(from innovation.Date) innovation.OrganisationID {
		b := body(len(bodies))
		bodies, live = append(bodies, b), append(live, b)
		lives[b] = &span{from: from}
		return b
	}
	for range rapid.IntRange(1, 5).Draw(r, "bodies") {
		found(start)
	}
	before := map[innovation.OrganisationID][]innovation.OrganisationID{} // those that became it
	day := innovation.MustDate("2019-01-01")
	for range rapid.IntRange(0, 4).Draw(r, "successions") {
		day = day.AddDays(rapid.IntRange(1, 400).Draw(r, "after"))
		i := rapid.IntRange(0, len(live)-1).Draw(r, "which")
		one := live[i]
		become := func(p innovation.OrganisationID, how string, s innovation.OrganisationID) {
			before[s] = append(append(before[s], p), before[p]...)
			facts = append(facts, innovation.Succession{Predecessor: p, Type: how, Successor: s, Day: innovation.OnDay(day)})
		}
		end := func(b innovation.OrganisationID) {
			lives[b].to = day
			for j := range live {
				if live[j] == b {
					live = append(live[:j:j], live[j+1:]...)
					break
				}
			}
		}
		switch what := rapid.SampledFrom([]string{"merge", "absorb", "split", "spin-off", "rename", "close", "found"}).Draw(r, "what"); {
		case what == "found":
			found(day)
		case what == "split":
			end(one)
			become(one, innovation.Split, found(day))
			become(one, innovation.Split, found(day))
		case what == "spin-off":
			become(one, innovation.Split, found(day))
		case what == "rename":
			end(one)
			become(one, innovation.Rename, found(day))
		case len(live) < 2:
		case what == "close":
			end(one)
		default:
			other := live[(i+1)%len(live)]
			if slices.Contains(before[one], other) { // it would lead in a circle
				continue
			}
			end(one)
			if what == "absorb" {
				become(one, innovation.Merge, other)
				continue
			}
			end(other)
			s := found(day)
			become(one, innovation.Merge, s)
			become(other, innovation.Merge, s)
		}
	}
	boards := []innovation.OrganisationID{innovation.OrganisationID(fmt.Sprintf("i%d-1", n)), innovation.OrganisationID(fmt.Sprintf("i%d-2", n))}
	var there []innovation.Fact // before they are referred to
	for _, b := range boards {
		there = append(there, innovation.Existence{Organisation: b, Aspect: innovation.Operational, Kind: "icb", Period: innovation.From(start)})
	}
	limited := rapid.Bool().Draw(r, "eligible")
	for _, b := range bodies {
		p := innovation.From(lives[b].from)
		if !lives[b].to.IsZero() {
			p = innovation.Between(lives[b].from, lives[b].to)
		}
		if rapid.IntRange(0, 4).Draw(r, "life known") == 0 {
			p = innovation.FromBound(innovation.UnknownBound())
		}
		there = append(there, innovation.Existence{Organisation: b, Aspect: innovation.Operational, Kind: "nhs-trust", Period: p})
		if w := rapid.IntRange(0, 3).Draw(r, "board"); w < 2 {
			moves := drawDay(r, "moves")
			facts = append(facts, innovation.Relation{Organisation: b, Type: innovation.PartOf, Target: boards[w], Period: innovation.Between(start, moves)},
				innovation.Relation{Organisation: b, Type: innovation.PartOf, Target: boards[1-w], Period: innovation.From(moves)})
		}
		if limited && rapid.IntRange(0, 3).Draw(r, "could") > 0 {
			facts = append(facts, innovation.Eligibility{Innovation: id, Organisation: b, Period: innovation.Between(drawDay(r, "could from"), innovation.MustDate("2024-01-01"))})
		}
	}
	return append(there, facts...), bodies, id
}
