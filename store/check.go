package store

import (
	"context"
	"fmt"

	"github.com/innovationregistry/registry/innovation"
)

// check holds the facts against the rules between facts, after they were
// written and before the operation stands. It reads the files that the facts
// belong to, as they now are, and leaves the judgement to package innovation.
func (tx *Tx) check(ctx context.Context, facts ...innovation.Fact) error {
	checked := map[innovation.Entity]bool{}
	var errs []error
	// What was there before cannot collide with what stands now.
	errs = append(errs, checkOrganisationFact(ctx, tx.session, facts[len(facts)-1]))
	for _, f := range facts {
		for _, e := range filesOf(f) {
			if checked[e] {
				continue
			}
			checked[e] = true
			errs = append(errs, checkFile(ctx, tx.session, e))
		}
		switch f := f.(type) {
		case innovation.Identifier:
			errs = append(errs, checkIdentifier(ctx, tx.session, f))
		case innovation.Round:
			errs = append(errs, checkRoundNumber(ctx, tx.session, f))
		case innovation.Succession:
			errs = append(errs, checkSuccession(ctx, tx.session, f))
		}
	}
	return innovation.Join(append(errs, checkMoney(ctx, tx.session, facts), tx.checkAdoption(ctx, facts))...)
}

// filesOf names the files that a fact is part of.
func filesOf(f innovation.Fact) []innovation.Entity {
	switch f := f.(type) {
	case innovation.Round, innovation.Licence, innovation.Stream, innovation.ContractingBody, innovation.Decision:
		return []innovation.Entity{f.Subject()}
	case innovation.Condition:
		return attachment(f.Licence, f.Round)
	case innovation.Provision:
		return attachment(f.Licence, f.Round)
	}
	return nil
}

func attachment(l innovation.LicenceID, r innovation.RoundID) []innovation.Entity {
	if l != "" {
		return []innovation.Entity{l.Entity()}
	}
	return []innovation.Entity{r.Entity()}
}

// checkFile checks the file of an organisation, of a licence with the other
// licences of its holder in the round, or of all licences of a round.
func checkFile(ctx context.Context, s *session, e innovation.Entity) error {
	now := moment{current: true, bare: true}
	switch e.Kind {
	case innovation.KindOrganisation:
		f, err := organisationFile(ctx, s, now, innovation.OrganisationID(e.Key))
		if err != nil {
			return err
		}
		return f.Check()
	case innovation.KindLicence:
		f, found, err := licenceFile(ctx, s, now, innovation.LicenceID(e.Key))
		if err != nil || !found {
			return err
		}
		files, err := licenceFiles(ctx, s, now, licenceFilter{holder: f.Licence.Value.Holder, round: f.Licence.Value.Round})
		if err != nil {
			return err
		}
		return innovation.Join(f.Check(), innovation.CheckHolderOverlap(files))
	case innovation.KindRound:
		files, err := licenceFiles(ctx, s, now, licenceFilter{round: innovation.RoundID(e.Key)})
		if err != nil {
			return err
		}
		var errs []error
		for _, f := range files {
			errs = append(errs, f.Check())
		}
		return innovation.Join(errs...)
	}
	return nil
}

// checkOrganisationFact holds a fact against those of the same organisation
// with which it could collide: few, however many the organisation has.
func checkOrganisationFact(ctx context.Context, s *session, f innovation.Fact) error {
	same := where{}.and("f.removed = "+inForce).and("e_subject.kind = ? AND e_subject.key = ?", string(f.Subject().Kind), string(f.Subject().Key))
	var file innovation.OrganisationFile
	var err error
	switch f := f.(type) {
	case innovation.Existence:
		w := same.and("f.aspect = ?", f.Aspect)
		file.Existences, err = existences.scan(ctx, s, w.String(), w.args...)
	case innovation.Identifier:
		w := same.and("f.scheme = ? AND f.value = ?", f.Scheme, f.Value)
		file.Identifiers, err = identifiers.scan(ctx, s, w.String(), w.args...)
	case innovation.Role:
		w := same.and("f.role = ?", f.Role)
		file.Roles, err = roles.scan(ctx, s, w.String(), w.args...)
	case innovation.Relation:
		w := same.and("f.type = ? AND e_target.key = ?", f.Type, string(f.Target))
		file.Relations, err = relations.scan(ctx, s, w.String(), w.args...)
	default:
		return nil
	}
	if err != nil {
		return err
	}
	return file.Check()
}

// checkIdentifier holds an identifier against those of other organisations.
func checkIdentifier(ctx context.Context, s *session, id innovation.Identifier) error {
	others, err := identifiers.scan(ctx, s, "WHERE f.scheme = ? AND f.value = ? AND f.removed = "+inForce, id.Scheme, id.Value)
	if err != nil {
		return err
	}
	return innovation.CheckIdentifier(others, id)
}

// checkRoundNumber holds the number of a round against those of the others: it
// says which licence follows which.
func checkRoundNumber(ctx context.Context, s *session, r innovation.Round) error {
	taken, err := rounds.scan(ctx, s, "WHERE f.number = ? AND e_subject.key <> ? AND f.removed = "+inForce, r.Number, string(r.Round))
	if err != nil || len(taken) == 0 {
		return err
	}
	return &innovation.Error{Kind: innovation.Exists, Rule: innovation.RuleRoundInvalid, Field: "number",
		Detail: fmt.Sprintf("the round %s has the number %d already", taken[0].Value.Round, r.Number), Try: "number the rounds in their order"}
}

// checkSuccession looks for a cycle among the successions that can be reached
// from the successor.
func checkSuccession(ctx context.Context, s *session, of innovation.Succession) error {
	edges, err := successionsFrom(ctx, s, moment{current: true, bare: true}, of.Predecessor, true)
	if err != nil {
		return err
	}
	plain := make([]innovation.Succession, len(edges))
	for i, e := range edges {
		plain[i] = e.Value
	}
	return innovation.CheckSuccessions(plain)
}
