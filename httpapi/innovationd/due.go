package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/innovationregistry/registry/innovation"
)

func conditionsCommand() *command {
	q, within := &query{}, 0
	return &command{
		name:  "conditions",
		short: "what is outstanding, by whom, overdue since when",
		long: `The outstanding conditions that are due within so many days after the day asked
about, and all that are overdue on it. Conditions that bind holders whom no
source names are listed apart.

Sections for -format csv: conditions, unnamed.`,
		examples: []string{"innovationd conditions -within 90", "innovationd conditions -on 2013-06-01 -within 365"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			intVar(f, &within, "within", 90, "`DAYS` to look ahead, 90 when left out")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				list, err := r.ConditionsDue(ctx, r.view, within)
				if err != nil {
					return nil, nil, err
				}
				rep := &report{title: fmt.Sprintf("Conditions overdue on %s or due within %s", longDate(r.view.On), plural(within, "day", "days"))}
				rep.asOf(r.view, list.Recipe)
				due := section{name: "conditions", head: []string{"network", "licence", "condition", "text", "due", "days left", "overdue since", "source"}}
				if !knewNothing(list.Recipe) {
					due.empty = "No condition of a named holder is overdue or due by then."
				}
				for _, c := range list.Conditions {
					name, err := r.name(ctx, c.Holder)
					if err != nil {
						return nil, nil, err
					}
					s := c.Condition
					due.add(name, string(c.Licence), string(s.Condition), s.Text, s.Due, c.Days, s.OverdueSince, s.Sources)
				}
				unnamed := section{name: "unnamed", title: "In force for holders that no source names: nobody can be called to account for these",
					head: []string{"round", "binds", "condition", "text", "due", "outcome"}}
				for _, c := range list.Unnamed {
					unnamed.add(string(c.Round), fmt.Sprintf("%d unnamed", c.Unnamed), string(c.Condition), c.Text, c.Due, words(c.Outcome))
				}
				rep.sections = []section{due, unnamed}
				return list, rep, nil
			})
		},
	}
}

func endingCommand() *command {
	q, within := &query{}, 0
	return &command{
		name:  "ending",
		short: "which licences end soon, and what follows them",
		long: `The licences that end within so many months after the day asked about, and those
past an end that no source states, each with what follows: the next licence, an
option that can still be exercised, or nothing that is known.`,
		examples: []string{"innovationd ending -on 2028-01-01 -within 12"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			intVar(f, &within, "within", 12, "`MONTHS` to look ahead, 12 when left out")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				list, err := r.LicencesEnding(ctx, r.view, within)
				if err != nil {
					return nil, nil, err
				}
				rep := &report{title: fmt.Sprintf("Licences that end within %s of %s", plural(within, "month", "months"), longDate(r.view.On))}
				rep.asOf(r.view, list.Recipe)
				s := section{name: "licences", head: []string{"network", "licence", "standing", "ends", "followed by", "from"}}
				if !knewNothing(list.Recipe) {
					s.empty = "No licence is known to end by then."
				}
				for _, e := range list.Licences {
					name, err := r.name(ctx, e.Holder)
					if err != nil {
						return nil, nil, err
					}
					s.add(name, string(e.Licence), words(string(e.Standing)), e.Ends, follows(e), e.NextFrom)
				}
				rep.sections = []section{s}
				return list, rep, nil
			})
		},
	}
}

// follows says what follows a licence.
func follows(e innovation.LicenceEnding) string {
	switch e.Follows {
	case innovation.FollowsLicence:
		return string(e.Next)
	case innovation.FollowsOption:
		text := ""
		for i, o := range e.Options {
			if i > 0 {
				text += "; "
			}
			text += "option: " + o.Text
			if o.Exerciser != "" {
				text += ", by " + string(o.Exerciser)
			}
			if !o.Until.IsZero() {
				text += ", until " + dayText(o.Until)
			}
			if o.Outcome != "" {
				text += " (" + words(o.Outcome) + ")"
			}
		}
		return text
	}
	return "not known"
}
