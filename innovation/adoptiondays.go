package innovation

// NarrowDays gives the events of one organisation and innovation with their
// uncertain days narrowed by what the others say: by one grade of evidence an
// event lies after the one before it and before the one after it. A stop known
// by its month, after an adoption on the 15th, was on the 16th or later. Exact
// days stay as they are, and days that contradict one another too. The order is
// that in which the events fit (see CheckAdoptionLine); planned events and
// confirmations are left alone. The events given are not changed; when there is
// nothing to narrow they are what is returned.
func NarrowDays(events []Adoption) []Adoption {
	if exactDays(events) {
		return events
	}
	out := append([]Adoption(nil), events...)
	order := fittingOrder(out)
	for _, grade := range EvidenceGrades() {
		var line []*Adoption
		for _, i := range order {
			if a := &out[i]; a.Grade == grade && a.Counts() {
				line = append(line, a)
			}
		}
		for k := 1; k < len(line); k++ {
			before, a := line[k-1], line[k]
			if first := before.Day.Earliest.AddDays(1); a.Day.Earliest.Before(first) && !first.After(a.Day.Latest) {
				a.Day.Earliest = first
			}
		}
		for k := len(line) - 2; k >= 0; k-- {
			a, after := line[k], line[k+1]
			if last := after.Day.Latest.AddDays(-1); a.Day.Latest.After(last) && !last.Before(a.Day.Earliest) {
				a.Day.Latest = last
			}
		}
	}
	return out
}

// fittingOrder is the order of uncertain days that breaks no rule: without an
// inheritance when that will do, by the latest days when both do.
func fittingOrder(events []Adoption) []int {
	late := adoptionOrder(events, AdoptionBefore)
	early := adoptionOrder(events, beganBefore)
	for _, heir := range []bool{false, true} {
		for _, order := range [][]int{late, early} {
			if len(checkLineIn(events, order, heir)) == 0 {
				return order
			}
		}
	}
	return late
}
