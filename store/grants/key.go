package grants

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// keyFrom makes a key of an identifier: in small letters, with a hyphen for
// every run of characters that a key cannot have. A key too long is cut and
// ends with a digest of the identifier. The same identifier always gives the
// same key, so that a file brought in again finds what it brought.
func keyFrom(identifier string) string {
	key := plainKey(identifier)
	if key == "" || len(key) > innovation.MaxKey {
		return keyApart(identifier)
	}
	return key
}

// plainKey is the key of an identifier, of any length, "" when nothing is left.
func plainKey(identifier string) string {
	b := make([]byte, 0, len(identifier))
	for _, c := range []byte(strings.ToLower(identifier)) {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			b = append(b, c)
		case len(b) == 0:
		case c == '.' || c == '_':
			b = append(b, c)
		case b[len(b)-1] != '-':
			b = append(b, '-')
		}
	}
	return strings.TrimRight(string(b), "-")
}

// keyApart is the key of an identifier whose plain key is another's, too long
// or empty.
func keyApart(identifier string) string {
	digest := digestOf(identifier)
	plain := plainKey(identifier)
	if plain == "" {
		return "x-" + digest
	}
	if most := innovation.MaxKey - len(digest) - 1; len(plain) > most {
		plain = strings.TrimRight(plain[:most], "-._")
	}
	return plain + "-" + digest
}

// digestOf is a short digest of a text.
func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:6])
}
