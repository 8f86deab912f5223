package store

import (
	"context"
	"os"
	"path/filepath"
)

// BackupCheck is the outcome of CheckBackup.
type BackupCheck struct {
	Path     string       `json:"path"`
	SHA256   string       `json:"sha256,omitempty" doc:"Digest of the file, hexadecimal, which is also the one beside it; empty when there is none beside it"`
	Schema   int          `json:"schema" doc:"Version of the schema in the file; an older one is verified on a copy that is brought up to date"`
	Verified Verification `json:"verified" doc:"What became of recomputing its chain and checking its rules"`
}

// CheckBackup checks a file that holds a register: that it has the digest
// beside it, when there is one, and that it verifies. Nothing is written to it:
// a file with an older schema is verified on a copy in the folder for temporary
// files.
//
// What is wrong with the register is listed in Verified. The error is of rule
// backup-altered when the digest is another, and as that of Open for what is no
// register that this package can read. progress is as that of Verify.
func CheckBackup(ctx context.Context, path string, progress func(done, total int64)) (out BackupCheck, err error) {
	out = BackupCheck{Path: path}
	if err := checkPath(path, true); err != nil {
		return out, err
	}
	if out.SHA256, err = checkDigest(ctx, path); err != nil {
		return out, err
	}
	if err := checkOwner(ctx, path); err != nil {
		return out, inFile(path, err)
	}
	g, err := glanceAt(ctx, path)
	if err != nil {
		return out, inFile(path, err)
	}
	defer g.close()
	out.Schema = g.schema
	opts := &Options{ReadOnly: true, NoCopy: true, Readers: 1}
	if g.schema != SchemaVersion() {
		folder, err := os.MkdirTemp("", "register-")
		if err != nil {
			return out, fileProblem(err)
		}
		defer os.RemoveAll(folder)
		path, opts.ReadOnly = filepath.Join(folder, "register.db"), false
		if _, err := g.conn.ExecContext(ctx, "VACUUM INTO ?", path); err != nil {
			return out, explainIn(ctx, err)
		}
	}
	s, err := Open(ctx, path, opts)
	if err != nil {
		return out, err
	}
	defer s.Close()
	out.Verified, err = s.Verify(ctx, progress)
	return out, err
}
