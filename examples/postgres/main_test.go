package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/store/storetest"
)

func TestRun(t *testing.T) {
	dsn, file := storetest.Postgres(t), filepath.Join(t.TempDir(), "register.db")
	var first, second bytes.Buffer
	if err := run(context.Background(), file, dsn, &first); err != nil {
		t.Fatal(err)
	}
	if err := run(context.Background(), file, dsn, &second); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"copied 27 acts; digest ", "sqlite: 15 licences on 2023-06-01, as of act 27\n", "postgres: 15 licences on 2023-06-01, as of act 27\n"} {
		if !strings.Contains(first.String(), want) {
			t.Errorf("%q is not in\n%s", want, &first)
		}
	}
	if !strings.HasPrefix(second.String(), "copied 0 acts; digest ") {
		t.Errorf("the second time:\n%s", &second)
	}
}
