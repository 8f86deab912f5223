package spread_test

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
)

// Page's data of forty values (Pettitt 1979, table 1): he finds K = 232 after
// the 17th, with p of 0.014.
func TestChangePointOfPage(t *testing.T) {
	got, err := spread.ChangePoint([]float64{
		-1.05, 0.96, 1.22, 0.58, -0.98, -0.03, -1.54, -0.71, -0.35, 0.66, 0.44, 0.91, -0.02, -1.42, 1.26, -1.02, -0.81, 1.66, 1.05, 0.97,
		2.14, 1.22, -0.24, 1.60, 0.72, -0.12, 0.44, 0.03, 0.66, 0.56, 1.37, 1.66, 0.10, 0.80, 1.29, 0.49, -0.07, 1.18, 3.29, 1.84,
	})
	if err != nil {
		t.Fatal(err)
	}
	if got.At != 17 || got.K != 232 || !got.Up {
		t.Errorf("%+v, want 232 after the 17th, upwards", got)
	}
	closeTo(t, "p", got.P, 0.0146, 5e-4)
}

// The flow of the Nile at Aswan, 1871 to 1970: the level falls after 1898 (Cobb
// 1978, Biometrika 65:243-251).
func TestChangePointOfTheNile(t *testing.T) {
	got, err := spread.ChangePoint([]float64{
		1120, 1160, 963, 1210, 1160, 1160, 813, 1230, 1370, 1140, 995, 935, 1110, 994, 1020, 960, 1180, 799, 958, 1140,
		1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774, 840, 874, 694, 940, 833, 701, 916, 692, 1020, 1050, 969,
		831, 726, 456, 824, 702, 1120, 1100, 832, 764, 821, 768, 845, 864, 862, 698, 845, 744, 796, 1040, 759,
		781, 865, 845, 944, 984, 897, 822, 1010, 771, 676, 649, 846, 812, 742, 801, 1040, 860, 874, 848, 890,
		744, 749, 838, 1050, 918, 986, 797, 923, 975, 815, 1020, 906, 901, 1170, 912, 746, 919, 718, 714, 740,
	})
	if err != nil {
		t.Fatal(err)
	}
	if 1871+got.At != 1899 || 1871+got.SumAt != 1899 || got.Up || got.P > 1e-5 || got.Before < got.After {
		t.Errorf("%+v, want a fall from 1899", got)
	}
}

// Pettitt's statistic by its definition: the sum of signs over all pairs
// across the place.
func TestChangePointByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		xs := wildFloats(t, "values")
		got, err := spread.ChangePoint(xs)
		answers(t, got, err)
		if err != nil {
			return
		}
		best := 0
		for at := 1; at < len(xs); at++ {
			u := 0
			for _, a := range xs[:at] {
				for _, b := range xs[at:] {
					switch {
					case b > a:
						u++
					case b < a:
						u--
					}
				}
			}
			best = max(best, u, -u)
			if at == got.At && (max(u, -u) != got.K || (u > 0) != got.Up) {
				t.Fatalf("%v: %+v, and U is %d", xs, got, u)
			}
		}
		if best != got.K || got.P < 0 || got.P > 1 {
			t.Fatalf("%v: %+v, and the largest U is %d", xs, got, best)
		}
	})
}

func TestChangePointRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		xs   []float64
		rule innovation.RuleID
	}{
		"seven":        {[]float64{1, 2, 3, 4, 5, 6, 7}, innovation.RuleSeriesThin},
		"all equal":    {[]float64{1, 1, 1, 1, 1, 1, 1, 1}, innovation.RuleSeriesConstant},
		"not a number": {[]float64{1, 2, 3, 4, 5, 6, 7, math.Inf(1)}, innovation.RuleSeriesNotNumber},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := spread.ChangePoint(c.xs)
			wantRule(t, err, c.rule)
		})
	}
}

func ExampleChangePoint() {
	c, err := spread.ChangePoint([]float64{12, 14, 11, 13, 12, 15, 22, 21, 24, 20, 23, 25})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("from %v to %v, from period %d (p = %.3f)\n", c.Before, c.After, c.At+1, c.P)
	// Output: from 12.5 to 22.5, from period 7 (p = 0.031)
}
