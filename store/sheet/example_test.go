package sheet_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"strings"

	"github.com/innovationregistry/registry/store/sheet"
)

// A list that a spreadsheet saved with semicolons.
func ExampleOpen() {
	list := "code;name\nRTH;Oxford University Hospitals\n\nRHQ;\"Sheffield; Teaching Hospitals\"\n"
	f, err := sheet.Open(context.Background(), strings.NewReader(list), "trusts.csv", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	fmt.Println(f.Remarks())
	for row, err := range f.Rows() {
		if err != nil {
			log.Fatal(err)
		}
		for _, cell := range row.Cells {
			fmt.Printf("%d %s\n", row.Number, cell.Text)
		}
	}
	// Output:
	// [cells are parted by semicolons]
	// 1 code
	// 1 name
	// 2 RTH
	// 2 Oxford University Hospitals
	// 4 RHQ
	// 4 Sheffield; Teaching Hospitals
}

// A template with notes, read again.
func ExampleNewWriter() {
	var file bytes.Buffer
	w, err := sheet.NewWriter(&file, sheet.XLSX,
		sheet.Sheet{Name: "Adoptions", Columns: []sheet.Column{
			{Heading: "organisation", Text: true, Note: "The ODS code."},
			{Heading: "stage", Values: []string{"piloting", "adopted"}},
			{Heading: "day", Date: true},
		}},
		sheet.Sheet{Name: "Notes", Columns: []sheet.Column{{Heading: "column"}, {Heading: "meaning", Width: 60}}})
	if err != nil {
		log.Fatal(err)
	}
	w.Row("RTH", "adopted", "2024-04-01")
	w.Next()
	w.Row("organisation", "The ODS code of a trust")
	if err := w.Close(); err != nil {
		log.Fatal(err)
	}
	f, err := sheet.Open(context.Background(), &file, "adoptions.xlsx", nil)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	fmt.Println(f.Sheets())
	for row := range f.Rows() {
		fmt.Println(row.Number, row.Cells[0].Text, row.Cells[1].Text, row.Cells[2].Text)
	}
	// Output:
	// [Adoptions Notes]
	// 1 organisation stage day
	// 2 RTH adopted 2024-04-01
}
