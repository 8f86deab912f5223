package store

import (
	"context"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

// maxNesting is how far up envelopes are followed: deeper than any that is
// published, and enough to see an envelope that lies in itself.
const maxNesting = 32

// entityIs is the condition that a column names the entity.
//
//go:noinline // hundreds of places would hold a copy of it
func entityIs(column string, e innovation.Entity) where {
	return where{}.and(column+" = (SELECT id FROM reg_entity WHERE kind = ? AND key = ?)", string(e.Kind), string(e.Key))
}

// envelopeFile reads an envelope with all that is shared out of it, or with
// one allocation alone; found is false when the moment knows no such envelope.
func envelopeFile(ctx context.Context, s *session, m moment, id innovation.EnvelopeID, only innovation.AllocationID) (f innovation.EnvelopeFile, found bool, err error) {
	of := entityIs("f.subject", id.Entity())
	selected, err := selectFacts(ctx, s, m, envelopes, m.known("f").join(of), "ORDER BY f.added DESC LIMIT 1")
	if err != nil || len(selected) == 0 {
		return f, false, err
	}
	f.Envelope = selected[0]
	if f.Above, err = envelopesAbove(ctx, s, m, f.Envelope.Value); err != nil {
		return f, false, err
	}
	which := entityIs("f.envelope", id.Entity())
	within := where{}.and("IN (SELECT a.subject FROM reg_allocation a WHERE a.envelope = (SELECT id FROM reg_entity WHERE kind = ? AND key = ?) AND "+
		m.plain("a").text[0]+")", append([]any{string(innovation.KindEnvelope), string(id)}, m.plain("a").args...)...)
	if only != "" {
		which = entityIs("f.subject", only.Entity())
		within = where{}.and("= (SELECT id FROM reg_entity WHERE kind = ? AND key = ?)", string(innovation.KindAllocation), string(only))
	}
	ofAllocations := func(column string) where { return where{}.and(column+" "+within.text[0], within.args...) }
	var g gatherer
	f.Allocations = gather(&g, ctx, s, m, allocations, m.known("f").join(which))
	f.Shares = gather(&g, ctx, s, m, shares, m.known("f").join(ofAllocations("f.subject")))
	f.Awards = gather(&g, ctx, s, m, awards, m.known("f").join(ofAllocations("f.allocation")))
	if only != "" {
		return f, true, g.err
	}
	f.CoFunders = gather(&g, ctx, s, m, coFunders, m.known("f").join(of))
	f.Criteria = gather(&g, ctx, s, m, criteria, m.known("f").join(of))
	f.Scores = gather(&g, ctx, s, m, scores, m.known("f").join(ofAllocations("f.subject")))
	f.Parts = gather(&g, ctx, s, m, envelopes, m.known("f").join(entityIs("f.parent", id.Entity())))
	f.Claims = gather(&g, ctx, s, m, moneyClaims, m.known("f").join(of))
	return f, true, g.err
}

// envelopesAbove follows the parents of an envelope. It ends where one comes
// up again.
func envelopesAbove(ctx context.Context, s *session, m moment, e innovation.Envelope) ([]innovation.EnvelopeID, error) {
	m.bare = true
	var above []innovation.EnvelopeID
	for next := e.Parent; next != "" && len(above) < maxNesting && !slices.Contains(above, next); {
		above = append(above, next)
		got, err := selectFacts(ctx, s, m, envelopes, m.plain("f").join(entityIs("f.subject", next.Entity())), "ORDER BY f.added DESC LIMIT 1")
		if err != nil {
			return nil, err
		}
		if len(got) == 0 {
			break
		}
		next = got[0].Value.Parent
	}
	return above, nil
}

// moneyFindings lists what does not fit together about envelopes: parts that
// come to more than the whole, shares outside their bounds or over the sum.
func moneyFindings(ctx context.Context, s *session, m moment) ([]innovation.Finding, error) {
	var g gatherer
	known := where{}.and("f.start_earliest <= ?", m.on.DayNumber())
	all := gather(&g, ctx, s, m, envelopes, m.known("f").join(known))
	made := gather(&g, ctx, s, m, allocations, m.known("f"))
	bounds := gather(&g, ctx, s, m, criteria, m.known("f"))
	parts := gather(&g, ctx, s, m, shares, m.known("f"))
	if g.err != nil {
		return nil, g.err
	}
	var out []innovation.Finding
	for _, e := range all {
		id := e.Value.Envelope
		f := innovation.EnvelopeFile{Envelope: e, Shares: parts}
		f.Allocations = only(made, func(a *innovation.Allocation) bool { return a.Envelope == id })
		f.Criteria = only(bounds, func(c *innovation.Criterion) bool { return c.Envelope == id })
		f.Parts = only(all, func(p *innovation.Envelope) bool { return p.Parent == id })
		out = append(out, f.CheckParts()...)
		if len(f.Allocations) == 0 {
			continue
		}
		check, err := f.SharesOn(m.on)
		if err != nil {
			return nil, err
		}
		out = append(out, check.Findings...)
	}
	return out, nil
}
