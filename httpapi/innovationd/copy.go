package main

import (
	"context"
	"flag"
	"io"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// copied is what a copy did.
type copied struct {
	store.Replayed
	Same      bool  `json:"same" doc:"Both registers end with the same act and digest"`
	Meanwhile int64 `json:"meanwhile" doc:"Acts that were made in the first while it was copied"`
}

func copyCommand() *command {
	q := &query{}
	var from, to place
	return &command{
		name: "copy", args: "", min: 0, max: 0,
		short: "copy a register: from a file to PostgreSQL, back, or to another file",
		long: `Brings every act of one register into another, with its number, time and digest,
and holds both ends against each other. The register of -to is made when there is
none; one that is there has to be empty or to have the same history so far, and then
gets what came since. A copy that was interrupted goes on where it stopped. The
other register may be in use meanwhile; nothing should write to that of -to.`,
		examples: []string{"innovationd copy -from register.db -to postgres://registry@db.example/registry", "innovationd copy -from postgres://registry@db.example/registry -to copy.db"},
		flags: func(f *flag.FlagSet) {
			stringVar(f, &from.db, "from", "", "the `REGISTER` to be copied: a file, or postgres://…")
			stringVar(f, &to.db, "to", "", "the `REGISTER` to copy it to: a file, or postgres://…")
			q.bindTableOrJSON(f)
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if err := q.tableOrJSON(); err != nil {
				return err
			}
			switch {
			case from.db == "" || to.db == "":
				return usage("copy needs -from and -to").trying("innovationd copy -from register.db -to postgres://registry@db.example/registry")
			case from.db == to.db || !from.postgres() && !to.postgres() && from.String() == to.String():
				return usage("-from and -to are the same register").trying("-to and another place")
			case from.missing():
				return failed("there is no register at " + from.String()).trying("-from and a register that is there")
			}
			src, err := from.openToRead(ctx)
			if err != nil {
				return err
			}
			defer src.Close()
			dst, err := to.openOrCreate(ctx, &store.Options{})
			if err != nil {
				return err
			}
			defer dst.Close()
			bar, step := p.inChanges("Copying")
			got := copied{}
			got.Replayed, err = store.Copy(ctx, src.Store, dst.Store, step)
			bar.end(err)
			if err != nil {
				return dst.unmake(got.Replayed, err)
			}
			if err := got.compare(ctx, src.Store, dst.Store); err != nil {
				return err
			}
			rep := replayedReport("Copied", got.Replayed, &to)
			if got.Same {
				rep.note("The same digest on both sides.")
			} else {
				rep.note("%s made in %s meanwhile: copy again to bring them over.", plural(int(got.Meanwhile), "act was", "acts were"), &from)
			}
			return q.print(ctx, p, nil, got, rep)
		},
	}
}

// compare holds the ends of both registers against each other.
func (c *copied) compare(ctx context.Context, from, to *store.Store) error {
	src, err := from.ExportActs(ctx, io.Discard, c.Act, nil)
	if err != nil {
		return err
	}
	dst, err := to.ExportActs(ctx, io.Discard, c.Act, nil)
	if err != nil {
		return err
	}
	c.Meanwhile, c.Same = int64(src.Last-c.Act), src.Last == dst.Last && src.Digest == dst.Digest
	switch {
	case dst.Last > c.Act:
		return innovation.Refusedf(innovation.RuleActLogDiverged, "to", "it has acts up to %d, and the register to be copied ends with act %d", dst.Last, c.Act).
			Trying("copy the other way, or into a register that is new")
	case !c.Same && c.Meanwhile == 0:
		return innovation.Refusedf(innovation.RuleRegisterUnequal, "to", "after act %d one register has the digest %s and the other %s", c.Act, src.Digest, dst.Digest).
			Trying("verify both registers, and copy into one that is new")
	}
	return nil
}
