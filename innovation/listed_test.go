package innovation_test

import (
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
)

func TestListed(t *testing.T) {
	for want, words := range map[string][]string{"": nil, "a": {"a"}, "a, b": {"a", "b"}} {
		if got := innovation.Listed(words); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	reason := innovation.Adoption{Innovation: "a", Organisation: "b", Step: innovation.Stopped, Reason: "whim"}.Validate()
	if reason == nil || strings.Contains(reason.Error(), `["`) {
		t.Errorf("%v", reason)
	}
}
