package dataset

import (
	"archive/zip"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
)

// pack writes the files of the folder into a zip: the manifest first, in fixed
// order and without times.
func (x *exporter) pack(name string) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	z := zip.NewWriter(f)
	add := func(path string) error {
		w, err := z.CreateHeader(&zip.FileHeader{Name: path, Method: zip.Deflate})
		if err != nil {
			return err
		}
		in, err := os.Open(filepath.Join(x.dir, path))
		if err != nil {
			return err
		}
		defer in.Close()
		_, err = io.Copy(w, reader{x.ctx, in})
		return err
	}
	if err := add(ManifestName); err != nil {
		return err
	}
	for _, r := range x.manifest.Resources {
		if err := add(r.Path); err != nil {
			return err
		}
	}
	return errors.Join(z.Close(), f.Sync(), f.Close())
}

// reader reads until the context ends.
type reader struct {
	ctx context.Context
	in  io.Reader
}

func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.in.Read(p)
}

// syncDir brings the names in a folder onto the disk, where that can be asked
// for.
func syncDir(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	f.Sync() // not every system has it for folders
	return f.Close()
}
