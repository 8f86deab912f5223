package innovation_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

func ExampleParseDate() {
	licensed, err := innovation.ParseDate("2013-05-23")
	fmt.Println(licensed, err)
	_, err = innovation.ParseDate("2013-02-30")
	fmt.Println(errors.Is(err, innovation.Invalid))
	// Output:
	// 2013-05-23 <nil>
	// true
}

func ExampleDate_AddYears() {
	start := innovation.MustDate("2016-02-29")
	fmt.Println(start.AddYears(5), start.AddMonths(18), start.AddDays(1))
	fmt.Println(innovation.MustDate("2018-05-23").Sub(innovation.MustDate("2013-05-23")), "days")
	// Output:
	// 2021-02-28 2017-08-29 2016-03-01
	// 1826 days
}

func ExampleDateOf() {
	// Just before midnight in summer, by UTC, the next day has begun in London.
	london := time.FixedZone("BST", 3600)
	fmt.Println(innovation.DateOf(time.Date(2026, 6, 30, 23, 30, 0, 0, time.UTC), london))
	// Output: 2026-07-01
}

// A source that counts the last day, and one that gives the first day after.
func ExampleThrough() {
	inclusive := innovation.Through(innovation.MustDate("2013-04-01"), innovation.MustDate("2018-03-31"))
	halfOpen := innovation.Between(innovation.MustDate("2013-04-01"), innovation.MustDate("2018-04-01"))
	fmt.Println(inclusive == halfOpen, inclusive.Holds(innovation.MustDate("2018-03-31")))
	// Output: true yes
}

// A licence is known to have begun in May 2013; its end was worked out.
func ExamplePeriod_Holds() {
	term := innovation.FromBound(innovation.InMonth(2013, time.May)).
		EndingAt(innovation.Exactly(innovation.MustDate("2018-05-23")).As(innovation.BasisComputed))
	fmt.Println(term)
	for _, day := range []string{"2013-04-30", "2013-05-10", "2013-06-01", "2018-05-23"} {
		fmt.Println(day, term.Holds(innovation.MustDate(day)))
	}
	// Output:
	// 2013-05 to 2018-05-23 (end computed)
	// 2013-04-30 no
	// 2013-05-10 possibly
	// 2013-06-01 yes
	// 2018-05-23 no
}

func ExamplePeriod_MarshalJSON() {
	term := innovation.FromBound(innovation.InYear(2013).As(innovation.BasisAssumed)).
		EndingAt(innovation.Exactly(innovation.MustDate("2018-05-23")))
	text, err := json.Marshal(term)
	fmt.Println(string(text), err)
	// Output: {"start":"2013","startBasis":"assumed","end":"2018-05-23"} <nil>
}

func ExampleParseBound() {
	for _, text := range []string{"2013-05", "2013-Q2", "2013/14", "..2013-05-23", "unknown"} {
		b, err := innovation.ParseBound(text)
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(b, b.Precision(), b.Earliest, b.Latest)
	}
	// Output:
	// 2013-05 month 2013-05-01 2013-05-31
	// 2013-Q2 quarter 2013-04-01 2013-06-30
	// 2013/14 financial-year 2013-04-01 2014-03-31
	// ..2013-05-23 range 0001-01-01 2013-05-23
	// unknown unknown 0001-01-01 9999-12-31
}

func ExampleSpan_Intersect() {
	licence := innovation.Span{Start: innovation.MustDate("2013-05-23"), End: innovation.MustDate("2018-05-23")}
	both, ok := licence.Intersect(innovation.FinancialYear(2017).Span())
	fmt.Println(both, both.Days(), ok)
	both, ok = licence.Intersect(innovation.FinancialYear(2018).Span())
	fmt.Println(both, both.Days(), ok)
	// Output:
	// 2017-04-01 to 2018-04-01 365 true
	// 2018-04-01 to 2018-05-23 52 true
}

func ExampleParseMoney() {
	pot, err := innovation.ParseMoney("£70,000,000")
	fmt.Println(pot, pot.Format(), int64(pot), err)
	// Output: 70000000.00 £70,000,000.00 7000000000 <nil>
}

func ExampleMoney_Add() {
	_, err := innovation.Money(1 << 62).Add(1 << 62)
	fmt.Println(errors.Is(err, innovation.Invalid))
	// Output: true
}

// Amounts stay as imprecise as their sources: what is left of a pot after a share
// of which only the limits were published.
func ExampleAmount_Sub() {
	pot := innovation.Exact(70_000_000_00)
	share, err := innovation.Range(2_000_000_00, 7_000_000_00)
	if err != nil {
		fmt.Println(err)
		return
	}
	left, err := pot.Sub(share)
	fmt.Println(share, "of", pot, "leaves", left, err)
	// Output: £2,000,000.00 to £7,000,000.00 of £70,000,000.00 leaves £63,000,000.00 to £68,000,000.00 <nil>
}

// One part of which only a lower bound is known leaves the sum without an upper one.
func ExampleSumAmounts() {
	more, err := innovation.MoreThan(250_000_000_00)
	if err != nil {
		fmt.Println(err)
		return
	}
	total, err := innovation.SumAmounts(innovation.Exact(1_000_000_00), more)
	fmt.Println(more, "and", innovation.Exact(1_000_000_00), "make", total, err)
	_, known := total.High()
	fmt.Println("upper bound known:", known)
	// Output:
	// more than £250,000,000.00 and £1,000,000.00 make at least £251,000,000.01 <nil>
	// upper bound known: false
}

func ExampleFinancialYearOf() {
	fy := innovation.FinancialYearOf(innovation.MustDate("2014-03-31"))
	fmt.Println(fy, fy.Start(), fy.Span().Last())
	// Output: 2013/14 2013-04-01 2014-03-31
}
