package store

import (
	"context"
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	stats "github.com/innovationregistry/registry/innovation/spread"
)

// UptakeQuery asks about measurements of the uptake of an innovation.
type UptakeQuery struct {
	Innovation innovation.InnovationID   `json:"innovation" doc:"The innovation"`
	Measure    string                    `json:"measure,omitempty" doc:"What was counted (scheme measure); may be left out while there is one only"`
	PeerGroup  innovation.PeerGroupID    `json:"peerGroup,omitempty" doc:"Only members of this peer group"`
	Network    innovation.OrganisationID `json:"network,omitempty" doc:"Only those that this network serves"`
	Kind       string                    `json:"kind,omitempty" doc:"Only organisations of this kind (scheme organisation-kind)"`
	Direction  string                    `json:"direction,omitempty" enum:"higher,lower,neither" doc:"Which way is better; neither when left out"`
	Footprint  innovation.Footprint      `json:"footprint,omitzero" doc:"On which list of organisations; as measured when it is of then"`
}

// Validate reports everything that is wrong with the question taken alone.
func (q UptakeQuery) Validate() error {
	var peers, network, kind, direction error
	if q.PeerGroup != "" {
		peers = innovation.CheckKey("peerGroup", string(q.PeerGroup))
	}
	if q.Network != "" {
		network = innovation.CheckKey("network", string(q.Network))
	}
	if q.Kind != "" && innovation.CheckKey("kind", q.Kind) != nil {
		kind = question("kind", "that is no kind of organisation", "use a code of the scheme organisation-kind, such as icb")
	}
	switch q.Direction {
	case "", "higher", "lower", "neither":
	default:
		direction = question("direction", fmt.Sprintf("%q is no direction", q.Direction), "use higher, lower or neither")
	}
	return innovation.Join(innovation.CheckKey("innovation", string(q.Innovation)), innovation.CheckText("measure", q.Measure, innovation.MaxKey),
		peers, network, kind, direction, q.Footprint.Validate())
}

func (q *UptakeQuery) better() stats.Direction {
	switch q.Direction {
	case "higher":
		return stats.HigherBetter
	case "lower":
		return stats.LowerBetter
	}
	return stats.Neither
}

// UptakeAbout is what every answer about measurements says of itself.
type UptakeAbout struct {
	Recipe        innovation.Recipe `json:"recipe"`
	Name          string            `json:"name" doc:"What the innovation is called on the day"`
	Measure       string            `json:"measure" doc:"What was counted (scheme measure)"`
	Unit          string            `json:"unit" doc:"Of what (scheme unit)"`
	Rate          bool              `json:"rate" doc:"Whether values are counts over denominators; without denominators they are counts"`
	Footprint     string            `json:"footprint" doc:"The footprint in words"`
	EligibleKnown bool              `json:"eligibleKnown" doc:"Whether the register says who could adopt, so that those without a figure are known"`
	Evidence      string            `json:"evidence" doc:"The grade of the evidence: measurements are observed in activity"`
	Notes         []string          `json:"notes" doc:"How it was counted"`
}

// UptakeWithout is an organisation without a figure: that is not nothing.
type UptakeWithout struct {
	Organisation innovation.OrganisationID `json:"organisation"`
	Name         string                    `json:"name" doc:"Its name on the day"`
	Reason       string                    `json:"reason" doc:"Why it has none"`
}

// uptakeSpan is a period of measurements.
type uptakeSpan struct{ start, end innovation.Date }

// String names the period.
func (p uptakeSpan) String() string {
	return innovation.Bound{Earliest: p.start, Latest: p.end.AddDays(-1)}.String()
}

// uptakeFigure is a measurement, or the sum of some.
type uptakeFigure struct {
	count, per      float64
	hasCount        bool // otherwise only bounds are known
	hasPer          bool
	restated        bool
	sum             bool
	low, high       float64
	hasLow, hasHigh bool
}

// value is the rate, or the count where there are no denominators.
func (f uptakeFigure) value(rate bool) (float64, string) {
	switch {
	case !f.hasCount && (f.hasLow || f.hasHigh):
		return 0, "only bounds of its count are published"
	case !f.hasCount:
		return 0, "its count is not known"
	case !rate:
		return f.count, ""
	case !f.hasPer:
		return 0, "its denominator is not known"
	case f.per <= 0:
		return 0, "its denominator is nothing"
	}
	return f.count / f.per, ""
}

// uptakeFile is what questions about measurements are answered from.
type uptakeFile struct {
	a       *adopters
	q       UptakeQuery
	about   UptakeAbout
	figures map[uptakeSpan]map[innovation.OrganisationID]uptakeFigure
	spans   []uptakeSpan // of the usual length, in order
	months  int          // that length
	known   map[innovation.OrganisationID]bool
	members map[innovation.OrganisationID]innovation.Answer // of the population asked for; nil for all
	extra   map[string]bool                                 // of notes
}

func (f *uptakeFile) note(text string) {
	if !f.extra[text] {
		f.extra[text] = true
		f.about.Notes = append(f.about.Notes, text)
	}
}

// readUptake reads the measurements of an innovation that were over by the day.
func readUptake(ctx context.Context, s *session, m moment, q UptakeQuery) (*uptakeFile, error) {
	a, err := adoptersOf(ctx, s, m, q.Innovation)
	if err != nil {
		return nil, err
	}
	if q.Direction == "" {
		q.Direction = "neither"
	}
	f := &uptakeFile{a: a, q: q, figures: map[uptakeSpan]map[innovation.OrganisationID]uptakeFigure{}, known: map[innovation.OrganisationID]bool{}, extra: map[string]bool{}}
	f.about = UptakeAbout{Recipe: m.recipe(), Footprint: q.Footprint.String(), Evidence: string(innovation.Observed), Notes: []string{}}
	if q.Footprint.Mode == "" || q.Footprint.Mode == innovation.FootprintThen {
		f.about.Footprint = "organisations as measured"
	}
	if f.about.Name, _, err = readInnovation(ctx, s, a, m); err != nil {
		return nil, err
	}
	if err := f.chooseMeasure(ctx); err != nil {
		return nil, err
	}
	if err := f.readFigures(ctx); err != nil {
		return nil, err
	}
	return f, nil
}

// chooseMeasure takes the one measure there is when none is named.
func (f *uptakeFile) chooseMeasure(ctx context.Context) error {
	w := knownAdoptions(f.a.m).and("f.subject = ? AND f.end_latest <= ?", f.a.id, f.a.m.on.DayNumber()+1)
	rows, err := f.a.session.query(ctx, "SELECT DISTINCT f.measure FROM reg_uptake f "+w.String()+" ORDER BY f.measure", w.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return err
		}
		all = append(all, one)
	}
	if err := rows.Err(); err != nil {
		return explain(err)
	}
	switch {
	case len(all) == 0:
		return thin("measure", fmt.Sprintf("no uptake of %s was measured by %s", f.q.Innovation, f.a.m.on), "record measurements of uptake, or ask about a later day")
	case f.q.Measure == "" && len(all) > 1:
		return question("measure", "several measures are recorded", "name one of "+strings.Join(all, ", "))
	case f.q.Measure != "" && !slices.Contains(all, f.q.Measure):
		return question("measure", fmt.Sprintf("no uptake of %s was measured by %q until %s", f.q.Innovation, f.q.Measure, f.a.m.on), "use "+strings.Join(all, ", "))
	}
	f.q.Measure = all[0]
	f.about.Measure = f.q.Measure
	return nil
}

// thin refuses for want of data.
//
//go:noinline // many places would hold a copy of it
func thin(field, detail, try string) *innovation.Error {
	return &innovation.Error{Kind: innovation.Refused, Rule: innovation.RuleSeriesThin, Field: field, Detail: detail, Try: try}
}

func (f *uptakeFile) readFigures(ctx context.Context) error {
	w := knownAdoptions(f.a.m).and("f.subject = ? AND f.measure = ? AND f.end_latest <= ?", f.a.id, f.q.Measure, f.a.m.on.DayNumber()+1)
	rows, err := f.a.session.query(ctx, `SELECT o.key, f.count_value, f.count_low, f.count_high, f.count_scale, f.per_value, f.per_scale, f.unit, f.restated, f.start_earliest, f.end_latest
		FROM reg_uptake f JOIN reg_entity o ON o.id = f.organisation `+w.String()+" ORDER BY f.start_earliest, f.organisation, f.fact", w.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	lengths := map[int]int{}
	for rows.Next() {
		var key, unit string
		var value, low, high, per *int64
		var scale, perScale, restated, start, end int64
		if err := rows.Scan(&key, &value, &low, &high, &scale, &per, &perScale, &unit, &restated, &start, &end); err != nil {
			return err
		}
		var p uptakeSpan
		if p.start, err = innovation.DateFromDayNumber(start); err != nil {
			return err
		}
		if p.end, err = innovation.DateFromDayNumber(end); err != nil {
			return err
		}
		one := uptakeFigure{restated: restated != 0}
		one.count, one.hasCount = scaledFloat(value, scale)
		one.low, one.hasLow = scaledFloat(low, scale)
		one.high, one.hasHigh = scaledFloat(high, scale)
		one.per, one.hasPer = scaledFloat(per, perScale)
		if f.figures[p] == nil {
			f.figures[p] = map[innovation.OrganisationID]uptakeFigure{}
			lengths[monthsOf(p)]++
		}
		id := innovation.OrganisationID(key)
		f.known[id] = true
		f.figures[p][id] = one
		f.about.Unit, f.about.Rate = unit, f.about.Rate || one.hasPer
	}
	if err := rows.Err(); err != nil {
		return explain(err)
	}
	for n, times := range lengths { // periods that are no whole months make no series
		if n > 0 && (f.months == 0 || times > lengths[f.months] || times == lengths[f.months] && n < f.months) {
			f.months = n
		}
	}
	for p := range f.figures {
		if monthsOf(p) == f.months {
			f.spans = append(f.spans, p)
		}
	}
	sort.Slice(f.spans, func(i, j int) bool {
		if f.spans[i].start != f.spans[j].start {
			return f.spans[i].start.Before(f.spans[j].start)
		}
		return f.spans[i].end.Before(f.spans[j].end)
	})
	return nil
}

func scaledFloat(n *int64, scale int64) (float64, bool) {
	if n == nil {
		return 0, false
	}
	return float64(*n) / math.Pow10(int(scale)), true
}

// monthsOf is the length of a period in months, and 0 for another one.
func monthsOf(p uptakeSpan) int {
	n := int(monthOf(p.end) - monthOf(p.start))
	if p.start.Day() != 1 || p.end.Day() != 1 || n < 1 || n > 1200 {
		return 0
	}
	return n
}

// chosen finds the period that is asked for: the last one when none is.
func (f *uptakeFile) chosen(field string, asked innovation.Bound) (uptakeSpan, error) {
	if len(f.spans) == 0 {
		return uptakeSpan{}, thin(field, "no measurement is of whole months", "measure by months, quarters or years")
	}
	last := f.spans[len(f.spans)-1]
	if asked.IsZero() {
		return last, nil
	}
	p := uptakeSpan{asked.Earliest, asked.Latest.AddDays(1)}
	if f.figures[p] == nil {
		return p, question(field, fmt.Sprintf("nothing was measured for %s by %s", asked, f.a.m.on), fmt.Sprintf("use a period from %s to %s", f.spans[0], last))
	}
	return p, nil
}

// between lists the periods from one day to another, the first and the last when
// they are left out.
func (f *uptakeFile) between(from, to innovation.Date) ([]uptakeSpan, error) {
	var out []uptakeSpan
	for _, p := range f.spans {
		if (from.IsZero() || !p.start.Before(from)) && (to.IsZero() || !p.end.After(to.AddDays(1))) {
			if n := len(out); n > 0 { // those of which nothing is measured stand there too
				for next := out[n-1].end; next.Before(p.start) && len(out) <= maxSpreadPeriods; next = next.AddMonths(f.months) {
					out = append(out, uptakeSpan{next, next.AddMonths(f.months)})
				}
			}
			out = append(out, p)
		}
	}
	if len(out) > maxSpreadPeriods {
		return nil, question("from", fmt.Sprintf("there are more than %d periods", maxSpreadPeriods), "ask about a shorter time")
	}
	if len(out) == 0 {
		return nil, thin("from", "nothing was measured in that time", "ask about another time")
	}
	return out, nil
}
