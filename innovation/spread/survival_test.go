package spread_test

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/spread"
)

func leukaemia(t testing.TB, arm string) []spread.Subject {
	var out []spread.Subject
	for _, row := range tableRows(t, "km_leukaemia.csv") {
		if row[0] == arm {
			at, err := strconv.ParseFloat(row[1], 64)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, spread.Subject{Exit: at, Adopted: row[2] == "1"})
		}
	}
	return out
}

func survive(t testing.TB, subjects []spread.Subject, o *spread.KaplanMeierOptions) (spread.Survival, map[float64]spread.SurvivalStep) {
	t.Helper()
	s, err := spread.KaplanMeier(subjects, o)
	if err != nil {
		t.Fatal(err)
	}
	at := map[float64]spread.SurvivalStep{}
	for _, p := range s.Steps {
		at[p.Time] = p
	}
	return s, at
}

// The published table of the 6-MP arm, with log-log limits as Stata's sts list
// and SAS's LIFETEST print them (for example Kleinbaum and Klein, Survival
// Analysis: A Self-Learning Text, chapter 2).
func TestKaplanMeierOfLeukaemia(t *testing.T) {
	s, at := survive(t, leukaemia(t, "6mp"), nil)
	for _, c := range []struct {
		time                    float64
		atRisk, adopted, left   int
		share, se, lower, upper float64
	}{
		{6, 21, 3, 1, 0.8571, 0.0764, 0.6197, 0.9516},
		{7, 17, 1, 0, 0.8067, 0.0869, 0.5631, 0.9228},
		{10, 15, 1, 1, 0.7529, 0.0963, 0.5032, 0.8894},
		{13, 12, 1, 0, 0.6902, 0.1068, 0.4316, 0.8491},
		{16, 11, 1, 0, 0.6275, 0.1141, 0.3675, 0.8049},
		{22, 7, 1, 0, 0.5378, 0.1282, 0.2678, 0.7468},
		{23, 6, 1, 0, 0.4482, 0.1346, 0.1881, 0.6801},
		{35, 1, 0, 1, 0.4482, 0.1346, 0.1881, 0.6801},
	} {
		p := at[c.time]
		if p.AtRisk != c.atRisk || p.Adopted != c.adopted || p.Censored != c.left {
			t.Errorf("week %v: %d at risk, %d relapsed, %d censored; want %d, %d, %d", c.time, p.AtRisk, p.Adopted, p.Censored, c.atRisk, c.adopted, c.left)
		}
		closeTo(t, "S", p.Share, c.share, 5.1e-5)
		closeTo(t, "se", p.StdErr, c.se, 5.1e-5)
		closeTo(t, "lower", p.Lower, c.lower, 5.1e-5)
		closeTo(t, "upper", p.Upper, c.upper, 5.1e-5)
	}
	if m := s.Median; m.Time != 23 || m.Lower != 13 || m.HasUpper || m.Reason == "" || s.Adopters != 9 {
		t.Errorf("median %+v, want 23 from 13, without an upper bound", m)
	}
	// R's survfit has the log scale for its default, and prints 23 (16, NA).
	s, _ = survive(t, leukaemia(t, "6mp"), &spread.KaplanMeierOptions{Scale: spread.Log})
	if m := s.Median; m.Time != 23 || m.Lower != 16 || m.HasUpper {
		t.Errorf("median on the log scale %+v, want 23 from 16", m)
	}
}

// Without censoring: Cox and Oakes 1984, S(10) = 8/21 with se 0.106. Medians as
// SAS (log-log, 4 to 11) and R (log, 4 to 12) print them.
func TestKaplanMeierOfPlacebo(t *testing.T) {
	s, at := survive(t, leukaemia(t, "placebo"), nil)
	closeTo(t, "S(8)", at[8].Share, 8.0/21, 1e-12)
	closeTo(t, "se", at[8].StdErr, 0.106, 5e-4)
	if m := s.Median; m.Time != 8 || m.Lower != 4 || m.Upper != 11 || m.Reason != "" {
		t.Errorf("median %+v, want 8 (4, 11)", m)
	}
	if p := at[23]; p.Share != 0 || p.StdErr != 0 || p.Interval {
		t.Errorf("last step %+v, want nothing left and no interval", p)
	}
	s, _ = survive(t, leukaemia(t, "placebo"), &spread.KaplanMeierOptions{Scale: spread.Log})
	if m := s.Median; m.Time != 8 || m.Lower != 4 || m.Upper != 12 {
		t.Errorf("median on the log scale %+v, want 8 (4, 12)", m)
	}
}

// The maintained arm of R's survival::aml (Miller 1981, Survival Analysis, page
// 49), with the limits of survfit on the log scale as JASP prints them
// (jaspSurvival, test-nonParametricSurvivalAnalysis), and its medians.
func TestKaplanMeierOfAML(t *testing.T) {
	var maintained, not []spread.Subject
	for _, x := range []float64{9, 13, -13, 18, 23, -28, 31, 34, -45, 48, -161} {
		maintained = append(maintained, spread.Subject{Exit: math.Abs(x), Adopted: x > 0})
	}
	for _, x := range []float64{5, 5, 8, 8, 12, -16, 23, 27, 30, 33, 43, 45} {
		not = append(not, spread.Subject{Exit: math.Abs(x), Adopted: x > 0})
	}
	s, at := survive(t, maintained, &spread.KaplanMeierOptions{Scale: spread.Log})
	for _, c := range []struct{ time, share, se, lower, upper float64 }{
		{18, 0.715909090909091, 0.139664970557228, 0.488426287422128, 1},
		{34, 0.368181818181818, 0.162668885827095, 0.154877117897191, 0.875260678143908},
		{48, 0.184090909090909, 0.153492745786294, 0.0359178984891853, 0.943525769474552},
	} {
		closeTo(t, "S", at[c.time].Share, c.share, 1e-12)
		closeTo(t, "se", at[c.time].StdErr, c.se, 1e-12)
		closeTo(t, "lower", at[c.time].Lower, c.lower, 1e-12)
		closeTo(t, "upper", at[c.time].Upper, c.upper, 1e-12)
	}
	if m := s.Median; m.Time != 31 || m.Lower != 18 || m.HasUpper {
		t.Errorf("median of the maintained %+v, want 31 from 18", m)
	}
	s, _ = survive(t, not, &spread.KaplanMeierOptions{Scale: spread.Log})
	if m := s.Median; m.Time != 23 || m.Lower != 8 || m.HasUpper {
		t.Errorf("median of the others %+v, want 23 from 8", m)
	}
}

// Quantiles that fall on a flat, from the tests of R's survival (tests/quantile.R).
func TestTimeToLikeR(t *testing.T) {
	subjects := []spread.Subject{{0, 9, true}, {0, 1, true}, {0, 1, false}, {0, 6, true}, {0, 6, true}, {0, 8, false}, {0, 10, false}}
	s, _ := survive(t, subjects, &spread.KaplanMeierOptions{Scale: spread.Log})
	for _, c := range []struct{ left, time, lower float64 }{{13.0 / 14, 1, 1}, {6.0 / 7, 3.5, 1}, {2.0 / 3, 6, 1}, {0.5, 9, 6}, {9.0 / 35, 9.5, 6}, {0.1, 0, 9}} {
		got, err := s.TimeTo(1 - c.left)
		if err != nil {
			t.Fatal(err)
		}
		if got.Time != c.time || got.HasTime != (c.time > 0) || got.Lower != c.lower || got.HasUpper {
			t.Errorf("S = %v: %+v, want %v from %v", c.left, got, c.time, c.lower)
		}
	}
}

// By hand, with late entries: at 3 three are watched, at 5 three, at 6 two.
func TestKaplanMeierOfLateEntries(t *testing.T) {
	_, at := survive(t, []spread.Subject{{0, 3, true}, {1, 4, false}, {2, 5, true}, {3, 6, true}, {4, 7, false}}, nil)
	for _, c := range []struct {
		time   float64
		atRisk int
		share  float64
	}{{3, 3, 2.0 / 3}, {4, 3, 2.0 / 3}, {5, 3, 4.0 / 9}, {6, 2, 2.0 / 9}, {7, 1, 2.0 / 9}} {
		if p := at[c.time]; p.AtRisk != c.atRisk {
			t.Errorf("at %v %d at risk, want %d: one that enters at t is not at risk at t", c.time, p.AtRisk, c.atRisk)
		}
		closeTo(t, "S", at[c.time].Share, c.share, 1e-12)
	}
	// Greenwood: S² (1/(3·2) + 1/(3·2) + 1/(2·1)).
	closeTo(t, "se", at[6].StdErr, 2.0/9*math.Sqrt(1.0/6+1.0/6+1.0/2), 1e-12)
}

// The share of CCGs without an item is what the published counts leave.
func TestKaplanMeierOfLibre(t *testing.T) {
	s, at := survive(t, libre(t), nil)
	closeTo(t, "after a month", at[1].Share, 100.0/191, 1e-12)
	closeTo(t, "after two", at[2].Share, 63.0/191, 1e-12)
	if m := s.Median; m.Time != 2 || m.Lower != 1 || m.Upper != 2 {
		t.Errorf("median %+v, want the second month", m)
	}
}

func TestKaplanMeierWithoutAdopters(t *testing.T) {
	s, _ := survive(t, []spread.Subject{{0, 3, false}, {0, 4, false}, {4, 4, false}}, nil)
	if s.Adopters != 0 || s.Steps[1].Share != 1 || s.Steps[1].Interval || s.Median.HasTime || s.Median.Reason == "" {
		t.Errorf("%+v, want all left and no median, with a reason", s)
	}
}

// Without late entry or censoring the curve is one less the distribution of the
// times, Greenwood's error is the binomial's, and the median is the sample's.
func TestKaplanMeierIsTheDistribution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfN(rapid.IntRange(1, 30), 2, 40).Draw(t, "times")
		var subjects []spread.Subject
		var xs []float64
		for _, x := range times {
			subjects = append(subjects, spread.Subject{Exit: float64(x), Adopted: true})
			xs = append(xs, float64(x))
		}
		s, err := spread.KaplanMeier(subjects, nil)
		if err != nil {
			t.Fatal(err)
		}
		n := float64(len(times))
		for _, p := range s.Steps {
			left := 0.0
			for _, x := range xs {
				if x > p.Time {
					left++
				}
			}
			if math.Abs(p.Share-left/n) > 1e-12 || math.Abs(p.StdErr-math.Sqrt(left/n*(1-left/n)/n)) > 1e-12 {
				t.Fatalf("at %v: S %v se %v, want %v", p.Time, p.Share, p.StdErr, left/n)
			}
		}
		median, err := spread.Quantile(xs, 0.5, 0)
		if err != nil || s.Median.Time != median {
			t.Fatalf("median %v, want %v (%v)", s.Median.Time, median, err)
		}
	})
}

// Against the definition, subject by subject, with late entry and censoring.
func TestKaplanMeierByDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		subjects := wildSubjects(t)
		scale := spread.SurvivalScale(rapid.IntRange(0, 2).Draw(t, "scale"))
		s, err := spread.KaplanMeier(subjects, &spread.KaplanMeierOptions{Scale: scale})
		answers(t, s, err)
		share, last := 1.0, 1.0
		for _, p := range s.Steps {
			risk, adopted := 0, 0
			for _, x := range subjects {
				if x.Enter < p.Time && p.Time <= x.Exit {
					risk++
					if x.Exit == p.Time && x.Adopted {
						adopted++
					}
				}
			}
			share *= 1 - float64(adopted)/float64(risk)
			if p.AtRisk != risk || p.Adopted != adopted || math.Abs(p.Share-share) > 1e-9 {
				t.Fatalf("at %v: %+v, want %d of %d and %v", p.Time, p, adopted, risk, share)
			}
			if p.Share > last || p.Lower > p.Share || p.Upper < p.Share || p.Lower < 0 || p.Upper > 1 {
				t.Fatalf("%+v after %v: rises, or is outside its interval", p, last)
			}
			last = p.Share
		}
		// The order of the subjects says nothing.
		turned := slices.Clone(subjects)
		slices.Reverse(turned)
		again, _ := spread.KaplanMeier(turned, &spread.KaplanMeierOptions{Scale: scale})
		if fmt.Sprint(again) != fmt.Sprint(s) {
			t.Fatalf("another order, another curve: %v, was %v", again, s)
		}
	})
}

func TestKaplanMeierRefuses(t *testing.T) {
	two := []spread.Subject{{0, 1, true}, {0, 2, false}}
	for name, c := range map[string]struct {
		subjects []spread.Subject
		o        *spread.KaplanMeierOptions
		rule     innovation.RuleID
	}{
		"nobody":            {nil, nil, innovation.RuleSeriesThin},
		"one":               {two[:1], nil, innovation.RuleSeriesThin},
		"never watched":     {[]spread.Subject{{1, 1, false}, {1, 1, false}, {1, 2, false}}, nil, innovation.RuleSeriesThin},
		"not a number":      {[]spread.Subject{{math.NaN(), 1, true}, {0, 1, true}}, nil, innovation.RuleSeriesNotNumber},
		"leaves first":      {[]spread.Subject{{0, 1, true}, {2, 1, true}}, nil, innovation.RuleSeriesOrder},
		"confidence of one": {two, &spread.KaplanMeierOptions{Confidence: 1}, innovation.RuleStatisticOption},
		"falls to nothing":  {[]spread.Subject{{0, 1, true}, {1, 3, true}, {1, 4, false}}, nil, innovation.RuleFitUndetermined},
		"nobody watched":    {[]spread.Subject{{0, 1, false}, {2, 3, true}, {2, 4, false}}, nil, innovation.RuleFitUndetermined},
		"no such scale":     {two, &spread.KaplanMeierOptions{Scale: 9}, innovation.RuleStatisticOption},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := spread.KaplanMeier(c.subjects, c.o)
			wantRule(t, err, c.rule)
		})
	}
	s, _ := survive(t, two, nil)
	for _, share := range []float64{0, 1, -1, math.NaN()} {
		_, err := s.TimeTo(share)
		wantRule(t, err, innovation.RuleStatisticOption)
	}
}

func ExampleKaplanMeier() {
	// Months to adoption; the last three had not adopted when last seen.
	s, err := spread.KaplanMeier([]spread.Subject{
		{Exit: 1, Adopted: true}, {Exit: 2, Adopted: true}, {Exit: 2, Adopted: true}, {Exit: 5, Adopted: true},
		{Exit: 3}, {Exit: 6}, {Enter: 2, Exit: 6},
	}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, p := range s.Steps {
		fmt.Printf("month %v: %d watched, %.2f have not adopted (%.2f to %.2f)\n", p.Time, p.AtRisk, p.Share, p.Lower, p.Upper)
	}
	fmt.Println("half had by month", s.Median.Time, "-", s.Median.Reason)
	// Output:
	// month 1: 6 watched, 0.83 have not adopted (0.27 to 0.97)
	// month 2: 5 watched, 0.50 have not adopted (0.11 to 0.80)
	// month 3: 4 watched, 0.50 have not adopted (0.11 to 0.80)
	// month 5: 3 watched, 0.33 have not adopted (0.05 to 0.68)
	// month 6: 2 watched, 0.33 have not adopted (0.05 to 0.68)
	// half had by month 3.5 - too few adopters, or too few subjects, for an upper bound
}
