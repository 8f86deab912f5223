package innovation

import (
	"bytes"
	"encoding/json"
)

// Day is the day of an event: exact, or known to lie between two days. Its
// JSON is {"on": "2013-05-23", "basis": "assumed"}, where on is the text of a
// Bound and basis is left out when the day was published.
type Day struct{ Bound }

// OnDay is an exact, published day.
func OnDay(d Date) Day { return Day{Exactly(d)} }

type dayJSON struct {
	On    string `json:"on"`
	Basis Basis  `json:"basis,omitempty"`
}

// MarshalJSON writes null for the zero Day.
func (d Day) MarshalJSON() ([]byte, error) {
	if d.IsZero() {
		return []byte("null"), nil
	}
	return json.Marshal(dayJSON{d.Bound.String(), d.Basis})
}

// UnmarshalJSON reads what MarshalJSON writes. Unknown members are refused.
func (d *Day) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		*d = Day{}
		return nil
	}
	var in dayJSON
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil {
		return Invalidf(RulePeriodInvalid, "", "not a day: %v", err).Trying(`write {"on": "2013-05-23"}`)
	}
	b, err := ParseBound(in.On)
	if err != nil {
		return within("on", err)
	}
	basis, err := ParseBasis(string(in.Basis))
	if err != nil {
		return within("basis", err)
	}
	d.Bound = b.As(basis)
	return nil
}
