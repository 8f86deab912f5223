package store

// factTables lists the table of every type of fact. The codes are those of the
// digest: a new type takes the next one, and none is ever used again.
var factTables = []factTable{
	existences, names, identifiers, roles, relations, areas, populations, successions, posts, persons,
	rounds, countClaims, licences, streams, contractingBodies, conditions, provisions, decisions,
	claims, sources, terms,
	envelopes, coFunders, criteria, moneyClaims, allocations, scores, shares,
	awards, adjustments, instalments, gates, transfers, payments, refunds,
	spending, yearEnds, holdings, incomes, leverages, forecasts, periodLocks, issuedReports,
}
