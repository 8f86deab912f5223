package fhir

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

// The types of resource.
const (
	organization = "Organization"
	affiliation  = "OrganizationAffiliation"
)

// write writes the bundle, a resource a line.
func (e *exporter) write(ctx context.Context, w io.Writer, chosen []*body, joined []*innovation.Recorded[innovation.Relation]) error {
	out := bufio.NewWriterSize(w, 1<<16)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	of := fmt.Sprintf("%s/%d", e.recipe.On, e.recipe.Act)
	if !e.recipe.PublishedBy.IsZero() {
		of += "/" + e.recipe.PublishedBy.String()
	}
	fmt.Fprintf(out, `{"resourceType":"Bundle","identifier":{"system":"%sview","value":"%s"},"type":"%s"`, own, of, e.opts.Type)
	if !e.recipe.Known.IsZero() {
		fmt.Fprintf(out, `,"timestamp":"%s"`, e.recipe.Known.UTC().Format(time.RFC3339Nano))
	}
	total := len(chosen) + len(joined)
	between := ",\"entry\":[\n" // a list without entries is not allowed
	for i := range total {
		if i%1000 == 0 {
			if err := ctx.Err(); err != nil {
				return err
			}
			if e.opts.Progress != nil {
				e.opts.Progress(i, total)
			}
		}
		var r *resource
		if i < len(chosen) {
			r = e.organisation(chosen[i])
		} else {
			r = e.relation(joined[i-len(chosen)])
		}
		r.Meta.VersionID = fmt.Sprint(e.recipe.Act)
		x := entry{FullURL: urlOf(e.opts.Base, r.ResourceType, r.ID), Resource: r}
		if e.opts.Type == Transaction {
			x.Request = &request{Method: "PUT", URL: r.ResourceType + "/" + r.ID}
		}
		out.WriteString(between)
		if err := enc.Encode(x); err != nil {
			return err
		}
		between = ","
	}
	if total > 0 {
		out.WriteString("]")
	}
	out.WriteString("}\n")
	return out.Flush()
}

// to refers to an organisation of the bundle.
func (e *exporter) to(id innovation.OrganisationID) *reference {
	name, _ := innovation.DisplayName(e.bodies[id].names, e.view.On)
	ref := organization + "/" + idOf(id)
	if e.opts.Base == "" {
		ref = urlOf("", organization, idOf(id))
	}
	return &reference{Reference: ref, Display: line(name)}
}

// line is a text as FHIR allows it, without white space that it does not know.
func line(s string) string { return strings.Join(strings.Fields(s), " ") }

// code is a code of a scheme of the register.
func (e *exporter) code(scheme innovation.Scheme, code string) coding {
	return coding{System: own + string(scheme), Code: code, Display: line(e.labels[scheme][code])}
}

// organisation makes the resource of an organisation.
func (e *exporter) organisation(b *body) *resource {
	on := e.view.On
	r := &resource{ResourceType: organization, ID: idOf(b.id), Identifier: []identifier{{System: own + "organisation", Value: string(b.id)}}}
	e.counts[leftLegal] += b.legal
	if p, found := working(b.existences, on); found {
		if said := e.period(p); said != nil {
			r.Extension = []extension{{URL: periodExtension, ValuePeriod: said}}
		}
	}
	if active := b.active == innovation.Yes; active || b.active == innovation.No && len(b.existences) > 0 {
		r.Active = &active
	} else {
		r.ActiveAbout = e.absent(leftActive)
	}
	for i := range b.codes {
		c := &b.codes[i]
		if c.Period.Holds(on) != innovation.Yes {
			e.leave(leftCode)
			continue
		}
		r.Identifier = append(r.Identifier, identifier{System: systemOf(c.Scheme, cmp.Or(b.kind, b.last)), Value: line(c.Value), Period: e.period(c.Period)})
	}
	if what := cmp.Or(b.kind, b.last); what != "" {
		kind := concept{[]coding{e.code(innovation.SchemeOrganisationKind, what)}}
		if code, display := typeOf(what); code != "" {
			kind.Coding = append(kind.Coding, coding{organisationType, code, display})
		}
		r.Type = append(r.Type, kind)
	}
	for i := range b.roles {
		x := &b.roles[i]
		if x.Period.Holds(on) != innovation.Yes {
			e.leave(leftRole)
			continue
		}
		role := concept{[]coding{e.code(innovation.SchemeRole, x.Role)}}
		if number, ok := strings.CutPrefix(x.Role, "ro"); ok && number != "" && strings.Trim(number, "0123456789") == "" {
			role.Coding = append(role.Coding, coding{odsRole, "RO" + number, role.Coding[0].Display})
		}
		r.Type = append(r.Type, role)
	}
	e.named(b, r)
	switch {
	case len(b.parts) == 1 && b.parts[0].Period.Holds(on) == innovation.Yes:
		r.PartOf = e.to(b.parts[0].Target)
		e.leave(leftPartPeriod)
		e.unsaid(b.parts[0])
	default:
		e.counts[leftPart] += len(b.parts)
	}
	return r
}

// named adds the name of the day and the others so far.
func (e *exporter) named(b *body, r *resource) {
	name, inUse := innovation.DisplayName(b.names, e.view.On)
	r.Name = line(name)
	if inUse != innovation.Yes && name != "" {
		e.leave(leftName)
	}
	seen := map[string]bool{r.Name: true}
	for i := range b.names {
		switch text, start := line(b.names[i].Value.Text), b.names[i].Value.Period.Start; {
		case seen[text] || start.Earliest.After(e.view.On): // a name to come is none yet
		case start.Latest.After(e.view.On):
			e.leave(leftAlias)
		default:
			seen[text] = true
			r.Alias = append(r.Alias, text)
			e.leave(leftAliasPeriod)
		}
	}
}

// relation makes the resource of a relation.
func (e *exporter) relation(f *innovation.Recorded[innovation.Relation]) *resource {
	x := &f.Value
	number := fmt.Sprint(f.ID)
	r := &resource{ResourceType: affiliation, ID: "relation-" + number, Identifier: []identifier{{System: own + "relation", Value: number}},
		Period: e.period(x.Period), Organization: e.to(x.Target), Participating: e.to(x.Organisation),
		Code: []concept{{[]coding{e.code(innovation.SchemeRelationType, x.Type)}}}}
	if active := x.Period.Holds(e.view.On) == innovation.Yes; active {
		r.Active = &active
	} else {
		r.ActiveAbout = e.absent(leftPossible)
	}
	if x.Sector != "" {
		sector := e.code(innovation.SchemeSector, x.Sector)
		r.Extension = []extension{{URL: sector.System, ValueCoding: &sector}}
	}
	e.unsaid(x)
	return r
}

// unsaid counts what is recorded with a relation that FHIR has no place for.
func (e *exporter) unsaid(x *innovation.Relation) {
	if x.Weight != 0 || x.Evidence != "" || x.Extent != "" || x.Note != "" {
		e.leave(leftWeight)
	}
}
