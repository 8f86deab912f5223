package innovation

// Person gives a person's name to a person key. Names of people stand nowhere
// else in a register: acts, posts and notes use the key. The chain of acts
// covers a salted digest of the name, so that a name can be erased without
// breaking the chain.
type Person struct {
	Person PersonID `json:"person" doc:"Key of the person; never derived from the name"`
	Name   string   `json:"name" doc:"The person's name; empty when it was erased"`
}

// FactType is TypePerson.
func (Person) FactType() FactType { return TypePerson }

// Subject is the person.
func (p Person) Subject() Entity { return p.Person.Entity() }

// Valid is all time.
func (Person) Valid() Period { return Between(Dawn, Forever) }

// Validate reports everything that is wrong with the fact taken alone.
func (p Person) Validate() error {
	return Join(checkRef("person", string(p.Person)), checkRequired("name", p.Name, MaxShort))
}
