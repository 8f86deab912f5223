package storetest

import "testing"

// check is one promise of package store.
type check struct {
	name string
	run  func(t *testing.T, e Engine)
}

// Run holds an engine to every promise of package store. Each check is a
// subtest with a register of its own, which must verify in the end. Checks run
// in parallel. With -short, only the checks of concurrent and nested use run
// (for the race detector). Those that Engine.Except names are skipped; a check that needs
// Reopen or SQL is skipped where the engine has none.
func Run(t *testing.T, e Engine) {
	groups := []struct {
		name   string
		checks []check
	}{
		{"Facts", factChecks}, {"Time", timeChecks}, {"Acts", actChecks}, {"Races", raceChecks}, {"Refusals", refusalChecks},
		{"Use", useChecks}, {"Chain", chainChecks}, {"Lists", listChecks}, {"Feed", feedChecks}, {"Money", moneyChecks}, {"Adoption", adoptionChecks},
		{"Replay", replayChecks},
	}
	excused := 0
	for _, g := range groups {
		for _, c := range g.checks {
			if _, ok := e.Except[g.name+"/"+c.name]; ok {
				excused++
			}
		}
	}
	if excused != len(e.Except) {
		t.Errorf("of the %d exceptions of %s, %d name a check", len(e.Except), e.Name, excused)
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && g.name != "Races" && g.name != "Use" {
				t.Skip("it is about one caller at a time: run without -short")
			}
			for _, c := range g.checks {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					if why, ok := e.Except[g.name+"/"+c.name]; ok {
						t.Skip(why)
					}
					c.run(t, e)
				})
			}
		})
	}
}
