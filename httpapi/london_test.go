package httpapi_test

import (
	"testing"
	"time"

	"github.com/innovationregistry/registry/httpapi"
)

// The zone holds the changes of the past and the rule for the future.
func TestLondon(t *testing.T) {
	for _, tt := range []struct{ utc, local string }{
		{"1847-11-30T23:59:00Z", "1847-11-30T23:57:45-00:01"}, // local mean time
		{"1948-07-05T00:00:00Z", "1948-07-05T01:00:00+01:00"},
		{"1947-05-01T00:00:00Z", "1947-05-01T02:00:00+02:00"}, // double summer time
		{"1970-01-01T00:00:00Z", "1970-01-01T01:00:00+01:00"}, // British Standard Time
		{"2013-05-22T23:00:00Z", "2013-05-23T00:00:00+01:00"},
		{"2026-03-29T00:59:59Z", "2026-03-29T00:59:59Z"},
		{"2026-03-29T01:00:00Z", "2026-03-29T02:00:00+01:00"},
		{"2026-10-25T01:00:00Z", "2026-10-25T01:00:00Z"},
		{"2099-07-01T00:00:00Z", "2099-07-01T01:00:00+01:00"},
		{"2099-12-31T23:59:59Z", "2099-12-31T23:59:59Z"},
	} {
		at, err := time.Parse(time.RFC3339, tt.utc)
		if err != nil {
			t.Fatal(err)
		}
		if got := at.In(httpapi.London()).Format(time.RFC3339); got != tt.local {
			t.Errorf("%s is %s in London, want %s", tt.utc, got, tt.local)
		}
	}
	if got := httpapi.London().String(); got != "Europe/London" {
		t.Errorf("the zone is called %q", got)
	}
}
