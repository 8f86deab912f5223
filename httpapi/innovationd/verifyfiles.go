package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// checkedFile is what verifying a file came to.
type checkedFile struct {
	store.BackupCheck
	Sound    bool            `json:"sound"`
	Error    string          `json:"error,omitempty"`    // why it could not be verified
	Relation *store.Relation `json:"relation,omitempty"` // how it stands to the register at -db
}

// verdict is the outcome in words.
func (c *checkedFile) verdict() string {
	switch {
	case c.Sound:
		return "sound"
	case c.Error != "":
		return c.Error
	}
	return plural(len(c.Verified.Problems), "problem", "problems")
}

// verifyFiles verifies files, and the backups in folders.
func (q *query) verifyFiles(ctx context.Context, p *program, args []string) error {
	if _, err := q.view(p.now()); err != nil {
		return err
	}
	paths, err := backupsAt(args)
	if err != nil {
		return err
	}
	files, bad, absent := make([]checkedFile, len(paths)), 0, 0
	for i, path := range paths {
		c := &files[i]
		bar := p.progress("Verifying "+filepath.Base(path), "acts")
		c.BackupCheck, err = store.CheckBackup(ctx, path, bar.update64)
		bar.end(err)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			c.Error = strings.TrimPrefix(err.Error(), path+": ")
			if own := innovation.Violations(err); own != nil {
				if c.Error = strings.TrimPrefix(own[0].Detail, path+": "); own[0].Rule == innovation.RuleNoSuchFile {
					c.Error, absent = "there is no such file", absent+1
				}
			}
			c.Verified.Problems = []store.Problem{}
		}
		if c.Sound = err == nil && c.Verified.OK; !c.Sound {
			bad++
		}
	}
	rep := &report{title: "All sound: " + plural(len(files), "file", "files") + "."}
	if bad > 0 {
		rep.title = "Not sound: " + thousands(bad) + " of " + plural(len(files), "file", "files") + "."
	}
	if st, err := q.place.openToRead(ctx); err == nil { // after all files were closed again
		for i := range files {
			if rel, err := st.Compare(ctx, files[i].Path); err == nil {
				files[i].Relation = &rel
			}
		}
		rep.note("Compared with the register %s", &q.place)
		st.Close()
	}
	list := section{name: "files", head: []string{"file", "outcome", "sha256", "schema", "acts", "digest", "compared"}}
	problems := section{name: "problems", title: "Problems", head: []string{"file", "where", "detail"}}
	for _, c := range files {
		compared, sum, digest := "", c.SHA256, c.Verified.Digest
		if c.Relation != nil {
			compared = c.Relation.String()
		}
		if q.format == "table" {
			digest = clip(digest, 13)
			switch {
			case sum != "":
				sum = "as beside it"
			case c.Error == "":
				sum = "none beside it"
			}
		}
		list.add(c.Path, c.verdict(), sum, c.Schema, c.Verified.Acts, digest, compared)
		for _, x := range c.Verified.Problems {
			problems.add(c.Path, x.Where, x.Detail)
		}
	}
	rep.sections = []section{list, problems}
	if err := q.print(ctx, p, nil, files, rep); err != nil || bad == 0 {
		return err
	}
	if bad == absent {
		return failed(plural(bad, "file is", "files are") + " not there").trying("the name of a file, or of a folder of backups")
	}
	return failed(plural(bad, "file does", "files do") + " not verify").trying("another backup; keep the file to find out what happened")
}

// backupsAt lists files as they are, and in the place of a folder those in it
// that may be backups.
func backupsAt(args []string) (paths []string, err error) {
	for _, arg := range args {
		if info, err := os.Stat(arg); err != nil || !info.IsDir() {
			paths = append(paths, arg) // what is not there is found out later
			continue
		}
		entries, err := os.ReadDir(arg)
		if err != nil {
			return nil, failed("the folder " + arg + " cannot be read").trying("the files in it one by one")
		}
		before := len(paths)
		for _, e := range entries {
			path := filepath.Join(arg, e.Name())
			_, missing := os.Stat(path + ".sha256")
			if e.Type().IsRegular() && !strings.HasPrefix(e.Name(), ".") && (missing == nil || filepath.Ext(path) == ".db") {
				paths = append(paths, path)
			}
		}
		if len(paths) == before {
			return nil, failed("there are no backups in " + arg).trying("another folder, or innovationd backup " + arg)
		}
	}
	return paths, nil
}
