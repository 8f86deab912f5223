package england

import "strings"

// Line accounts for one file of the gathered fact base: every row of it was
// used or is left out with a reason.
type Line struct {
	File    string     // the file, for example "licences"
	Rows    int        // rows in it
	Used    int        // rows that at least one fact cites
	Facts   int        // facts that cite a row of it; a fact may cite rows of several files
	LeftOut []Omission // the other rows
	Remarks []string   // what a reader of the facts should know: contradictions, gaps, replaced labels
}

// Omission is a group of rows that were left out for one reason.
type Omission struct {
	Rows   int
	Which  []string // the rows, when they are few
	Reason string
}

// Reconciliation accounts for all files of the fact base, in the order in which
// they were read.
func Reconciliation() []Line {
	var errs []error
	var lines []Line
	at := map[string]int{}
	for _, r := range readRows("reconciliation.csv", &errs) {
		at[r.text("file")] = len(lines)
		lines = append(lines, Line{File: r.text("file"), Rows: int(r.number("rows"))})
	}
	used := map[string]bool{}
	for batch := range Acts() {
		for _, fact := range batch.Facts {
			counted := map[string]bool{}
			for _, cited := range fact.Sources {
				file, _, ok := strings.Cut(cited.Locator, "/")
				if i, known := at[file]; ok && known {
					if !used[cited.Locator] {
						used[cited.Locator] = true
						lines[i].Used++
					}
					if !counted[file] {
						counted[file] = true
						lines[i].Facts++
					}
				}
			}
		}
	}
	for _, r := range readRows("left_out.csv", &errs) {
		if i, ok := at[r.text("file")]; ok {
			lines[i].LeftOut = append(lines[i].LeftOut, Omission{int(r.number("rows")), r.list("which"), r.text("reason")})
		}
	}
	for _, r := range readRows("remarks.csv", &errs) {
		if i, ok := at[r.text("file")]; ok {
			lines[i].Remarks = append(lines[i].Remarks, r.text("remark"))
		}
	}
	return lines
}
