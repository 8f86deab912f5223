package httpapi

import (
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// amountHead names the columns of an amount, amountCells fills them: a bound or
// a figure that is absent is an empty cell.
func amountHead(name string) []string {
	out := []string{"low", "high", "nominal", "kind"}
	for i, part := range out {
		if name != "" {
			out[i] = name + strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return out
}

func amountCells(a innovation.Amount) []string {
	kind, low, high, nominal := a.Parts()
	out := make([]string, 0, 4)
	for _, m := range []*innovation.Money{low, high, nominal} {
		if m == nil {
			out = append(out, "")
		} else {
			out = append(out, m.String())
		}
	}
	return append(out, string(kind))
}

// reckoningCells are those of an amount, empty when it is not known.
func reckoningCells(r *innovation.Reckoning) []string {
	if r == nil || !r.Known {
		return amountCells(innovation.Amount{})
	}
	return amountCells(r.Amount)
}

// millionthsCells are the bounds of a ratio in millionths.
func millionthsCells(m *innovation.Millionths) []string {
	out := []string{"", ""}
	if m != nil {
		for i, bound := range []*int64{m.Low, m.High} {
			if bound != nil {
				out[i] = strconv.FormatInt(*bound, 10)
			}
		}
	}
	return out
}

func ladderRows(l store.Ladder) [][]string {
	rows := [][]string{joined([]string{"year", "network", "networkName", "stream", "rung", "known"}, amountHead(""), []string{"vat", "records", "undisclosed", "remainderOf", "apart"},
		amountHead("remainder"), amountHead("withoutBounds"), amountHead("withoutBoundsRemainder"), []string{"why", "excluded", "rivals"})}
	for _, row := range l.Rows {
		for _, r := range row.Rungs {
			var excluded []string
			for _, e := range r.Excluded {
				excluded = append(excluded, e.Amount.String()+" ("+string(e.Reason)+")")
			}
			rows = append(rows, joined([]string{row.Year.String(), string(row.Network), row.NetworkName, row.Stream, string(r.Rung), strconv.FormatBool(r.Known)},
				amountCells(r.Amount), []string{string(r.VAT), strconv.FormatInt(r.Records, 10), strconv.FormatInt(r.Undisclosed, 10), string(r.RemainderOf), strconv.FormatInt(r.Apart, 10)},
				amountCells(r.Remainder), amountCells(r.WithoutBounds), amountCells(r.WithoutBoundsRemainder),
				[]string{r.Why, strings.Join(excluded, "; "), strconv.Itoa(len(r.Rivals))}))
		}
	}
	return rows
}

func shareRows(s store.ShareReport) [][]string {
	rows := [][]string{joined([]string{"recipient", "recipientName", "allocation", "member", "known"}, amountHead(""), []string{"within", "detail"},
		amountHead("withBounds"), amountHead("withoutBounds"))}
	for _, r := range s.ShareCheck.Shares {
		rows = append(rows, joined([]string{string(r.Recipient), s.Names[r.Recipient], string(r.Allocation), strconv.FormatBool(r.Member), strconv.FormatBool(r.Known)},
			amountCells(r.Amount), []string{r.Within.String(), r.Detail}, amountCells(r.WithBounds), amountCells(r.WithoutBounds)))
	}
	return rows
}

func splitRows(s store.SplitReport) [][]string {
	rows := [][]string{{"recipient", "recipientName", "amount", "weight", "proportional", "bound", "pennies", "explanation"}}
	for _, r := range s.Shares {
		rows = append(rows, []string{string(r.Recipient), s.Names[r.Recipient], r.Amount.String(), r.Weight, r.Proportional.String(), string(r.Bound),
			strconv.FormatInt(r.Pennies, 10), r.Explanation})
	}
	return rows
}

func runwayRows(r store.Runway) [][]string {
	rows := [][]string{joined([]string{"month"}, amountHead("received"), amountHead("instalments"), amountHead("otherIncome"), amountHead("spend"),
		amountHead("closing"), []string{"due", "stopped"})}
	for _, m := range r.Months {
		var due, stopped []string
		for _, i := range m.Due {
			due = append(due, string(i.Instalment))
			if i.State == innovation.InstalmentStopped {
				stopped = append(stopped, string(i.Instalment))
			}
		}
		rows = append(rows, joined([]string{m.Month.String()}, reckoningCells(&m.Received), reckoningCells(&m.Instalments), reckoningCells(&m.OtherIncome),
			reckoningCells(&m.Spend), reckoningCells(&m.Closing), []string{strings.Join(due, "; "), strings.Join(stopped, "; ")}))
	}
	return rows
}

func selfSufficiencyRows(s store.SelfSufficiency) [][]string {
	rows := [][]string{joined([]string{"organisation", "organisationName", "year", "projected"}, amountHead("core"), amountHead("own"), amountHead("mixed"),
		amountHead("inKind"), amountHead("total"), []string{"shareLow", "shareHigh", "shareOfRecordedLow", "shareOfRecordedHigh"},
		amountHead("cutCore"), amountHead("cutShortfall"), []string{"cutShareLow", "cutShareHigh", "cutShareOfRecordedLow", "cutShareOfRecordedHigh"})}
	for _, o := range s.Organisations {
		for _, y := range o.Years {
			var cut innovation.CoreCutTest
			if y.Cut != nil {
				cut = *y.Cut
			}
			rows = append(rows, joined([]string{string(o.Organisation), o.Name, y.Year.String(), strconv.FormatBool(y.Projected)},
				reckoningCells(&y.Core), reckoningCells(&y.Own), reckoningCells(&y.Mixed), reckoningCells(&y.InKind), reckoningCells(&y.Total),
				millionthsCells(y.Share), millionthsCells(y.OfRecorded), reckoningCells(&cut.Core), reckoningCells(&cut.Shortfall),
				millionthsCells(cut.Share), millionthsCells(cut.OfRecorded)))
		}
	}
	return rows
}

func leverageRows(l store.Leverage) [][]string {
	rows := [][]string{joined([]string{"about", "programme", "from", "to", "rung"}, amountHead("public"), []string{"evidence"}, amountHead("outside"),
		[]string{"ratioLow", "ratioHigh"}, amountHead("orBetter"), []string{"ratioOrBetterLow", "ratioOrBetterHigh"})}
	for _, r := range l.Rows {
		about := ""
		if !r.About.IsZero() {
			about = r.About.String()
		}
		for _, g := range r.Grades {
			rows = append(rows, joined([]string{about, r.Programme, r.From.String(), r.To.String(), string(r.Rung)}, reckoningCells(&r.Public),
				[]string{g.Evidence}, reckoningCells(&g.Outside), millionthsCells(g.Ratio), reckoningCells(g.OrBetter), millionthsCells(g.RatioOrBetter)))
		}
	}
	return rows
}

func varianceRows(v store.Variance) [][]string {
	rows := [][]string{joined([]string{"line", "kind", "stream", "purpose"}, amountHead("forecast"), amountHead("actual"), amountHead("variance"),
		amountHead("against"), amountHead("change"))}
	for _, l := range v.Lines {
		rows = append(rows, joined([]string{string(l.Line), string(l.Kind), l.Stream, l.Purpose}, reckoningCells(&l.Forecast), reckoningCells(&l.Actual),
			reckoningCells(&l.Variance), reckoningCells(l.Against), reckoningCells(l.Change)))
	}
	return rows
}
