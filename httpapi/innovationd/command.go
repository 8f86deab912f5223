package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
)

// command is one command of the program, with the variables of its flags.
type command struct {
	name     string
	args     string // its positional arguments, for the help
	short    string // one line
	long     string // what a reader of the help should know
	examples []string
	flags    func(*flag.FlagSet)
	min, max int // how many positional arguments it takes; max -1 means any number
	run      func(ctx context.Context, p *program, args []string) error
	helpFor  func(p *program, args []string) error // -help after positional arguments
}

// group is a part of the overview.
type group struct {
	title    string
	commands []*command
}

// commands makes all commands anew: each holds the variables of its flags.
func commands() []group {
	return []group{
		{"Begin", []*command{serveCommand(), loadCommand()}},
		{"Licences", []*command{licencesCommand(), conditionsCommand(), endingCommand(), licenceCommand(), findingsCommand()}},
		{"Money", []*command{ladderCommand(), envelopeCommand(), awardCommand(), sharesCommand(), splitCommand(), runwayCommand(),
			selfSufficiencyCommand(), leverageCommand(), varianceCommand(), reportCommand()}},
		{"Adoption", adoptionCommands()},
		{"In and out", []*command{importCommand(), templateCommand(), tableCommand(), exportCommand()}},
		{"Organisations", []*command{organisationsCommand(), organisationCommand(), treeCommand(), servesCommand(),
			unservedCommand(), pointsCommand(), successionsCommand()}},
		{"The register itself", []*command{historyCommand(), changesCommand(), verifyCommand(), statusCommand(), versionCommand()}},
		{"Keeping it safe", []*command{backupCommand(), restoreCommand(), actLogCommand(), replayCommand(), copyCommand()}},
		{"Everything else", []*command{callCommand()}},
	}
}

func findCommand(name string) *command {
	for _, g := range commands() {
		for _, c := range g.commands {
			if c.name == name {
				return c
			}
		}
	}
	return nil
}

// nearest offers the commands that begin like a mistyped one.
func nearest(name string) string {
	var like []string
	for _, g := range commands() {
		for _, c := range g.commands {
			if len(name) > 2 && (strings.HasPrefix(c.name, name[:3]) || strings.Contains(c.name, name)) {
				like = append(like, c.name)
			}
		}
	}
	if len(like) == 0 {
		return ""
	}
	return "; or did you mean " + strings.Join(like, " or ") + "?"
}

// flagSet is the flags of the command.
func (c *command) flagSet() *flag.FlagSet {
	f := flag.NewFlagSet(c.name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	if c.flags != nil {
		c.flags(f)
	}
	f.VisitAll(func(f *flag.Flag) {
		if _, several := f.Value.(*texts); !several {
			f.Value = &once{Value: f.Value}
		}
	})
	return f
}

// once is a flag that may be given once only: of two values neither is the one
// that was meant.
type once struct {
	flag.Value
	given bool
}

func (o *once) Set(text string) error {
	if o.given {
		return errors.New("the flag is given twice")
	}
	o.given = true
	return o.Value.Set(text)
}

// texts is a flag that may be given several times.
type texts []string

func (t *texts) String() string        { return strings.Join(*t, ", ") }
func (t *texts) Set(text string) error { *t = append(*t, text); return nil }

// IsBoolFlag says to package flag whether the flag stands without a value.
func (o *once) IsBoolFlag() bool {
	b, ok := o.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}

// parse reads flags before, between and after positional arguments. After --,
// everything is positional. When help was asked for, the error is flag.ErrHelp
// beside the positional arguments before it.
func (c *command) parse(args []string) (positional []string, err error) {
	f := c.flagSet()
	for {
		if err := f.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return positional, err
			}
			return nil, usage(c.name + ": " + err.Error()).trying("innovationd help " + c.name)
		}
		rest := f.Args()
		if ended := len(args) - len(rest); ended > 0 && args[ended-1] == "--" {
			positional = append(positional, rest...)
			break
		}
		if len(rest) == 0 {
			break
		}
		positional, args = append(positional, rest[0]), rest[1:]
	}
	switch db := f.Lookup("db"); {
	case db != nil && db.Value.String() == "":
		return nil, usage("-db names no register").trying("a file, as -db register.db, or leave -db out")
	case len(positional) < c.min:
		return nil, usage(c.name + " needs " + c.args).trying(c.example())
	case c.max >= 0 && len(positional) > c.max:
		return nil, usage(c.name + " does not understand " + quote(positional[c.max])).
			trying("quotation marks around a text with spaces; innovationd help " + c.name)
	}
	return positional, nil
}

func (c *command) example() string {
	if len(c.examples) > 0 {
		return c.examples[0]
	}
	return "innovationd help " + c.name
}

// help explains the command.
func (c *command) help(w io.Writer) {
	fmt.Fprintf(w, "%s\n\nUsage:\n  innovationd %s", c.short, c.name)
	if c.args != "" {
		fmt.Fprint(w, " "+c.args)
	}
	fmt.Fprintln(w, " [flags]")
	if c.long != "" {
		fmt.Fprintf(w, "\n%s\n", strings.TrimSpace(c.long))
	}
	var lines [][2]string
	c.flagSet().VisitAll(func(f *flag.Flag) {
		value, text := flag.UnquoteUsage(f)
		if value != "" {
			value = " " + value
		}
		lines = append(lines, [2]string{"-" + f.Name + value, text})
	})
	if len(lines) > 0 {
		fmt.Fprintln(w, "\nFlags:")
		columns(w, "  ", lines)
	}
	if len(c.examples) > 0 {
		fmt.Fprintf(w, "\nExamples:\n  %s\n", strings.Join(c.examples, "\n  "))
	}
}

// help answers "innovationd help [COMMAND]".
func (p *program) help(args []string) int {
	args = slices.DeleteFunc(args, func(a string) bool { return strings.HasPrefix(a, "-") })
	if len(args) == 0 {
		p.overview(p.stdout)
		return 0
	}
	c := findCommand(args[0])
	if c == nil {
		return p.fail(usage("there is no command " + quote(args[0])).trying("innovationd help" + nearest(args[0])))
	}
	if c.helpFor != nil && len(args) > 1 {
		return p.fail(c.helpFor(p, args[1:]))
	}
	c.help(p.stdout)
	return 0
}

// overview lists the commands.
func (p *program) overview(w io.Writer) {
	fmt.Fprint(w, `innovationd keeps and answers from a register of England's health innovation
networks: organisations, licences and money, on any day, as known at any time.

Usage:
  innovationd COMMAND [arguments] [flags]
`)
	for _, g := range commands() {
		fmt.Fprintf(w, "\n%s:\n", g.title)
		var lines [][2]string
		for _, c := range g.commands {
			lines = append(lines, [2]string{strings.TrimSpace(c.name + " " + c.args), c.short})
		}
		columns(w, "  ", lines)
	}
	fmt.Fprint(w, `
Nearly every command takes -db (the register, ./register.db), -on (the day asked
about), -known (as known when) and -format (table, json, csv).
"innovationd help COMMAND" says more.

Begin with:
  innovationd serve -england
`)
}

// columns prints pairs in two columns.
func columns(w io.Writer, indent string, lines [][2]string) {
	const widest = 30
	width := 0
	for _, l := range lines {
		if n := len(l[0]); n <= widest {
			width = max(width, n)
		}
	}
	for _, l := range lines {
		if len(l[0]) > widest {
			fmt.Fprintf(w, "%s%s\n%s%*s  %s\n", indent, l[0], indent, width, "", l[1])
			continue
		}
		fmt.Fprintf(w, "%s%-*s  %s\n", indent, width, l[0], l[1])
	}
}
