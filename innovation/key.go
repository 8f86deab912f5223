package innovation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Rules of keys and texts.
const (
	RuleKeyInvalid   RuleID = "key-invalid"
	RuleTextInvalid  RuleID = "text-invalid"
	RuleTextTooLong  RuleID = "text-too-long"
	RuleTextRequired RuleID = "text-required"
)

// The longest texts the register keeps, in bytes.
const (
	MaxKey   = 64
	MaxShort = 512    // names, titles, labels, identifiers
	MaxLong  = 16_384 // conditions, notes, reasons
)

// EntityKind is what an entity is. Keys are unique within a kind.
type EntityKind string

// The kinds of entity of this register.
const (
	KindOrganisation EntityKind = "organisation"
	KindPerson       EntityKind = "person"
	KindRound        EntityKind = "licence-round"
	KindLicence      EntityKind = "licence"
	KindCondition    EntityKind = "condition"
	KindProvision    EntityKind = "provision"
	KindSource       EntityKind = "source"
	KindTerm         EntityKind = "term"
	KindEnvelope     EntityKind = "envelope"
	KindAllocation   EntityKind = "allocation"
	KindAward        EntityKind = "award"
	KindInstalment   EntityKind = "instalment"
	KindReport       EntityKind = "issued-report"
	KindInnovation   EntityKind = "innovation"
	KindProgramme    EntityKind = "programme"
	KindObservation  EntityKind = "observation"
	KindPeerGroup    EntityKind = "peer-group"
)

// EntityKinds lists every kind, in the order of their codes in the digest.
func EntityKinds() []EntityKind {
	return []EntityKind{KindOrganisation, KindPerson, KindRound, KindLicence,
		KindCondition, KindProvision, KindSource, KindTerm,
		KindEnvelope, KindAllocation, KindAward, KindInstalment, KindReport,
		KindInnovation, KindProgramme, KindObservation, KindPeerGroup}
}

// Key names an entity within its kind: [a-z0-9][a-z0-9._-]{0,63}, immutable.
type Key string

// The typed keys. Each is a Key of one kind of entity.
type (
	OrganisationID string // "ahsn-oxford"
	PersonID       string // never derived from a name
	RoundID        string // "lic-2"
	LicenceID      string // "lic-2-oxford"
	ConditionID    string
	ProvisionID    string
	SourceID       string
	EnvelopeID     string // "env-2013-pot"
	AllocationID   string
	AwardID        string
	InstalmentID   string
	ReportID       string
	InnovationID   string // "inn-pincer"
	ProgrammeID    string
	ObservationID  string
	PeerGroupID    string
)

// Entity names any entity: its kind and its key.
type Entity struct {
	Kind EntityKind `json:"kind" doc:"What the entity is"`
	Key  Key        `json:"key" doc:"Its key within the kind"`
}

// String gives "kind/key".
func (e Entity) String() string { return string(e.Kind) + "/" + string(e.Key) }

// IsZero reports whether no entity is named.
func (e Entity) IsZero() bool { return e == Entity{} }

// Entity gives the entity that the key names.
func (id InnovationID) Entity() Entity { return Entity{KindInnovation, Key(id)} }

// Entity gives the entity that the key names.
func (id ProgrammeID) Entity() Entity { return Entity{KindProgramme, Key(id)} }

// Entity gives the entity that the key names.
func (id ObservationID) Entity() Entity { return Entity{KindObservation, Key(id)} }

// Entity gives the entity that the key names.
func (id PeerGroupID) Entity() Entity { return Entity{KindPeerGroup, Key(id)} }

// Entity gives the entity that the key names.
func (id OrganisationID) Entity() Entity { return Entity{KindOrganisation, Key(id)} }

// Entity gives the entity that the key names.
func (id PersonID) Entity() Entity { return Entity{KindPerson, Key(id)} }

// Entity gives the entity that the key names.
func (id RoundID) Entity() Entity { return Entity{KindRound, Key(id)} }

// Entity gives the entity that the key names.
func (id LicenceID) Entity() Entity { return Entity{KindLicence, Key(id)} }

// Entity gives the entity that the key names.
func (id ConditionID) Entity() Entity { return Entity{KindCondition, Key(id)} }

// Entity gives the entity that the key names.
func (id ProvisionID) Entity() Entity { return Entity{KindProvision, Key(id)} }

// Entity gives the entity that the key names.
func (id SourceID) Entity() Entity { return Entity{KindSource, Key(id)} }

// Entity gives the entity that the key names.
func (id EnvelopeID) Entity() Entity { return Entity{KindEnvelope, Key(id)} }

// Entity gives the entity that the key names.
func (id AllocationID) Entity() Entity { return Entity{KindAllocation, Key(id)} }

// Entity gives the entity that the key names.
func (id AwardID) Entity() Entity { return Entity{KindAward, Key(id)} }

// Entity gives the entity that the key names.
func (id InstalmentID) Entity() Entity { return Entity{KindInstalment, Key(id)} }

// Entity gives the entity that the key names.
func (id ReportID) Entity() Entity { return Entity{KindReport, Key(id)} }

// CheckKey reports whether s is a well-formed key.
func CheckKey(field, s string) error {
	good := 0 < len(s) && len(s) <= MaxKey
	for i := 0; good && i < len(s); i++ {
		c := s[i]
		good = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || i > 0 && (c == '.' || c == '_' || c == '-')
	}
	if good {
		return nil
	}
	return Invalidf(RuleKeyInvalid, field, "%q is not a key", clip(s)).
		Trying("use 1 to 64 of a-z 0-9 . _ - and begin with a letter or digit")
}

// ParseEntity reads "kind/key".
func ParseEntity(s string) (Entity, error) {
	kind, key, ok := strings.Cut(s, "/")
	known := false
	for _, k := range EntityKinds() {
		known = known || string(k) == kind
	}
	if !ok || !known {
		return Entity{}, Invalidf(RuleKeyInvalid, "", "%q does not name an entity", clip(s)).
			Trying("write kind/key, for example organisation/nhs-england")
	}
	if err := CheckKey("", key); err != nil {
		return Entity{}, err
	}
	return Entity{EntityKind(kind), Key(key)}, nil
}

// checkRef checks a key that a fact must have.
//
//go:noinline // many places would hold a copy of it
func checkRef(field string, key string) error { return CheckKey(field, key) }

// checkOptionalRef checks a key that a fact may leave out.
//
//go:noinline // many places would hold a copy of it
func checkOptionalRef(field string, key string) error {
	if key == "" {
		return nil
	}
	return CheckKey(field, key)
}

// CheckText reports whether s is text the register keeps: valid UTF-8, without
// control characters (and characters that turn the direction of text) other
// than tab and line feed, which only long texts may hold, at most max bytes.
func CheckText(field, s string, max int) error {
	if len(s) > max {
		return Invalidf(RuleTextTooLong, field, "the text has %d bytes", len(s)).
			Trying("shorten it to %d bytes", max)
	}
	if !utf8.ValidString(s) {
		return Invalidf(RuleTextInvalid, field, "the text is not valid UTF-8").
			Trying("save or send it as UTF-8")
	}
	for _, r := range s {
		if (r == '\n' || r == '\t') && max >= MaxLong {
			continue
		}
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' {
			return Invalidf(RuleTextInvalid, field, "the text holds the control character U+%04X", r).
				Trying("remove it")
		}
	}
	return nil
}

// checkRequired is CheckText for a text that may not be blank.
func checkRequired(field, s string, max int) error {
	visible := func(r rune) bool { return !unicode.IsSpace(r) && !unicode.Is(unicode.Cf, r) }
	if strings.IndexFunc(s, visible) < 0 && utf8.ValidString(s) {
		return Invalidf(RuleTextRequired, field, "a text is needed here")
	}
	return CheckText(field, s, max)
}

// clip shortens a text for an error message.
//
//go:noinline // many places would hold a copy of it
func clip(s string) string {
	if len(s) <= 60 {
		return s
	}
	cut := 60
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}
