package httpapi

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// groupCell lists groups; those that possibly hold are marked.
func groupCell(groups []innovation.AdoptionGroup) string {
	var out []string
	for _, g := range groups {
		text := string(g.Group)
		if g.Holds == innovation.Possibly {
			text += " (possibly)"
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}

// dayCell is a day as far as it is known.
func dayCell(d innovation.Day) string {
	if d.IsZero() {
		return ""
	}
	return d.String()
}

func factCell(facts []innovation.FactID) string {
	var out []string
	for _, f := range facts {
		out = append(out, strconv.FormatInt(int64(f), 10))
	}
	return strings.Join(out, "; ")
}

func keyCell[K ~string](keys []K) string {
	out := make([]string, len(keys))
	for i, k := range keys {
		out[i] = string(k)
	}
	return strings.Join(out, "; ")
}

func stillUsingRows(s store.StillUsing) [][]string {
	rows := [][]string{{"organisation", "name", "kind", "groups", "eligible", "uses", "partly", "from", "grade", "since", "lastSign", "lastConfirmed", "now", "stopped", "reason", "facts"}}
	for _, u := range append(slices.Clip(s.Using), s.StoppedBefore...) {
		stopped, reason := u.StoppedSince, u.Reason
		if u.Uses == innovation.No {
			stopped, reason = u.Spell.Stopped, u.Spell.Reason
		}
		rows = append(rows, []string{string(u.Organisation), u.Name, u.Kind, groupCell(u.Groups), u.Eligible.String(), u.Uses.String(), strconv.FormatBool(u.Standing.Partly),
			keyCell(u.Standing.From), string(u.Spell.Grade), dayCell(u.Spell.Since), dayCell(u.Spell.LastSign), dayCell(u.Spell.LastConfirmed), u.Now.String(), dayCell(stopped),
			string(reason), factCell(u.Spell.Facts)})
	}
	return rows
}

func quietRows(q store.QuietStops) [][]string {
	rows := [][]string{{"innovation", "organisation", "name", "groups", "uses", "quiet", "lastSign", "monthsLow", "monthsHigh", "grade", "since", "facts"}}
	for _, r := range q.Quiet {
		high := ""
		if r.MonthsHigh > 0 {
			high = strconv.Itoa(r.MonthsHigh)
		}
		rows = append(rows, []string{string(r.Innovation), string(r.Organisation), r.Name, groupCell(r.Groups), r.Uses.String(), r.Quiet.String(), dayCell(r.LastSign),
			strconv.Itoa(r.MonthsLow), high, string(r.Grade), dayCell(r.Since), factCell(r.Facts)})
	}
	return rows
}

func stopRows(s store.Stops) [][]string {
	rows := [][]string{{"innovation", "organisation", "name", "groups", "day", "within", "was", "grade", "reason", "reasonLabel", "domain", "alsoGiven", "restarted", "restartedAt", "facts"}}
	for _, r := range s.Stops {
		rows = append(rows, []string{string(r.Innovation), string(r.Organisation), r.Name, groupCell(r.Groups), dayCell(r.Day), r.Within.String(), string(r.Was), string(r.Grade),
			string(r.Reason), r.ReasonLabel, string(r.Domain), keyCell(r.AlsoGiven), dayCell(r.Restarted), string(r.RestartedAt), factCell(r.Facts)})
	}
	return rows
}

func whoNextRows(w store.WhoNext) [][]string {
	rows := [][]string{{"organisation", "name", "networks", "eligible", "inUse", "score", "known", "introducer", "reason", "reasonKnown", "value", "weight", "contribution", "text", "bodies", "innovations", "facts"}}
	for _, r := range w.Rows {
		introducer := ""
		if r.Introducer != nil {
			introducer = string(r.Introducer.Organisation)
		}
		for _, x := range r.Reasons {
			value := ""
			if x.Known {
				value = strconv.FormatInt(x.Value, 10)
			}
			rows = append(rows, []string{string(r.Organisation), r.Name, groupCell(r.Networks), r.Eligible.String(), r.InUse.String(), strconv.FormatInt(r.Score, 10), strconv.FormatInt(r.Known, 10),
				introducer, x.Reason, strconv.FormatBool(x.Known), value, strconv.FormatInt(x.Weight, 10), strconv.FormatInt(x.Contribution, 10), x.Text,
				keyCell(x.Bodies), keyCell(x.Innovations), factCell(x.Facts)})
		}
	}
	return rows
}

func milestoneRows(m store.Milestones) [][]string {
	rows := [][]string{{"milestone", "text", "reached", "certainly", "possibly", "anyTime", "by", "grouping", "groups", "of", "facts", "missing"}}
	for _, r := range m.Milestones {
		of := ""
		if r.Of > 0 {
			of = strconv.Itoa(r.Of)
		}
		rows = append(rows, []string{r.Milestone, r.Text, r.Reached.String(), r.Certainly.String(), r.Possibly.String(), strconv.FormatBool(r.AnyTime), keyCell(r.By), r.Grouping,
			keyCell(r.Groups), of, factCell(r.Facts), r.Missing})
	}
	return rows
}

func costPerAdopterRows(c store.CostPerAdopter) [][]string {
	rows := [][]string{joined([]string{"which", "after", "through", "adoptersLow", "adoptersHigh"}, amountHead("money"), amountHead("each"), []string{"missing", "leftOut"})}
	for _, r := range c.Costs {
		var out []string
		for _, u := range r.LeftOut {
			out = append(out, u.What+": "+u.Reason)
		}
		rows = append(rows, joined([]string{r.Which, r.After.String(), r.Through.String(), strconv.Itoa(r.AdoptersLow), strconv.Itoa(r.AdoptersHigh)},
			reckoningCells(&r.Money), reckoningCells(&r.Each), []string{strings.Join(r.Each.Missing, "; "), strings.Join(out, "; ")}))
	}
	return rows
}

func observationRows(l store.ObservationList) [][]string {
	rows := [][]string{{"observation", "innovation", "programme", "type", "scope", "about", "measure", "value", "low", "high", "unit", "qualifier", "cumulative", "covers", "day", "dayOf", "rivals", "sources"}}
	for _, list := range [][]store.ObservationReading{l.Results, l.Targets, l.Forecasts, l.Baselines} {
		for _, o := range list {
			v := o.Value
			about := cmp.Or(string(v.Body), v.Place, keyCell(o.Bodies))
			rows = append(rows, joined([]string{string(v.Observation), string(v.Innovation), string(v.Programme), string(v.Type), string(v.Scope), about, v.Measure},
				quantityCells(v.Quantity), []string{v.Unit, v.Qualifier, v.Cumulative, periodCell(v.Covers), dayCell(v.Day), v.DayOf, keyCell(o.Rivals), sourceList(o.Sources)}))
		}
	}
	return rows
}

// periodCell is a time, or nothing.
func periodCell(p innovation.Period) string {
	if p == (innovation.Period{}) {
		return ""
	}
	return p.String()
}

// quantityCells are the value and the bounds of a quantity: what is not given is
// an empty cell.
func quantityCells(q innovation.Quantity) []string {
	value, low, high, scale := q.Parts()
	out := make([]string, 0, 3)
	for _, n := range []*int64{value, low, high} {
		if n == nil {
			out = append(out, "")
			continue
		}
		one, err := innovation.QuantityFromParts(n, nil, nil, scale)
		if err != nil {
			panic(err) // its own scale
		}
		out = append(out, one.String())
	}
	return out
}

func innovationRows(l store.InnovationList) [][]string {
	rows := [][]string{{"innovation", "name", "type", "originator", "categories", "suppliers", "programmes"}}
	for _, i := range l.Innovations {
		rows = append(rows, []string{string(i.Innovation), i.Name, i.Type, string(i.Originator), strings.Join(i.Categories, "; "), keyCell(i.Suppliers), keyCell(i.Programmes)})
	}
	return rows
}
