package innovation

import (
	"cmp"
	"slices"
	"sort"
)

// instalment places one instalment: where it is due, and where it comes.
func (r *runway) instalment(a AwardFile, i Recorded[Instalment], rest Amount) {
	v := i.Value
	due := v.Due
	first, last := due.Earliest, due.Latest
	if due.IsZero() {
		first, last = r.start, Forever
	}
	out := RunwayInstalment{Instalment: v.Instalment, Award: v.Award, Due: due, Amount: rest, State: InstalmentExpected, Fact: i.ID}
	overdue := last.Before(r.start)
	may, comes := first, last
	if slip, ok := r.slip(func(s Slip) bool { return s.Instalment == v.Instalment }); ok {
		if last.Before(slip) {
			out.State, out.By = InstalmentStopped, append(out.By, "the instalment slips")
			r.slipped[v.Instalment] = true
		}
		if may = maxDate(may, slip); overdue || last == Forever || last.Before(slip) {
			comes, overdue = slip, false
		}
	}
	day := comes // gates are asked when it would come without them
	if day == Forever || day.Before(r.on) {
		day = r.on
	}
	held := false
	for _, g := range a.Gates {
		if g.Value.Instalment != v.Instalment {
			continue
		}
		r.gated[g.Value.Condition] = true
		gateMay, gateComes := r.opens(a, g.Value, day)
		if !gateComes.After(day) {
			continue
		}
		held = true
		out.By = append(out.By, gateText(g.Value))
		if _, slips := r.slipOf(g.Value.Condition); slips {
			r.slipped[v.Instalment] = true
		}
		if gateMay.After(day) {
			out.State = InstalmentStopped
		} else if out.State == InstalmentExpected {
			out.State = InstalmentPossible
		}
		may, comes = maxDate(may, gateMay), maxDate(comes, gateComes)
	}
	if overdue && !held { // nothing says why it has not come, or when it will
		comes = Forever
		out.By = append(out.By, "it was due, and no payment of it is recorded")
		out.State = InstalmentPossible
	}
	switch mine, others := r.shared(a, Bound{Earliest: maxDate(may, r.on), Latest: maxDate(comes, r.on)}); {
	case mine == No:
		return // its share will have ended, or will not have begun
	case mine == Possibly || others != No:
		rest = atMost(rest)
		out.Amount = rest
		r.note("the award %s is shared: which part of the instalment %s is for %s is not known", v.Award, v.Instalment, r.q.Organisation)
	}
	if may = maxDate(may, r.start); may != Forever && out.State != InstalmentExpected {
		out.May = may
	}
	if comes != Forever {
		out.Comes = comes
	}
	from, by := r.index(may), r.index(comes)
	dated := !due.IsZero() && r.index(due.Earliest) == r.index(due.Latest) && r.index(due.Latest) >= 0
	switch {
	case dated && r.index(due.Latest) < r.q.Months:
		m := &r.out.Months[r.index(due.Latest)]
		m.Due = append(m.Due, out)
		sortInstalments(m.Due)
	case dated || !due.IsZero() && r.index(due.Earliest) >= r.q.Months:
		return // it is due after these months
	default:
		r.out.Undated = append(r.out.Undated, out)
		sortInstalments(r.out.Undated)
	}
	if by < r.q.Months && (due.IsZero() || by > r.index(due.Latest)) {
		m := &r.out.Months[by]
		m.Late = append(m.Late, out)
		sortInstalments(m.Late)
	}
	r.comes[v.Instalment] = out
	r.flows = append(r.flows, flow{flowInstalment, from, by, i.ID, rest, a.instalmentVAT()})
}

// instalmentVAT is the basis of value added tax of instalments: they say nothing
// of it and are paid on that of their award, or where it states none as the
// payments under it were made.
func (f AwardFile) instalmentVAT() VAT {
	vat := f.Award.Value.Figure.VAT
	for _, p := range f.Payments {
		vat = cmp.Or(vat, p.Value.VAT)
	}
	return vat
}

func sortInstalments(list []RunwayInstalment) {
	sort.SliceStable(list, func(i, j int) bool {
		a, b := &list[i], &list[j]
		return cmp.Or(dueOrder(a.Due).Compare(dueOrder(b.Due)), cmp.Compare(a.Instalment, b.Instalment)) < 0
	})
}

// slip finds until when something slips.
func (r *runway) slip(is func(Slip) bool) (Date, bool) {
	if i := slices.IndexFunc(r.q.Slips, is); i >= 0 {
		return r.q.Slips[i].Until, true
	}
	return Date{}, false
}

// slipOf finds until when a condition slips.
func (r *runway) slipOf(id ConditionID) (Date, bool) {
	return r.slip(func(s Slip) bool { return id != "" && s.Condition == id })
}

// opens gives the first days on which a gate that an instalment meets on a day
// may be open and certainly is: Dawn when nothing keeps the instalment back,
// Forever when nothing says that the gate opens. A condition stays outstanding
// as it is on the day of the view: what was decided later does not count.
func (r *runway) opens(a AwardFile, g Gate, day Date) (may, comes Date) {
	p := g.Period.Normal()
	if !p.End.Latest.After(r.on) || p.Start.Earliest.After(day) {
		return Dawn, Dawn
	}
	may, comes = p.End.Earliest, p.End.Latest
	if !g.Expected.IsZero() && g.Expected.Earliest.Before(may) {
		may = g.Expected.Earliest
	}
	course := a.Conditions[g.Condition]
	outstanding := Yes
	if g.Condition != "" && course != nil {
		outstanding = max(course(r.on), course(day))
	}
	if slip, ok := r.slipOf(g.Condition); ok {
		if outstanding == No {
			r.note("the condition %s is not outstanding on %s: that it slips is taken as said", g.Condition, r.on)
		}
		if g.Text == "" {
			return slip, slip
		}
		return maxDate(may, slip), maxDate(comes, slip)
	}
	if g.Text == "" && outstanding == No {
		return Dawn, Dawn
	}
	if p.Start.Latest.After(day) || g.Text == "" && outstanding == Possibly {
		may = Dawn
	}
	return may, comes
}
