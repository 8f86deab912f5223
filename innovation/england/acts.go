package england

import (
	"crypto/sha256"
	"errors"
	"iter"

	"github.com/innovationregistry/registry/innovation"
)

const (
	// actor is the key of the loader, which acts in every act.
	actor innovation.PersonID = "england-loader"
	// edition is part of every idempotency key: other data is another edition.
	edition = "1"
	// register is the source of what comes from no page: the terms we added and
	// the loader itself.
	register innovation.SourceID = "england-register"
)

// step is one act: what it is called, why it is done, and the files it loads.
type step struct {
	key    string
	reason string
	parts  []part
}

// part is an embedded file and how a row of it becomes facts.
type part struct {
	file  string
	facts func(row) []innovation.Fact
}

// steps lists the acts in loading order: what founds an entity stands before
// what refers to it.
func steps() []step {
	return []step{
		{"sources", "Found the sources that the England register cites", []part{
			{"sources.csv", source}, {"terms.csv", term}}},
		{"organisations", "Found national bodies, classes of bodies, companies and other organisations with their names", []part{
			{"organisations.csv", organisation}}},
		{"networks", "Found the fifteen networks designated in 2013 with their names", []part{
			{"networks.csv", network}, {"legal_forms.csv", legalForm}, {"network_names.csv", name}, {"service_names.csv", name}}},
		{"regions", "Found the regions of NHS England", []part{{"regions.csv", codedBody}}},
		{"boards", "Found the integrated care boards of 2022 and 2026", []part{{"boards.csv", codedBody}}},
		{"trusts", "Found the NHS trusts, open and closed, with the names of five lists", []part{
			{"trusts.csv", trust}, {"trust_names.csv", name}}},
		{"trust-boards", "Record which board each trust belongs to, and each board its region", []part{
			{"board_regions.csv", relation}, {"trust_boards.csv", relation}}},
		{"roles", "Record licensors and further designations of networks", []part{{"roles.csv", role}}},
		{"relations", "Record relations between bodies", []part{{"relations.csv", relation}}},
		{"successions", "Record mergers, splits, renamings and transfers of bodies", []part{
			{"successions.csv", succession}, {"trust_successions.csv", succession}}},
		{"areas", "Record which boards and places each network serves", []part{
			{"serves.csv", serves}, {"areas.csv", area}}},
		{"populations", "Record published populations of networks", []part{{"populations.csv", population}}},
		{"people", "Record office holders", []part{{"people.csv", person}, {"posts.csv", post}}},
		{"rounds", "Record the licence rounds and the counts published about them", []part{
			{"rounds.csv", round}, {"count_claims.csv", countClaim}}},
		{"licences", "Record the licences of the fifteen networks and what each licensor commissions", []part{
			{"licences.csv", licence}, {"streams.csv", stream}}},
		{"clauses", "Record conditions, duties, functions, options and steps of the rounds", []part{
			{"conditions.csv", condition}, {"provisions.csv", provision}}},
		{"claims", "Record published statements that disagree", []part{{"claims.csv", claim}}},
		// Registers in the field hold the acts above: their files stay as they are.
		{"funding-sources", "Found the sources of the money", []part{{"funding_sources.csv", source}}},
		{"envelopes", "Record the money that was announced, and the rules by which it is shared out", []part{
			{"envelopes.csv", envelope}, {"co_funders.csv", coFunder}, {"criteria.csv", criterion}}},
		{"awards", "Record what was allocated and awarded, and what networks pass on", []part{
			{"allocations.csv", allocation}, {"awards.csv", award}, {"shares.csv", share}, {"money_transfers.csv", moneyTransfer}}},
		{"income", "Record income of networks, and outside money that is none", []part{
			{"incomes.csv", income}, {"leverages.csv", leverage}}},
		{"money-claims", "Record published figures beside the money that counts", []part{
			{"money_claims.csv", moneyClaim}, {"return_claims.csv", claim}}},
		{"adoption-sources", "Found the sources of what is known about spread, with what they measure", []part{
			{"adoption_sources.csv", source}, {"adoption_terms.csv", term}}},
		{"innovations", "Found the innovations, and record who supplies them", []part{
			{"innovations.csv", adopted}, {"supplies.csv", supply}, {"notices.csv", notice}}},
		{"programmes", "Found the programmes, and record what they spread or demand", []part{
			{"programmes.csv", programme}, {"phases.csv", phase}, {"programme_innovations.csv", programmeInnovation},
			{"mandates.csv", mandate}}},
		{"observations", "Record published figures about the spread of innovations", []part{{"observations.csv", observation}}},
		{"adoption-claims", "Record published statements about innovations and programmes that disagree", []part{
			{"adoption_claims.csv", claim}}},
	}
}

// Acts gives the England register as acts in loading order, each ready to be
// written as one act: an entity is founded before a fact refers to it. The
// idempotency keys are permanent, so that loading twice changes nothing. An
// error means that the embedded data is damaged; nothing follows it.
func Acts() iter.Seq2[innovation.Batch, error] {
	return func(yield func(innovation.Batch, error) bool) {
		for i, s := range steps() {
			batch, err := s.batch(i == 0)
			if !yield(batch, err) || err != nil {
				return
			}
		}
	}
}

// Count is the number of facts in all acts.
func Count() int {
	n := 0
	for batch := range Acts() {
		n += len(batch.Facts)
	}
	return n
}

// batch reads the files of the step. The first act also founds its actor.
func (s step) batch(first bool) (innovation.Batch, error) {
	digest := sha256.New()
	batch := innovation.Batch{Act: innovation.Act{
		Actor:          actor,
		Reason:         s.reason,
		IdempotencyKey: "england/" + edition + "/" + s.key,
	}}
	var errs []error
	for _, p := range s.parts {
		data, err := readFile(p.file)
		if err != nil {
			return innovation.Batch{}, err
		}
		digest.Write(data)
		for _, r := range readRows(p.file, &errs) {
			var cited []innovation.Citation
			switch {
			case isSources(p.file): // a source is its own ground, but for an article of the fact base
				if r.has("row") {
					cited = []innovation.Citation{{Source: register, Locator: r.text("row")}}
				}
			case isTerms(p.file):
				cited = []innovation.Citation{{Source: register}}
			default:
				cited = r.citations()
			}
			for _, f := range p.facts(r) {
				batch.Facts = append(batch.Facts, innovation.Cited{Fact: f, Sources: cited})
			}
		}
	}
	if first {
		batch.Facts = append(batch.Facts, innovation.Cited{
			Fact:    innovation.Person{Person: actor, Name: "England register loader"},
			Sources: []innovation.Citation{{Source: register}},
		})
	}
	batch.Act.RequestDigest = digest.Sum(nil)
	if err := errors.Join(errs...); err != nil {
		return innovation.Batch{}, err
	}
	return batch, nil
}
