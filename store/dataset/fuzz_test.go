package dataset_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/dataset"
	"github.com/innovationregistry/registry/store/storetest"
)

// FuzzDataset brings in datasets of which a file was changed anyhow, with the
// manifest made to agree or not: what is wrong is said, and the register
// verifies.
func FuzzDataset(f *testing.F) {
	s := storetest.New(f)
	from := innovation.From(innovation.MustDate("2013-04-01"))
	for _, fact := range []innovation.Fact{
		innovation.Source{Source: "letter", Title: "=Letter", Published: innovation.OnDay(innovation.MustDate("2013-04-01"))},
		innovation.Person{Person: "ann", Name: "Ann"},
		innovation.Existence{Organisation: "east", Aspect: innovation.Operational, Kind: "nhs-trust", Period: from},
		innovation.Name{Organisation: "east", Text: "East, \"the first\"", Kind: "current", Period: from},
	} {
		_, err := s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because"}, func(ctx context.Context, tx *store.Tx) error {
			id, err := tx.Record(ctx, fact, innovation.Citation{Source: "letter"})
			if _, ok := fact.(innovation.Source); ok || err != nil {
				return err
			}
			if _, ok := fact.(innovation.Person); ok {
				return tx.Retract(ctx, id)
			}
			return tx.Uncite(ctx, id, innovation.Citation{Source: "letter"})
		})
		if err != nil {
			f.Fatal(err)
		}
	}
	folder := filepath.Join(f.TempDir(), "register")
	m, err := dataset.Export(context.Background(), s, dataset.Target{Path: folder}, nil)
	if err != nil {
		f.Fatal(err)
	}
	names := []string{dataset.ManifestName}
	for _, r := range m.Resources {
		names = append(names, r.Path)
	}
	files := make([][]byte, len(names))
	for i, name := range names {
		files[i] = read(f, filepath.Join(folder, name))
	}
	for i := range names {
		for k, text := range []string{"", "x", "1", "\"", "\r\n", "'=", "9999999999999999999999", ",,,"} {
			f.Add(uint8(i), uint16(len(files[i])*2/3+k), uint16(k%3), []byte(text), k != 0)
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, at, without uint16, with []byte, agree bool) {
		i := int(which) % len(files)
		was := files[i]
		from := int(at) % (len(was) + 1)
		to := min(from+int(without), len(was))
		changed := bytes.Join([][]byte{was[:from], with, was[to:]}, nil)
		manifest := files[0]
		if i > 0 && agree {
			m := m
			m.Resources = append([]dataset.Resource(nil), m.Resources...)
			sum := sha256.Sum256(changed)
			r := &m.Resources[i-1]
			r.Bytes, r.Hash = int64(len(changed)), "sha256:"+hex.EncodeToString(sum[:])
			r.Rows += int64(bytes.Count(changed, []byte("\n")) - bytes.Count(was, []byte("\n")))
			var err error
			if manifest, err = json.Marshal(m); err != nil {
				t.Fatal(err)
			}
		}
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		for k, name := range names {
			data := files[k]
			switch {
			case k == i:
				data = changed
			case k == 0:
				data = manifest
			}
			w, err := z.CreateHeader(&zip.FileHeader{Name: name})
			if err == nil {
				_, err = w.Write(data)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(t.TempDir(), "x.zip")
		if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		register := storetest.New(t)
		if _, err := dataset.Import(t.Context(), register, name, nil); err != nil && innovation.Violations(err) == nil {
			t.Errorf("a fault: %v", err)
		}
		digest(t, register)
	})
}
