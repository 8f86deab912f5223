package main

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// tableRow is a row of a CSV file by the names of its columns.
type tableRow struct {
	line  int
	cells map[string]string
}

// readTable reads CSV with a header of which one column is needed and only the
// columns named are allowed: a misspelt one would silently count for nothing.
// Blank lines are left out, and so is the mark that Excel puts before UTF-8.
func readTable(in io.Reader, needed string, allowed []string) ([]tableRow, error) {
	text := bufio.NewReader(in)
	if mark, err := text.Peek(3); err == nil && string(mark) == "\ufeff" {
		text.Discard(3)
	}
	r := csv.NewReader(text)
	r.FieldsPerRecord = -1
	r.TrimLeadingSpace = true
	head, err := r.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("there is nothing in it")
	}
	if err != nil {
		return nil, err
	}
	for i, h := range head {
		head[i] = strings.ToLower(strings.TrimSpace(h))
		if !slices.Contains(allowed, head[i]) {
			return nil, fmt.Errorf("there is no column %q for it", clip(h, 40))
		}
		if slices.Contains(head[:i], head[i]) {
			return nil, fmt.Errorf("the column %s stands there twice", head[i])
		}
	}
	if !slices.Contains(head, needed) {
		return nil, fmt.Errorf("the column %s is missing", needed)
	}
	var rows []tableRow
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, err
		}
		line, _ := r.FieldPos(0)
		if len(record) > len(head) {
			return nil, fmt.Errorf("line %d has %d cells, and there are %d columns: an amount with commas needs quotation marks", line, len(record), len(head))
		}
		row := tableRow{line, map[string]string{}}
		for i, cell := range record {
			row.cells[head[i]] = strings.TrimSpace(cell)
		}
		if strings.TrimSpace(strings.Join(record, "")) != "" {
			rows = append(rows, row)
		}
	}
}
