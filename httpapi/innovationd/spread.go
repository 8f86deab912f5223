package main

import (
	"context"
	"flag"
	"fmt"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func spreadCommands() []*command {
	return []*command{spreadCommand(), spreadFitCommand(), uptakeCommand(), uptakeSeriesCommand(), uptakeFunnelCommand(), uptakeMoversCommand()}
}

// spreadDays are the flags for two days and a footprint.
type spreadDays struct{ from, to, mode, day string }

func (d *spreadDays) bind(f *flag.FlagSet, from, to string) {
	if from != "" {
		stringVar(f, &d.from, "from", "", from)
		stringVar(f, &d.to, "to", "", to)
	}
	stringVar(f, &d.mode, "footprint", "", "on which `LIST` of organisations: then, day or held; then when left out")
	stringVar(f, &d.day, "footprint-day", "", "the `DAY` of the footprint, as 2019-04-01")
}

// read reads the flags that were given.
func (d *spreadDays) read(from, to *innovation.Date, f *innovation.Footprint) error {
	var errs []error
	f.Mode = innovation.FootprintMode(d.mode)
	for _, x := range []struct {
		name, text string
		into       *innovation.Date
	}{{"from", d.from, from}, {"to", d.to, to}, {"footprint-day", d.day, &f.Day}} {
		if x.text != "" && x.into != nil {
			var err error
			*x.into, err = innovation.ParseDate(x.text)
			errs = append(errs, inFlag(x.name, err))
		}
	}
	if d.day == "" && (f.Mode == innovation.FootprintDay || f.Mode == innovation.FootprintHeld) {
		errs = append(errs, noFootprintDay(d.mode))
	}
	return flagged(errs...)
}

// bindSpread adds the flags that the questions about spread share.
func bindSpread(f *flag.FlagSet, ask *store.SpreadQuery, d *spreadDays, reach *string) {
	d.bind(f, "the first `DAY`; that of the innovation when left out, or of the first adoption", "the last `DAY`; that asked about when left out")
	stringVar(f, (*string)(&ask.Grade), "grade", "", "only evidence of this `GRADE` or better: self-reported, supplier-reported, ordered, observed, audited")
	stringVar(f, (*string)(&ask.Programme), "programme", "", "who could adopt, as the programme with this `KEY` sees it")
	int64Var(f, &ask.Phase, "phase", 0, "and as this phase of it sees it: a `NUMBER`")
	stringVar(f, &ask.Period, "period", "month", "the `LENGTH` of the periods: month, quarter, year or financial-year")
	stringVar(f, reach, "reach", "50", "when will this `SHARE` in per cent have adopted")
}

// readReach reads a share in per cent.
func readReach(text string, into *int64) (err error) {
	*into, err = parsePercent("reach", text)
	if err == nil && (*into < 1 || *into > 999_999) {
		err = innovation.Invalidf(innovation.RuleQuestionInvalid, "-reach", "%s is no share below all and above nothing", quote(text)).Trying("a number such as 50 or 33.3333")
	}
	return flagged(err)
}

func spreadCommand() *command {
	q, ask, d, reach := &query{}, store.SpreadQuery{}, spreadDays{}, ""
	return &command{
		name: "spread", args: "INNOVATION", min: 1, max: 1,
		short: "how an innovation spread: adopters by period, hazard, time to adoption",
		long: `First adopters in each period, certainly and possibly; the share of those that
could adopt; the chance to adopt for those that had not (the hazard); how long it
took (Kaplan–Meier, those that have not adopted censored); when a share had adopted.
What the data cannot bear is not answered, and it is said why.

Sections for -format csv: periods, reach, categories, refused, left-out, survival,
units.

The innovation libre of the examples is one of your own; README.md brings it in.`,
		examples: []string{"innovationd spread libre -to 2019-04-30", "innovationd spread libre -by icb -period quarter -footprint held -footprint-day 2018-04-01",
			"innovationd spread libre -format svg -chart survival -o libre.svg"},
		flags: func(f *flag.FlagSet) {
			q.bindCharts(f, store.ChartCurve, store.ChartHazard, store.ChartSurvival)
			bindSpread(f, &ask, &d, &reach)
			stringVar(f, &ask.By, "by", "", "also apart by `GROUP`: network, kind, or a kind of body they lie within, as icb")
			boolVar(f, &ask.Units, "units", false, "list each organisation too")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := d.read(&ask.From, &ask.To, &ask.Footprint); err != nil {
				return err
			}
			if err := readReach(reach, &ask.Reach); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				var err error
				if ask.Innovation, err = r.findInnovation(ctx, args[0]); err != nil {
					return nil, nil, err
				}
				s, err := r.Spread(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return s, spreadReport(r, s), nil
			})
		},
	}
}

// spreadCount is how many it is, low to high.
func spreadCount(n store.CountRange) string {
	return rangeText(int(min(n.Certain, n.Possible)), int(max(n.Certain, n.Possible)))
}

// shareText is a share in per cent, with a decimal.
func shareText(x *float64) string {
	if x == nil {
		return "not known"
	}
	return strconv.FormatFloat(*x*100, 'f', 1, 64) + " %"
}

// boundsOfShare are two shares as one text.
func boundsOfShare(low, high *float64) string {
	a, b := shareText(low), shareText(high)
	if a == b {
		return a
	}
	return strings.TrimSuffix(a, " %") + " to " + b
}

// floatText is a number with as many digits as tell something.
func floatText(x float64) string { return strconv.FormatFloat(x, 'g', 5, 64) }

//go:noinline // many places would hold a copy of it
func knownFloat(x *float64) string {
	if x == nil {
		return "not known"
	}
	return floatText(*x)
}

func refusedSection(all []store.Unanswered) section {
	s := section{name: "refused", title: "Not answered, for the data cannot bear it", head: []string{"what", "why", "rule", "try"}}
	for _, u := range all {
		s.add(u.Part, u.Detail, string(u.Rule), u.Try)
	}
	return s
}

func notesOf(rep *report, notes []string) {
	for _, n := range notes {
		rep.note("Note: %s.", n)
	}
}

func evidenceText(g innovation.EvidenceGrade) string {
	if g == "" {
		return "of any grade"
	}
	return string(g) + " or better"
}

func daysText(t *store.SpreadTime) string {
	if t.Days == nil {
		return "not known: " + t.Reason
	}
	text := floatText(*t.Days) + " days"
	switch {
	case t.Low != nil && t.High != nil:
		text += fmt.Sprintf(" (95 %% interval %s to %s)", floatText(*t.Low), floatText(*t.High))
	case t.Reason != "":
		text += " (" + t.Reason + ")"
	}
	return text
}

func spreadReport(r *reading, s store.Spread) *report {
	rep := &report{title: fmt.Sprintf("How %s (%s) spread, %s to %s", s.Name, s.Asked.Innovation, s.Asked.From, s.Asked.To)}
	rep.asOf(r.view, s.Recipe)
	eligible := "who could adopt is not known"
	if s.EligibleKnown {
		eligible = spreadCount(s.All.Eligible) + " could adopt on the last day"
	}
	rep.note("Footprint: %s. Eligible: %s. Evidence: %s.", s.Footprint, eligible, evidenceText(s.Asked.Grade))
	rep.note("%s had adopted by %s.", spreadCount(s.All.Adopters), longDate(s.Asked.To))
	notesOf(rep, s.Notes)
	periods := section{name: "periods", head: []string{"group", "period", "new", "new at the earliest", "cumulative", "eligible", "share", "at risk at its start", "entered within it", "hazard", "95 % low", "95 % high"}, empty: "There is no period."}
	times := section{name: "reach", title: "Time to adoption", head: []string{"group", "half", "share asked about", "by then"}}
	categories := section{name: "categories", title: "Adopters by how early they were, so far", head: []string{"group", "category", "adopters"}}
	survival := section{name: "survival", title: "Share not yet adopted (Kaplan–Meier)", head: []string{"group", "days", "at risk", "adopted", "censored", "share", "standard error", "low", "high"}}
	came, other := false, false
	var refused []store.Unanswered
	for _, g := range append([]store.SpreadGroup{s.All}, s.Groups...) {
		name := g.Name
		switch {
		case name == "" && g.Group == "":
			name = "all"
		case name == "":
			name = g.Group
		}
		for _, p := range g.Periods {
			label := p.Name
			if p.Part {
				label += " (part)"
			}
			share, could := boundsOfShare(p.ShareLow, p.ShareHigh), spreadCount(p.Eligible)
			if !s.EligibleKnown {
				could = "not known"
			}
			var risk, entered any = "", ""
			hazard, low, high := "not known", "", ""
			if h := p.Hazard; h != nil {
				risk, entered, hazard = h.AtRisk, h.Entered, shareText(h.Hazard)
				if h.Hazard == nil {
					hazard = "not known: " + h.Reason
				} else {
					low, high = shareText(h.Low), shareText(h.High)
				}
			}
			periods.add(name, label, p.New.Certain, p.New.Possible, spreadCount(p.Cumulative), could, share, risk, entered, hazard, low, high)
			came = came || p.Hazard != nil && p.Hazard.Entered > 0
			other = other || p.Adopted != p.Cumulative && s.EligibleKnown
		}
		if g.Survival != nil {
			times.add(name, daysText(&g.Survival.Median), percent(s.Asked.Reach), daysText(g.Reach))
			for _, step := range g.Survival.Steps {
				low, high := "not known", "not known"
				if step.Low != nil && step.High != nil {
					low, high = shareText(step.Low), shareText(step.High)
				}
				survival.add(name, floatText(step.Days), step.AtRisk, step.Adopted, step.Censored, shareText(&step.Share), shareText(&step.StdErr), low, high)
			}
		}
		for _, c := range g.Categories {
			categories.add(name, words(string(c.Category)), c.Adopters)
		}
		for _, u := range g.Refused {
			u.Part = name + ": " + u.Part
			refused = append(refused, u)
		}
	}
	if came {
		periods.under = append(periods.under, "Those that entered within a period count in its hazard from their entry: as a half, and whole when they adopted in it.")
	}
	if other {
		periods.under = append(periods.under, "Cumulative counts all that first adopted by then. The share is of those that could adopt at the end of the period, and counts those of them that adopted, themselves or as what they came from: it is not cumulative over eligible.")
	}
	all := s.All.Periods
	if n := lastOf(len(all), func(i int) bool { return all[i].New != store.CountRange{} }); n > 0 && n < len(all) {
		periods.under = append(periods.under, "No first adoption is known that is later than "+all[n-1].Name+": the rows after it say only that.")
	}
	out := section{name: "left-out", title: "Adopters that are not counted with the others", head: []string{"organisation", "why"}}
	for _, l := range s.LeftOut {
		out.add(string(l.Organisation), l.Reason)
	}
	units := section{name: "units", title: "Organisations", head: []string{"organisation", "eligible", "from", "until", "adopted by", "at the earliest", "category", "evidence"}}
	for _, u := range s.Units {
		category := words(string(u.Category))
		if u.Inherited {
			category = "came as an adopter"
		}
		units.add(string(u.Organisation), u.Eligible, u.Entered, u.Left, u.Certain, u.Possible, category, string(u.Grade))
	}
	rep.sections = []section{periods, times, categories, refusedSection(refused), out}
	if len(s.Groups) == 0 {
		rep.sections = append(rep.sections, survival)
	} else {
		survival.title = "" // for CSV
		rep.sections = append(rep.sections, survival)
	}
	rep.sections = append(rep.sections, units)
	return rep
}

func spreadFitCommand() *command {
	q, ask, d, reach := &query{}, store.FitQuery{}, spreadDays{}, ""
	return &command{
		name: "spread-fit", args: "INNOVATION", min: 1, max: 1,
		short: "which curve a spread follows, and what it forecasts",
		long: `Fits a curve to the first adopters of whole periods: of Bass, a logistic or a
Gompertz, with standard errors; compares them; forecasts, with intervals, which is
never a result; and says when the curve reaches a share.

Sections for -format csv: parameters, comparison, series, forecast, refused.

The innovation libre of the examples is one of your own; README.md brings it in.`,
		examples: []string{"innovationd spread-fit libre -model compare -to 2019-04-30", "innovationd spread-fit libre -method share -horizon 24 -back-test 6"},
		flags: func(f *flag.FlagSet) {
			q.bindCharts(f, store.ChartCurve)
			bindSpread(f, &ask.SpreadQuery, &d, &reach)
			stringVar(f, &ask.Model, "model", "bass", "the `CURVE`: bass, logistic, gompertz, or compare for all")
			stringVar(f, &ask.Method, "method", "increments", "on what: increments, share (of those that could adopt) or regression (Bass 1969): a `METHOD`")
			stringVar(f, &ask.Ceiling, "ceiling", "estimated", "how many adopt in the end: a `CEILING` that is estimated, or all eligible")
			int64Var(f, &ask.Horizon, "horizon", 12, "how many `PERIODS` are forecast")
			int64Var(f, &ask.BackTest, "back-test", 0, "how many of the last `PERIODS` are held out and forecast from those before")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := d.read(&ask.From, &ask.To, &ask.Footprint); err != nil {
				return err
			}
			if err := readReach(reach, &ask.Reach); err != nil {
				return err
			}
			if err := fromOne("-horizon", innovation.RuleQuestionInvalid, int(ask.Horizon), 1000); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				var err error
				if ask.Innovation, err = r.findInnovation(ctx, args[0]); err != nil {
					return nil, nil, err
				}
				s, err := r.SpreadFit(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return s, spreadFitReport(r, s), nil
			})
		},
	}
}

func spreadFitReport(r *reading, s store.SpreadFit) *report {
	rep := &report{title: fmt.Sprintf("Curves of the spread of %s (%s), %s to %s", s.Name, s.Asked.Innovation, s.Asked.From, s.Asked.To)}
	rep.asOf(r.view, s.Recipe)
	eligible := "who could adopt is not known"
	if s.EligibleKnown {
		eligible = spreadCount(s.Eligible) + " could adopt on the last day"
	}
	rep.note("Footprint: %s. Eligible: %s. Evidence: %s.", s.Footprint, eligible, evidenceText(s.Asked.Grade))
	if a := s.Arrival; a != nil {
		text := fmt.Sprintf("%s of the %s (%s adopters): %s", shareText(&a.Share), a.Of, floatText(a.Target), words(string(a.Status)))
		if !a.Day.IsZero() {
			text += ", on about " + longDate(a.Day)
			if !a.Low.IsZero() && !a.High.IsZero() {
				text += fmt.Sprintf(" (95 %% interval %s to %s)", a.Low, a.High)
			}
		}
		rep.note("%s. By the curve: a forecast unless it is past.", text)
	}
	if b := s.BackTest; b != nil {
		rep.note("Back-test of %s: fitted to %d periods, it missed the next %d by %s %s on average; %s of them lay within their intervals.", b.Model, b.Train, b.Test, floatText(b.MAE), b.In, shareText(&b.Coverage))
	}
	notesOf(rep, s.Notes)
	parameters := section{name: "parameters", head: []string{"curve", "fitted to", "in", "parameter", "value", "standard error", "r2"}, empty: "No curve could be fitted."}
	for _, m := range s.Models {
		for _, p := range m.Parameters {
			e := knownFloat(p.Error)
			if p.Given {
				e = "given"
			}
			parameters.add(words(string(m.Model)), string(m.Scale), m.In, p.Name, floatText(p.Value), e, floatText(m.R2))
		}
	}
	comparison := section{name: "comparison", title: "Compared, the best first", head: []string{"curve", "aicc", "bic", "delta", "weight"}}
	for _, c := range s.Comparison {
		comparison.add(words(string(c.Model)), floatText(c.AICc), floatText(c.BIC), floatText(c.Delta), floatText(c.Weight))
	}
	series := section{name: "series", title: "What was fitted", head: []string{"period", "new", "cumulative", "fitted"}}
	for _, p := range s.Series {
		series.add(p.Name, p.Adopters, p.Cumulative, knownFloat(p.Fitted))
	}
	forecast := section{name: "forecast", title: "Forecast, no result", head: []string{"period", "new", "cumulative", "low", "high"}}
	if s.Forecast != nil {
		for _, p := range s.Forecast.Points {
			forecast.add(p.Name, knownFloat(p.New), floatText(p.Cumulative), floatText(p.Low), floatText(p.High))
		}
	}
	rep.sections = []section{parameters, comparison, series, forecast, refusedSection(s.Refused)}
	return rep
}
