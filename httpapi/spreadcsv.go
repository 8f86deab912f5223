package httpapi

import (
	"slices"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/store"
)

// floatCell is a number as it is, empty when it is not known.
func floatCell(x *float64) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(*x, 'g', -1, 64)
}

//go:noinline // many places would hold a copy of it
func intCell(n int64) string { return strconv.FormatInt(n, 10) }

// placeCell is a rank or a decile, empty when there is none.
func placeCell(n *int64) string {
	if n == nil {
		return ""
	}
	return intCell(*n)
}

func spreadRows(s store.Spread) [][]string {
	rows := [][]string{{"group", "groupName", "period", "start", "end", "part", "newCertain", "newPossible", "cumulativeCertain", "cumulativePossible",
		"eligibleCertain", "eligiblePossible", "adoptedCertain", "adoptedPossible", "shareLow", "shareHigh", "atRisk", "entered", "adopted", "censored", "exposed",
		"hazard", "hazardLow", "hazardHigh", "hazardReason"}}
	for _, g := range append([]store.SpreadGroup{s.All}, s.Groups...) {
		for _, p := range g.Periods {
			row := []string{g.Group, g.Name, p.Name, p.Start.String(), p.End.String(), strconv.FormatBool(p.Part)}
			for _, n := range []store.CountRange{p.New, p.Cumulative, p.Eligible, p.Adopted} {
				row = append(row, intCell(n.Certain), intCell(n.Possible))
			}
			row = append(row, floatCell(p.ShareLow), floatCell(p.ShareHigh))
			if h := p.Hazard; h != nil {
				row = append(row, intCell(h.AtRisk), intCell(h.Entered), intCell(h.Adopted), intCell(h.Censored), floatCell(&h.Exposed), floatCell(h.Hazard),
					floatCell(h.Low), floatCell(h.High), h.Reason)
			} else {
				row = append(row, "", "", "", "", "", "", "", "", "")
			}
			rows = append(rows, row)
		}
	}
	return rows
}

func spreadFitRows(s store.SpreadFit) [][]string {
	rows := [][]string{{"type", "period", "start", "end", "new", "cumulative", "fitted", "low", "high"}}
	for _, p := range s.Series {
		rows = append(rows, []string{"result", p.Name, p.Start.String(), p.End.String(), intCell(p.Adopters), intCell(p.Cumulative), floatCell(p.Fitted), "", ""})
	}
	if s.Forecast != nil {
		for _, p := range s.Forecast.Points {
			rows = append(rows, []string{string(s.Forecast.Type), p.Name, p.Start.String(), p.End.String(), floatCell(p.New), floatCell(&p.Cumulative), "",
				floatCell(&p.Low), floatCell(&p.High)})
		}
	}
	return rows
}

func standingRows(u store.UptakeStanding) [][]string {
	rows := [][]string{{"organisation", "name", "period", "count", "per", "value", "sum", "rank", "tied", "percentRank", "decile", "reason"}}
	period := u.Asked.Period.String()
	for _, r := range u.Rows {
		tied := ""
		if r.Tied > 0 {
			tied = intCell(r.Tied)
		}
		rows = append(rows, []string{string(r.Organisation), r.Name, period, floatCell(&r.Count), floatCell(r.Per), floatCell(&r.Value), strconv.FormatBool(r.Sum),
			placeCell(r.Rank), tied, floatCell(r.PercentRank), placeCell(r.Decile), ""})
	}
	for _, w := range u.Without {
		rows = append(rows, []string{string(w.Organisation), w.Name, period, "", "", "", "", "", "", "", "", w.Reason})
	}
	return rows
}

func seriesRows(u store.UptakeSeries) [][]string {
	rows := [][]string{{"organisation", "period", "count", "per", "value", "signal", "rules", "mean", "lower", "upper", "among", "decile", "reason"}}
	for _, p := range u.Points {
		mean, lower, upper := "", "", ""
		if i := slices.IndexFunc(u.Segments, func(g store.SeriesSegment) bool {
			return !p.Period.Earliest.Before(g.Start.Earliest) && !p.Period.Earliest.After(g.End.Earliest)
		}); i >= 0 {
			g := u.Segments[i]
			mean, lower, upper = floatCell(&g.Mean), floatCell(&g.Lower), floatCell(&g.Upper)
		}
		rows = append(rows, []string{string(u.Asked.Organisation), p.Period.String(), floatCell(p.Count), floatCell(p.Per), floatCell(p.Value), p.Signal,
			strings.Join(p.Rules, "; "), mean, lower, upper, intCell(p.Among), placeCell(p.Decile), p.Reason})
	}
	return rows
}

func funnelRows(u store.UptakeFunnel) [][]string {
	rows := [][]string{{"organisation", "name", "count", "per", "value", "expected", "z", "verdict", "low95", "high95", "low998", "high998", "reason"}}
	for _, r := range u.Rows {
		rows = append(rows, []string{string(r.Organisation), r.Name, floatCell(&r.Count), floatCell(&r.Per), floatCell(&r.Value), floatCell(&r.Expected), floatCell(&r.Z), r.Verdict,
			floatCell(&r.Low95), floatCell(&r.High95), floatCell(&r.Low998), floatCell(&r.High998), ""})
	}
	for _, w := range u.Without {
		rows = append(rows, []string{string(w.Organisation), w.Name, "", "", "", "", "", "", "", "", "", "", w.Reason})
	}
	return rows
}

func moverRows(u store.UptakeMovers) [][]string {
	rows := [][]string{{"organisation", "name", "from", "to", "change", "low", "high", "moved", "began", "beganP", "reason", "beganReason"}}
	for _, r := range u.Rows {
		began, p := "", ""
		if r.Began != nil {
			began, p = r.Began.Period.String(), floatCell(&r.Began.P)
		}
		rows = append(rows, []string{string(r.Organisation), r.Name, floatCell(&r.From), floatCell(&r.To), floatCell(&r.Change), floatCell(r.Low), floatCell(r.High), r.Moved,
			began, p, r.Reason, r.BeganReason})
	}
	for _, w := range u.Without {
		rows = append(rows, []string{string(w.Organisation), w.Name, "", "", "", "", "", "", "", "", w.Reason, ""})
	}
	return rows
}
