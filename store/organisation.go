package store

import (
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"golang.org/x/text/unicode/norm"
)

var existences = define(10, true, "reg_existence", func(e *innovation.Existence) []*column {
	return []*column{
		ref(1, "organisation", "subject", innovation.KindOrganisation, (*string)(&e.Organisation)),
		text(2, "aspect", "aspect", &e.Aspect),
		term(3, "kind", "kind", innovation.SchemeOrganisationKind, &e.Kind),
		term(4, "legalForm", "legal_form", innovation.SchemeLegalForm, &e.LegalForm),
		text(5, "note", "note", &e.Note),
		period(&e.Period),
	}
})

var names = define(11, false, "reg_name", func(n *innovation.Name) []*column {
	return []*column{
		ref(1, "organisation", "subject", innovation.KindOrganisation, (*string)(&n.Organisation)),
		text(2, "text", "name", &n.Text),
		term(3, "kind", "kind", innovation.SchemeNameKind, &n.Kind),
		text(4, "note", "note", &n.Note),
		period(&n.Period),
		derived("folded", func() string { return fold(n.Text) }),
	}
})

var identifiers = define(12, false, "reg_identifier", func(i *innovation.Identifier) []*column {
	return []*column{
		ref(1, "organisation", "subject", innovation.KindOrganisation, (*string)(&i.Organisation)),
		term(2, "scheme", "scheme", innovation.SchemeIdentifier, &i.Scheme),
		text(3, "value", "value", &i.Value),
		period(&i.Period),
	}
})

var roles = define(13, false, "reg_role", func(r *innovation.Role) []*column {
	return []*column{
		ref(1, "organisation", "subject", innovation.KindOrganisation, (*string)(&r.Organisation)),
		term(2, "role", "role", innovation.SchemeRole, &r.Role),
		text(3, "note", "note", &r.Note),
		period(&r.Period),
	}
})

var posts = define(18, false, "reg_post", func(p *innovation.Post) []*column {
	return []*column{
		ref(1, "organisation", "subject", innovation.KindOrganisation, (*string)(&p.Organisation)),
		text(2, "title", "title", &p.Title),
		ref(3, "holder", "holder", innovation.KindPerson, (*string)(&p.Holder)).optional(),
		text(4, "note", "note", &p.Note),
		period(&p.Period),
	}
})

// fold makes two spellings of a name compare equal in a search: case, accents'
// composition, ampersand and punctuation do not count.
func fold(s string) string {
	s = foldCase(norm.NFKC.String(s))
	s = strings.ReplaceAll(s, "&", " and ")
	s = strings.Map(func(r rune) rune {
		switch r {
		case '\'', '’', '.':
			return -1
		case ',', '-', '–', '/', '(', ')', '%', '_', '\\':
			return ' '
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
