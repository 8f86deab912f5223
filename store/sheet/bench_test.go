package sheet_test

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/innovationregistry/registry/store/sheet"
)

// Rows of adoptions, read from and written to each kind of file.
func BenchmarkRows(b *testing.B) {
	const rows = 50_000
	for _, format := range []string{sheet.CSV, sheet.XLSX} {
		write := func(b *testing.B) []byte {
			var file bytes.Buffer
			w, err := sheet.NewWriter(&file, format, sheet.Sheet{Name: "Adoptions", Columns: []sheet.Column{{Heading: "organisation", Text: true}, {Heading: "innovation"}, {Heading: "day", Date: true}, {Heading: "count", Number: true}}})
			if err != nil {
				b.Fatal(err)
			}
			for i := range rows {
				if err := w.Row(fmt.Sprintf("R%05d", i), "an innovation, \"quoted\"", "2024-04-01", fmt.Sprint(i)); err != nil {
					b.Fatal(err)
				}
			}
			if err := w.Close(); err != nil {
				b.Fatal(err)
			}
			return file.Bytes()
		}
		b.Run("write "+format, func(b *testing.B) {
			for b.Loop() {
				write(b)
			}
		})
		data := write(b)
		b.Run("read "+format, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				f, err := sheet.Open(context.Background(), bytes.NewReader(data), "", nil)
				if err != nil {
					b.Fatal(err)
				}
				n := 0
				for _, err := range f.Rows() {
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				if n != rows+1 {
					b.Fatal(n)
				}
			}
		})
	}
}
