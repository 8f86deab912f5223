package uptake_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/uptake"
)

// A file without a header, whose first row is of a patient, is refused, and the
// number is not repeated.
func TestPatientInHeader(t *testing.T) {
	t.Parallel()
	for _, format := range []uptake.Format{uptake.Adoptions, uptake.Month, uptake.ODSList, uptake.Successors, uptake.Roles} {
		for _, header := range []string{"9434765919,RAA,reached", "innovation,NHS 943 476 5919,NHS 943 476 5919", "innovation,9434765919,9434765919,ods,step,day"} {
			s := register(t)
			o := options()
			if format == uptake.Month {
				o = libre()
			}
			if format == uptake.ODSList {
				o.Edition = day("2019-04-01")
			}
			got, err := uptake.Import(background, s, act, format, strings.NewReader(header+"\nlibre,RAA,reached\n"), o)
			rules := map[innovation.RuleID]bool{}
			for _, e := range innovation.Violations(err) {
				rules[e.Rule] = true
			}
			for _, n := range got.Refusals { // a list of no header has rows only
				rules[n.Rule] = true
			}
			if !rules[innovation.RulePatientData] || !errors.Is(err, innovation.Refused) && !errors.Is(err, innovation.Invalid) {
				t.Errorf("%s, %s: %v", format, header, err)
			}
			text := fmt.Sprintf("%+v %v", got, err)
			for _, e := range innovation.Violations(err) {
				text += fmt.Sprintf("%+v", *e)
			}
			if strings.Contains(text, "9434765919") || strings.Contains(text, "943 476 5919") {
				t.Errorf("%s, %s: the number is repeated: %s", format, header, text)
			}
		}
	}
}
