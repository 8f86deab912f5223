package innovation

import "time"

// RuleViewInvalid refuses a view that names no day.
const RuleViewInvalid RuleID = "view-invalid"

// View is the point on the two clocks from which a question is asked: the
// state on the day On, as the register knew it at the instant Known. The zero
// Known means everything known now. On has no default in Go: only the edges
// (HTTP, the binary) take today for it.
type View struct {
	On    Date
	Known time.Time
	// PublishedBy, when set, leaves out facts without a source that was published
	// on or before that day. It is a filter, not a third clock.
	PublishedBy Date
}

// On is the view of day d with everything known now.
func On(d Date) View { return View{On: d} }

// AsKnown returns the view of the same day as it was known at t.
func (v View) AsKnown(t time.Time) View { v.Known = t; return v }

// Validate refuses a view without a day.
func (v View) Validate() error {
	if v.On.IsZero() {
		return Invalidf(RuleViewInvalid, "on", "the view names no day").
			Trying("set On, for example innovation.On(innovation.MustDate(\"2023-10-01\"))")
	}
	if !v.On.After(Dawn) || !v.On.Before(Forever) {
		return Invalidf(RuleViewInvalid, "on", "%s is no day to ask about", v.On).Trying("ask about a day between the years 2 and 9998")
	}
	return nil
}

// Recipe is what a result was made from: asking again with the same day and
// act gives the same answer for ever.
type Recipe struct {
	On          Date      `json:"on" doc:"The day asked about"`
	Act         ActNumber `json:"act" doc:"The last act that was known; 0 means the register knew nothing yet"`
	Known       time.Time `json:"known,omitzero" doc:"The time of that act (UTC)"`
	PublishedBy Date      `json:"publishedBy,omitzero" doc:"Only facts with a source published by this day were counted"`
	Undated     int64     `json:"undatedSources,omitempty" doc:"How many sources may have been published by then, but bear no day that says so: facts that only they support were left out"`
}
