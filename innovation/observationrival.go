package innovation

// Disagree reports whether two published figures are about the same thing and
// the same time and say otherwise: the same innovation, type, measure, unit,
// scope, bodies and place, on the same days and for the same time, with
// quantities that differ.
func Disagree(a, b Observation) bool {
	if a.Observation == b.Observation || a.Quantity.Equal(b.Quantity) {
		return false
	}
	like := func(o Observation) Observation {
		return Observation{Innovation: o.Innovation, Type: o.Type, Scope: o.Scope, Body: o.Body, Bodies: o.Bodies, Place: o.Place, Measure: o.Measure,
			Unit: o.Unit, Covers: o.Covers, Cumulative: o.Cumulative, Day: Day{o.Day.Bound.As("")}}
	}
	return like(a) == like(b)
}
