package england_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
)

func TestReconciliationDropsNothingSilently(t *testing.T) {
	for _, line := range england.Reconciliation() {
		left := 0
		for _, o := range line.LeftOut {
			left += o.Rows
			if o.Reason == "" || o.Rows <= 0 {
				t.Errorf("%s: %d rows left out because %q", line.File, o.Rows, o.Reason)
			}
			if len(o.Which) > 0 && len(o.Which) != o.Rows {
				t.Errorf("%s: %d rows left out, %d listed", line.File, o.Rows, len(o.Which))
			}
		}
		if line.Rows != line.Used+left {
			t.Errorf("%s: %d rows in, %d used, %d left out", line.File, line.Rows, line.Used, left)
		}
		if (line.Used == 0) != (line.Facts == 0) {
			t.Errorf("%s: %d rows used in %d facts", line.File, line.Used, line.Facts)
		}
		t.Logf("%-34s %6d in %4d used %5d facts %6d left out", line.File, line.Rows, line.Used, line.Facts, left)
	}
}

func TestReconciliationCounts(t *testing.T) {
	type counts struct{ Rows, Used, Left int }
	got := map[string]counts{}
	for _, line := range england.Reconciliation() {
		c := counts{line.Rows, line.Used, 0}
		for _, o := range line.LeftOut {
			c.Left += o.Rows
		}
		got[line.File] = c
	}
	for file, want := range map[string]counts{
		"articles":               {5, 5, 0},
		"organisations":          {162, 162, 0},
		"networks":               {15, 15, 0},
		"network_names":          {45, 45, 0},
		"network_populations":    {26, 26, 0},
		"network_areas":          {97, 95, 2},
		"icb_successions":        {34, 34, 0},
		"people":                 {59, 58, 1},
		"organisation_relations": {80, 80, 0},
		"licences":               {45, 45, 0},
		"licence_conditions":     {33, 33, 0},
		"claims":                 {74, 72, 2},
		"funding":                {44, 44, 0},
		"deals":                  {6, 5, 1},
		"commitments":            {22, 14, 8},
		"innovations":            {49, 49, 0},
		"programmes":             {32, 32, 0},
		"programme_innovations":  {66, 66, 0},
		"adoption_observations":  {218, 218, 0},
		"hin_unit_history":       {67, 65, 2},
		"hin_units_current":      {15, 15, 0},
		"etr_2025-12":            {273, 273, 0},
		"successors":             {25480, 54, 25426},
	} {
		if diff := cmp.Diff(want, got[file]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", file, diff)
		}
	}
}

// Every locator names a row of a file that is accounted for.
func TestLocatorsAreAccountedFor(t *testing.T) {
	var known []string
	for _, line := range england.Reconciliation() {
		known = append(known, line.File)
	}
	for _, b := range batches(t) {
		for _, c := range b.Facts {
			for _, s := range c.Sources {
				file, row, ok := strings.Cut(s.Locator, "/")
				if s.Locator == "" && s.Source == "england-register" {
					continue // a term, or the loader
				}
				if !ok || row == "" || !slices.Contains(known, file) {
					t.Errorf("%s: locator %q", c.Fact.Subject(), s.Locator)
				}
			}
		}
	}
}

func TestCountsByType(t *testing.T) {
	got := map[innovation.FactType]int{}
	for _, b := range batches(t) {
		for _, c := range b.Facts {
			got[c.Fact.FactType()]++
		}
	}
	want := map[innovation.FactType]int{
		innovation.TypeExistence: 438, innovation.TypeLicence: 45, innovation.TypeRound: 3, innovation.TypeCountClaim: 2,
		innovation.TypeStream: 105, innovation.TypeCondition: 3, innovation.TypeProvision: 27, innovation.TypePopulation: 26,
		innovation.TypeSuccession: 105, innovation.TypePost: 58, innovation.TypePerson: 52, innovation.TypeArea: 46,
		innovation.TypeClaim: 67, innovation.TypeSource: 255, innovation.TypeTerm: 143, innovation.TypeEnvelope: 20, innovation.TypeCoFunder: 2,
		innovation.TypeCriterion: 5, innovation.TypeAllocation: 3, innovation.TypeShare: 16, innovation.TypeAward: 8,
		innovation.TypeTransfer: 2, innovation.TypeIncome: 3, innovation.TypeLeverage: 10, innovation.TypeMoneyClaim: 15,
		innovation.TypeInnovation: 49, innovation.TypeSupply: 3, innovation.TypeNotice: 1, innovation.TypeProgramme: 32,
		innovation.TypePhase: 3, innovation.TypeProgrammeInnovation: 66, innovation.TypeMandate: 2,
		innovation.TypeObservation: 218, innovation.TypeObservationScope: 15,
	}
	for typ, n := range want {
		if got[typ] != n {
			t.Errorf("%d facts of type %s, want %d", got[typ], typ, n)
		}
	}
}
