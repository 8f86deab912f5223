package main

import (
	"cmp"
	"context"
	"flag"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func innovationsCommand() *command {
	q, filter := &query{}, store.InnovationFilter{}
	var supplier, programme string
	return &command{
		name:  "innovations",
		short: "search innovations by name, type, heading, supplier or programme",
		long: `Finds innovations by a part of a name they ever had, of a product name or of the key,
and by what they are on the day asked about.`,
		examples: []string{"innovationd innovations -q prescribing", "innovationd innovations -type device -format csv", "innovationd innovations -programme prog-pincer"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, &filter.Text, "q", "", "part of a `NAME` of any day, or of the key")
			stringVar(f, &filter.Type, "type", "", "only of this `TYPE` on the day, as device or pathway")
			stringVar(f, &filter.Category, "category", "", "only under this `HEADING` on the day")
			stringVar(f, &filter.CareSetting, "care-setting", "", "only in this care `SETTING` on the day")
			stringVar(f, &supplier, "supplier", "", "only supplied by this `ORGANISATION` on the day: a key or a name")
			stringVar(f, &programme, "programme", "", "only spread by the programme of this `KEY` on the day")
			intVar(f, &filter.Limit, "limit", 100, "how many at most: a `NUMBER` from 1 to 1000")
			stringVar(f, &filter.Page, "page", "", "go on after a list with the `TOKEN` at its end")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := fromOne("-limit", innovation.RulePageLimitInvalid, filter.Limit, 1000); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				filter.Supplier, filter.Programme = innovation.OrganisationID(supplier), innovation.ProgrammeID(programme)
				if err := findAll(func(text string) (innovation.OrganisationID, error) { return r.find(ctx, text) }, &filter.Supplier); err != nil {
					return nil, nil, err
				}
				list, err := r.Innovations(ctx, r.view, filter)
				if err != nil {
					return nil, nil, err
				}
				rep := &report{title: "Innovations on " + longDate(r.view.On)}
				rep.asOf(r.view, list.Recipe)
				s := section{name: "innovations", head: []string{"key", "name", "type", "from", "headings", "suppliers", "programmes"}}
				if !knewNothing(list.Recipe) {
					s.empty = "None was found."
				}
				for _, i := range list.Innovations {
					s.add(string(i.Innovation), i.Name, words(i.Type), string(i.Originator), strings.Join(i.Categories, "; "), ids(i.Suppliers), ids(i.Programmes))
				}
				if list.Next != "" {
					rep.note("There are more: repeat with -page %s", list.Next)
				}
				rep.sections = []section{s}
				return list, rep, nil
			})
		},
	}
}

func innovationCommand() *command {
	q := &query{}
	return &command{
		name: "innovation", args: "KEY-or-name", min: 1, max: 1,
		short: "one innovation: names, suppliers, headings, readiness, notices, programmes",
		long: `What holds, or possibly holds, on the day asked about; of what it was called, all
days.

Sections for -format csv: facts, suppliers, categories, readiness, notices,
programmes, mandates, eligibility, claims.`,
		examples: []string{"innovationd innovation inn-pincer", "innovationd innovation pincer -on 2019-04-01"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				id, err := r.findInnovation(ctx, args[0])
				if err != nil {
					return nil, nil, err
				}
				i, err := r.Innovation(ctx, r.view, id)
				if err != nil {
					return nil, nil, err
				}
				return i, innovationReport(r, i), nil
			})
		},
	}
}

func innovationReport(r *reading, i store.InnovationReading) *report {
	rep := &report{title: i.Name + " (" + string(i.Innovation) + ") on " + longDate(r.view.On)}
	rep.asOf(r.view, i.Recipe)
	facts := section{name: "facts", title: "What it is", head: []string{"name", "type", "from", "what it does", "period", "note", "source"}}
	for _, f := range i.Facts {
		facts.add(f.Value.Name, words(f.Value.Type), string(f.Value.Originator), f.Value.Summary, f.Value.Period, f.Value.Note, f.Sources)
	}
	suppliers := section{name: "suppliers", title: "Suppliers", head: []string{"supplier", "as", "period", "note", "source"}}
	for _, f := range i.Supplies {
		suppliers.add(string(f.Value.Supplier), f.Value.Product, f.Value.Period, f.Value.Note, f.Sources)
	}
	categories := section{name: "categories", title: "Headings and care settings", head: []string{"heading", "care setting", "period", "source"}}
	for _, f := range i.Categories {
		categories.add(words(f.Value.Category), words(f.Value.CareSetting), f.Value.Period, f.Sources)
	}
	readiness := section{name: "readiness", title: "Readiness", head: []string{"what", "says", "by", "reference", "period", "source"}}
	for _, f := range i.Readiness {
		readiness.add(words(f.Value.Type), f.Value.Outcome, string(f.Value.Issuer), f.Value.Reference, f.Value.Period, f.Sources)
	}
	told := section{name: "notices", title: "Notices", head: []string{"number", "day", "what", "by", "text", "source"}}
	for _, f := range i.Notices {
		told.add(int64(f.ID), f.Value.Day, words(f.Value.Type), string(f.Value.Issuer), f.Value.Text, f.Sources)
	}
	programmes := section{name: "programmes", title: "Programmes", head: []string{"programme", "phase", "period", "note", "source"}}
	for _, f := range i.Programmes {
		programmes.add(string(f.Value.Programme), phaseText(f.Value.Phase), f.Value.Period, f.Value.Note, f.Sources)
	}
	rep.sections = []section{facts, suppliers, categories, readiness, told, programmes, mandateSection(i.Mandates), eligibilitySection(i.Eligible), claimSection(i.Claims)}
	return rep
}

// phaseText is the number of a phase, or nothing.
func phaseText(n int64) any {
	if n == 0 {
		return ""
	}
	return n
}

func mandateSection(all []innovation.Recorded[innovation.Mandate]) section {
	s := section{name: "mandates", title: "Mandates", head: []string{"programme", "innovation", "force", "year", "comply by", "criteria", "by", "period", "source"}}
	for _, f := range all {
		s.add(string(f.Value.Programme), cmp.Or(string(f.Value.Innovation), "all of it"), orNotKnown(words(string(f.Value.Force))), f.Value.Year.String(), dayText(f.Value.ComplyBy),
			f.Value.Criteria, string(f.Value.Owner), f.Value.Period, f.Sources)
	}
	return s
}

func eligibilitySection(all []innovation.Recorded[innovation.Eligibility]) section {
	s := section{name: "eligibility", title: "Who could adopt", head: []string{"who", "within", "could", "innovation", "programme", "phase", "why", "period", "source"}}
	for _, f := range all {
		v := f.Value
		who, could := cmp.Or(string(v.Organisation), words(v.Kind), words(v.Role)), "yes"
		if v.Excluded {
			could = "no"
		}
		s.add(who, string(v.Within), could, string(v.Innovation), string(v.Programme), phaseText(v.Phase), v.Reason, v.Period, f.Sources)
	}
	return s
}

func claimSection(all []innovation.Recorded[innovation.Claim]) section {
	s := section{name: "claims", title: "Published claims", head: []string{"topic", "what", "value", "day", "note", "source"}}
	for _, f := range all {
		s.add(f.Value.Topic, f.Value.Field, strings.TrimSpace(f.Value.Value+" "+f.Value.Unit), f.Value.Day, f.Value.Note, f.Sources)
	}
	return s
}

func programmeCommand() *command {
	q := &query{}
	return &command{
		name: "programme", args: "KEY", min: 1, max: 1,
		short: "one programme: phases, innovations, mandates, who is eligible, published figures",
		long: `What holds, or possibly holds, on the day asked about; of what it was called and of
its phases, all days. Published figures say whether they are results, targets,
forecasts or baselines, and are never added to events.

Sections for -format csv: facts, phases, innovations, mandates, eligibility,
observations, claims.`,
		examples: []string{"innovationd programme prog-pincer", "innovationd programme prog-pincer -on 2019-04-01"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				o, err := r.Programme(ctx, r.view, innovation.ProgrammeID(args[0]))
				if err != nil {
					return nil, nil, err
				}
				rep := &report{title: o.Name + " (" + string(o.Programme) + ") on " + longDate(r.view.On)}
				rep.asOf(r.view, o.Recipe)
				facts := section{name: "facts", title: "What it is", head: []string{"name", "type", "commissioner", "lead", "status", "period", "note", "source"}}
				for _, f := range o.Facts {
					facts.add(f.Value.Name, words(f.Value.Type), string(f.Value.Commissioner), string(f.Value.Lead), f.Value.Status, f.Value.Period, f.Value.Note, f.Sources)
				}
				phases := section{name: "phases", title: "Phases", head: []string{"phase", "name", "aim", "period", "note", "source"}}
				for _, f := range o.Phases {
					phases.add(f.Value.Number, f.Value.Name, f.Value.Aim, f.Value.Period, f.Value.Note, f.Sources)
				}
				spread := section{name: "innovations", title: "Innovations", head: []string{"innovation", "phase", "period", "note", "source"}}
				for _, f := range o.Innovations {
					spread.add(string(f.Value.Innovation), phaseText(f.Value.Phase), f.Value.Period, f.Value.Note, f.Sources)
				}
				figures := observationSection("observations", "Published figures", o.Observations)
				rep.sections = []section{facts, phases, spread, mandateSection(o.Mandates), eligibilitySection(o.Eligible), figures, claimSection(o.Claims)}
				return o, rep, nil
			})
		},
	}
}

// observationSection lists published figures.
func observationSection(name, title string, all []store.ObservationReading) section {
	s := section{name: name, title: title, head: []string{"innovation", "measure", "figure", "bounds", "unit", "about", "of", "day", "type", "otherwise", "source", "key"}, keys: "key"}
	for _, o := range all {
		v := o.Value
		about := cmp.Or(string(v.Body), v.Place, ids(o.Bodies), words(string(v.Scope)))
		var time any = ""
		if v.Covers != (innovation.Period{}) {
			time = v.Covers.String()
		}
		qualifier := words(v.Qualifier)
		if v.Qualifier == "exact" || v.Quantity.String() == boundsText(v.Quantity) { // which says so itself
			qualifier = ""
		}
		s.add(string(v.Innovation), words(v.Measure), strings.TrimSpace(qualifier+" "+v.Quantity.String()), boundsText(v.Quantity), words(v.Unit), about, time, v.Day,
			string(v.Type), ids(o.Rivals), o.Sources, string(v.Observation))
	}
	return s
}

// boundsText is the bounds of a quantity, where they say more than its value.
func boundsText(q innovation.Quantity) string {
	value, low, high, scale := q.Parts()
	if low != nil && high != nil && value != nil && *low == *value && *high == *value {
		return ""
	}
	bounds, err := innovation.QuantityFromParts(nil, low, high, scale)
	if err != nil || bounds.IsZero() {
		return ""
	}
	return bounds.String()
}

func observationsCommand() *command {
	q, filter := &query{}, store.ObservationFilter{}
	var named, programme, body string
	return &command{
		name: "observations", args: "[KEY-or-name]", min: 0, max: 1,
		short: "published figures about the spread of innovations, results apart from targets",
		long: `Of an innovation, or of all: what was published about its spread, with bounds, unit,
time and sources. Results count by their day; targets and forecasts are listed
whatever their day, and apart. None is an event, and none is added to events. A
figure that another contradicts names it.

Sections for -format csv: results, targets, forecasts, baselines, claims.`,
		examples: []string{"innovationd observations inn-pincer", "innovationd observations -programme prog-pincer -type result -format csv"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, &programme, "programme", "", "only of the programme of this `KEY`")
			stringVar(f, (*string)(&filter.Type), "type", "", "only of this `TYPE`: result, target, forecast or baseline")
			stringVar(f, (*string)(&filter.Scope), "scope", "", "only of this `SCOPE`, as england or network")
			stringVar(f, &body, "body", "", "only about this `ORGANISATION`: a key or a name")
			stringVar(f, &filter.Measure, "measure", "", "only of this `MEASURE`")
			intVar(f, &filter.Limit, "limit", 100, "how many at most: a `NUMBER` from 1 to 1000")
			stringVar(f, &filter.Page, "page", "", "go on after a list with the `TOKEN` at its end")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := fromOne("-limit", innovation.RulePageLimitInvalid, filter.Limit, 1000); err != nil {
				return err
			}
			return q.answer(ctx, p, func(r *reading) (_ any, _ *report, err error) {
				if len(args) > 0 {
					named = args[0]
				}
				if named != "" {
					if filter.Innovation, err = r.findInnovation(ctx, named); err != nil {
						return nil, nil, err
					}
				}
				filter.Programme, filter.Body = innovation.ProgrammeID(programme), innovation.OrganisationID(body)
				if err := findAll(func(text string) (innovation.OrganisationID, error) { return r.find(ctx, text) }, &filter.Body); err != nil {
					return nil, nil, err
				}
				list, err := r.Observations(ctx, r.view, filter)
				if err != nil {
					return nil, nil, err
				}
				rep := &report{title: "Published figures about spread, as of " + longDate(r.view.On)}
				rep.asOf(r.view, list.Recipe)
				results := observationSection("results", "Results", list.Results)
				if !knewNothing(list.Recipe) {
					results.empty = "No result is recorded."
				}
				if list.Next != "" {
					rep.note("There are more: repeat with -page %s", list.Next)
				}
				rep.sections = []section{results, observationSection("targets", "Targets, which are no results", list.Targets),
					observationSection("forecasts", "Forecasts, which are no results", list.Forecasts), observationSection("baselines", "Baselines", list.Baselines), claimSection(list.Claims)}
				return list, rep, nil
			})
		},
	}
}

func peerGroupCommand() *command {
	q := &query{}
	return &command{
		name: "peer-group", args: "KEY", min: 1, max: 1,
		short: "one peer group with its members on a day",
		long: `England comes with no peer groups: record your own with peer-group.record and
peer.record. The key of the example stands for one of them.`,
		examples: []string{"innovationd peer-group peers-teaching -on 2024-01-01"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				g, err := r.PeerGroup(ctx, r.view, innovation.PeerGroupID(args[0]))
				if err != nil {
					return nil, nil, err
				}
				rep := &report{title: g.Name + " (" + string(g.PeerGroup) + ") on " + longDate(r.view.On)}
				rep.asOf(r.view, g.Recipe)
				members := section{name: "members", head: []string{"organisation", "member", "period", "source", "key"}, keys: "key", empty: "It has no members on that day."}
				for _, m := range g.Members {
					members.add(m.Name, m.Holds, m.Value.Period, m.Sources, string(m.Value.Organisation))
				}
				facts := section{name: "facts", title: "What it is", head: []string{"name", "made by", "what they have in common", "period", "source"}}
				for _, f := range g.Facts {
					facts.add(f.Value.Name, string(f.Value.Owner), f.Value.Basis, f.Value.Period, f.Sources)
				}
				rep.sections = []section{members, facts}
				return g, rep, nil
			})
		},
	}
}
