package store

// factTables lists the table of every type of fact. The codes are those of the
// digest: a new type takes the next one, and none is ever used again.
var factTables = []*keeping{
	&existences.keeping, &names.keeping, &identifiers.keeping, &roles.keeping, &relations.keeping,
	&areas.keeping, &populations.keeping, &successions.keeping, &posts.keeping, &persons.keeping,
	&rounds.keeping, &countClaims.keeping, &licences.keeping, &streams.keeping, &contractingBodies.keeping,
	&conditions.keeping, &provisions.keeping, &decisions.keeping,
	&claims.keeping, &sources.keeping, &terms.keeping,
	&envelopes.keeping, &coFunders.keeping, &criteria.keeping, &moneyClaims.keeping, &allocations.keeping,
	&scores.keeping, &shares.keeping,
	&awards.keeping, &adjustments.keeping, &instalments.keeping, &gates.keeping, &transfers.keeping,
	&payments.keeping, &refunds.keeping,
	&spending.keeping, &yearEnds.keeping, &holdings.keeping, &incomes.keeping, &leverages.keeping,
	&forecasts.keeping, &periodLocks.keeping, &issuedReports.keeping,
	&innovations.keeping, &supplies.keeping, &categories.keeping, &readinesses.keeping, &notices.keeping,
	&programmes.keeping, &phases.keeping, &programmeInnovations.keeping, &mandates.keeping, &eligibilities.keeping,
	&adoptions.keeping, &adoptionDecisions.keeping, &observations.keeping, &observationBodies.keeping, &uptakes.keeping,
	&peerGroups.keeping, &peers.keeping,
}
