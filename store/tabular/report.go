package tabular

import (
	"fmt"
	"io"
	"sort"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/sheet"
	"github.com/innovationregistry/registry/store/uptake"
)

// Note says something about a row.
type Note = uptake.Note

// Progress is how far an import is. How many rows there are is an estimate.
type Progress = uptake.Progress

// Change is a field of a fact that a row changes.
type Change struct {
	Row     int               `json:"row" doc:"The row, from 1: headings and blank rows are not counted"`
	Fact    innovation.FactID `json:"fact" doc:"The fact that is corrected or revised"`
	Field   string            `json:"field" doc:"The field"`
	Was     string            `json:"was,omitempty" doc:"What the register has"`
	Becomes string            `json:"becomes,omitempty" doc:"What the row says"`
}

// Report is what became of a file. Every row was added, changed, unchanged or
// refused: the four add up to Rows. Act is 0 when nothing was written; the
// counts then say what would have been.
type Report struct {
	Noun         innovation.FactType  `json:"noun" doc:"The type of the facts"`
	Rows         int                  `json:"rows" doc:"Rows of the file, blank ones not counted"`
	Added        int                  `json:"added" doc:"Rows that are facts of their own"`
	Changed      int                  `json:"changed" doc:"Rows that correct or revise a fact"`
	Unchanged    int                  `json:"unchanged" doc:"Rows whose content the register had already"`
	Refused      int                  `json:"refused" doc:"Rows that were refused"`
	Founded      []innovation.Entity  `json:"founded,omitempty" doc:"Entities that are new, at most 1,000"`
	MoreFounded  int                  `json:"moreFounded,omitempty" doc:"How many more there are"`
	Changes      []Change             `json:"changes,omitempty" doc:"What changes, at most 1,000 fields"`
	MoreChanges  int                  `json:"moreChanges,omitempty" doc:"How many more fields change"`
	Refusals     []Note               `json:"refusals,omitempty" doc:"Why rows were refused, in their order, at most 1,000; the field is the heading of the file"`
	MoreRefusals int                  `json:"moreRefusals,omitempty" doc:"How many more reasons there are"`
	Remarks      []Note               `json:"remarks,omitempty" doc:"What was assumed about rows that were taken, at most 1,000; row 0 is the file"`
	MoreRemarks  int                  `json:"moreRemarks,omitempty" doc:"How many more remarks there are"`
	Act          innovation.ActNumber `json:"act" doc:"The act; 0 when nothing was written"`
	DryRun       bool                 `json:"dryRun" doc:"Whether it was a dry run"`

	headings []string
	refused  []refusedRow
	kept     int // cells of refused
}

// maxNotes bounds what a report lists, maxRefused the rows that it can give back.
const (
	maxNotes   = 1_000
	maxRefused = 100_000
	maxKept    = 4 << 20 // cells of them
)

// refusedRow is a refused row as it stood, and why.
type refusedRow struct {
	number        int
	cells         []sheet.Cell
	problems, try []string
}

func (t *take) remark(r *row, field, value, format string, args ...any) {
	if len(t.report.Remarks) >= maxNotes {
		t.report.MoreRemarks++
		return
	}
	n := Note{Field: field, Value: clip(value), Rule: innovation.RuleImportAssumed, Detail: fmt.Sprintf(format, args...)}
	if r != nil {
		n.Row, n.Line = r.number, r.line
	}
	t.report.Remarks = append(t.report.Remarks, n)
}

// refusal puts a row that stays refused into the report.
func (t *take) refusal(r *row) {
	t.report.Refused++
	kept := refusedRow{number: r.number, cells: r.cells}
	for _, n := range r.notes {
		if len(t.report.Refusals) < maxNotes {
			t.report.Refusals = append(t.report.Refusals, n)
		} else {
			t.report.MoreRefusals++
		}
		problem := n.Detail
		if n.Field != "" {
			problem = n.Field + ": " + problem
		}
		kept.problems = append(kept.problems, problem)
		if n.Try != "" {
			kept.try = append(kept.try, n.Try)
		}
	}
	if t.report.kept += len(r.cells); len(t.report.refused) < maxRefused && t.report.kept <= maxKept {
		t.report.refused = append(t.report.refused, kept)
	}
}

func (t *take) founded(e innovation.Entity) {
	if len(t.report.Founded) < maxNotes {
		t.report.Founded = append(t.report.Founded, e)
	} else {
		t.report.MoreFounded++
	}
}

func (t *take) changed(r *row, id innovation.FactID, was, cells []string) {
	t.report.Changed++
	for i := range cells {
		if cells[i] == was[i] {
			continue
		}
		if len(t.report.Changes) < maxNotes {
			t.report.Changes = append(t.report.Changes, Change{r.number, id, t.noun.Columns[i].Name, clip(was[i]), clip(cells[i])})
		} else {
			t.report.MoreChanges++
		}
	}
}

func (r *Report) finish() {
	for _, notes := range [][]Note{r.Refusals, r.Remarks} {
		sort.SliceStable(notes, func(i, j int) bool { return notes[i].Row < notes[j].Row })
	}
	if more := len(r.Refusals) - maxNotes; more > 0 {
		r.Refusals, r.MoreRefusals = r.Refusals[:maxNotes], r.MoreRefusals+more
	}
	sort.SliceStable(r.refused, func(i, j int) bool { return r.refused[i].number < r.refused[j].number })
	sort.SliceStable(r.Changes, func(i, j int) bool { return r.Changes[i].Row < r.Changes[j].Row })
}

// WriteRefused writes the refused rows as they stood, up to 100,000 with four
// million cells, as csv or
// xlsx, with two columns before them: the problem and what to try. The file can
// be brought in again once it is corrected. What held an NHS number is left out.
func (r *Report) WriteRefused(w io.Writer, format string) error {
	columns := []sheet.Column{{Heading: "problem", Width: 60}, {Heading: "what to try", Width: 60}}
	for _, h := range r.headings {
		columns = append(columns, sheet.Column{Heading: h, Text: true})
	}
	out, err := sheet.NewWriter(w, format, sheet.Sheet{Name: "refused", Columns: columns})
	if err != nil {
		return err
	}
	for _, row := range r.refused {
		cells := []string{short(strings.Join(row.problems, "; ")), short(strings.Join(row.try, "; "))}
		for i := range r.headings {
			text := ""
			if i < len(row.cells) && !innovation.HoldsNHSNumber(row.cells[i].Text) {
				text = row.cells[i].Text
			}
			cells = append(cells, text)
		}
		if err := out.Row(cells...); err != nil {
			return err
		}
	}
	return out.Close()
}

// short keeps an explanation within a cell.
func short(s string) string {
	const most = 4_000
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}
