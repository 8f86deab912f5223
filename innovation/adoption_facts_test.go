package innovation_test

import (
	"encoding/json"
	"strings"
	"testing"

	"pgregory.net/rapid"

	. "github.com/innovationregistry/registry/innovation"
)

// Each rule of a single fact about adoption has a case that passes and one that
// it refuses, by rule and field.
func TestAdoptionFacts(t *testing.T) {
	day := OnDay(MustDate("2019-05-23"))
	from := From(MustDate("2019-05-23"))
	month := Between(MustDate("2019-05-01"), MustDate("2019-06-01"))
	event := func(change func(*Adoption)) Adoption {
		a := Adoption{Innovation: "i", Organisation: "o", Step: Reached, Stage: Adopted, Grade: SelfReported, Day: day}
		change(&a)
		return a
	}
	observation := func(change func(*Observation)) Observation {
		o := Observation{Observation: "obs", Innovation: "i", Type: Result, Scope: ScopeEngland, Measure: "adopters", Quantity: ExactQuantity(3), Unit: "practices", Day: day}
		change(&o)
		return o
	}
	decision := AdoptionDecision{Innovation: "i", Organisation: "o", Outcome: DecidedToAdopt, Day: day}
	uptake := Uptake{Innovation: "i", Organisation: "o", Measure: "items", Count: ExactQuantity(-2), Unit: "items", Period: month}
	for name, c := range map[string]struct {
		fact  Fact
		rule  RuleID // "": it passes
		field string
	}{
		"an innovation":                     {Innovation{Innovation: "i", Name: "I", Period: from}, "", ""},
		"an innovation without a name":      {Innovation{Innovation: "i", Period: from}, RuleTextRequired, "name"},
		"an innovation about a patient":     {Innovation{Innovation: "i", Name: "for 943 476 5919", Period: from}, RulePatientData, ""},
		"a heading":                         {Category{Innovation: "i", Category: "ai", Period: from}, "", ""},
		"a heading and a setting":           {Category{Innovation: "i", Category: "ai", CareSetting: "ics", Period: from}, RuleCategoryEmpty, "category"},
		"neither heading nor setting":       {Category{Innovation: "i", Period: from}, RuleCategoryEmpty, "category"},
		"readiness of no type":              {Readiness{Innovation: "i", Period: from}, RuleTextRequired, "type"},
		"a notice":                          {Notice{Innovation: "i", Type: "recall", Text: "Stop.", Day: day}, "", ""},
		"a notice that says nothing":        {Notice{Innovation: "i", Type: "recall", Day: day}, RuleTextRequired, "text"},
		"a phase":                           {Phase{Programme: "p", Number: 1, Period: from}, "", ""},
		"phase 0":                           {Phase{Programme: "p", Period: from}, RulePhaseInvalid, "phase"},
		"an innovation of phase -1":         {ProgrammeInnovation{Programme: "p", Innovation: "i", Phase: -1, Period: from}, RulePhaseInvalid, "phase"},
		"a mandate":                         {Mandate{Programme: "p", Force: ForceStatutory, Period: from}, "", ""},
		"a mandate of no stated force":      {Mandate{Programme: "p", Period: from}, "", ""},
		"a mandate of another force":        {Mandate{Programme: "p", Force: "gentle", Period: from}, RuleWordUnknown, "force"},
		"one that could adopt":              {Eligibility{Innovation: "i", Organisation: "o", Period: from}, "", ""},
		"all of a kind":                     {Eligibility{Innovation: "i", Kind: "ccg", Within: "o", Period: from}, "", ""},
		"nobody that could adopt":           {Eligibility{Innovation: "i", Period: from}, RuleEligibilityWho, "organisation"},
		"one and all of a kind":             {Eligibility{Innovation: "i", Organisation: "o", Kind: "ccg", Period: from}, RuleEligibilityWho, "organisation"},
		"one within another":                {Eligibility{Innovation: "i", Organisation: "o", Within: "p", Period: from}, RuleEligibilityWho, "within"},
		"a phase of no programme":           {Eligibility{Innovation: "i", Organisation: "o", Phase: 1, Period: from}, RuleEligibilityWho, "phase"},
		"eligibility that ends first":       {Eligibility{Innovation: "i", Organisation: "o", Period: Between(MustDate("2019-05-02"), MustDate("2019-05-01"))}, RulePeriodInvalid, "period"},
		"an event":                          {event(func(*Adoption) {}), "", ""},
		"an event of no step":               {event(func(a *Adoption) { a.Step = "" }), RuleWordUnknown, "step"},
		"an event of no stage":              {event(func(a *Adoption) { a.Stage = "" }), RuleWordUnknown, "stage"},
		"an event of no grade":              {event(func(a *Adoption) { a.Grade = "hearsay" }), RuleWordUnknown, "grade"},
		"an event of no day":                {event(func(a *Adoption) { a.Day = Day{} }), RulePeriodInvalid, "day"},
		"a stop":                            {event(func(a *Adoption) { a.Step, a.Stage, a.Reason = Stopped, "", "funding-ended" }), "", ""},
		"a stop at a stage":                 {event(func(a *Adoption) { a.Step = Stopped }), RuleAdoptionStage, "stage"},
		"a stop for a strange reason":       {event(func(a *Adoption) { a.Step, a.Stage, a.Reason = Stopped, "", "boredom" }), RuleStopReason, "reason"},
		"a beginning with a reason":         {event(func(a *Adoption) { a.Reason = "funding-ended" }), RuleStopReason, "reason"},
		"a whole extent":                    {event(func(a *Adoption) { a.ExtentLow, a.ExtentHigh = WholeExtent, WholeExtent }), "", ""},
		"more than the whole":               {event(func(a *Adoption) { a.ExtentHigh = WholeExtent + 1 }), RuleAdoptionExtent, "extentLow"},
		"an extent from more to less":       {event(func(a *Adoption) { a.ExtentLow, a.ExtentHigh = 2, 1 }), RuleAdoptionExtent, "extentLow"},
		"an event about a patient":          {event(func(a *Adoption) { a.Note = "9434765919 was first" }), RulePatientData, ""},
		"a patient as an organisation":      {event(func(a *Adoption) { a.Organisation = "9434765919" }), RulePatientData, ""},
		"a decision":                        {decision, "", ""},
		"a decision without outcome":        {AdoptionDecision{Innovation: "i", Organisation: "o", Day: day}, RuleDecisionOutcome, "outcome"},
		"a decision on a half criterion":    {AdoptionDecision{Innovation: "i", Organisation: "o", Outcome: DecidedToDefer, Fit: "half", Day: day}, RuleDecisionOutcome, "fit"},
		"a decision with a strange blocker": {AdoptionDecision{Innovation: "i", Organisation: "o", Outcome: DecidedToDefer, Blocker: "boredom", Day: day}, RuleStopReason, "blocker"},
		"an observation":                    {observation(func(*Observation) {}), "", ""},
		"an observation of no type":         {observation(func(o *Observation) { o.Type = "" }), RuleObservationResult, "type"},
		"an observation of a network":       {observation(func(o *Observation) { o.Scope, o.Body = ScopeNetwork, "n" }), "", ""},
		"an observation of which network":   {observation(func(o *Observation) { o.Scope = ScopeNetwork }), RuleObservationScope, "body"},
		"England with a body":               {observation(func(o *Observation) { o.Body = "n" }), RuleObservationScope, "body"},
		"how many unnamed networks":         {observation(func(o *Observation) { o.Scope = ScopeUnnamedNetworks }), RuleObservationScope, "bodies"},
		"an observation of a scope apart":   {observation(func(o *Observation) { o.Scope = "planet" }), RuleWordUnknown, "scope"},
		"an observation of nothing":         {observation(func(o *Observation) { o.Quantity = Quantity{} }), RuleQuantityInvalid, "quantity.value"},
		"a day of another kind":             {observation(func(o *Observation) { o.DayOf = "birthday" }), RuleWordUnknown, "dayOf"},
		"perhaps cumulative":                {observation(func(o *Observation) { o.Cumulative = "perhaps" }), RuleWordUnknown, "cumulative"},
		"a measurement of returns":          {uptake, "", ""},
		"a measurement without end":         {Uptake{Innovation: "i", Organisation: "o", Measure: "items", Count: ExactQuantity(1), Unit: "items", Period: from}, RuleUptakeInvalid, "period.end"},
		"a negative denominator":            {Uptake{Innovation: "i", Organisation: "o", Measure: "items", Count: ExactQuantity(1), Per: ExactQuantity(-1), Unit: "items", Period: month}, RuleUptakeInvalid, "per"},
		"a peer group without a name":       {PeerGroup{PeerGroup: "g", Period: from}, RuleTextRequired, "name"},
		"a peer":                            {Peer{PeerGroup: "g", Organisation: "o", Period: from}, "", ""},
	} {
		err := c.fact.Validate()
		if c.rule == "" {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		all := Violations(err)
		if len(all) == 0 || all[0].Rule != c.rule || !strings.HasPrefix(all[0].Field, c.field) {
			t.Errorf("%s: %v, not %s in %s", name, err, c.rule, c.field)
		}
		if strings.Contains(err.Error(), "9434765919") && c.rule == RulePatientData {
			t.Errorf("%s: the error repeats the number: %v", name, err)
		}
	}
}

// NHS numbers are known by their check digit and by standing alone. The numbers
// are those that NHS documentation gives as examples.
func TestHoldsNHSNumber(t *testing.T) {
	for text, want := range map[string]bool{
		"9434765919": true, "943 476 5919": true, "943-476-5919": true, "patient 9434765919.": true, "4010232137": true, "401 023 2137": true,
		"9434765918": false, "94347659190": false, "19434765919": false, "943476591": false, "": false, "0000000000": false, "ODS RTX": false,
		"94 34 76 59 19": false, "1234567881": false, "020 7946 0018": false, "£9,434,765,919": false,
	} {
		if got := HoldsNHSNumber(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.String().Draw(t, "text")
		HoldsNHSNumber(s) // never panics
		if !strings.ContainsAny(s, "0123456789") && HoldsNHSNumber(s) {
			t.Fatalf("%q holds no digit", s)
		}
	})
}

// A quantity is read as it is written, and comes back from what is stored and
// from JSON.
func TestQuantity(t *testing.T) {
	for _, c := range []struct {
		value, low, high, text string
		rule                   RuleID
	}{
		{"370", "", "", "370", ""},
		{"94.10", "94.05", "", "94.10", ""},
		{"-13387", "-13387", "-13387", "-13387", ""},
		{"-0.5", "", "", "-0.5", ""},
		{"", "50", "", "at least 50", ""},
		{"", "", "50", "at most 50", ""},
		{"", "2", "7.5", "2.0 to 7.5", ""},
		{"0.000000001", "", "", "0.000000001", ""},
		{"", "", "", "", RuleQuantityInvalid},
		{"1,000", "", "", "", RuleQuantityInvalid},
		{"1e3", "", "", "", RuleQuantityInvalid},
		{"--1", "", "", "", RuleQuantityInvalid},
		{".5", "", "", "", RuleQuantityInvalid},
		{"5.", "", "", "", RuleQuantityInvalid},
		{"NaN", "", "", "", RuleQuantityInvalid},
		{"99999999999999999999", "", "", "", RuleQuantityInvalid},
		{"0.0000000001", "", "", "", RuleQuantityInvalid},
		{"", "3", "2", "", RuleQuantityInvalid},
		{"1", "2", "", "", RuleQuantityInvalid},
	} {
		q, err := ParseQuantity(c.value, c.low, c.high)
		if all := Violations(err); c.rule != "" {
			if len(all) == 0 || all[0].Rule != c.rule {
				t.Errorf("%+v: %v", c, err)
			}
			continue
		}
		if err != nil || q.String() != c.text {
			t.Errorf("%+v: %s, %v", c, q, err)
		}
		data, err := json.Marshal(q)
		var back Quantity
		if err != nil || json.Unmarshal(data, &back) != nil || back != q {
			t.Errorf("%+v: %s comes back as %v", c, data, back)
		}
		if stored, err := QuantityFromParts(q.Parts()); err != nil || stored != q {
			t.Errorf("%+v: stored as %v, %v", c, stored, err)
		}
	}
}

// Events of one organisation go forward, and back only by a stop or a reversal;
// each case is a line of events by month, and the first fault or none.
func TestCheckAdoptionLine(t *testing.T) {
	at := func(month int, step AdoptionStep, stage Stage, grade EvidenceGrade) Adoption {
		return Adoption{Innovation: "i", Organisation: "o", Step: step, Stage: stage, Grade: grade, Day: OnDay(MustDate("2019-01-15").AddMonths(month))}
	}
	planned := func(a Adoption) Adoption { a.Planned = true; return a }
	for name, c := range map[string]struct {
		events []Adoption
		rule   RuleID
		which  int
	}{
		"forward":                      {[]Adoption{at(0, Reached, Identified, SelfReported), at(1, Reached, Piloting, SelfReported), at(2, Reached, Embedded, SelfReported)}, "", 0},
		"in at the end":                {[]Adoption{at(0, Reached, Embedded, SelfReported)}, "", 0},
		"the same stage again":         {[]Adoption{at(0, Reached, Adopted, SelfReported), at(1, Reached, Adopted, SelfReported)}, "", 0},
		"backward":                     {[]Adoption{at(0, Reached, Adopted, SelfReported), at(1, Reached, Piloting, SelfReported)}, RuleAdoptionBackward, 1},
		"backward by a reversal":       {[]Adoption{at(0, Reached, Adopted, SelfReported), at(1, Reversed, Piloting, SelfReported)}, "", 0},
		"a reversal forward":           {[]Adoption{at(0, Reached, Piloting, SelfReported), at(1, Reversed, Adopted, SelfReported)}, RuleAdoptionNothing, 1},
		"a reversal of nothing":        {[]Adoption{at(0, Reversed, Piloting, SelfReported)}, RuleAdoptionNothing, 0},
		"again after a stop":           {[]Adoption{at(0, Reached, Embedded, SelfReported), at(1, Stopped, "", SelfReported), at(2, Reached, Identified, SelfReported)}, "", 0},
		"a stop of nothing":            {[]Adoption{at(0, Stopped, "", SelfReported)}, RuleAdoptionNothing, 0},
		"a stop twice":                 {[]Adoption{at(0, Reached, Adopted, SelfReported), at(1, Stopped, "", SelfReported), at(2, Stopped, "", SelfReported)}, RuleAdoptionNothing, 2},
		"a stop seen by another":       {[]Adoption{at(0, Reached, Adopted, SelfReported), at(1, Stopped, "", Observed)}, "", 0},
		"a confirmation":               {[]Adoption{at(0, Reached, Adopted, SelfReported), at(1, Confirmed, Adopted, SelfReported)}, "", 0},
		"a confirmation of nothing":    {[]Adoption{at(0, Confirmed, Adopted, SelfReported)}, RuleAdoptionNothing, 0},
		"witnesses disagree":           {[]Adoption{at(0, Reached, Embedded, SelfReported), at(1, Reached, Piloting, Observed)}, "", 0},
		"two on a day":                 {[]Adoption{at(0, Reached, Piloting, SelfReported), at(0, Reached, Adopted, SelfReported)}, RuleAdoptionSameDay, 1},
		"two witnesses on a day":       {[]Adoption{at(0, Reached, Piloting, SelfReported), at(0, Reached, Adopted, Observed)}, "", 0},
		"a stop after an unknown day":  {[]Adoption{{Innovation: "i", Organisation: "o", Step: Reached, Stage: Adopted, Grade: SelfReported, Day: Day{Bound: UnknownBound()}}, at(1, Stopped, "", SelfReported)}, "", 0},
		"a stop in the month it began": {[]Adoption{at(0, Reached, Adopted, SelfReported), {Innovation: "i", Organisation: "o", Step: Stopped, Grade: SelfReported, Day: Day{Bound: InMonth(2019, 1)}}}, "", 0},
		"begun in the month of a stop": {[]Adoption{{Innovation: "i", Organisation: "o", Step: Reached, Stage: Adopted, Grade: SelfReported, Day: Day{Bound: InMonth(2019, 1)}}, at(0, Stopped, "", SelfReported)}, "", 0},
		"a stop before the month":      {[]Adoption{{Innovation: "i", Organisation: "o", Step: Reached, Stage: Adopted, Grade: SelfReported, Day: Day{Bound: InMonth(2019, 2)}}, at(0, Stopped, "", SelfReported)}, RuleAdoptionNothing, 0},
		"a plan is no beginning":       {[]Adoption{planned(at(0, Reached, Adopted, SelfReported)), at(1, Stopped, "", SelfReported)}, RuleAdoptionNothing, 1},
		"a plan beside what came":      {[]Adoption{at(0, Reached, Piloting, SelfReported), planned(at(0, Reached, Adopted, SelfReported))}, "", 0},
	} {
		SortAdoptions(c.events)
		faults := CheckAdoptionLine(c.events, false)
		switch {
		case c.rule == "" && len(faults) > 0:
			t.Errorf("%s: %v", name, faults[0].Err)
		case c.rule != "" && (len(faults) == 0 || faults[0].Err.Rule != c.rule || faults[0].Event != c.which):
			t.Errorf("%s: %+v", name, faults)
		}
	}
}

// An heir may stop or confirm what it inherited, and what it stopped it has not.
func TestCheckAdoptionLineOfAnHeir(t *testing.T) {
	at := func(day string, step AdoptionStep) Adoption {
		a := Adoption{Innovation: "i", Organisation: "o", Step: step, Grade: Observed, Day: OnDay(MustDate(day))}
		if step != Stopped {
			a.Stage = Adopted
		}
		return a
	}
	for _, step := range []AdoptionStep{Confirmed, Reversed, Stopped} {
		if faults := CheckAdoptionLine([]Adoption{at("2020-01-01", step)}, true); len(faults) > 0 {
			t.Errorf("%s: %v", step, faults[0].Err)
		}
		if faults := CheckAdoptionLine([]Adoption{at("2020-01-01", step)}, false); len(faults) != 1 {
			t.Errorf("%s by no heir: %v", step, faults)
		}
	}
	if faults := CheckAdoptionLine([]Adoption{at("2020-01-01", Stopped), at("2020-02-01", Confirmed)}, true); len(faults) != 1 || faults[0].Event != 1 {
		t.Errorf("confirmed after a stop: %v", faults)
	}
}

// A reading is of the last event of the day, from all evidence and from firm
// evidence, with uncertain days late and early.
func TestReadAdoption(t *testing.T) {
	day := func(s string) Date { return MustDate(s) }
	on := func(s string) Day { return OnDay(day(s)) }
	event := func(step AdoptionStep, stage Stage, grade EvidenceGrade, d Day) Adoption {
		return Adoption{Innovation: "i", Organisation: "o", Step: step, Stage: stage, Grade: grade, Day: d}
	}
	month := Day{Bound: InMonth(2019, 3)}
	events := []Adoption{
		event(Reached, Piloting, SelfReported, on("2018-01-01")),
		event(Reached, Adopted, SelfReported, month),
		event(Reached, Embedded, Observed, on("2019-06-01")),
		event(Confirmed, Embedded, Observed, on("2019-07-01")),
		event(Stopped, "", Audited, on("2020-01-01")),
		{Innovation: "i", Organisation: "o", Step: Reached, Stage: Adopted, Grade: Observed, Planned: true, Day: on("2021-01-01")},
	}
	for _, c := range []struct {
		on    string
		want  Readings
		inUse Answer
	}{
		{"2017-12-31", Readings{NotKnown, NotKnown, NotKnown, NotKnown}, No},
		{"2018-01-01", Readings{3, 3, NotKnown, NotKnown}, No},
		{"2019-03-10", Readings{3, 4, NotKnown, NotKnown}, Possibly},
		{"2019-03-31", Readings{4, 4, NotKnown, NotKnown}, Possibly},
		{"2019-06-01", Readings{5, 5, 5, 5}, Yes},
		{"2020-01-01", Readings{0, 0, 0, 0}, No},
		{"2022-01-01", Readings{0, 0, 0, 0}, No},
	} {
		got := ReadAdoption(events, day(c.on), Observed)
		if got != c.want || got.InUse() != c.inUse {
			t.Errorf("%s: %+v (%s), not %+v (%s)", c.on, got, got.InUse(), c.want, c.inUse)
		}
	}
	certain, possible := FirstAdoption(events, SelfReported)
	if certain != day("2019-03-31") || possible != day("2019-03-01") {
		t.Errorf("first by any evidence: %s, %s", certain, possible)
	}
	if certain, _ := FirstAdoption(events, Observed); certain != day("2019-06-01") {
		t.Errorf("first by observation: %s", certain)
	}
	if certain, possible := FirstAdoption(events, Audited); !certain.IsZero() || !possible.IsZero() {
		t.Errorf("first by audit: %s, %s", certain, possible)
	}
}

// Every reason has a domain and a label, and every domain a reason.
func TestStopReasons(t *testing.T) {
	seen := map[Domain]bool{}
	for _, r := range StopReasons() {
		if r.Domain() == "" || r.Label() == "" {
			t.Errorf("%s has no domain or label", r)
		}
		seen[r.Domain()] = true
	}
	for _, d := range Domains() {
		if !seen[d] {
			t.Errorf("no reason lies in %s", d)
		}
	}
}
