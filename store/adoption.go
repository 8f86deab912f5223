package store

import (
	"fmt"
	"slices"

	"github.com/innovationregistry/registry/innovation"
)

const codeAdoption = 63

// Adoption events are by far the most numerous facts: their words are stored as
// small numbers, and the mark, by which they are counted, beside them.
var adoptions = define(codeAdoption, false, "reg_adoption", func(a *innovation.Adoption) []*column {
	return []*column{
		ref(1, "innovation", "subject", innovation.KindInnovation, (*string)(&a.Innovation)),
		ref(2, "organisation", "organisation", innovation.KindOrganisation, (*string)(&a.Organisation)),
		coded(3, "step", "step", stepCodes, (*string)(&a.Step)),
		coded(4, "stage", "stage", stageCodes, (*string)(&a.Stage)),
		coded(5, "grade", "grade", gradeCodes, (*string)(&a.Grade)),
		integer(6, "extentLow", "extent_low", &a.ExtentLow),
		integer(7, "extentHigh", "extent_high", &a.ExtentHigh),
		coded(8, "reason", "reason", reasonCodes, (*string)(&a.Reason)),
		boolean(9, "planned", "planned", &a.Planned),
		boolean(10, "restated", "restated", &a.Restated),
		ref(11, "source", "source", innovation.KindSource, (*string)(&a.Source)).optional(),
		text(12, "note", "note", &a.Note),
		derivedNumber("mark", func() int64 { return a.Mark() }),
		happened("day", &a.Day),
	}
})

// The codes of the words of adoption: a word's place in its list, from 1. They
// are in rows and digests, so that words are only ever added at the end.
var (
	stepCodes   = codesOf(innovation.AdoptionSteps())
	stageCodes  = codesOf(innovation.Stages())
	gradeCodes  = codesOf(innovation.EvidenceGrades())
	reasonCodes = codesOf(innovation.StopReasons())
)

func codesOf[T ~string](list []T) []string {
	out := []string{""}
	for _, w := range list {
		out = append(out, string(w))
	}
	return out
}

var adoptionDecisions = define(64, false, "reg_adoption_decision", func(d *innovation.AdoptionDecision) []*column {
	return []*column{
		ref(1, "innovation", "subject", innovation.KindInnovation, (*string)(&d.Innovation)),
		ref(2, "organisation", "organisation", innovation.KindOrganisation, (*string)(&d.Organisation)),
		ref(3, "for", "for_body", innovation.KindOrganisation, (*string)(&d.For)).optional(),
		ref(4, "programme", "programme", innovation.KindProgramme, (*string)(&d.Programme)).optional(),
		text(5, "outcome", "outcome", (*string)(&d.Outcome)),
		text(6, "priority", "priority", (*string)(&d.Priority)),
		text(7, "evidence", "evidence", (*string)(&d.Evidence)),
		text(8, "affordable", "affordable", (*string)(&d.Affordable)),
		text(9, "fit", "fit", (*string)(&d.Fit)),
		text(10, "blocker", "blocker", (*string)(&d.Blocker)),
		text(11, "reason", "reason", &d.Reason),
		text(12, "note", "note", &d.Note),
		event("day", &d.Day),
	}
})

// coded is a word of a closed list, stored as its place in the list.
//
//go:noinline // every table would hold a copy of it
func coded(tag uint64, field, name string, list []string, word *string) *column {
	var n int64
	code := func() int64 { return int64(slices.Index(list, *word)) }
	return &column{tag: tag, field: field, names: []string{name},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) { return []any{code()}, nil },
		dest:  []any{&n},
		load: func() error {
			if n < 0 || n >= int64(len(list)) {
				return fmt.Errorf("%d stands for no %s", n, field)
			}
			*word = list[n]
			return nil
		},
		write: func(e *encoder) { e.integer(tag, code()) },
	}
}

// derivedNumber is a number worked out from other columns.
//
//go:noinline // every table would hold a copy of it
func derivedNumber(name string, value func() int64) *column {
	var kept int64
	return &column{names: []string{name},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) { return []any{value()}, nil },
		dest:  []any{&kept},
		write: func(*encoder) {},
		verify: func() error {
			if kept != value() {
				return fmt.Errorf("%s does not follow from the other fields", name)
			}
			return nil
		},
	}
}

// happened is the day of an event without the end that an event has not: of
// those that are very many.
//
//go:noinline // every table would hold a copy of it
func happened(field string, d *innovation.Day) *column {
	return &column{tag: tagStart, field: field,
		names: []string{"start_earliest", "start_latest", "start_basis"},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) { return boundValues(d.Bound), nil },
		dest:  boundDest(&d.Bound),
		write: func(e *encoder) { e.bound(tagStart, d.Bound) },
	}
}
