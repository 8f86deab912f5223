package main

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/http"
	"os"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// token is a secret by which a person may write. Only its digest is kept.
type token struct {
	person innovation.PersonID
	digest [sha256.Size]byte
}

type tokenList []token

// shortestToken is how many characters a token has at least.
const shortestToken = 16

// readTokens reads the lines of a file, if one is named, and of a text; in the
// text, ; may stand for the end of a line.
func readTokens(file, text string) (tokenList, error) {
	where := "INNOVATIOND_TOKENS"
	text = strings.ReplaceAll(text, ";", "\n")
	if file != "" {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, failed("the file of tokens cannot be read: " + lastLine(err.Error())).trying("name it with -token-file, and let this user read it")
		}
		where, text = file, string(data)
	}
	var list tokenList
	people := map[[sha256.Size]byte]bool{}
	for i, line := range strings.Split(text, "\n") {
		fields := strings.Fields(line)
		if len(fields) == 0 || strings.HasPrefix(fields[0], "#") {
			continue
		}
		bad := func(what string) error {
			return failed(fmt.Sprintf("%s, line %d: %s", where, i+1, what)).
				trying(fmt.Sprintf("lines of a person key and a token of %d characters or more, as: pat-0001 a-long-random-text", shortestToken))
		}
		if len(fields) != 2 {
			return nil, bad(fmt.Sprintf("%d words in place of 2", len(fields)))
		}
		if err := innovation.CheckKey("", fields[0]); err != nil {
			return nil, bad("the first word is no person key")
		}
		if len(fields[1]) < shortestToken {
			return nil, bad(fmt.Sprintf("the token has %d characters", len(fields[1])))
		}
		t := token{innovation.PersonID(fields[0]), sha256.Sum256([]byte(fields[1]))}
		if people[t.digest] {
			return nil, bad("the token stands on another line already")
		}
		people[t.digest] = true
		list = append(list, t)
	}
	if file != "" && len(list) == 0 {
		return nil, failed(where + " holds no token").trying("leave -token-file out to refuse all writing")
	}
	return list, nil
}

// authenticator says who writes, by the bearer token of the request. Without
// tokens it is nil: all writing is refused.
func (list tokenList) authenticator() func(*http.Request) (innovation.PersonID, error) {
	if len(list) == 0 {
		return nil
	}
	return func(r *http.Request) (innovation.PersonID, error) {
		scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") || secret == "" {
			return "", &innovation.Error{Kind: innovation.Unauthorised, Detail: "the request carries no token",
				Try: "send the header Authorization: Bearer and the token"}
		}
		given := sha256.Sum256([]byte(strings.TrimSpace(secret)))
		var person innovation.PersonID
		for _, t := range list { // all of them, so that the time taken tells nothing
			if subtle.ConstantTimeCompare(given[:], t.digest[:]) == 1 {
				person = t.person
			}
		}
		if person == "" {
			return "", &innovation.Error{Kind: innovation.Unauthorised, Detail: "the token is not known", Try: "ask whoever serves the register"}
		}
		return person, nil
	}
}
