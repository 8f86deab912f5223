package main

import "flag"

// The flags of all commands together are some three hundred: these are not
// compiled into each place, as those of package flag are.

//go:noinline
func stringVar(f *flag.FlagSet, p *string, name, value, usage string) {
	f.StringVar(p, name, value, usage)
}

//go:noinline
func boolVar(f *flag.FlagSet, p *bool, name string, value bool, usage string) {
	f.BoolVar(p, name, value, usage)
}

//go:noinline
func intVar(f *flag.FlagSet, p *int, name string, value int, usage string) {
	f.IntVar(p, name, value, usage)
}

//go:noinline
func int64Var(f *flag.FlagSet, p *int64, name string, value int64, usage string) {
	f.Int64Var(p, name, value, usage)
}
