package grants_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/grants"
	"github.com/innovationregistry/registry/store/storetest"
)

// The same table in every form that spreadsheets save it in.
func TestTableForms(t *testing.T) {
	t.Parallel()
	const plain = "id,title,start_date,end_date,amount,currency,extending_org,lead_org_name,colour\n" +
		"A-1,\"Caf\u00e9 \u2013 \u20ac, \"\"quoted\"\"\nin two lines\",2020-01-01,2020-12-31,\"1,250.50\",GBP,Funder,Hospital,blue\n" +
		"A-2,Second,2020-01-01,2020-12-31,2,GBP,Funder,Hospital,\n"
	// In the last forms, line ends inside quotes are those of the file too.
	semicolons := strings.NewReplacer(",", ";", "\u20ac,", "\u20ac,", "1,250", "1,250").Replace(plain)
	for name, data := range map[string]string{
		"plain":           plain,
		"byte order mark": "\uFEFF" + plain,
		"CRLF":            strings.ReplaceAll(plain, "\n", "\r\n"),
		"CR":              strings.ReplaceAll(plain, "\n", "\r"),
		"CR, LF in cells": strings.ReplaceAll(strings.ReplaceAll(plain, "\n", "\r"), "\rin", "\nin"),
		"semicolons":      semicolons,
		"tabs":            strings.ReplaceAll(semicolons, ";", "\t"),
		"Windows-1252":    strings.NewReplacer("\u00e9", "\xe9", "\u2013", "\x96", "\u20ac", "\x80").Replace(plain),
		"decomposed":      strings.ReplaceAll(plain, "\u00e9", "e\u0301"),
		"blank end":       plain + ",,,,,,,,\n\n\n",
		"no last end":     strings.TrimSuffix(plain, "\n"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st := storetest.New(t)
			r := bring(t, st, []byte(data), options(grants.ResearchAwards))
			want := []string{"A-1 Caf\u00e9 \u2013 \u20ac, \"quoted\" in two lines 1250.50", "A-2 Second 2.00"}
			var got []string
			for _, a := range all[innovation.Award](t, st) {
				m, _ := a.Figure.Amount.Nominal()
				got = append(got, a.Identifier+" "+a.Title+" "+m.String())
			}
			if name == "semicolons" || name == "tabs" {
				want[0] = strings.Replace(want[0], "\u20ac,", "\u20ac"+data[strings.Index(data, "\u20ac")+3:][:1], 1)
				want[0] = strings.ReplaceAll(want[0], "\t", "")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("awards (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff([]grants.NotKept{{"colour", 1}}, r.NotKept); diff != "" {
				t.Errorf("not kept (-want +got):\n%s", diff)
			}
			read1252 := strings.Contains(notes(r.Remarks), "Windows-1252")
			if read1252 != (name == "Windows-1252") {
				t.Errorf("remarks:\n%s", notes(r.Remarks))
			}
		})
	}
}

// A table without a header, whose first row is of a patient, is refused, and
// the number is not repeated.
func TestPatientInHeader(t *testing.T) {
	t.Parallel()
	for _, header := range []string{"9434765919,A title,2020-01-01", "id,NHS 943 476 5919,NHS 943 476 5919"} {
		for _, format := range []grants.Format{grants.ResearchAwards, grants.ThreeSixtyCSV} {
			got, err := grants.Import(t.Context(), storetest.New(t), strings.NewReader(header+"\nA-1,First,2020-01-01\n"), options(format))
			text := fmt.Sprintf("%+v %v", got, err)
			found := false
			for _, e := range innovation.Violations(err) {
				text += fmt.Sprintf("%+v", *e)
				found = found || e.Rule == innovation.RulePatientData
			}
			if !found || strings.Contains(text, "9434765919") || strings.Contains(text, "943 476 5919") {
				t.Errorf("%s, %s: %s", format, header, text)
			}
		}
	}
}
