package innovation

import "sort"

// StageAnswer says whether an organisation is at a stage.
type StageAnswer struct {
	Stage Stage  `json:"stage" doc:"The stage"`
	At    Answer `json:"at" doc:"Whether it is at this stage, not before and not beyond it"`
}

// AdoptionLine is where the events of one grade of evidence alone leave an
// organisation: one witness.
type AdoptionLine struct {
	Grade   EvidenceGrade `json:"grade" doc:"The grade of evidence"`
	Stage   Stage         `json:"stage,omitempty" doc:"The stage by this evidence; left out when it says that it stopped"`
	Stopped bool          `json:"stopped,omitempty" doc:"True when this evidence says that it stopped"`
	Since   Day           `json:"since" doc:"The day of the event that says so"`
}

// AdoptionStanding is where an organisation stands with an innovation on a day,
// on the evidence of its own events and of the bodies that became it.
type AdoptionStanding struct {
	InUse         Answer        `json:"inUse" doc:"Whether it uses the innovation: adopted or embedded"`
	Stopped       Answer        `json:"stopped" doc:"Whether it had begun and stopped"`
	Stages        []StageAnswer `json:"stages" doc:"The stages that it is at, or may be at; none when no event tells"`
	Standing      UnitStanding  `json:"standing" doc:"How the evidence reads, and of which parts"`
	Certain       Date          `json:"certainSince,omitzero" doc:"The day from which it certainly uses it without a stop since; left out when it does not certainly"`
	Possible      Date          `json:"possiblySince,omitzero" doc:"The first day from which it may have used it without a stop since; left out when it does not"`
	FirstCertain  Date          `json:"firstCertain,omitzero" doc:"The day by which it had certainly come to use it for the first time"`
	FirstPossible Date          `json:"firstPossible,omitzero" doc:"The first day on which it may have come to use it"`
	ExtentLow     int64         `json:"extentLow,omitempty" doc:"The least part of it that uses it, in millionths, as last stated; both left out when not stated"`
	ExtentHigh    int64         `json:"extentHigh,omitempty" doc:"The greatest part of it that uses it, in millionths"`
	Spell         UseSpell      `json:"spell" doc:"The last time in which it used it, whatever the evidence: when it was last heard of and, when it stopped, why"`
}

// StandingFile is what an organisation's standing is read from: its own events
// and those of the bodies that its standing comes from.
type StandingFile struct {
	Organisation OrganisationID
	Events       []Recorded[Adoption]
	Lineage      *Lineage
}

// eventsOf gives the events of one body.
func (f StandingFile) eventsOf(id OrganisationID) []Adoption {
	var out []Adoption
	for i := range f.Events {
		if f.Events[i].Value.Organisation == id {
			out = append(out, f.Events[i].Value)
		}
	}
	return out
}

// Standing reads where the organisation stands on a day.
func (f StandingFile) Standing(on Date, firm EvidenceGrade) UnitStanding {
	return f.Lineage.Standing(f.Organisation, f.eventsOf, on, Footprint{}, firm)
}

// StandingOn is Standing in full.
func (f StandingFile) StandingOn(on Date, firm EvidenceGrade) AdoptionStanding {
	at := func(d Date) UnitStanding {
		return f.Lineage.Standing(f.Organisation, f.eventsOf, d, Footprint{Mode: FootprintDay, Day: on}, firm)
	}
	out := AdoptionStanding{Standing: at(on), Stages: []StageAnswer{}}
	out.InUse, out.Stopped = out.Standing.InUse(), out.Standing.Stopped()
	for _, s := range Stages() {
		if a := out.Standing.At(s); a != No {
			out.Stages = append(out.Stages, StageAnswer{s, a})
		}
	}
	out.Certain, out.Possible = f.since(on, at)
	speaks := f.speakers(out.Standing)
	var counted []Adoption
	var heard []Recorded[Adoption]
	for _, e := range f.Events {
		if speaks[e.Value.Organisation] {
			counted, heard = append(counted, e.Value), append(heard, e)
		}
	}
	out.FirstCertain, out.FirstPossible = FirstAdoption(counted, SelfReported)
	if out.FirstCertain.After(on) {
		out.FirstCertain = Date{}
	}
	if out.FirstPossible.After(on) {
		out.FirstPossible = Date{}
	}
	out.Spell = UseOf(heard, on)
	if out.InUse != No {
		out.ExtentLow, out.ExtentHigh = lastExtent(counted, f.Organisation, on)
	}
	return out
}

// speakers are the bodies whose events decide a standing.
func (f StandingFile) speakers(s UnitStanding) map[OrganisationID]bool {
	out := map[OrganisationID]bool{f.Organisation: true}
	for _, id := range s.From {
		out[id] = true
	}
	return out
}

// since finds the days from which it uses it, certainly and possibly, without a
// day between on which that was not so.
func (f StandingFile) since(on Date, at func(Date) UnitStanding) (certain, possible Date) {
	var days []Date
	read := map[OrganisationID]bool{}
	for i := range f.Events {
		id := f.Events[i].Value.Organisation
		if read[id] {
			continue
		}
		read[id] = true
		for _, e := range f.eventsOf(id) {
			for _, d := range [...]Date{e.Day.Earliest, e.Day.Latest} {
				if !d.After(on) {
					days = append(days, d)
				}
			}
		}
	}
	sortDays(days)
	surely, maybe := true, true
	for i := len(days) - 1; i >= 0 && maybe; i-- {
		use := at(days[i]).InUse()
		if surely = surely && use == Yes; surely {
			certain = days[i]
		}
		if maybe = use != No; maybe {
			possible = days[i]
		}
	}
	return certain, possible
}

// lastExtent is the extent that was last stated of the organisation's own use
// since its last stop by evidence that is as good.
func lastExtent(events []Adoption, id OrganisationID, on Date) (low, high int64) {
	sorted := append([]Adoption(nil), events...)
	SortAdoptions(sorted)
	by := 0
	for _, a := range sorted {
		switch {
		case a.Organisation != id || a.Planned || a.Day.Latest.After(on):
		case a.Step == Stopped && a.Grade.Rank() >= by:
			low, high = 0, 0
		case a.ExtentHigh > 0 && a.Stage.InUse():
			low, high, by = a.ExtentLow, a.ExtentHigh, a.Grade.Rank()
		}
	}
	return low, high
}

// AdoptionLines reads the events of one organisation by each grade of evidence
// alone, from the weakest, as at the end of a day.
func AdoptionLines(events []Adoption, on Date) []AdoptionLine {
	out := []AdoptionLine{}
	for _, g := range EvidenceGrades() {
		var last *Adoption
		for i := range events {
			a := &events[i]
			if a.Grade != g || !a.Counts() || a.Day.Latest.After(on) {
				continue
			}
			if last == nil || a.Day.Latest.DayNumber()<<8|a.Mark() > last.Day.Latest.DayNumber()<<8|last.Mark() {
				last = a
			}
		}
		if last != nil {
			out = append(out, AdoptionLine{g, last.Stage, last.Step == Stopped, last.Day})
		}
	}
	return out
}

// Disputed reports whether lines disagree on whether the innovation is in use.
func Disputed(lines []AdoptionLine) bool {
	using, idle := false, false
	for _, l := range lines {
		using, idle = using || l.Stage.InUse(), idle || !l.Stage.InUse()
	}
	return using && idle
}

// SortRecordedAdoptions puts recorded events in the order of AdoptionBefore, then
// of their numbers.
func SortRecordedAdoptions(events []Recorded[Adoption]) {
	sort.Slice(events, func(i, j int) bool {
		a, b := &events[i], &events[j]
		if AdoptionBefore(a.Value, b.Value) {
			return true
		}
		return !AdoptionBefore(b.Value, a.Value) && a.ID < b.ID
	})
}
