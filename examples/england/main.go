// Command england answers three questions from what was published about
// England's health innovation networks: who is licensed how, what is outstanding
// and ending, and who stands where. It loads the England register into memory,
// which takes about a second.
//
//	go run ./examples/england
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
	"github.com/innovationregistry/registry/store"
)

func main() {
	if err := run(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer) error {
	st, err := store.OpenMemory(ctx, nil)
	if err != nil {
		return err
	}
	defer st.Close()
	if _, err := st.Load(ctx, england.Acts(), nil); err != nil {
		return err
	}
	for _, day := range []string{"2013-05-23", "2014-01-01", "2024-01-01"} {
		if err := whoIsLicensed(ctx, st, out, innovation.MustDate(day)); err != nil {
			return err
		}
	}
	if err := whatIsDue(ctx, st, out, innovation.MustDate("2028-01-01")); err != nil {
		return err
	}
	if err := howItRead(ctx, st, out, "lic-2-oxford", innovation.MustDate("2018-05-01")); err != nil {
		return err
	}
	return whoStandsWhere(ctx, st, out)
}

// whoIsLicensed answers: which networks hold a full licence on the day, which a
// conditional one, and which of the published counts have no names?
func whoIsLicensed(ctx context.Context, st *store.Store, out io.Writer, day innovation.Date) error {
	board, err := st.LicenceBoard(ctx, innovation.On(day))
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "On %s, %d networks are licensed:\n", day, len(board.Rows))
	byGrade := map[innovation.Grade][]string{}
	for _, row := range board.Rows {
		byGrade[row.Status.Grade] = append(byGrade[row.Status.Grade], row.HolderName)
	}
	for _, g := range []innovation.Grade{innovation.GradeFull, innovation.GradeConditional, innovation.GradeLicensed, innovation.GradeNotPublished} {
		if len(byGrade[g]) > 0 {
			fmt.Fprintf(out, "  %s: %s\n", g, strings.Join(byGrade[g], ", "))
		}
	}
	for _, round := range board.Rounds {
		for _, c := range round.Counts {
			fmt.Fprintf(out, "  %d were published as %s for %s; %d of them have no name", c.Claim.Value.Count, c.Claim.Value.Grade, c.Claim.Value.Day, c.Open)
			if !c.HoldsOn {
				fmt.Fprint(out, ", and the count is about that day only")
			}
			fmt.Fprintln(out)
		}
		for _, c := range round.Conditions {
			fmt.Fprintf(out, "  %d unnamed ones had to: %s\n", c.Value.Unnamed, c.Value.Text)
		}
	}
	fmt.Fprintln(out)
	return nil
}

// whatIsDue answers: what is outstanding, and what ends in the next year and
// what follows it?
func whatIsDue(ctx context.Context, st *store.Store, out io.Writer, day innovation.Date) error {
	due, err := st.ConditionsDue(ctx, innovation.On(day), 365)
	if err != nil {
		return err
	}
	ending, err := st.LicencesEnding(ctx, innovation.On(day), 12)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "On %s, %d conditions of named holders are due within a year, and %d licences end:\n",
		day, len(due.Conditions), len(ending.Licences))
	for _, e := range ending.Licences[:2] {
		fmt.Fprintf(out, "  %s ends on %s (%s); what follows: %s\n", e.Licence, e.Ends, e.Ends.Basis, e.Follows)
	}
	fmt.Fprintf(out, "  …\n\n")
	return nil
}

// howItRead answers: what did this licence say on the day?
func howItRead(ctx context.Context, st *store.Store, out io.Writer, id innovation.LicenceID, day innovation.Date) error {
	l, err := st.Licence(ctx, innovation.On(day), id)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "On %s, %s read: %s, %s\n", day, id, l.Status.Standing, l.Status.EffectiveTerm)
	for _, s := range l.Status.Licensors {
		fmt.Fprintf(out, "  %s commissions: %s\n", s.Licensor, s.Commission)
	}
	for _, p := range l.Provisions {
		if p.Value.Type == innovation.Option {
			fmt.Fprintf(out, "  option: %s, until %s", p.Value.Text, p.Value.Due)
			if p.Value.Due.Basis == innovation.BasisComputed {
				fmt.Fprint(out, " (computed)")
			}
			fmt.Fprintln(out)
		}
	}
	for _, c := range l.Claims {
		fmt.Fprintf(out, "  claimed as its %s: %s (%s)\n", c.Value.Field, c.Value.Value, c.Value.Note)
	}
	fmt.Fprintf(out, "  it reads differently from: %v\n\n", l.Versions)
	return nil
}

// whoStandsWhere answers: draw the tree of bodies as at a day; which network
// serves a trust; for which is none known; when a body ends, what still points
// at it?
func whoStandsWhere(ctx context.Context, st *store.Store, out io.Writer) error {
	on := innovation.On(innovation.MustDate("2024-01-01"))
	tree, err := st.Tree(ctx, on, "region-y59", store.TreeFilter{Types: []string{innovation.PartOf}, Depth: 1})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "On %s, these are part of %s:\n", on.On, tree.Name)
	for _, e := range tree.Edges {
		fmt.Fprintf(out, "  %s\n", e.Name)
	}
	for _, day := range []string{"2014-01-01", "2024-01-01"} {
		serving, err := st.Serves(ctx, innovation.On(innovation.MustDate(day)), "ouh")
		if err != nil {
			return err
		}
		if !serving.Known {
			fmt.Fprintf(out, "Who served %s on %s is not known: %s\n", serving.Name, day, serving.Reason)
		}
		for _, n := range serving.Networks {
			fmt.Fprintf(out, "%s was served on %s by %s, for:\n", serving.Name, day, n.Name)
			for _, step := range n.Path {
				fmt.Fprintf(out, "  %s –%s→ %s\n", step.From, step.Type, step.To)
			}
		}
	}
	unserved, err := st.Unserved(ctx, on, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "Of %d trusts and boards, no network is known for %d\n", unserved.Asked, len(unserved.Organisations))
	pointers, err := st.Pointers(ctx, on, innovation.OrganisationID("nhs-england").Entity())
	if err != nil {
		return err
	}
	counts := map[innovation.FactType]int{}
	for _, p := range pointers.Pointers {
		counts[p.Type]++
	}
	fmt.Fprintf(out, "NHS England is still named by %d streams of licences, %d relations and %d posts\n",
		counts[innovation.TypeStream], counts[innovation.TypeRelation], counts[innovation.TypePost])
	return nil
}
