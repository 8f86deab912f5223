package tabular

import (
	"context"
	"io"
	"strconv"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/sheet"
)

// Export writes the facts of a type that hold on the day of a view, or those of
// all days, as csv or xlsx, and says how many. The number of each stands in the
// column fact, so that the table can be corrected and brought back by Import.
// The filter's limit and page are not used: all facts are written.
func Export(ctx context.Context, from store.Reader, v innovation.View, noun innovation.FactType, filter store.FactFilter, w io.Writer, format string) (int, error) {
	n, ok := NounOf(noun)
	if !ok {
		return 0, noNoun(noun)
	}
	columns := []sheet.Column{{Heading: "fact", Note: "The number of the fact: leave it as it is, and empty in new rows", Number: true}}
	for i := range n.Columns {
		columns = append(columns, n.Columns[i].column())
	}
	out, err := sheet.NewWriter(w, format, sheet.Sheet{Name: sheetName(noun), Columns: columns})
	if err != nil {
		return 0, err
	}
	filter.Limit, filter.Page = 1000, ""
	for written := 0; ; {
		list, err := store.FactsOf(ctx, from, noun, v, filter)
		if err != nil {
			return written, err
		}
		for _, f := range list.Facts {
			cells, err := n.Cells(f.Value)
			if err != nil {
				return written, err
			}
			if err := out.Row(append([]string{strconv.FormatInt(int64(f.ID), 10)}, cells...)...); err != nil {
				return written, err
			}
			written++
		}
		if filter.Page = list.Next; filter.Page == "" {
			return written, out.Close()
		}
	}
}
