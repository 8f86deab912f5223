package fhir

import (
	"context"
	"io"
	"net/url"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// The types of bundle.
const (
	Collection  = "collection"  // resources, for a file
	Transaction = "transaction" // resources, each with a request that puts it under its id: for a server
)

// MediaType is the media type of a bundle.
const MediaType = "application/fhir+json"

// Options says what is given out and how.
type Options struct {
	Type string // Collection or Transaction; Collection when empty
	// Base is the address of the server that the resources are for, such as
	// https://fhir.example.org/r4: they refer to each other by it. Without it
	// they do by UUIDs, which are always the same for the same resource.
	Base string
	// Kind, Role and Network choose organisations: those of the kind, with the
	// role, and the network with all that a relation joins to it, on the day of
	// the view or possibly then. An empty field does not restrict.
	Kind, Role string
	Network    innovation.OrganisationID
	// Progress, which may be nil, is called with how many resources are written.
	Progress func(done, total int)
}

// Report is what was written.
type Report struct {
	Recipe        innovation.Recipe `json:"recipe" doc:"What it was made from"`
	Type          string            `json:"type" doc:"The type of bundle: collection or transaction"`
	Organisations int               `json:"organisations" doc:"How many organisations were written"`
	Affiliations  int               `json:"affiliations" doc:"How many relations between them were written as OrganizationAffiliation"`
	LeftOut       []LeftOut         `json:"leftOut,omitempty" doc:"What FHIR has no place for, and how often"`
}

// LeftOut says what is not in a bundle.
type LeftOut struct {
	Element string `json:"element" doc:"The element of FHIR that does not say it"`
	Count   int    `json:"count" doc:"How often"`
	Detail  string `json:"detail" doc:"One sentence, without a full stop"`
}

// What is left out; leftTexts says it in words.
const (
	leftActive = iota
	leftName
	leftAlias
	leftAliasPeriod
	leftCode
	leftRole
	leftLegal
	leftPart
	leftPartPeriod
	leftPossible
	leftWeight
	leftEnd
	leftBound
	leftBasis
	leftClaim
	leftSuccession
	leftArea
	leftPopulation
	leftKinds
)

var leftTexts = [leftKinds][2]string{
	{"Organization.active", "It is not certain whether the organisation was at work on the day"},
	{"Organization.name", "The name is not certain to have been in use on the day: it is the one to show"},
	{"Organization.alias", "The other name is not certain to have been in use by the day"},
	{"Organization.alias", "The other name has a period, which an alias has not"},
	{"Organization.identifier", "It is not certain that the code named the organisation on the day"},
	{"Organization.type", "It is not certain that the organisation had the role on the day"},
	{"Organization.extension", "The legal person has a period of its own"},
	{"Organization.partOf", "The organisation was part of several bodies, or only possibly of this one"},
	{"Organization.partOf", "Since when it has been part of the other is recorded, which partOf does not say"},
	{"OrganizationAffiliation.active", "The relation is only possible on the day"},
	{"OrganizationAffiliation", "The relation has a weight, an extent, evidence or a note"},
	{"OrganizationAffiliation", "The relation leads to an organisation that is not among those chosen"},
	{"Period", "The bound is no day, month or year: its text stands in an extension"},
	{"Period", "A bound was not published but assumed, computed or the like"},
	{"Organization", "A claim is recorded beside the facts"},
	{"Organization", "A succession is recorded"},
	{"Organization", "A place is recorded as the area served"},
	{"Organization", "A number of people served is recorded"},
}

// exporter makes the resources of one bundle.
type exporter struct {
	opts      Options
	view      innovation.View
	recipe    innovation.Recipe
	bodies    map[innovation.OrganisationID]*body
	relations []innovation.Recorded[innovation.Relation]
	labels    map[innovation.Scheme]map[string]string
	further   []beside
	counts    [leftKinds]int
}

func (e *exporter) leave(what int) { e.counts[what]++ }

// Export writes the organisations of a view and their relations to w as a FHIR
// R4 bundle: see the documentation of the package. All is read, from one state
// of the register, before anything is written. The error is of kind Invalid for
// bad options or an unknown kind or role, NotFound for an unknown network.
func Export(ctx context.Context, st *store.Store, v innovation.View, w io.Writer, opts Options) (Report, error) {
	if opts.Type == "" {
		opts.Type = Collection
	}
	report := Report{Type: opts.Type}
	if err := opts.validate(); err != nil {
		return report, err
	}
	opts.Base = strings.TrimSuffix(opts.Base, "/")
	e := &exporter{opts: opts, view: v, bodies: map[innovation.OrganisationID]*body{}}
	if err := st.View(ctx, func(s *store.Snapshot) error { return e.read(ctx, s) }); err != nil {
		return report, err
	}
	report.Recipe = e.recipe
	chosen, joined := e.choose()
	report.Organisations, report.Affiliations = len(chosen), len(joined)
	err := e.write(ctx, w, chosen, joined)
	for what, n := range e.counts {
		if n > 0 {
			report.LeftOut = append(report.LeftOut, LeftOut{Element: leftTexts[what][0], Count: n, Detail: leftTexts[what][1]})
		}
	}
	return report, err
}

func (o Options) validate() error {
	var typ, base error
	if o.Type != Collection && o.Type != Transaction {
		typ = innovation.Invalidf(innovation.RuleImportFormat, "type", "%q is no type of bundle", clip(o.Type)).
			Trying("use %s or %s", Collection, Transaction)
	}
	if u, err := url.Parse(o.Base); o.Base != "" && (err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" ||
		u.RawQuery != "" || u.Fragment != "" || strings.ContainsAny(o.Base, " \t\r\n")) {
		base = innovation.Invalidf(innovation.RuleTextInvalid, "base", "%q is no address of a server", clip(o.Base)).
			Trying("write it as https://fhir.example.org/r4, or leave it out")
	}
	return innovation.Join(typ, base)
}

// clip shortens a text that is repeated.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}
