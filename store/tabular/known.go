package tabular

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// anyDay is the view of reads that ask for facts of all days.
var anyDay = innovation.On(innovation.MustDate("2000-01-01"))

// maxSubjects is up to how many subjects the facts of each are read alone.
const maxSubjects = 500

// known is the facts in force of the noun, as far as rows asked for them.
type known struct {
	from   store.Reader
	noun   *Noun
	id     identity
	source innovation.SourceID // of the file
	bySubj map[innovation.Entity]bool
	all    bool
	byKey  map[string][]*held
	taken  map[innovation.FactID]bool // that a row of the file means
}

// held is a fact in force.
type held struct {
	id     innovation.FactID
	joined string // its cells
	cited  bool   // it cites the source of the file
}

func (h *held) cells() []string { return strings.Split(h.joined, "\x00") }

func newKnown(from store.Reader, n *Noun, source innovation.SourceID) *known {
	k := &known{from: from, noun: n, id: n.identity(), source: source, taken: map[innovation.FactID]bool{}}
	k.forget()
	return k
}

// forget reads everything anew when it is asked for.
func (k *known) forget() {
	k.bySubj, k.byKey, k.all = map[innovation.Entity]bool{}, map[string][]*held{}, false
}

// load makes sure that the facts about a subject are known.
func (k *known) load(ctx context.Context, subject innovation.Entity) error {
	if k.all || k.bySubj[subject] {
		return nil
	}
	f := store.FactFilter{Subject: subject, AllDays: true, Limit: 1000}
	if len(k.bySubj) >= maxSubjects {
		k.forget()
		k.all, f.Subject = true, innovation.Entity{}
	} else {
		k.bySubj[subject] = true
	}
	for {
		list, err := store.FactsOf(ctx, k.from, k.noun.Type, anyDay, f)
		if errors.Is(err, innovation.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		for _, fact := range list.Facts {
			cells, err := k.noun.Cells(fact.Value)
			if err != nil {
				return err
			}
			k.put(fact.ID, cells, slices.ContainsFunc(fact.Sources, func(c innovation.Citation) bool { return c.Source == k.source }))
		}
		if f.Page = list.Next; f.Page == "" {
			return nil
		}
	}
}

// put takes up a fact, in the place of what it was.
func (k *known) put(id innovation.FactID, cells []string, cited bool) {
	key := k.id.key(cells)
	k.byKey[key] = append(k.byKey[key], &held{id, strings.Join(cells, "\x00"), cited})
}

// drop forgets what a fact was.
func (k *known) drop(id innovation.FactID, cells []string) {
	key := k.id.key(cells)
	k.byKey[key] = slices.DeleteFunc(k.byKey[key], func(h *held) bool { return h.id == id })
}

// meant finds the fact that a row means: nil when it is a new one. revise says
// that the row follows the fact. Facts that rows before it mean are out of the
// question, unless it says the same.
func (k *known) meant(cells []string, given []bool, revising bool) (h *held, revise bool, err error) {
	all := k.byKey[k.id.key(cells)]
	if len(all) == 0 {
		return nil, false, nil
	}
	at := k.id.at(cells)
	nameless := k.id.reference < 0 || cells[k.id.reference] == ""
	alike := "" // the field by which the row differs from a fact that it may be beside
	var same, free, exact, doubtful []*held
	for _, h := range all {
		was := h.cells()
		equal := true
		for i := range cells {
			equal = equal && (!given[i] || cells[i] == was[i])
		}
		switch {
		case equal && !k.taken[h.id]:
			return h, false, nil
		case equal:
			same = append(same, h)
		case k.taken[h.id] || k.id.rivals && !h.cited || k.id.timeless && k.apart(was, cells):
		case nameless && k.id.differs(was, cells, given) >= 0:
			if k.id.timeless || k.id.at(was) == at {
				doubtful, alike = append(doubtful, h), k.noun.Columns[k.id.differs(was, cells, given)].Name
			}
		case nameless && k.id.reference >= 0 && !h.cited:
			if k.id.at(was) == at {
				doubtful = append(doubtful, h)
			}
		default:
			free = append(free, h)
			if k.id.at(was) == at {
				exact = append(exact, h)
			}
		}
	}
	switch {
	case len(same) > 0:
		return same[0], false, nil
	case len(exact) == 1:
		return exact[0], false, nil
	case len(exact) == 0 && revising && k.noun.Period:
		var last *held // the latest that begins before the row
		for _, h := range free {
			if k.before(h, at) && (last == nil || k.before(last, k.id.at(h.cells()))) {
				last = h
			}
		}
		if last != nil {
			return last, true, nil
		}
	}
	advice := "give the number of the fact in a column fact to correct it: an export has it"
	if k.id.reference >= 0 || alike != "" {
		advice += "; what is another one is told apart by its " + k.noun.Columns[k.id.apart].Name
	}
	switch {
	case len(exact) > 1, k.id.timeless && len(free) > 1:
		return nil, false, innovation.Refusedf(innovation.RuleImportAmbiguous, "", "the row may mean %d facts: %s", len(free), numbers(free)).Trying("%s", advice)
	case k.id.timeless && len(free) == 1:
		return free[0], false, nil
	case alike != "":
		return nil, false, innovation.Refusedf(innovation.RuleImportAmbiguous, alike, "the row may correct what is alike but for this (fact %s), or be another %s", numbers(doubtful), k.noun.Type).
			Trying("%s", advice)
	case len(doubtful) > 0:
		return nil, false, innovation.Refusedf(innovation.RuleImportAmbiguous, "", "the row is of the day of facts that another source has, without a reference either: %s", numbers(doubtful)).
			Trying("%s", advice)
	}
	return nil, false, nil
}

// differs is the first given column of those that are not corrected without the
// number of the fact in which cells say otherwise, -1 for none.
func (id *identity) differs(was, cells []string, given []bool) int {
	for _, i := range id.alike {
		if given[i] && cells[i] != was[i] {
			return i
		}
	}
	return -1
}

// numbers lists the first facts.
func numbers(of []*held) string {
	var out []string
	for _, h := range of[:min(len(of), 5)] {
		out = append(out, strconv.FormatInt(int64(h.id), 10))
	}
	return strings.Join(out, ", ")
}

// apart reports whether two periods certainly have no day in common: what a body
// was once and is again are two facts.
func (k *known) apart(a, b []string) bool {
	if k.id.end < 0 {
		return false
	}
	ends := func(a, b []string) bool {
		end, err1 := innovation.ParseBound(a[k.id.end])
		start, err2 := innovation.ParseBound(b[k.id.time])
		return a[k.id.end] != "" && err1 == nil && err2 == nil && !end.IsZero() && !start.IsZero() && !end.Latest.After(start.Earliest)
	}
	return ends(a, b) || ends(b, a)
}

// before reports whether a fact begins before a day.
func (k *known) before(h *held, at string) bool {
	was, err1 := innovation.ParseBound(k.id.at(h.cells()))
	on, err2 := innovation.ParseBound(at)
	return err1 == nil && err2 == nil && was.Latest.Before(on.Earliest)
}
