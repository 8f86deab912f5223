package fhir

import (
	"crypto/sha1"
	"crypto/sha256"
	"fmt"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// maxID is how long an id may be.
const maxID = 64

// shortened begins the id of a key that is too long to be spelled out. No
// spelled-out key has a point before a hyphen.
const shortened = "k.-"

// idOf is the FHIR id of an organisation: its key, with ".u" for an underscore,
// which an id must not have, and ".." for a point. A key that has 64 characters
// at most but not so spelled out is given by its digest; KeyOf does not read
// such an id, and the key stands in the identifier of the resource.
func idOf(key innovation.OrganisationID) string {
	id := strings.NewReplacer(".", "..", "_", ".u").Replace(string(key))
	if len(id) > maxID {
		sum := sha256.Sum256([]byte(key))
		return fmt.Sprintf("%s%x", shortened, sum[:20])
	}
	return id
}

// KeyOf is the key of the organisation that has the id of a resource, and
// whether the id tells it: see the identifier of the resource otherwise.
func KeyOf(id string) (key innovation.OrganisationID, ok bool) {
	var b strings.Builder
	for i := 0; i < len(id); i++ {
		switch {
		case id[i] != '.':
			b.WriteByte(id[i])
		case strings.HasPrefix(id[i:], ".."):
			b.WriteByte('.')
			i++
		case strings.HasPrefix(id[i:], ".u"):
			b.WriteByte('_')
			i++
		default:
			return "", false
		}
	}
	return innovation.OrganisationID(b.String()), idOf(innovation.OrganisationID(b.String())) == id
}

// urlOf is the full URL of a resource: under the base, or a name-based UUID
// (version 5), always the same for the same resource.
func urlOf(base, typ, id string) string {
	if base != "" {
		return base + "/" + typ + "/" + id
	}
	sum := sha1.Sum([]byte(own + "fhir:" + typ + "/" + id))
	u := sum[:16]
	u[6], u[8] = u[6]&0x0f|0x50, u[8]&0x3f|0x80
	return fmt.Sprintf("urn:uuid:%x-%x-%x-%x-%x", u[:4], u[4:6], u[6:8], u[8:10], u[10:])
}
