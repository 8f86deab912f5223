package store

import (
	"context"

	"github.com/innovationregistry/registry/innovation"
)

// moneyFile names a file by which facts about money are judged: awards, or an
// envelope through one of its allocations or with all of them.
type moneyFile struct {
	awards     awardFilter
	envelope   innovation.EnvelopeID
	allocation innovation.AllocationID
	instalment innovation.InstalmentID
}

// checkMoney holds facts about money, or about a condition that money waits
// for, against the files that they are part of, each file once. What was there
// before is checked like what stands now: a correction must not break what
// relied on it, nor change closed books.
func checkMoney(ctx context.Context, s *session, facts []innovation.Fact) error {
	checked := map[moneyFile]bool{}
	var errs []error
	for _, f := range facts {
		for _, file := range moneyFilesOf(f) {
			if checked[file] {
				continue
			}
			checked[file] = true
			errs = append(errs, file.check(ctx, s))
		}
		errs = append(errs, checkBooks(ctx, s, f))
	}
	if was, ok := facts[0].(innovation.Award); ok {
		errs = append(errs, checkMoved(ctx, s, was, facts[len(facts)-1].(innovation.Award)))
	}
	return innovation.Join(errs...)
}

// moneyFilesOf names the files that a fact is part of.
func moneyFilesOf(f innovation.Fact) []moneyFile {
	award := func(id innovation.AwardID) moneyFile { return moneyFile{awards: awardFilter{award: id}} }
	switch f := f.(type) {
	case innovation.Envelope:
		return []moneyFile{{envelope: f.Envelope}}
	case innovation.Allocation:
		return []moneyFile{{envelope: f.Envelope}}
	case innovation.Share:
		if f.Of.Kind == innovation.KindAward {
			return []moneyFile{award(innovation.AwardID(f.Of.Key))}
		}
		return []moneyFile{{allocation: innovation.AllocationID(f.Of.Key)}}
	case innovation.Award:
		return []moneyFile{award(f.Award), {allocation: f.Allocation}}
	case innovation.Adjustment:
		return []moneyFile{award(f.Award)}
	case innovation.Instalment:
		return []moneyFile{award(f.Award)}
	case innovation.Gate:
		return []moneyFile{{instalment: f.Instalment}}
	case innovation.Payment:
		return []moneyFile{award(f.Award)}
	case innovation.Refund:
		return []moneyFile{award(f.Award)}
	case innovation.Condition:
		return []moneyFile{{awards: awardFilter{gatedBy: f.Condition}}}
	case innovation.Decision:
		return gatedWith(f.Licence) // a variation drops conditions without naming them
	case innovation.Licence:
		return gatedWith(f.Licence)
	case innovation.Round:
		return []moneyFile{{awards: awardFilter{gatedByRound: f.Round}}, {awards: awardFilter{gatedByLicencesOf: f.Round}}}
	}
	return nil
}

// gatedWith names the awards with instalments that wait for a condition of a
// licence, its own or one of its round.
func gatedWith(l innovation.LicenceID) []moneyFile {
	return []moneyFile{{awards: awardFilter{gatedByLicence: l}}, {awards: awardFilter{gatedByRoundOf: l}}}
}

func (f moneyFile) check(ctx context.Context, s *session) error {
	switch {
	case f.envelope != "":
		return checkEnvelope(ctx, s, f.envelope, "")
	case f.allocation != "":
		return checkAllocation(ctx, s, f.allocation)
	case f.instalment != "":
		return checkInstalment(ctx, s, f.instalment)
	case f.awards != awardFilter{}:
		return checkAwards(ctx, s, f.awards)
	}
	return nil
}

// checkBooks holds a fact against closed books, against the other lines of its
// forecast, and against the awards from which its money came.
func checkBooks(ctx context.Context, s *session, f innovation.Fact) error {
	switch f := f.(type) {
	case innovation.Payment:
		return checkAwardLocks(ctx, s, f.Award, f.Payee, f.Accrued, f.Day)
	case innovation.Refund:
		return checkAwardLocks(ctx, s, f.Award, "", f.Accrued, f.Day)
	case innovation.Spend:
		return checkLocks(ctx, s, f.Accrued, f.Day, f.Organisation)
	case innovation.Income:
		return checkLocks(ctx, s, lastOf(f.Figure.Covers), f.Day, f.Organisation)
	case innovation.YearEnd:
		return checkLocks(ctx, s, innovation.OnDay(f.Year.Span().Last()), f.Day, f.Organisation)
	case innovation.MoneyTransfer:
		return checkTransfers(ctx, s, f)
	case innovation.Forecast:
		w := entityIs("f.subject", f.Organisation.Entity()).and("f.version = ? AND f.removed = "+inForce, f.Version)
		lines, err := forecasts.scan(ctx, s, w.String(), w.args...)
		if err != nil {
			return err
		}
		return innovation.CheckForecast(lines)
	}
	return nil
}

// now is the moment in which rules are checked: everything written so far.
var now = moment{current: true, bare: true}

func checkEnvelope(ctx context.Context, s *session, id innovation.EnvelopeID, only innovation.AllocationID) error {
	f, found, err := envelopeFile(ctx, s, now, id, only)
	if err != nil || !found {
		return err
	}
	if len(f.Above) >= maxNesting { // which a circle of envelopes is in the end
		return innovation.Refusedf(innovation.RuleEnvelopeCycle, "parent", "the envelope %s would lie in %d others, or in itself", id, len(f.Above)).
			Trying("name as parent the envelope with which it was announced, or none")
	}
	return f.Check()
}

// checkAllocation holds the awards and shares of one allocation against it,
// however many others its envelope has.
func checkAllocation(ctx context.Context, s *session, id innovation.AllocationID) error {
	w := entityIs("f.subject", id.Entity()).and("f.removed = " + inForce)
	got, err := allocations.scan(ctx, s, w.String(), w.args...)
	if err != nil || len(got) == 0 {
		return err
	}
	return checkEnvelope(ctx, s, got[0].Value.Envelope, id)
}

func checkAwards(ctx context.Context, s *session, af awardFilter) error {
	files, err := awardFiles(ctx, s, now, af)
	if err != nil {
		return err
	}
	var errs []error
	for _, f := range files {
		errs = append(errs, f.Check())
	}
	return innovation.Join(errs...)
}

func checkInstalment(ctx context.Context, s *session, id innovation.InstalmentID) error {
	w := entityIs("f.subject", id.Entity()).and("f.removed = " + inForce)
	got, err := instalments.scan(ctx, s, w.String(), w.args...)
	if err != nil || len(got) == 0 {
		return err
	}
	return checkAwards(ctx, s, awardFilter{award: got[0].Value.Award})
}

// checkTransfers follows the awards from which money came. It refuses to come
// back to the first.
func checkTransfers(ctx context.Context, s *session, t innovation.MoneyTransfer) error {
	next := []innovation.AwardID{t.FromAward}
	seen := map[innovation.AwardID]bool{"": true}
	for len(next) > 0 {
		id := next[0]
		next = next[1:]
		if id == t.Award && id != "" {
			return innovation.Refusedf(innovation.RuleTransferSelf, "fromAward", "the money of %s would come from itself", t.Award).
				Trying("name the award from which the money came first")
		}
		if seen[id] {
			continue
		}
		seen[id] = true
		w := entityIs("f.subject", id.Entity()).and("f.removed = " + inForce)
		got, err := transfers.scan(ctx, s, w.String(), w.args...)
		if err != nil {
			return err
		}
		for _, r := range got {
			next = append(next, r.Value.FromAward)
		}
	}
	return nil
}

// checkAwardLocks holds money of an award against the closed books of those
// who gave and got it.
func checkAwardLocks(ctx context.Context, s *session, id innovation.AwardID, payee innovation.OrganisationID, accrued, day innovation.Day) error {
	w := entityIs("f.subject", id.Entity()).and("f.removed = " + inForce)
	got, err := awards.scan(ctx, s, w.String(), w.args...)
	if err != nil || len(got) == 0 {
		return err
	}
	return checkLocks(ctx, s, accrued, day, got[0].Value.Funder, got[0].Value.Recipient, payee)
}

func checkLocks(ctx context.Context, s *session, accrued, day innovation.Day, of ...innovation.OrganisationID) error {
	var errs []error
	for _, id := range of {
		if id == "" {
			continue
		}
		w := entityIs("f.subject", id.Entity()).and("f.removed = " + inForce)
		locks, err := periodLocks.scan(ctx, s, w.String(), w.args...)
		if err != nil {
			return err
		}
		errs = append(errs, innovation.CheckLock(locks, accrued, day))
	}
	return innovation.Join(errs...)
}

// checkMoved refuses to say of other parties than before what an award paid in
// their closed books: it would change them.
func checkMoved(ctx context.Context, s *session, was, is innovation.Award) error {
	if was.Funder == is.Funder && was.Recipient == is.Recipient {
		return nil
	}
	var locks []innovation.Recorded[innovation.PeriodLock]
	for _, id := range []innovation.OrganisationID{was.Funder, was.Recipient, is.Funder, is.Recipient} {
		w := entityIs("f.subject", id.Entity()).and("f.removed = " + inForce)
		got, err := periodLocks.scan(ctx, s, w.String(), w.args...)
		if err != nil {
			return err
		}
		locks = append(locks, got...)
	}
	if len(locks) == 0 {
		return nil
	}
	w := entityIs("f.subject", is.Award.Entity()).and("f.removed = " + inForce)
	paid, err := payments.scan(ctx, s, w.String(), w.args...)
	if err != nil {
		return err
	}
	for _, p := range paid {
		if err := innovation.CheckLock(locks, p.Value.Accrued, p.Value.Day); err != nil {
			return err
		}
	}
	back, err := refunds.scan(ctx, s, w.String(), w.args...)
	if err != nil {
		return err
	}
	for _, r := range back {
		if err := innovation.CheckLock(locks, r.Value.Accrued, r.Value.Day); err != nil {
			return err
		}
	}
	return nil
}

// lastOf is the last day of the time that money is for: books that are closed
// through it are closed for all of it.
func lastOf(covers innovation.Period) innovation.Day {
	if covers == (innovation.Period{}) || covers.IsOpen() {
		return innovation.Day{}
	}
	return innovation.OnDay(covers.Hull().Last())
}
