package innovation_test

import (
	"testing"

	"pgregory.net/rapid"

	. "github.com/innovationregistry/registry/innovation"
)

// Uncertain days are narrowed by the events before and after them.
func TestNarrowDays(t *testing.T) {
	exact := func(s string) Day { return OnDay(MustDate(s)) }
	march := Day{Bound: InMonth(2019, 3)}
	unknown := Day{Bound: UnknownBound()}
	event := func(step AdoptionStep, stage Stage, grade EvidenceGrade, d Day) Adoption {
		return Adoption{Innovation: "i", Organisation: "o", Step: step, Stage: stage, Grade: grade, Day: d}
	}
	for name, c := range map[string]struct {
		events []Adoption
		want   []string
	}{
		"all exact":            {[]Adoption{event(Reached, Adopted, SelfReported, exact("2019-03-15"))}, []string{"2019-03-15"}},
		"a stop in the month":  {[]Adoption{event(Reached, Adopted, SelfReported, exact("2019-03-15")), event(Stopped, "", SelfReported, march)}, []string{"2019-03-15", "2019-03-16..2019-03-31"}},
		"a start in the month": {[]Adoption{event(Reached, Adopted, SelfReported, march), event(Stopped, "", SelfReported, exact("2019-03-15"))}, []string{"2019-03-01..2019-03-14", "2019-03-15"}},
		"an unknown start":     {[]Adoption{event(Reached, Adopted, SelfReported, unknown), event(Stopped, "", SelfReported, exact("2019-03-15"))}, []string{"..2019-03-14", "2019-03-15"}},
		"another witness":      {[]Adoption{event(Reached, Adopted, Observed, exact("2019-03-15")), event(Stopped, "", SelfReported, march)}, []string{"2019-03-15", "2019-03"}},
		"a confirmation":       {[]Adoption{event(Reached, Adopted, SelfReported, march), event(Confirmed, Adopted, SelfReported, exact("2019-03-15"))}, []string{"2019-03", "2019-03-15"}},
	} {
		for i, a := range NarrowDays(c.events) {
			if got := a.Day.Bound.String(); got != c.want[i] {
				t.Errorf("%s: event %d on %s, not %s", name, i, got, c.want[i])
			}
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		events := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Adoption {
			first := MustDate("2019-01-01").AddDays(rapid.IntRange(0, 60).Draw(t, "day"))
			a := event(rapid.SampledFrom(AdoptionSteps()).Draw(t, "step"), Adopted, rapid.SampledFrom(EvidenceGrades()).Draw(t, "grade"),
				Day{Bound: Bound{Earliest: first, Latest: first.AddDays(rapid.IntRange(0, 40).Draw(t, "more"))}})
			if a.Step == Stopped {
				a.Stage = ""
			}
			return a
		}), 0, 6).Draw(t, "events")
		narrow := NarrowDays(events)
		for i, a := range narrow {
			if a.Day.Earliest.Before(events[i].Day.Earliest) || a.Day.Latest.After(events[i].Day.Latest) || a.Day.Latest.Before(a.Day.Earliest) {
				t.Fatalf("event %d on %s became %s", i, events[i].Day.Bound, a.Day.Bound)
			}
		}
	})
}
