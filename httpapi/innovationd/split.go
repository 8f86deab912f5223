package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func splitCommand() *command {
	q, bids, weights, amount, least, most := &query{}, "", "", "", "", ""
	return &command{
		name: "split", args: "[ENVELOPE]", min: 0, max: 1,
		short: "propose how to split an envelope across bids, within bounds, to the penny",
		long: `Splits a sum by the score of the business case, the population and the cost of
the focus areas. The proposal is not recorded: allocations are. What is left out
is taken from the register: the amount and the bounds of shares from the
envelope, populations from what was published about the recipients.

The bids are a CSV file with a header; - reads them from the input. Only the
column recipient is needed, and those that have a weight:

  recipient,score,population,cost,min,max
  ahsn-oxford,72,3300000,"£1,200,000.00",,
  ahsn-wessex,64,2800000,950000,3000000,

Scores and populations are whole numbers in any unit that is the same for all,
costs and bounds are pounds. A bound of a bid stands above that of the request.

Sections for -format csv: shares.`,
		examples: []string{
			"innovationd split env-2013-pot -bids bids.csv -weights score=50,population=30,cost=20",
			"innovationd split -amount 70000000 -min 2000000 -max 7000000 -bids -",
		},
		flags: func(f *flag.FlagSet) {
			q.bind(f)
			stringVar(f, &bids, "bids", "", "the `FILE` with the bids, - for the input")
			stringVar(f, &weights, "weights", "", "the weights in per `CENT` as score=50,population=30,cost=20; all bids weigh the same when left out")
			stringVar(f, &amount, "amount", "", "the `POUNDS` to split; those of the envelope when left out")
			stringVar(f, &least, "min", "", "the least `POUNDS` of each share; those of the envelope's criteria when left out")
			stringVar(f, &most, "max", "", "the most `POUNDS` of each share; likewise")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			var ask store.SplitQuery
			if len(args) > 0 {
				ask.Envelope = innovation.EnvelopeID(args[0])
			}
			if bids == "" {
				return usage("split needs the bids").trying("-bids and a CSV file with the columns recipient,score,population,cost,min,max")
			}
			var errs [4]error
			ask.Amount, errs[0] = parsePounds("amount", amount)
			ask.Min, errs[1] = parsePounds("min", least)
			ask.Max, errs[2] = parsePounds("max", most)
			ask.Weights, errs[3] = parseWeights(weights)
			if err := flagged(errs[:]...); err != nil {
				return err
			}
			file, err := p.readBids(bids)
			if err != nil {
				return err
			}
			ask.Bids = file.bids
			return q.answer(ctx, p, func(r *reading) (any, *report, error) {
				proposal, err := r.ProposeSplit(ctx, r.view, ask)
				if err != nil {
					return nil, nil, file.explain(err)
				}
				return proposal, splitReport(r, proposal), nil
			})
		},
	}
}

func splitReport(r *reading, s store.SplitReport) *report {
	rep := &report{title: fmt.Sprintf("Proposed split of %s across %s", s.Amount.Format(), plural(len(s.Shares), "bid", "bids"))}
	rep.asOf(r.view, s.Recipe)
	rep.note("%s", splitText(s.Request))
	rep.note("%s.", s.Method)
	rows := section{name: "shares", keys: "key", head: []string{"recipient", "key", "share", "bound", "how it comes about"}}
	sum := innovation.Money(0)
	for _, b := range s.Shares {
		rows.add(nameOr(s.Names, b.Recipient), string(b.Recipient), b.Amount, string(b.Bound), b.Explanation)
		sum += b.Amount // they add up to the sum that was split
	}
	rep.note("The shares add up to %s.", sum.Format())
	rep.sections = []section{rows}
	return rep
}

// parseWeights reads score=50,population=30,cost=20.
func parseWeights(text string) (w innovation.SplitWeights, err error) {
	if text == "" {
		return w, nil
	}
	to := map[string]*int64{"score": &w.Score, "population": &w.Population, "cost": &w.Cost}
	var errs []error
	for _, part := range strings.Split(text, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		into := to[name]
		if into == nil {
			errs = append(errs, innovation.Invalidf(innovation.RuleSplitInvalid, "-weights", "%s is no weight of a criterion, or given twice", quote(part)).
				Trying("score=50,population=30,cost=20"))
			continue
		}
		n, err := parsePercent("weights", value)
		*into, errs = n, append(errs, err)
		delete(to, name)
	}
	if err := innovation.Join(errs...); err != nil {
		return w, err
	}
	if sum := w.Score + w.Population + w.Cost; sum != 1_000_000 {
		return w, innovation.Invalidf(innovation.RuleSplitInvalid, "-weights", "the weights add up to %s", percent(sum)).
			Trying("let them add up to 100 per cent, or leave them all out to weigh every bid the same")
	}
	return w, nil
}

// bidFile is bids with the rows on which they stand.
type bidFile struct {
	name string
	bids []innovation.Bid
	rows []int // lines of the file
}

// readBids reads a CSV file of bids. Everything wrong with it is reported.
func (p *program) readBids(name string) (bidFile, error) {
	file := bidFile{name: name}
	in := p.stdin
	if name == "-" {
		file.name = "input"
	} else {
		f, err := os.Open(name)
		if err != nil {
			return file, failed("the bids cannot be read: " + err.Error()).trying("-bids and the name of a CSV file")
		}
		defer f.Close()
		in = f
	}
	table, err := readTable(in, "recipient", []string{"recipient", "score", "population", "cost", "min", "max"})
	if err != nil {
		return file, failed(file.name + ": " + err.Error()).trying("a CSV file with the header recipient,score,population,cost,min,max")
	}
	var errs []error
	for _, row := range table {
		bid := innovation.Bid{Recipient: innovation.OrganisationID(row.cells["recipient"])}
		refuse := func(column string, err error) {
			for _, e := range innovation.Violations(err) {
				errs = append(errs, e.In(file.place(row.line, column)))
			}
		}
		whole := func(column string, into *int64) {
			text := strings.ReplaceAll(row.cells[column], ",", "")
			n, err := strconv.ParseInt(cmp.Or(text, "0"), 10, 64)
			if err != nil || n < 0 {
				refuse(column, innovation.Invalidf(innovation.RuleSplitInvalid, "", "%s is no whole number from 0 on", quote(row.cells[column])))
			}
			*into = n
		}
		pounds := func(column string) *innovation.Money {
			if row.cells[column] == "" {
				return nil
			}
			m, err := innovation.ParseMoney(row.cells[column])
			refuse(column, err)
			return &m
		}
		whole("score", &bid.Score)
		whole("population", &bid.Population)
		if cost := pounds("cost"); cost != nil {
			bid.Cost = *cost
		}
		bid.Min, bid.Max = pounds("min"), pounds("max")
		file.bids, file.rows = append(file.bids, bid), append(file.rows, row.line)
	}
	return file, innovation.Join(errs...)
}

func (f bidFile) place(line int, column string) string {
	return fmt.Sprintf("%s, line %d, column %s", f.name, line, column)
}

var (
	bidField  = regexp.MustCompile(`^bids\[(\d+)\](?:\.(\w+))?$`)
	bidNumber = regexp.MustCompile(`bids\[\d+\]`)
)

// explain says of what is wrong with a bid where it stands in the file.
func (f bidFile) explain(err error) error {
	var out innovation.Errors
	for _, e := range innovation.Violations(err) {
		m := bidField.FindStringSubmatch(e.Field)
		if m == nil {
			out = append(out, e)
			continue
		}
		n, _ := strconv.Atoi(m[1])
		if n >= len(f.rows) {
			return err
		}
		at := *e
		at.Detail = bidNumber.ReplaceAllStringFunc(e.Detail, func(bid string) string {
			n, _ := strconv.Atoi(bid[len("bids[") : len(bid)-1])
			if n >= len(f.rows) {
				return bid
			}
			return fmt.Sprintf("line %d", f.rows[n])
		})
		at.Field = f.place(f.rows[n], cmp.Or(m[2], "recipient"))
		out = append(out, &at)
	}
	if out == nil {
		return err
	}
	return out
}
