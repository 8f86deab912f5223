package innovation

// Existence says that an organisation exists, what kind of body it is and for
// how long: by law, or in operation.
type Existence struct {
	Organisation OrganisationID `json:"organisation" doc:"The organisation"`
	Aspect       string         `json:"aspect" enum:"operational,legal" doc:"Whether the period is that of the body at work or of the legal person"`
	Kind         string         `json:"kind" doc:"What kind of body it is (scheme organisation-kind)"`
	LegalForm    string         `json:"legalForm,omitempty" doc:"Its legal form, when known (scheme legal-form)"`
	Note         string         `json:"note,omitempty"`
	Period       Period         `json:"period" doc:"When it existed"`
}

// The aspects of an existence.
const (
	Operational = "operational"
	Legal       = "legal"
)

// FactType is TypeExistence.
func (Existence) FactType() FactType { return TypeExistence }

// Subject is the organisation.
func (e Existence) Subject() Entity { return e.Organisation.Entity() }

// Valid is the period of existence.
func (e Existence) Valid() Period { return e.Period }

// RuleAspectInvalid refuses an aspect other than operational and legal.
const RuleAspectInvalid RuleID = "aspect-invalid"

// Validate reports everything that is wrong with the fact taken alone.
func (e Existence) Validate() error {
	var aspect error
	if e.Aspect != Operational && e.Aspect != Legal {
		aspect = Invalidf(RuleAspectInvalid, "aspect", "%q is no aspect of existence", clip(e.Aspect)).
			Trying("use %s or %s", Operational, Legal)
	}
	return Join(checkRef("organisation", string(e.Organisation)), aspect, checkRequired("kind", e.Kind, MaxKey),
		CheckText("legalForm", e.LegalForm, MaxKey), CheckText("note", e.Note, MaxLong), checkPeriod(e.Period))
}

// Name is a dated name of an organisation.
type Name struct {
	Organisation OrganisationID `json:"organisation" doc:"The organisation"`
	Text         string         `json:"text" doc:"The name"`
	Kind         string         `json:"kind" doc:"What kind of name it is (scheme name-kind)"`
	Note         string         `json:"note,omitempty"`
	Period       Period         `json:"period" doc:"When the name was in use"`
}

// FactType is TypeName.
func (Name) FactType() FactType { return TypeName }

// Subject is the organisation.
func (n Name) Subject() Entity { return n.Organisation.Entity() }

// Valid is the period in which the name was in use.
func (n Name) Valid() Period { return n.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (n Name) Validate() error {
	return Join(checkRef("organisation", string(n.Organisation)), checkRequired("text", n.Text, MaxShort),
		checkRequired("kind", n.Kind, MaxKey), CheckText("note", n.Note, MaxLong), checkPeriod(n.Period))
}

// Identifier is a code by which an organisation is known elsewhere. On any day
// a code of a scheme belongs to one organisation at most.
type Identifier struct {
	Organisation OrganisationID `json:"organisation" doc:"The organisation"`
	Scheme       string         `json:"scheme" doc:"Who gives the code: ods, company, charity … (scheme identifier-scheme)"`
	Value        string         `json:"value" doc:"The code"`
	Period       Period         `json:"period" doc:"When the code named the organisation"`
}

// FactType is TypeIdentifier.
func (Identifier) FactType() FactType { return TypeIdentifier }

// Subject is the organisation.
func (i Identifier) Subject() Entity { return i.Organisation.Entity() }

// Valid is the period in which the code named the organisation.
func (i Identifier) Valid() Period { return i.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (i Identifier) Validate() error {
	return Join(checkRef("organisation", string(i.Organisation)), checkRequired("scheme", i.Scheme, MaxKey),
		checkRequired("value", i.Value, MaxShort), checkPeriod(i.Period))
}

// Role is something an organisation is entrusted with; it may hold several at
// a time: one network is also a health science centre.
type Role struct {
	Organisation OrganisationID `json:"organisation" doc:"The organisation"`
	Role         string         `json:"role" doc:"The role (scheme organisation-role)"`
	Note         string         `json:"note,omitempty"`
	Period       Period         `json:"period" doc:"When the organisation held the role"`
}

// RoleNetwork marks an organisation as a health innovation network.
const RoleNetwork = "network"

// FactType is TypeRole.
func (Role) FactType() FactType { return TypeRole }

// Subject is the organisation.
func (r Role) Subject() Entity { return r.Organisation.Entity() }

// Valid is the period in which the role was held.
func (r Role) Valid() Period { return r.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (r Role) Validate() error {
	return Join(checkRef("organisation", string(r.Organisation)), checkRequired("role", r.Role, MaxKey),
		CheckText("note", r.Note, MaxLong), checkPeriod(r.Period))
}

// Post is an office of an organisation and who holds it.
type Post struct {
	Organisation OrganisationID `json:"organisation" doc:"The organisation"`
	Title        string         `json:"title" doc:"The office, for example chair"`
	Holder       PersonID       `json:"holder,omitempty" doc:"Key of the person who holds it; empty when it is vacant"`
	Note         string         `json:"note,omitempty"`
	Period       Period         `json:"period" doc:"When the person held it"`
}

// FactType is TypePost.
func (Post) FactType() FactType { return TypePost }

// Subject is the organisation.
func (p Post) Subject() Entity { return p.Organisation.Entity() }

// Valid is the period in which the person held the post.
func (p Post) Valid() Period { return p.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (p Post) Validate() error {
	return Join(checkRef("organisation", string(p.Organisation)), checkRequired("title", p.Title, MaxShort),
		checkOptionalRef("holder", string(p.Holder)), CheckText("note", p.Note, MaxLong), checkPeriod(p.Period))
}
