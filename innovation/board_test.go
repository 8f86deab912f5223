package innovation_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/innovationregistry/registry/innovation"
)

// networks are the first n of the fifteen networks of 2013.
func networks(n int) []OrganisationID {
	return []OrganisationID{"ahsn-east-midlands", "ahsn-eastern", "ahsn-greater-manchester", "ahsn-imperial-college-health-partners",
		"ahsn-kent-surrey-sussex", "ahsn-north-east-north-cumbria", "ahsn-north-west-coast", "ahsn-oxford", "ahsn-south-london",
		"ahsn-south-west-peninsula", "ahsn-uclpartners", "ahsn-wessex", "ahsn-west-midlands", "ahsn-west-of-england", "ahsn-yorkshire-humber"}[:n]
}

// england2013 is the first round with n licences and the counts as published:
// so many full, so many conditional, on 23 May 2013.
func england2013(n, full, conditional int64, changes ...func(*RoundFile)) RoundFile {
	r := RoundFile{Round: firstRound().Round}
	for _, id := range networks(int(n)) {
		f := firstRound(func(f *LicenceFile) {
			f.Licence.Value.Holder, f.Licence.Value.Licence = id, licenceOf(id, 1)
			f.Licence.Sources = []Citation{{Source: "hsj-2013", Locator: "list"}}
		}, nextFrom(Exactly(MustDate("2018-04-01")).As(BasisDisputed)))
		f.Next.Value.Holder, f.Next.Value.Licence = id, licenceOf(id, 2)
		r.Files = append(r.Files, f)
	}
	count(GradeFull, full, "2013-05-23")(&r)
	count(GradeConditional, conditional, "2013-05-23")(&r)
	for _, c := range changes {
		c(&r)
	}
	return r
}

func licenceOf(id OrganisationID, round int) LicenceID {
	return LicenceID(fmt.Sprintf("lic-%d-%s", round, id[len("ahsn-"):]))
}

func count(g Grade, n int64, day string) func(*RoundFile) {
	return func(r *RoundFile) {
		c := recorded(FactID(600+len(r.Claims)), CountClaim{Round: r.Round.Value.Round, Grade: g, Count: n, Day: on(day)})
		c.Sources = []Citation{{Source: "hsj-2013"}}
		r.Claims = append(r.Claims, c)
	}
}

// named applies changes to the licences of the first n networks.
func named(n int, changes ...change) func(*RoundFile) {
	return func(r *RoundFile) {
		for i := range n {
			for _, c := range changes {
				c(&r.Files[i])
			}
		}
	}
}

// england2018 is the second round, whose start is disputed.
func england2018(n int) RoundFile {
	term := Period{Exactly(MustDate("2018-04-01")).As(BasisDisputed), Exactly(MustDate("2023-04-01")).As(BasisComputed)}
	r := RoundFile{Round: recorded(20, Round{Round: "lic-2", Number: 2, Title: "Second licence", TermYears: 5, Period: From(MustDate("2018-04-01"))})}
	for _, id := range networks(n) {
		r.Files = append(r.Files, LicenceFile{Round: r.Round,
			Licence: recorded(21, Licence{Licence: licenceOf(id, 2), Holder: id, Round: "lic-2", Period: term})})
	}
	for i, v := range []string{"2018-04-01", "2018-10-01", "2019"} {
		r.Rivals = append(r.Rivals, recorded(FactID(700+i), Claim{About: RoundID("lic-2").Entity(), Topic: "licence-2-start", Field: "start_date", Value: v, Day: on("2018-06-15")}))
	}
	return r
}

// tally counts the rows of a board by standing, grade and basis.
func tally(b Board) map[string]int {
	out := map[string]int{}
	for _, r := range b.Rows {
		out[fmt.Sprintf("%s %s %s %s", r.Round, r.Status.Standing, r.Status.Grade, r.Status.GradeBasis)]++
	}
	return out
}

func TestBoardOfEngland(t *testing.T) {
	rounds := []RoundFile{england2018(15), england2013(15, 8, 7)}
	for _, c := range []struct {
		on     string
		rows   map[string]int
		rounds []string
	}{
		{"2013-05-22", map[string]int{}, nil},
		{"2013-05-23", map[string]int{"lic-1 in-force not-published published": 15}, []string{"lic-1: 8 full true, 15 candidates, 8 open", "lic-1: 7 conditional true, 15 candidates, 7 open"}},
		{"2014-01-01", map[string]int{"lic-1 in-force not-published published": 15}, []string{"lic-1: 8 full false, 15 candidates, 8 open", "lic-1: 7 conditional false, 15 candidates, 7 open"}},
		{"2018-03-31", map[string]int{"lic-1 in-force not-published published": 15}, []string{"lic-1: 8 full false, 15 candidates, 8 open", "lic-1: 7 conditional false, 15 candidates, 7 open"}},
		{"2018-05-01", map[string]int{"lic-2 in-force licensed published": 15}, []string{"lic-2: 3 rivals"}},
		{"2023-06-01", map[string]int{"lic-2 end-not-published licensed published": 15}, []string{"lic-2: 3 rivals"}},
	} {
		b := NewBoard(MustDate(c.on), rounds)
		if diff := cmp.Diff(c.rows, tally(b)); diff != "" {
			t.Errorf("on %s, rows (-want +got):\n%s", c.on, diff)
		}
		var got []string
		for _, r := range b.Rounds {
			for _, n := range r.Counts {
				got = append(got, fmt.Sprintf("%s: %d %s %t, %d candidates, %d open", r.Round, n.Claim.Value.Count, n.Claim.Value.Grade, n.HoldsOn, len(n.Candidates), n.Open))
			}
			if len(r.Rivals) > 0 {
				got = append(got, fmt.Sprintf("%s: %d rivals", r.Round, len(r.Rivals)))
			}
			if r.Licences != 15 {
				t.Errorf("on %s: %d licences of %s", c.on, r.Licences, r.Round)
			}
		}
		if diff := cmp.Diff(sortedByGrade(c.rounds), sortedByGrade(got)); diff != "" {
			t.Errorf("on %s, rounds (-want +got):\n%s", c.on, diff)
		}
		if b.Findings != nil {
			t.Errorf("on %s: %+v", c.on, b.Findings)
		}
	}
}

// sortedByGrade makes two lists comparable whatever the order of grades.
func sortedByGrade(lines []string) map[string]bool {
	set := map[string]bool{}
	for _, l := range lines {
		set[l] = true
	}
	return set
}

func TestBoardNarrowsOnTheCountsOwnDay(t *testing.T) {
	plan := condition("plan", "2013-05-23", "2013-09-30")
	full := decided(DecisionGrade, "2013-05-23", graded(GradeFull))
	conditional, fully := "lic-1 in-force conditional computed", "lic-1 in-force full published"
	for _, c := range []struct {
		name  string
		round RoundFile
		on    string
		want  map[string]int
		open  []int // of the conditional ones, then of the full ones
	}{
		{"all conditional ones named", england2013(15, 8, 7, named(7, plan)), "2013-05-23",
			map[string]int{conditional: 7, "lic-1 in-force full inferred": 8}, []int{0, 0}},
		{"all but one named", england2013(15, 8, 7, named(6, plan)), "2013-05-23",
			map[string]int{conditional: 6, "lic-1 in-force not-published published": 9}, []int{1, 8}},
		{"all full ones named", england2013(15, 8, 7, named(8, full)), "2013-05-23",
			map[string]int{fully: 8, "lic-1 in-force conditional inferred": 7}, []int{0, 0}},
		{"on another day", england2013(15, 8, 7, named(7, plan)), "2013-05-24",
			map[string]int{conditional: 7, "lic-1 in-force not-published published": 8}, []int{0, 0}},
		{"the counts make up less than the licences", england2013(15, 7, 7, named(7, plan)), "2013-05-23",
			map[string]int{conditional: 7, "lic-1 in-force not-published published": 8}, []int{0, 7}},
		{"named on another day only", england2013(15, 8, 7, named(7, condition("plan", "2013-05-24", ""))), "2013-05-23",
			map[string]int{"lic-1 in-force not-published published": 15}, []int{7, 8}},
		{"a licence that may not have begun", england2013(15, 8, 7, named(7, plan), named(1, begins(InMonth(2013, 5)))), "2013-05-23",
			map[string]int{"lic-1 possibly-in-force conditional computed": 1, conditional: 6, "lic-1 in-force not-published published": 8}, []int{0, 8}},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := NewBoard(MustDate(c.on), []RoundFile{c.round})
			if diff := cmp.Diff(c.want, tally(b)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			var open []int
			for _, n := range b.Rounds[0].Counts {
				open = append(open, n.Open)
			}
			if diff := cmp.Diff(c.open, open); diff != "" {
				t.Errorf("open (-want +got):\n%s", diff)
			}
		})
	}
}

// A count of licences of any grade is made up by all of them.
func TestBoardCountsLicensed(t *testing.T) {
	r := england2013(15, 8, 7, named(7, condition("plan", "2013-05-23", "")), count(GradeLicensed, 16, "2013-05-23"))
	b := NewBoard(MustDate("2013-05-23"), []RoundFile{r})
	n := b.Rounds[0].Counts[2]
	if n.Claim.Value.Grade != GradeLicensed || len(n.Named) != 15 || n.Open != 1 || n.Inferred != nil || n.Candidates != nil {
		t.Errorf("%+v", n)
	}
	want := map[string]int{"lic-1 in-force conditional computed": 7, "lic-1 in-force full inferred": 8}
	if diff := cmp.Diff(want, tally(b)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(b.Findings) != 1 || b.Findings[0].Rule != RuleCountUnreachable {
		t.Errorf("findings %+v", b.Findings)
	}
}

func TestBoardShowsUnnamedConditionsWithTheRound(t *testing.T) {
	unnamed := recorded(800, Condition{Condition: "cond-1-business-plan", Round: "lic-1", Unnamed: 7, Text: "submit a more robust business plan",
		Outcome: "outcome-not-published", Period: From(MustDate("2013-05-23"))})
	r := england2013(15, 8, 7, func(r *RoundFile) { r.UnnamedConditions = []Recorded[Condition]{unnamed} })
	b := NewBoard(MustDate("2014-01-01"), []RoundFile{r})
	if diff := cmp.Diff([]Recorded[Condition]{unnamed}, b.Rounds[0].Conditions); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, row := range b.Rows {
		if row.Status.Conditions != nil {
			t.Errorf("%s has %+v", row.Licence, row.Status.Conditions)
		}
		if diff := cmp.Diff([]Citation{{Source: "hsj-2013", Locator: "list"}}, row.Sources); diff != "" {
			t.Errorf("sources of %s (-want +got):\n%s", row.Licence, diff)
		}
	}
}

func boardRuleCases() []ruleCase {
	found := func(rounds ...RoundFile) []RuleID {
		var rules []RuleID
		for _, f := range NewBoard(MustDate("2013-05-23"), rounds).Findings {
			rules = append(rules, f.Rule)
		}
		return rules
	}
	plan := condition("plan", "2013-05-23", "2013-09-30")
	twice := england2013(1, 1, 0, func(r *RoundFile) {
		r.Round.Value.Round, r.Round.Value.Number, r.Claims = "lic-2", 2, nil
		r.Files[0].Licence.Value.Licence, r.Files[0].Next = "lic-2-east-midlands", nil
	})
	return []ruleCase{
		{RuleCountExceeded, "seven named of seven", false, found(england2013(15, 8, 7, named(7, plan)))},
		{RuleCountExceeded, "eight named of seven", true, found(england2013(15, 7, 7, named(8, plan)))},
		{RuleCountUnreachable, "eight may be full", false, found(england2013(15, 8, 6, named(6, plan)))},
		{RuleCountUnreachable, "eight cannot be full", true, found(england2013(15, 8, 7, named(7, plan), func(r *RoundFile) {
			decided(DecisionGrade, "2013-05-23", graded(GradeConditional))(&r.Files[7])
			r.Claims = r.Claims[:1]
		}))},
		{RuleCountTotal, "fifteen of fifteen", false, found(england2013(15, 8, 7))},
		{RuleCountTotal, "fifteen of fourteen", true, found(england2013(14, 8, 7))},
		{RuleCountDisputed, "two sources agree", false, found(england2013(15, 8, 7, count(GradeFull, 8, "2013-05-23")))},
		{RuleCountDisputed, "two sources disagree", true, found(england2013(15, 8, 7, count(GradeFull, 7, "2013-05-23")))},
		{RuleHolderSeveral, "two rounds, one after the other", false, found(england2013(15, 8, 7), england2018(15))},
		{RuleHolderSeveral, "two rounds on one day", true, found(england2013(1, 1, 0), twice)},
		{RuleGradeContradiction, "full with its condition met", false, found(england2013(1, 1, 0, named(1, plan,
			decided(DecisionMet, "2013-05-23", about("plan")), decided(DecisionGrade, "2013-05-23", graded(GradeFull)))))},
		{RuleGradeContradiction, "full with its condition open", true, found(england2013(1, 0, 1, named(1, plan,
			decided(DecisionGrade, "2013-05-23", graded(GradeFull)))))},
	}
}
