package main

import (
	"context"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func whoNextCommand() *command {
	q, ask := &query{}, innovation.WhoNextQuery{}
	var network, peerGroup, programme string
	var weights texts
	return &command{
		name: "who-next", args: "KEY-or-name", min: 1, max: 1,
		short: "whom to call next about an innovation, with every reason, and who should introduce them",
		long: `The eligible organisations that do not certainly use the innovation, ranked by a
sum of stated reasons, each with its value from 0 to 1, its weight and what it
stands on. A reason that is not known adds nothing and is not 0: "known" says how
much of the weight is known. The usual weights are a judgement; change them:

  network-peers=25     others of the same network use it
  icb-peers=20         others of the same integrated care board use it
  peer-group=20        others of the same peer group use it
  similar-size=10      one of about its population uses it
  like-innovations=15  it took up innovations like this one
  stage-reached=20     it assesses or pilots it already
  mandate=10           it is to be used by a day
  blocker=-30          it declined, deferred or stopped

Sections for -format csv: next, reasons, introducers, like.`,
		examples: []string{"innovationd who-next inn-pincer -network ahsn-oxford", "innovationd who-next inn-pincer -weight blocker=-50 -weight mandate=0 -limit 5"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, &network, "network", "", "only organisations that this `NETWORK` serves: a key or a name")
			stringVar(f, &peerGroup, "peer-group", "", "compare with the peer group of this `KEY`; with every group it is in when left out")
			stringVar(f, &programme, "programme", "", "those eligible as the programme of this `KEY` sees it")
			int64Var(f, &ask.Phase, "phase", 0, "and as its phase of this `NUMBER` sees it")
			intVar(f, &ask.Limit, "limit", 20, "list at most this `NUMBER`, to 1000")
			f.Var(&weights, "weight", "another `WEIGHT` of a reason, as blocker=-50; may be given several times")
			bindFirm(f, &ask.Firm)
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := fromOne("-limit", innovation.RulePageLimitInvalid, ask.Limit, 1000); err != nil {
				return err
			}
			var err error
			if ask.Weights, err = innovation.ParseWeights("-weight", weights); err != nil {
				return flagged(err)
			}
			return q.answer(ctx, p, func(r *reading) (_ any, _ *report, err error) {
				if ask.Innovation, err = r.findInnovation(ctx, args[0]); err != nil {
					return nil, nil, err
				}
				ask.Network, ask.PeerGroup, ask.Programme = innovation.OrganisationID(network), innovation.PeerGroupID(peerGroup), innovation.ProgrammeID(programme)
				if err := findAll(func(text string) (innovation.OrganisationID, error) { return r.find(ctx, text) }, &ask.Network); err != nil {
					return nil, nil, err
				}
				w, err := r.WhoNext(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return w, whoNextReport(r, w), nil
			})
		},
	}
}

// decimal is a number with decimals, written out.
type decimal string

// inPoints writes a score, which is in millionths, with three decimals.
func inPoints(millionths int64) decimal {
	sign := ""
	if millionths < 0 {
		sign, millionths = "-", -millionths
	}
	return decimal(fmt.Sprintf("%s%d.%03d", sign, millionths/1_000_000, millionths%1_000_000/1000))
}

// placed reports whether it is known how an introducer stands to the organisation:
// by network, integrated care board or peer group.
func placed(in *innovation.Introducer) bool {
	return slices.ContainsFunc(in.Reasons, func(x innovation.ScoredReason) bool {
		return x.Known && (x.Reason == innovation.WhyNetwork || x.Reason == innovation.WhyICB || x.Reason == innovation.WhyPeers)
	})
}

func whoNextReport(r *reading, w store.WhoNext) *report {
	rep := &report{title: "Whom to call next about " + string(w.Asked.Innovation) + ", as of " + longDate(r.view.On)}
	rep.asOf(r.view, w.Recipe)
	rep.basis(w.Basis)
	rep.note("%s of the eligible use it.", rangeText(w.UsersLow, w.UsersHigh))
	next := section{name: "next", head: []string{"organisation", "network", "uses it", "score", "known", "for", "against", "who could introduce", "key"}, keys: "key"}
	if !knewNothing(w.Recipe) {
		next.empty = "No eligible organisation is known that does not use it."
	}
	reasons := section{name: "reasons", title: "The reasons", head: []string{"organisation", "reason", "value", "weight", "adds", "what it says", "facts"}}
	introducers := section{name: "introducers", title: "Who could introduce them", head: []string{"organisation", "introducer", "reason", "value", "weight", "adds", "what it says", "facts"}}
	add := func(s *section, before []any, all []innovation.ScoredReason) {
		for _, x := range all {
			var value, adds any = "not known", ""
			if x.Known {
				value, adds = inPoints(x.Value), inPoints(x.Contribution)
			}
			s.add(append(append([]any{}, before...), words(x.Reason), value, x.Weight, adds, x.Text, factNumbers(x.Facts))...)
		}
	}
	for _, row := range w.Rows {
		var why, not []string
		for _, x := range row.Reasons {
			if x.Contribution > 0 {
				why = append(why, words(x.Reason))
			} else if x.Contribution < 0 {
				not = append(not, words(x.Reason))
			}
		}
		who := "nobody certainly uses it"
		if row.Introducer != nil && !placed(row.Introducer) {
			who = "nobody is known to be placed"
		} else if row.Introducer != nil {
			who = row.Introducer.Name
			add(&introducers, []any{row.Name, row.Introducer.Name}, row.Introducer.Reasons)
		}
		next.add(row.Name, inGroups(row.Networks), row.InUse, inPoints(row.Score), partText(row.Known, row.Known), strings.Join(why, ", "), strings.Join(not, ", "), who, string(row.Organisation))
		add(&reasons, []any{row.Name}, row.Reasons)
	}
	like := section{name: "like", title: "Innovations like it", head: []string{"innovation", "in common", "users among the eligible"}}
	for _, l := range w.Like {
		like.add(string(l.Innovation), strings.Join(l.Shares, "; "), l.Users)
	}
	if w.More > 0 {
		rep.note("%s ranked and not listed: repeat with -limit.", plural(w.More, "more is", "more are"))
	}
	rep.sections = []section{next, reasons, introducers, like}
	return rep
}

func milestonesCommand() *command {
	q := &query{}
	return &command{
		name: "milestones", args: "KEY-or-name", min: 1, max: 1,
		short: "how an innovation went from one place to the whole country, by days",
		long: `First piloted, in one area, in several, used in several regions, in every region and
network, by half of those that could: each with the day by which it certainly
was reached, by firm evidence, and the earliest on which it may have been. An
area is an integrated care board, and before July 2022 what the register knows
of its kind, which is named.`,
		examples: []string{"innovationd milestones inn-pincer", "innovationd milestones inn-pincer -on 2020-03-31 -format csv"},
		flags:    q.bind,
		run: func(ctx context.Context, p *program, args []string) error {
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				id, err := r.findInnovation(ctx, args[0])
				if err != nil {
					return nil, nil, err
				}
				m, err := r.Milestones(ctx, r.view, id)
				if err != nil {
					return nil, nil, err
				}
				rep := &report{title: "From local to national: " + string(id) + ", as of " + longDate(r.view.On)}
				rep.asOf(r.view, m.Recipe)
				rep.basis(m.Basis)
				s := section{name: "milestones", head: []string{"milestone", "certainly by", "possibly from", "made by", "grouped by", "groups", "of", "facts", "not known", "code"}, keys: "code"}
				for _, x := range m.Milestones {
					certainly, possibly := x.Certainly.String(), x.Possibly.String()
					switch {
					case x.Missing != "":
						certainly = "not known"
					case x.Reached == innovation.No:
						certainly = "not reached"
					case certainly == "":
						certainly = "not certain"
					}
					if x.AnyTime {
						possibly = "any day"
					}
					of := ""
					if x.Of > 0 {
						of = strconv.Itoa(x.Of)
					}
					var by names
					for _, id := range x.By {
						by = append(by, nameOr(m.Names, id))
					}
					var groups, facts names
					for _, id := range x.Groups {
						groups = append(groups, string(id))
					}
					for _, n := range x.Facts {
						facts = append(facts, strconv.FormatInt(int64(n), 10))
					}
					if max(len(by), len(groups), len(facts)) > mostNames {
						s.under = []string{"Of long lists the first three stand here; -format csv has all."}
					}
					s.add(x.Text, certainly, possibly, by, words(x.Grouping), groups, of, facts, x.Missing, x.Milestone)
				}
				rep.sections = []section{s}
				return m, rep, nil
			})
		},
	}
}

func costPerAdopterCommand() *command {
	q, ask := &query{}, innovation.CostPerAdopterQuery{}
	var programme string
	return &command{
		name: "cost-per-adopter", args: "KEY-or-name", min: 1, max: 1,
		short: "what each further adopter cost: the first ones beside the last ones, as bounds",
		long: `The money of awards that are linked to a programme of the innovation, against those
who came to use it in the same time. An award is linked when its programme is
the key or a name of the programme, or its stream is the key. It counts only when
all that it covers lies in that time and the programme spreads nothing else:
nothing is apportioned, and what is left out is listed.

Sections for -format csv: costs, links, left-out.`,
		examples: []string{"innovationd cost-per-adopter inn-pincer", "innovationd cost-per-adopter inn-pincer -count 5 -on 2020-03-31"},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, &programme, "programme", "", "only money of the programme of this `KEY`")
			intVar(f, &ask.Count, "count", 10, "how many adopters the first and the last are: a `NUMBER` to 10000")
			bindFirm(f, &ask.Firm)
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := fromOne("-count", innovation.RuleQuestionInvalid, ask.Count, 10000); err != nil {
				return err
			}
			ask.Programme = innovation.ProgrammeID(programme)
			return q.answer(ctx, p, func(r *reading) (_ any, _ *report, err error) {
				if ask.Innovation, err = r.findInnovation(ctx, args[0]); err != nil {
					return nil, nil, err
				}
				c, err := r.CostPerAdopter(ctx, r.view, ask)
				if err != nil {
					return nil, nil, err
				}
				return c, costPerAdopterReport(r, c), nil
			})
		},
	}
}

func costPerAdopterReport(r *reading, c store.CostPerAdopter) *report {
	rep := &report{title: "What each further adopter of " + string(c.Asked.Innovation) + " cost, as of " + longDate(r.view.On)}
	rep.asOf(r.view, c.Recipe)
	rep.basis(c.Basis)
	rep.note("%s", c.Rule)
	costs := section{name: "costs", head: []string{"adopters", "after", "through", "how many", "money", "for each", "what is missing"}}
	out := leftOutSection("Not counted")
	for _, x := range c.Costs {
		which := "all"
		if x.Which != "all" {
			which = "the " + x.Which + " " + strconv.Itoa(c.Asked.Count)
		}
		many := rangeText(x.AdoptersLow, x.AdoptersHigh)
		if x.Through.IsZero() {
			many = "not known"
		}
		costs.add(which, x.After, x.Through, many, reckoned(x.Money), reckoned(x.Each), missing(x.Each))
		addLeftOut(&out, which, x.LeftOut)
	}
	links := section{name: "links", title: "Linked awards", head: []string{"programme", "innovations", "award", "linked by", "amount", "for"}}
	for _, p := range c.Programmes {
		for _, a := range p.Awards {
			links.add(string(p.Programme), p.Innovations, string(a.Award), words(a.By), a.Figure.Amount, covers(a.Figure))
		}
		if len(p.Awards) == 0 {
			links.add(string(p.Programme), p.Innovations, "no award is linked", "", "", "")
		}
	}
	rep.sections = []section{costs, links, out}
	return rep
}
