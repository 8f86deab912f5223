package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// tag is what an ETag is made of: the entity and its version, with the day and
// the act that the view was resolved to, since a status may change at midnight
// with no act. A digest of the body joins them. If-Match compares entity and
// version only.
type tag struct {
	entity  innovation.Entity
	version innovation.ActNumber
	recipe  innovation.Recipe
}

// text gives the tag of a body.
func (t tag) text(body []byte) string {
	sum := sha256.Sum256(body)
	return fmt.Sprintf(`"%s:%d:%s:%d:%s"`, t.entity, t.version, t.recipe.On, t.recipe.Act, base64.RawURLEncoding.EncodeToString(sum[:9]))
}

// parseTag reads the entity and the version from an ETag.
func parseTag(s string) (e innovation.Entity, version innovation.ActNumber, ok bool) {
	s, opened := strings.CutPrefix(s, `"`)
	s, closed := strings.CutSuffix(s, `"`)
	parts := strings.Split(s, ":")
	if !opened || !closed || len(parts) != 5 {
		return e, 0, false
	}
	e, err := innovation.ParseEntity(parts[0])
	n, bad := strconv.ParseInt(parts[1], 10, 64)
	return e, innovation.ActNumber(n), err == nil && bad == nil && n > 0
}

// tags lists the tags of a header; our tags hold no commas.
func tags(header []string) []string {
	var out []string
	for _, line := range header {
		for t := range strings.SplitSeq(line, ",") {
			if t = strings.TrimSpace(t); t != "" {
				out = append(out, t)
			}
		}
	}
	return out
}

// noneMatch reports whether the client has the answer already.
func noneMatch(header []string, tag string) bool {
	for _, t := range tags(header) {
		if t == "*" || strings.TrimPrefix(t, "W/") == tag {
			return true
		}
	}
	return false
}

// expect refuses a write, as Stale, unless every entity that If-Match names is
// still of a version that it names. "*" matches whatever there is; tags that are
// not of this register match nothing.
func expect(ctx context.Context, tx *store.Tx, header []string) error {
	given := tags(header)
	if len(given) == 0 || slices.Contains(given, "*") {
		return nil
	}
	var order []innovation.Entity
	versions := map[innovation.Entity][]innovation.ActNumber{}
	for _, t := range given {
		if e, version, ok := parseTag(t); ok {
			order = append(order, e)
			versions[e] = append(versions[e], version)
		}
	}
	if len(order) == 0 {
		return noMatch("no tag in If-Match is one of this register")
	}
	for _, e := range order {
		if err := expectOne(ctx, tx, e, versions[e]); err != nil {
			return err
		}
	}
	return nil
}

// expectOne refuses an entity that is of none of the versions.
func expectOne(ctx context.Context, tx *store.Tx, e innovation.Entity, versions []innovation.ActNumber) (err error) {
	for _, v := range versions {
		err = tx.Expect(ctx, e, v)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, innovation.NotFound):
			return noMatch("there is no " + e.String())
		case !errors.Is(err, innovation.Stale):
			return err
		}
	}
	return err
}

func noMatch(detail string) error {
	return &innovation.Error{Kind: innovation.Stale, Rule: innovation.RuleEntityStale, Field: "If-Match", Detail: detail,
		Try: "read the entity again and send its ETag"}
}
