package uptake

import (
	"context"
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// Contradiction is something that a list says otherwise than what the register
// holds, or held until this list, and that no change in between explains. What the
// register holds stays, unless it had only not known a first or last day; both are
// kept as claims about the body, under one topic.
type Contradiction struct {
	Row          int                       `json:"row" doc:"The row"`
	Code         string                    `json:"code" doc:"The code of the body"`
	Organisation innovation.OrganisationID `json:"organisation" doc:"Its key"`
	Field        string                    `json:"field" doc:"What is disputed: open (the first day, or ..D when it was listed on D), close (the last day, or open), name, or a relation"`
	Held         string                    `json:"held" doc:"What the register holds, or held before the list"`
	HeldSources  []innovation.Citation     `json:"heldSources,omitempty" doc:"Who says so"`
	Says         string                    `json:"says" doc:"What the row says"`
	Source       innovation.Citation       `json:"source" doc:"The row"`
	Topic        string                    `json:"topic" doc:"The topic of both claims"`
}

// claimTopic begins the topics of claims about what lists say.
const claimTopic = "ods-"

// contradict keeps two values that contradict each other as claims, and lists
// them.
func (l *listing) contradict(ctx context.Context, p *listed, field, held string, sources []innovation.Citation, heldOn innovation.Date, says string) error {
	topic := claimTopic + field + "-" + strings.ToLower(p.code)
	if err := innovation.CheckKey("topic", topic); err != nil {
		return err
	}
	c := Contradiction{Row: p.row.number, Code: p.code, Organisation: p.id, Field: field, Held: held, HeldSources: sources, Says: says, Source: l.cite(p.row.number), Topic: topic}
	if len(l.report.Contradictions) < maxNotes {
		l.report.Contradictions = append(l.report.Contradictions, c)
	} else {
		l.report.MoreContradictions++
	}
	if err := l.claim(ctx, p, innovation.Claim{About: p.id.Entity(), Topic: topic, Field: field, Value: held, Day: claimed(heldOn)}, sources); err != nil {
		return err
	}
	return l.claim(ctx, p, innovation.Claim{About: p.id.Entity(), Topic: topic, Field: field, Value: says, Day: claimed(l.on)}, []innovation.Citation{c.Source})
}

// claimed is the day of a claim, unknown for none.
func claimed(day innovation.Date) innovation.Day {
	if day.IsZero() {
		return innovation.Day{Bound: innovation.UnknownBound()}
	}
	return innovation.OnDay(day)
}

// claim records a claim, or cites the sources for the same one that is there.
func (l *listing) claim(ctx context.Context, p *listed, c innovation.Claim, sources []innovation.Citation) error {
	if err := l.needSource(ctx); err != nil {
		return err
	}
	for _, f := range l.held.claims[c.Topic] {
		if f.Value.About != c.About || f.Value.Value != c.Value {
			continue
		}
		for _, s := range sources {
			if slices.ContainsFunc(f.Sources, func(o innovation.Citation) bool { return o.Source == s.Source }) {
				continue
			}
			if err := l.tx.Cite(ctx, f.ID, s); err != nil {
				return err
			}
			p.changed = true
		}
		return nil
	}
	id, err := l.tx.Record(ctx, c, sources...)
	if err != nil {
		return err
	}
	p.changed = true
	l.held.claims[c.Topic] = append(l.held.claims[c.Topic], innovation.Recorded[innovation.Claim]{ID: id, Value: c, Sources: sources})
	return nil
}

// disputed lists again what other lists say otherwise than a row, when the row
// is one of those that were found to say so: what it says is held by now.
func (l *listing) disputed(ctx context.Context, p *listed, field, says string) error {
	topic := claimTopic + field + "-" + strings.ToLower(p.code)
	about := p.id.Entity()
	party := slices.ContainsFunc(l.held.claims[topic], func(f innovation.Recorded[innovation.Claim]) bool {
		return f.Value.About == about && f.Value.Value == says && cites(f.Sources, l.opts.Source)
	})
	if !party {
		return nil
	}
	for _, f := range l.held.claims[topic] {
		if f.Value.About != about || f.Value.Value == says {
			continue
		}
		for _, c := range f.Sources {
			if err := l.contradict(ctx, p, field, f.Value.Value, []innovation.Citation{c}, f.Value.Day.Latest, says); err != nil {
				return err
			}
		}
	}
	return nil
}

// sayers are those of the sources of a life that may have said a day of it:
// neither the list that is brought in, nor those that say otherwise, nor, of the
// end, those of lists of before it. When none is left it is all of them.
func (l *listing) sayers(p *listed, field, value string, sources []innovation.Citation) []innovation.Citation {
	var out []innovation.Citation
	last, err := innovation.ParseDate(value)
	for _, c := range sources {
		day, list := l.held.editions[c.Source]
		otherwise := slices.ContainsFunc(l.held.claims[claimTopic+field+"-"+strings.ToLower(p.code)], func(f innovation.Recorded[innovation.Claim]) bool {
			return f.Value.About == p.id.Entity() && f.Value.Value != value && cites(f.Sources, c.Source)
		})
		if c.Source == l.opts.Source || otherwise || field == "close" && list && err == nil && !day.After(last) {
			continue
		}
		out = append(out, c)
	}
	if len(out) == 0 {
		return sources
	}
	return out
}

// cites reports whether a source is among citations.
func cites(all []innovation.Citation, source innovation.SourceID) bool {
	return slices.ContainsFunc(all, func(c innovation.Citation) bool { return c.Source == source })
}
