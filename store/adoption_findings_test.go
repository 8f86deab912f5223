package store_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// Check lists organisations whose evidence disagrees, and adopters that could
// not adopt, from the day on which that is so.
func TestAdoptionFindings(t *testing.T) {
	t.Parallel()
	for _, e := range []storetest.Engine{storetest.Memory(), storetest.PostgreSQL()} {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			s := e.Open(t, nil)
			ctx := context.Background()
			day := func(d string) innovation.Day { return innovation.OnDay(innovation.MustDate(d)) }
			since := innovation.From(innovation.MustDate("2015-01-01"))
			reached := func(body innovation.OrganisationID, grade innovation.EvidenceGrade, d string) innovation.Adoption {
				return innovation.Adoption{Innovation: "libre", Organisation: body, Step: innovation.Reached, Stage: innovation.Adopted, Grade: grade, Day: day(d)}
			}
			facts := []innovation.Fact{innovation.Innovation{Innovation: "libre", Name: "Libre", Period: since}}
			for _, id := range []innovation.OrganisationID{"east", "west", "north"} {
				facts = append(facts, innovation.Existence{Organisation: id, Aspect: innovation.Operational, Kind: "ccg", Period: since})
			}
			facts = append(facts, innovation.Eligibility{Innovation: "libre", Organisation: "east", Period: since}, innovation.Eligibility{Innovation: "libre", Organisation: "west", Period: since},
				reached("east", innovation.SelfReported, "2018-01-01"), reached("west", innovation.Observed, "2018-01-01"), reached("north", innovation.SelfReported, "2018-01-01"),
				innovation.Adoption{Innovation: "libre", Organisation: "west", Step: innovation.Stopped, Grade: innovation.SelfReported, Day: day("2019-01-01")},
				innovation.Adoption{Innovation: "libre", Organisation: "east", Step: innovation.Stopped, Grade: innovation.Audited, Day: day("2019-01-01")})
			_, err := s.Update(ctx, innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
				for _, f := range facts {
					if _, err := tx.Record(ctx, f); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			outside := "adoption-not-eligible: north uses it and is not among those that could adopt it"
			for on, want := range map[string][]string{
				"2017-12-31": nil,
				"2018-12-31": {outside},
				"2019-01-01": {"adoption-disputed: whether west uses it is disputed: all evidence says that it does not, what was observed or audited that it does", outside},
			} {
				found, err := s.Check(ctx, innovation.On(innovation.MustDate(on)))
				if err != nil {
					t.Fatal(err)
				}
				var got []string
				for _, f := range found.Findings {
					got = append(got, string(f.Rule)+": "+f.Detail)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%s (-want +got):\n%s", on, diff)
				}
			}
		})
	}
}
