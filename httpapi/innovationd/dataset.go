package main

import (
	"context"
	"fmt"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/dataset"
	"github.com/innovationregistry/registry/store/grants"
)

// datasetFormat is the format of export and import that is the whole register.
const datasetFormat grants.Format = "dataset"

// datasetHelp is what the help of export and import says of it.
const datasetHelp = `-format dataset is the whole register, with its history, as CSV files with a manifest
in a folder, or in a zip when the name ends with .zip: see the documentation of package
store/dataset. export needs -o and a folder that is new or empty; the files have names
of persons and can be read by their owner alone. import without -write checks them in
memory; with it, it makes the register when there is none; one that is there has to be
empty or to have the same history so far. It needs no actor, reason or source: the acts
have their own. The digests are then the same.`

// giveOutDataset writes the whole register. alone says that no flag of another
// format is given.
func (q *query) giveOutDataset(ctx context.Context, p *program, alone bool, out string, force bool) error {
	switch {
	case out == "":
		return usage("-o is missing").trying("-o and a new folder, or a file that ends with .zip")
	case !alone || q.on != "" || q.known != "" || q.publishedBy != "":
		return usage("a dataset is the whole register: flags of views, awards and organisations are not for it").trying("innovationd export -format dataset -o " + out)
	}
	st, err := q.place.openToRead(ctx)
	if err != nil {
		return err
	}
	defer st.Close()
	bar, step := p.inChanges("Writing")
	m, err := dataset.Export(ctx, st.Store, dataset.Target{Path: out, Replace: force}, step)
	bar.end(err)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stdout, "Wrote %s with %s to %s: %s and a manifest\nRegister %s up to act %d\nDigest %s\n", plural(int(m.Act), "act", "acts"),
		plural(int(m.Changes), "change", "changes"), out, plural(len(m.Resources), "file", "files"), m.Register, m.Act, m.Digest)
	return nil
}

// bringInDataset records the whole history of a dataset.
func (q *query) bringInDataset(ctx context.Context, p *program, from string, opts *grants.Options) error {
	switch {
	case opts.Partial:
		return usage("a dataset is taken whole: -partial is not for it").trying("the command without -partial")
	case opts.Actor != "" || opts.Reason != "" || opts.Source != "":
		return usage("the acts of a dataset have their own actors, reasons and sources").trying("the command without -actor, -reason and -source")
	case q.format == "csv":
		return usage("there is no report of a dataset as csv").trying("-report table or -report json")
	}
	if err := q.checkFormat(); err != nil {
		return err
	}
	if _, err := dataset.ReadManifest(from); err != nil { // before a register is made for it
		return err
	}
	open, doing := func() (*register, error) { return q.place.openOrCreate(ctx, &store.Options{}) }, "Importing"
	if opts.DryRun { // into a register that is forgotten
		open, doing = func() (*register, error) {
			st, err := store.OpenMemory(ctx, nil)
			return &register{Store: st}, err
		}, "Checking"
	}
	st, err := open()
	if err != nil {
		return err
	}
	defer st.Close()
	bar, step := p.inChanges(doing)
	got, err := dataset.Import(ctx, st.Store, from, step)
	bar.end(err)
	if err != nil {
		return st.unmake(got, err)
	}
	rep := replayedReport("Brought in", got, &q.place)
	if opts.DryRun {
		rep.title = "Dry run: the dataset is whole, and nothing was written; it has " + plural(int(got.Acts), "act", "acts") + " with " + plural(int(got.Changes), "change", "changes")
		if !q.place.missing() {
			there, err := q.place.openToRead(ctx)
			if err != nil {
				return err
			}
			defer there.Close()
			if err := q.hold(ctx, st, there); err != nil {
				return err
			}
			rep.note("The register at %s is empty or has the same history so far.", &q.place)
		}
	}
	return q.print(ctx, p, nil, got, rep)
}

// hold holds a dataset, brought into a register that is forgotten, against the
// register that is there.
func (q *query) hold(ctx context.Context, of, there *register) error {
	status, err := there.Status(ctx, innovation.On(innovation.MustDate("2000-01-01")))
	if err != nil || status.Recipe.Act == 0 {
		return err
	}
	_, err = store.Copy(ctx, there.Store, of.Store, nil)
	if own := innovation.Violations(err); len(own) == 1 && own[0].Rule == innovation.RuleActLogDiverged {
		return innovation.Refusedf(innovation.RuleActLogDiverged, "", "the register at %s is another one than that of the dataset, or has another history", &q.place).
			Trying("name a new file for it with -db")
	}
	return err
}
