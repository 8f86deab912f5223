package store

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"errors"

	"github.com/innovationregistry/registry/innovation"
)

var persons = define(19, true, "reg_person", func(p *innovation.Person) []*column {
	return []*column{
		ref(1, "person", "subject", innovation.KindPerson, (*string)(&p.Person)),
		personalName(2, &p.Name),
	}
})

// errNameAltered is the fault of a name that its commitment does not cover.
var errNameAltered = errors.New("a person's name does not match its commitment")

// personalName is the name of a person beside a salt and their digest, which
// alone is covered by the chain. Erasure leaves only the digest.
func personalName(tag uint64, name *string) *column {
	var commitment, salt []byte
	var scanned sql.NullString
	return &column{tag: tag, field: "name", names: []string{"commitment", "salt", "name"},
		prepare: func(random func(int) ([]byte, error)) (err error) {
			salt, err = random(16)
			commitment = commit(salt, *name)
			return err
		},
		store: func(func(innovation.Entity) (int64, error)) ([]any, error) {
			if salt == nil { // it was erased
				return []any{commitment, nil, nil}, nil
			}
			return []any{commitment, salt, *name}, nil
		},
		committed: func(c, s []byte) error {
			if commitment, salt = c, nil; len(s) > 0 {
				salt = s
			}
			if len(c) != sha256.Size || salt == nil && *name != "" || salt != nil && !bytes.Equal(commit(salt, *name), c) {
				return innovation.Invalidf(innovation.RuleActLogDamaged, "commitment", "the name of a person does not match its commitment")
			}
			return nil
		},
		dest: []any{&commitment, &salt, &scanned},
		load: func() error {
			*name = scanned.String
			if scanned.Valid && !bytes.Equal(commit(salt, *name), commitment) || !scanned.Valid && salt != nil {
				return errNameAltered
			}
			return nil
		},
		write: func(e *encoder) { e.bytes(tag, commitment) },
		texts: func() []*string { return []*string{name} },
	}
}

func commit(salt []byte, name string) []byte {
	sum := sha256.Sum256(append(append([]byte{}, salt...), name...))
	return sum[:]
}
