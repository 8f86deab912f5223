package store_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// TestForgedLog replays logs that nobody wrote, and whose digests somebody could
// have made to follow: what no register does is refused before they are asked.
func TestForgedLog(t *testing.T) {
	t.Parallel()
	s := storetest.New(t)
	from := innovation.From(innovation.MustDate("2013-04-01"))
	if _, err := s.Update(t.Context(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Record(ctx, innovation.Source{Source: "letter", Title: "Letter", Published: innovation.OnDay(innovation.MustDate("2013-04-01"))}); err != nil {
			return err
		}
		_, err := tx.Record(ctx, innovation.Existence{Organisation: "east", Aspect: innovation.Operational, Kind: "nhs-trust", Period: from},
			innovation.Citation{Source: "letter", Locator: "page 1"})
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	if _, err := s.ExportActs(t.Context(), &log, 0, nil); err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(log.String(), "\n")
	for _, c := range []struct {
		line     int
		old, new string
		says     string
	}{
		{0, s.ID(), "", "register"},
		{0, s.ID(), `reg-\u001b[2J`, "register"},
		{0, s.ID(), strings.Repeat("r", 100), "register"},
		{0, `"before":"`, `"before":"00`, "is not where the acts of a register begin"},
		{1, `"at":"2`, `"at":"0`, "act 1 stands after act 0"},
		{1, `"at":"2`, `"at":"9999-12-31T23:59:59.999999Z","x":"`, "unknown field"},
		{1, `"at":"20`, `"at":"99`, ""}, // 9924 is late, and possible
		{2, `"added"`, `"removed"`, "there is no fact 0"},
		{2, `"type"`, `"fact":1,"type"`, "there is no fact 1"},
		{3, `"fact":2`, `"fact":0`, "there is no fact 0"},
		{3, `"fact":2`, `"fact":-2`, "there is no fact -2"},
		{3, `"fact":2`, `"fact":3`, "there is no fact 3"},
		{3, `"fact":2`, `"fact":9223372036854775807`, "there is no fact 9223372036854775807"},
		{5, `"fact":4`, `"fact":2`, "there is no fact 2"}, // of another type
		{6, `"fact":4`, `"fact":40`, "there is no fact 40"},
		{6, `"fact":4`, `"fact":0`, "there is no fact 0"},
		{8, `"digest":"`, `"digest":"00`, "does not end with the digest"},
	} {
		forged := append([]string(nil), lines...)
		if forged[c.line] = strings.Replace(lines[c.line], c.old, c.new, 1); forged[c.line] == lines[c.line] {
			t.Errorf("line %d does not hold %q: %s", c.line+1, c.old, lines[c.line])
			continue
		}
		to := storetest.New(t)
		_, err := to.ReplayActs(t.Context(), strings.NewReader(strings.Join(forged, "")), nil)
		if found := innovation.Violations(err); len(found) != 1 || found[0].Rule != innovation.RuleActLogDamaged || !strings.Contains(found[0].Detail, c.says) {
			t.Errorf("%s to %s: %v", c.old, c.new, err)
		}
		if got, err := to.Verify(t.Context(), nil); err != nil || !got.OK || got.Acts != 0 {
			t.Errorf("%s to %s: %+v %v", c.old, c.new, got, err)
		}
	}
	late := strings.Split(lines[1], `"at":"`)
	_, after, _ := strings.Cut(late[1], `"`)
	lines[1] = late[0] + `"at":"9999-12-31T23:59:59Z"` + after
	if _, err := storetest.New(t).ReplayActs(t.Context(), strings.NewReader(strings.Join(lines, "")), nil); err == nil || !strings.Contains(err.Error(), "was made in the year 9999") {
		t.Errorf("an act of the last year: %v", err)
	}
}
