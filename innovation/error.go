package innovation

import (
	"errors"
	"fmt"
	"strings"
)

// Kind is the class of an error that a caller can act on. A Kind is itself an
// error, so errors.Is(err, innovation.NotFound) works on anything the register
// returns. An error that carries no Kind is a fault of the register or of the
// machine below it, never of the caller.
type Kind int

// The kinds of error.
const (
	Invalid        Kind = iota + 1 // a value is malformed; correcting the value is enough
	NotFound                       // the thing named is not in the register (at that view)
	Exists                         // the key or the identifier is already taken
	Refused                        // a rule of the register forbids the change
	Stale                          // the thing has changed since the caller read it
	Unauthorised                   // the caller is not known, or may not do this
	Unsuitable                     // a file, pool or server cannot serve as a register as it stands
	Closed                         // the register was closed
	OutcomeUnknown                 // a commit was sent and its answer lost; the idempotency key settles it
	Busy                           // another process holds the register for too long
)

var kindNames = map[Kind]string{
	Invalid: "invalid", NotFound: "not found", Exists: "already exists", Refused: "refused",
	Stale: "stale", Unauthorised: "unauthorised", Unsuitable: "unsuitable", Closed: "closed",
	OutcomeUnknown: "outcome unknown", Busy: "busy",
}

// Error gives the kind in words.
func (k Kind) Error() string { return kindNames[k] }

// RuleID names one rule of the register, for instance "licence-overlap". IDs
// are stable: clients may compare them, and over HTTP they form the problem
// type urn:innovationregistry:rule:<id>. Rules lists them all.
type RuleID string

// Error says what is wrong with one thing, by which rule, and what to try. When
// several things are wrong, they are returned together as Errors.
type Error struct {
	Kind   Kind
	Rule   RuleID
	Field  string // the input field, as its JSON path ("period.start"); empty when no field is at fault
	Detail string // one sentence, without a full stop, for a person
	Try    string // what to do about it; may be empty
}

// Error gives the field and the detail, then what to try.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Field != "" {
		b.WriteString(e.Field)
		b.WriteString(": ")
	}
	b.WriteString(e.Detail)
	if e.Try != "" {
		b.WriteString("; ")
		b.WriteString(e.Try)
	}
	return b.String()
}

// Is reports whether target is the error's Kind.
func (e *Error) Is(target error) bool {
	k, ok := target.(Kind)
	return ok && k == e.Kind
}

// In returns a copy of the error whose field is inside the named one.
func (e *Error) In(field string) *Error {
	c := *e
	if c.Field == "" {
		c.Field = field
	} else if field != "" {
		c.Field = field + "." + c.Field
	}
	return &c
}

// Invalidf makes an error of kind Invalid.
//
//go:noinline // hundreds of places would hold a copy of it
func Invalidf(rule RuleID, field, format string, args ...any) *Error {
	return &Error{Kind: Invalid, Rule: rule, Field: field, Detail: fmt.Sprintf(format, args...)}
}

// Refusedf makes an error of kind Refused.
//
//go:noinline // hundreds of places would hold a copy of it
func Refusedf(rule RuleID, field, format string, args ...any) *Error {
	return &Error{Kind: Refused, Rule: rule, Field: field, Detail: fmt.Sprintf(format, args...)}
}

// Trying returns the error with advice added.
//
//go:noinline // hundreds of places would hold a copy of it
func (e *Error) Trying(format string, args ...any) *Error {
	c := *e
	c.Try = fmt.Sprintf(format, args...)
	return &c
}

// Listed joins words by commas, for what to try.
//
//go:noinline // many places would hold a copy of it
func Listed[W ~string](words []W) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(string(w))
	}
	return b.String()
}

// Errors is everything that is wrong with one input, in the order of its
// fields. It is never empty when returned as an error.
type Errors []*Error

// Error joins the errors, one a line.
func (es Errors) Error() string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

// Unwrap gives the single errors to errors.Is and errors.As.
func (es Errors) Unwrap() []error {
	out := make([]error, len(es))
	for i, e := range es {
		out[i] = e
	}
	return out
}

// Join gathers errors of the register into one. It returns nil when all are
// nil, the error itself when there is one, and Errors otherwise. An error that
// is not the register's own (a fault) is returned alone, as it is.
func Join(errs ...error) error {
	var all Errors
	for _, err := range errs {
		if err == nil {
			continue
		}
		own := Violations(err)
		if own == nil {
			return err
		}
		all = append(all, own...)
	}
	switch len(all) {
	case 0:
		return nil
	case 1:
		return all[0]
	}
	return all
}

// Violations lists the register's own errors inside err, or nil when err is a
// fault.
func Violations(err error) Errors {
	var es Errors
	if errors.As(err, &es) {
		return es
	}
	var e *Error
	if errors.As(err, &e) {
		return Errors{e}
	}
	return nil
}

// within puts the field name before every violation inside err.
func within(field string, err error) error {
	if err == nil {
		return nil
	}
	own := Violations(err)
	if own == nil {
		return fmt.Errorf("%s: %w", field, err)
	}
	moved := make([]error, len(own))
	for i, e := range own {
		moved[i] = e.In(field)
	}
	return Join(moved...)
}
