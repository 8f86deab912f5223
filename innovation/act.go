package innovation

import (
	"strconv"
	"time"
)

// Rules of acts.
const (
	RuleActorRequired  RuleID = "actor-required"
	RuleReasonRequired RuleID = "reason-required"
	RuleKeyReused      RuleID = "idempotency-key-reused"
	RuleIdempotencyKey RuleID = "idempotency-key-invalid"
)

// ActNumber numbers the acts of a register from 1, without gaps.
type ActNumber int64

// ChangeNumber numbers all changes of a register from 1, in the order in which
// they were made. It is the identity of the row that the change added.
type ChangeNumber int64

// FactID is the permanent number of a fact: that of the change that first
// recorded it. Corrections keep it.
type FactID int64

// Act says who writes, why, and on what grounds. All changes made in one
// Update belong to one act.
type Act struct {
	Actor   PersonID   // who acts: a person key, never a name
	Reason  string     // why, for the audit trail; names nobody
	Sources []Citation // the grounds, cited for every fact the act records

	// IdempotencyKey makes a repeated act harmless: the second time the first
	// receipt is returned and nothing is done. Keys belong to the actor and
	// are permanent; 1 to 128 printable ASCII characters. Empty means none.
	IdempotencyKey string
	// RequestDigest is the caller's digest of what it asks for (at most 64
	// bytes). The same key with another digest is refused.
	RequestDigest []byte
}

// Validate reports everything that is wrong with the act.
func (a Act) Validate() error {
	var errs []error
	if a.Actor == "" {
		errs = append(errs, Invalidf(RuleActorRequired, "actor", "the act names no actor"))
	} else {
		errs = append(errs, CheckKey("actor", string(a.Actor)))
	}
	if err := checkRequired("reason", a.Reason, MaxLong); err != nil {
		if a.Reason == "" {
			err = Invalidf(RuleReasonRequired, "reason", "the act gives no reason").
				Trying("say in a sentence why the register changes")
		}
		errs = append(errs, err)
	}
	for i, c := range a.Sources {
		errs = append(errs, within("sources["+strconv.Itoa(i)+"]", c.Validate()))
	}
	if len(a.IdempotencyKey) > 128 {
		errs = append(errs, Invalidf(RuleIdempotencyKey, "idempotencyKey", "the key has %d characters", len(a.IdempotencyKey)).
			Trying("use at most 128"))
	}
	for _, r := range a.IdempotencyKey {
		if r < 0x21 || r > 0x7e {
			errs = append(errs, Invalidf(RuleIdempotencyKey, "idempotencyKey", "the key holds the character %q", r).
				Trying("use printable ASCII without spaces"))
			break
		}
	}
	if len(a.RequestDigest) > 64 {
		errs = append(errs, Invalidf(RuleIdempotencyKey, "requestDigest", "the digest has %d bytes", len(a.RequestDigest)).
			Trying("use at most 64"))
	}
	return Join(errs...)
}

// Citation points to a place in a source.
type Citation struct {
	Source  SourceID `json:"source" doc:"Key of the source"`
	Locator string   `json:"locator,omitempty" doc:"Where in the source: page, row, paragraph"`
}

// Validate reports everything that is wrong with the citation.
func (c Citation) Validate() error {
	return Join(checkRef("source", string(c.Source)), CheckText("locator", c.Locator, MaxShort))
}

// Receipt is the answer to an act.
type Receipt struct {
	Act      ActNumber `json:"act" doc:"Number of the act; 0 when the act changed nothing and was not recorded"`
	At       time.Time `json:"at,omitzero" doc:"Time of the act (UTC)"`
	Digest   string    `json:"digest,omitempty" doc:"Digest of the chain up to this act, hexadecimal"`
	Entities []Entity  `json:"entities,omitempty" doc:"Entities the act created"`
	Facts    []FactID  `json:"facts,omitempty" doc:"Facts the act recorded for the first time; of adoption events recorded together at most the first 10,000"`
	Replayed bool      `json:"replayed,omitempty" doc:"True when the idempotency key was known and nothing was done"`
}
