package store_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/innovationregistry/registry/"

// dependencies lists what a package needs, without its tests: packages of this
// module and of others, not of the standard library.
func dependencies(t *testing.T, pkg string) []string {
	t.Helper()
	out, err := exec.Command("go", "list", "-deps", "-f", "{{if not .Standard}}{{.ImportPath}}{{end}}", module+pkg).CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	return slices.DeleteFunc(strings.Fields(string(out)), func(s string) bool { return s == module+pkg })
}

// Dependencies run one way: innovationd → httpapi → store → innovation.
func TestDependencies(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("go"); err != nil {
		t.Skip("there is no go command on the PATH: install Go to check the dependencies")
	}
	if got := dependencies(t, "innovation"); len(got) > 0 {
		t.Errorf("package innovation needs %v, and should need the standard library alone", got)
	}
	if got := dependencies(t, "innovation/england"); !slices.Equal(got, []string{module + "innovation"}) {
		t.Errorf("package england needs %v, and should need innovation alone", got)
	}
	for _, dep := range dependencies(t, "store") {
		switch {
		case strings.HasPrefix(dep, module) && !strings.HasPrefix(dep, module+"innovation"):
			t.Errorf("package store needs %s", dep)
		case strings.Contains(dep, "pgx") || strings.Contains(dep, "lib/pq"):
			t.Errorf("package store needs the PostgreSQL driver %s", dep)
		case strings.Contains(dep, "go-cmp") || strings.Contains(dep, "danielgtaylor/huma"):
			t.Errorf("package store needs %s", dep)
		}
	}
	for _, dep := range dependencies(t, "store/storetest") {
		if strings.HasPrefix(dep, module+"httpapi") {
			t.Errorf("package storetest needs %s", dep)
		}
	}
}
