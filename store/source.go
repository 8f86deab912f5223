package store

import (
	"errors"

	"github.com/innovationregistry/registry/innovation"
)

var sources = define(29, true, "reg_source", func(s *innovation.Source) []*column {
	return []*column{
		ref(1, "source", "subject", innovation.KindSource, (*string)(&s.Source)),
		text(2, "title", "title", &s.Title),
		text(3, "publisher", "publisher", &s.Publisher),
		text(4, "url", "url", &s.URL),
		term(5, "kind", "kind", innovation.SchemeSourceKind, &s.Kind),
		text(6, "note", "note", &s.Note),
		event("published", &s.Published),
	}
})

var claims = define(28, false, "reg_claim", func(c *innovation.Claim) []*column {
	return []*column{
		anyRef(1, "about", "subject", &c.About),
		text(2, "topic", "topic", &c.Topic),
		text(3, "field", "field", &c.Field),
		text(4, "value", "value", &c.Value),
		text(5, "unit", "unit", &c.Unit),
		text(6, "note", "note", &c.Note),
		event("day", &c.Day),
	}
})

var terms = define(30, true, "reg_term", func(t *innovation.Term) []*column {
	var key string // follows from the scheme and the code
	subject := ref(1, "code", "subject", innovation.KindTerm, &key)
	subject.ref.get = t.Subject
	subject.store = func(resolve func(innovation.Entity) (int64, error)) ([]any, error) {
		id, err := resolve(t.Subject())
		return []any{id}, err
	}
	subject.write = func(e *encoder) { e.entity(1, t.Subject()) }
	subject.verify = func() error {
		if key != string(t.Subject().Key) {
			return errors.New("the subject does not follow from the scheme and the code")
		}
		return nil
	}
	return []*column{
		subject,
		text(2, "scheme", "scheme", (*string)(&t.Scheme)),
		text(3, "code", "code", &t.Code),
		text(4, "label", "label", &t.Label),
	}
})
