package main

import (
	"context"
	"flag"
	"io"
	"strings"

	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/tabular"
)

func templateCommand() *command {
	q := &query{}
	format, out, notes, force := "", "", false, false
	return &command{
		name: "template", args: "[NOUN]", min: 0, max: 1,
		short: "an empty table for facts of one type, to be filled and brought in",
		long: `Writes the headings of a table of one type of fact, what every fact needs first. As
XLSX it has lists of the allowed codes to choose from, and a second sheet that says
what each column means; -notes writes that alone. Without a noun the nouns are listed.
The codes are those of the register, when there is one, with what it added to the lists.`,
		examples: []string{"innovationd template", "innovationd template adoption -format xlsx -o adoption.xlsx", "innovationd template adoption -notes"},
		flags: func(f *flag.FlagSet) {
			q.place.bind(f)
			stringVar(f, &format, "format", "", "what to write, a `FORMAT`: csv or xlsx; what the name of the file says, or csv, when left out")
			stringVar(f, &out, "o", "", "the `FILE` to write, in the place of the output")
			boolVar(f, &notes, "notes", false, "what the columns mean, in the place of the template")
			boolVar(f, &force, "force", false, "overwrite the file when it is there")
		},
		run: func(ctx context.Context, p *program, args []string) error {
			if len(args) == 0 {
				listNouns(p)
				return nil
			}
			noun, err := nounNamed(args[0])
			if err != nil {
				return err
			}
			var from store.Reader
			if !q.place.missing() {
				st, err := q.place.openToRead(ctx)
				if err != nil {
					return err
				}
				defer st.Close()
				from = st.Store
			}
			write := tabular.Template
			if notes {
				write = tabular.Notes
			}
			return p.output(out, force, func(w io.Writer) error { return write(ctx, from, w, noun, formatOf(format, out)) })
		},
	}
}

// listNouns lists the types of fact and what each needs.
func listNouns(p *program) {
	plurals := map[string]string{}
	for _, op := range httpapi.Operations() {
		if t, ok := strings.CutSuffix(op.ID, ".facts"); ok {
			plurals[t] = strings.TrimPrefix(op.Path, "/v1/facts/")
		}
	}
	s := section{head: []string{"noun", "or", "needed columns"}}
	all := tabular.Nouns()
	for i := range all {
		var needed []string
		for _, c := range all[i].Columns {
			if c.Required {
				needed = append(needed, c.Name)
			}
		}
		s.add(string(all[i].Type), plurals[string(all[i].Type)], strings.Join(needed, ", "))
	}
	rep := &report{title: plural(len(all), "noun", "nouns"), sections: []section{s}}
	rep.note("A template of one: innovationd template NOUN. An organisation is founded by its existence; its names, codes and roles are nouns of their own.")
	rep.table(p.stdout)
}
