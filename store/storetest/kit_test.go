package storetest_test

import (
	"testing"

	"github.com/innovationregistry/registry/store/storetest"
)

func TestX(t *testing.T) {
	for _, e := range []storetest.Engine{storetest.Memory(), storetest.File(), storetest.HostSQLite(), storetest.PostgreSQL()} {
		t.Run(e.Name, func(t *testing.T) { t.Parallel(); storetest.Run(t, e) })
	}
}
