package uptake_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store/uptake"
)

// zipped is a header and so many MiB of a text, compressed.
func zipped(t *testing.T, text string, mib int) []byte {
	t.Helper()
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.DefaultCompression)
	if err != nil {
		t.Fatal(err)
	}
	part := []byte(strings.Repeat(text, (1<<20)/len(text)))
	z.Write([]byte("innovation,organisation,step,stage,grade,day\n"))
	for range mib {
		z.Write(part)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A small file that becomes a large one is refused early, and the reading of any
// ends with its context.
func TestExpandingFiles(t *testing.T) {
	s := register(t)
	rows := zipped(t, "libre,trust-a,reached,adopted,observed,2018-05-01\n", 160)
	limited := options()
	limited.MaxText = 8 << 20
	for what, c := range map[string]struct {
		file []byte
		o    *uptake.Options
	}{
		"line ends":        {zipped(t, "\n", 80), options()},
		"the same row":     {rows, options()},
		"a limit of bytes": {rows, limited},
	} {
		start := time.Now()
		_, err := uptake.Import(background, s, act, uptake.Adoptions, bytes.NewReader(c.file), c.o)
		if all := innovation.Violations(err); len(all) != 1 || all[0].Rule != innovation.RuleImportTooLarge {
			t.Errorf("%s: %v", what, err)
		}
		t.Logf("%s: %d bytes in %v: %v", what, len(c.file), time.Since(start), err)
	}
	ctx, cancel := context.WithCancel(background)
	cancel()
	if _, err := uptake.Import(ctx, s, act, uptake.Adoptions, bytes.NewReader(rows), options()); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
