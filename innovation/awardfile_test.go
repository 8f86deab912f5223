package innovation_test

import (
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "github.com/innovationregistry/registry/innovation"
)

func penceFor(n Money, per Per, covers Period) Figure {
	return Figure{Amount: Exact(n), Per: per, Basis: FigureAgreed, Covers: covers}
}

// An award file holds on every day, and refuses only what certainly does not.
func TestAwardFileCheck(t *testing.T) {
	day := func(s string) Day { return OnDay(MustDate(s)) }
	since := func(s string) Period { return From(MustDate(s)) }
	until := func(a, b string) Period { return Between(MustDate(a), MustDate(b)) }
	file := func(f Figure, facts ...Fact) AwardFile {
		out := AwardFile{Award: numbered(1, Award{Award: "a", Title: "A", Recipient: "east", Figure: f, Day: day("2014-05-01")})}
		for i, f := range facts {
			id := FactID(i + 2)
			switch f := f.(type) {
			case Adjustment:
				out.Adjustments = append(out.Adjustments, numbered(id, f))
			case Instalment:
				out.Instalments = append(out.Instalments, numbered(id, f))
			case Gate:
				out.Gates = append(out.Gates, numbered(id, f))
			case Payment:
				out.Payments = append(out.Payments, numbered(id, f))
			case Refund:
				out.Refunds = append(out.Refunds, numbered(id, f))
			case Share:
				out.Shares = append(out.Shares, numbered(id, f))
			}
		}
		return out
	}
	of := func(n Money) Figure { return penceFor(n, PerPeriod, Period{}) }
	pay := func(n Money, of InstalmentID, on string) Payment {
		return Payment{Award: "a", Instalment: of, Amount: Exact(n), Day: day(on)}
	}
	part := func(id InstalmentID, n Money, p Period) Instalment {
		return Instalment{Instalment: id, Award: "a", Amount: Exact(n), Period: p}
	}
	gate := func(id InstalmentID, p Period) Gate { return Gate{Instalment: id, Text: "a plan", Period: p} }
	share := func(who OrganisationID, n Money, p Period) Share {
		return Share{Of: AwardID("a").Entity(), Recipient: who, Amount: Exact(n), Period: p}
	}
	change := func(typ AdjustmentType, n Money, on string) Adjustment {
		return Adjustment{Award: "a", Type: typ, Amount: Exact(n), Reason: "as agreed", Day: day(on)}
	}
	threeYears, noLength := until("2014-04-01", "2017-04-01"), since("2014-04-01")
	for _, c := range []struct {
		name string
		file AwardFile
		want []RuleID
	}{
		{"a sum for each of three years is paid three times", file(penceFor(10, PerYear, threeYears), pay(10, "", "2014-06-01"), pay(10, "", "2015-06-01"), pay(10, "", "2016-06-01")), nil},
		{"and no more", file(penceFor(10, PerYear, threeYears), pay(31, "", "2014-06-01")), []RuleID{RulePaymentAward}},
		{"a decrease is of the whole", file(penceFor(10, PerYear, threeYears), change(Decrease, 6, "2015-04-01"), pay(25, "", "2014-06-01")), []RuleID{RulePaymentAward}},
		{"nor is it by more than that", file(penceFor(10, PerYear, threeYears), change(Decrease, 30, "2015-04-01")), nil},
		{"a sum for each year without end has no bound", file(penceFor(10, PerYear, noLength), pay(99, "i", "2014-06-01"), part("i", 99, noLength), share("west", 99, noLength)), nil},
		{"a sum for each contract year likewise", file(penceFor(10, PerContractYear, Period{}), pay(99, "", "2014-06-01")), nil},

		{"instalments that end", file(of(100), part("i", 101, until("2014-05-01", "2099-05-01"))), []RuleID{RuleInstalmentsExceed}},
		{"instalments one after the other", file(of(100), part("i", 100, until("2014-05-01", "2015-05-01")), part("j", 100, since("2015-05-01"))), nil},
		{"instalments that meet for a day", file(of(100), part("i", 60, until("2014-05-01", "2015-05-02")), part("j", 60, since("2015-05-01"))), []RuleID{RuleInstalmentsExceed}},
		{"instalments too large to add", file(penceFor(math.MaxInt64, PerPeriod, Period{}), part("i", math.MaxInt64, noLength), part("j", 1, noLength)), []RuleID{RuleInstalmentsExceed}},
		{"instalments before a decrease", file(of(100), change(Decrease, 40, "2015-05-01"), part("i", 100, until("2014-05-01", "2015-05-01")), part("i", 60, since("2015-05-01"))), nil},
		{"instalments through a decrease", file(of(100), change(Decrease, 40, "2015-05-01"), part("i", 100, until("2014-05-01", "2015-05-02"))), []RuleID{RuleInstalmentsExceed}},
		{"instalments before an increase that is agreed", file(of(100), change(Increase, 40, "2015-05-01"), part("i", 140, since("2014-05-01"))), nil},
		{"shares that end", file(of(100), share("east", 90, until("2014-05-01", "2099-05-01")), share("west", 90, until("2014-05-01", "2099-05-01"))), []RuleID{RuleSharesExceed}},
		{"a share revised", file(of(100), share("east", 90, until("2014-05-01", "2015-05-01")), share("east", 80, since("2015-05-01"))), nil},
		{"a share that meets one of two others", file(of(100), share("east", 1, until("2014-05-01", "2016-05-01")), share("east", 1, until("2017-05-01", "2018-05-01")), share("east", 1, until("2015-05-01", "2016-05-01"))),
			[]RuleID{RuleSharesExceed}},

		{"payments over an instalment that ends", file(of(100), part("i", 50, until("2014-05-01", "2099-05-01")), pay(51, "i", "2014-06-01")), []RuleID{RulePaymentInstalment}},
		{"payments of an instalment that was larger", file(of(100), part("i", 50, until("2014-05-01", "2014-07-01")), part("i", 20, since("2014-07-01")), pay(50, "i", "2014-06-01")), nil},
		{"payments over every version of an instalment", file(of(100), part("i", 50, until("2014-05-01", "2014-07-01")), part("i", 20, since("2014-07-01")), pay(51, "i", "2014-06-01")), []RuleID{RulePaymentInstalment}},

		{"a gate is not passed by naming nothing", file(of(100), part("i", 50, noLength), part("j", 50, noLength), gate("j", noLength), pay(51, "", "2014-06-01")), []RuleID{RulePaymentGated}},
		{"nor together with what is named", file(of(100), part("i", 50, noLength), part("j", 50, noLength), gate("j", noLength), pay(1, "", "2014-06-01"), pay(50, "i", "2014-06-02")), []RuleID{RulePaymentGated}},
		{"what is not kept back is paid", file(of(100), part("i", 50, noLength), part("j", 50, noLength), gate("j", noLength), pay(50, "", "2014-06-01")), nil},
		{"all is paid once the gate is open", file(of(100), part("j", 50, noLength), gate("j", until("2014-05-01", "2014-06-01")), pay(100, "", "2014-06-01")), nil},
		{"what was paid before the gate may have been behind it", file(of(100), part("j", 50, noLength), gate("j", since("2014-06-02")), pay(50, "", "2014-06-01"), pay(50, "", "2014-06-02")), nil},
		{"what was paid of it stays paid", file(of(100), part("j", 50, noLength), gate("j", since("2014-06-02")), pay(50, "j", "2014-06-01"), pay(50, "", "2014-06-02")), nil},
		{"what came back is paid again", file(of(100), part("j", 50, noLength), gate("j", noLength), pay(50, "", "2014-06-01"),
			Refund{Award: "a", Type: Repayment, Amount: Exact(50), Day: day("2014-06-02")}, pay(50, "", "2014-06-03")), nil},
		{"an award without bound keeps nothing back", file(penceFor(10, PerYear, noLength), part("j", 50, noLength), gate("j", noLength), pay(99, "", "2014-06-01")), nil},
	} {
		if diff := cmp.Diff(c.want, rulesOf(c.file.Check())); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// What is shared out of an envelope is compared with it where both are
// certainly for the same time.
func TestEnvelopeFileCompares(t *testing.T) {
	until := func(a, b string) Period { return Between(MustDate(a), MustDate(b)) }
	first, second, both := until("2014-04-01", "2015-04-01"), until("2015-04-01", "2016-04-01"), until("2014-04-01", "2016-04-01")
	open := From(MustDate("2014-04-01"))
	for _, c := range []struct {
		name  string
		whole Figure
		parts []Figure
		want  string
	}{
		{"each year has its own", penceFor(10, PerYear, both), []Figure{penceFor(8, PerYear, first), penceFor(8, PerYear, second)}, ""},
		{"one year has too much", penceFor(10, PerYear, both), []Figure{penceFor(8, PerYear, both), penceFor(8, PerYear, second)}, "£0.06"},
		{"a sum for one year of them", penceFor(10, PerYear, both), []Figure{penceFor(11, PerPeriod, second)}, "£0.01"},
		{"years outside the whole", penceFor(10, PerYear, first), []Figure{penceFor(8, PerYear, second), penceFor(8, PerYear, second)}, ""},
		{"years without end", penceFor(10, PerYear, open), []Figure{penceFor(8, PerYear, second), penceFor(8, PerYear, open)}, "£0.06"},
		{"years that nobody states", penceFor(10, PerYear, Period{}), []Figure{penceFor(8, PerYear, Period{}), penceFor(8, PerYear, Period{})}, "£0.06"},
		{"years that only the whole states", penceFor(10, PerYear, both), []Figure{penceFor(8, PerYear, Period{}), penceFor(8, PerYear, Period{})}, ""},
		{"parts of the whole time", penceFor(10, PerPeriod, both), []Figure{penceFor(6, PerPeriod, first), penceFor(6, PerPeriod, second)}, "£0.02"},
		{"a part of no stated time", penceFor(10, PerPeriod, both), []Figure{penceFor(11, PerPeriod, Period{})}, "£0.01"},
		{"a part of another time", penceFor(10, PerPeriod, first), []Figure{penceFor(11, PerPeriod, second)}, ""},
		{"contract years of the same time", penceFor(10, PerContractYear, both), []Figure{penceFor(6, PerContractYear, both), penceFor(6, PerContractYear, both)}, "£0.02"},
		{"contract years of other times", penceFor(10, PerContractYear, both), []Figure{penceFor(6, PerContractYear, both), penceFor(6, PerContractYear, first)}, ""},
		{"more than can be held", penceFor(1, PerPeriod, Period{}), []Figure{penceFor(math.MaxInt64, PerPeriod, Period{}), penceFor(math.MaxInt64, PerPeriod, Period{})}, "£92,233,720,368,547,758.06"},
	} {
		f := EnvelopeFile{Envelope: numbered(1, Envelope{Envelope: "e", Title: "E", Type: "pot", Figure: c.whole, Day: OnDay(MustDate("2014-04-01"))})}
		for i, p := range c.parts {
			f.Allocations = append(f.Allocations, numbered(FactID(i+2), Allocation{Allocation: AllocationID(rune('a' + i)), Envelope: "e", Figure: p, Day: OnDay(MustDate("2014-04-01"))}))
		}
		got := ""
		if vs := Violations(f.Check()); len(vs) > 0 {
			_, got, _ = strings.Cut(vs[0].Detail, "by at least ")
		}
		if got != c.want {
			t.Errorf("%s: over by %q, want %q", c.name, got, c.want)
		}
	}
	// Each that goes over says why; the difference is right where the sum cannot be held.
	huge := penceFor(math.MaxInt64, PerPeriod, Period{})
	f := EnvelopeFile{Envelope: numbered(1, Envelope{Envelope: "e", Figure: huge})}
	for i, why := range []string{"agreed", ""} {
		f.Allocations = append(f.Allocations, numbered(FactID(i+2), Allocation{Allocation: AllocationID(rune('a' + i)), Envelope: "e", Figure: huge, Override: why}))
	}
	if got := f.Check(); !strings.Contains(got.Error(), "by at least £92,233,720,368,547,758.07") {
		t.Error(got)
	}
	f.Allocations[1].Value.Override = "agreed too"
	if err := f.Check(); err != nil {
		t.Error(err)
	}
}
