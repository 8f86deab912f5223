// Package innovation is the model of a register of England's health innovation
// networks: who is licensed on what conditions, by whom, where, since when, with
// what money, how far what they spread is adopted, and how that is known. It
// holds values, facts and the decisions about them as pure functions. It reads
// no clock, draws no random numbers and touches no file, network or database:
// the day, the keys and the facts are given to it.
// Package store keeps registers.
//
// # Words
//
// An organisation is any body: a trust, an integrated care board, a university,
// a company, a network. It has dated names, codes, roles, relations and
// successions. A network is an organisation with the role network: a health
// innovation network, until October 2023 an academic health science network.
//
// A licence round gives licences to networks, the holders. Under a licence each
// licensor commissions a stream. A condition is what makes a licence
// conditional rather than full; duties, functions, options and process steps
// are provisions, and never do. A decision is taken about a licence on a day.
// A contracting body signs for a holder or licensor that is no legal person;
// its change is a novation. A count claim says how many licences of a round had
// a grade on one day, without naming them.
//
// An envelope is an announced pot of money; envelopes nest. An allocation sets
// a part of it aside for a recipient, or for several who have shares; criteria
// and scores explain it. An award commits money to a recipient and is paid in
// instalments, which gates keep back while a condition is outstanding.
// Payments, refunds, adjustments and spend follow it down the money ladder:
// announced, allocated, committed, paid, spent. A transfer passes on what its
// giver received. Income is a network's own money by kind; leverage is outside
// money that public money brought, and is nobody's income. A holding is kept for
// others. A forecast has versions, a period lock closes books, and an issued
// report keeps an answer as it was given out. A money claim is a published
// figure beside the ladder. Every amount stands in a figure that says for how
// long it is, how value added tax stands to it, and in what way it was stated.
//
// An innovation is a product, pathway or service; suppliers, headings, care
// settings, marks of readiness and notices belong to it. A programme spreads
// innovations in phases, a mandate demands their use by a day, and eligibility
// says who could adopt: the eligible set. An adoption event says what stage an
// organisation or site reached on a day, by what grade of evidence and to what
// extent; it may stop, fall back, begin again, or be confirmed to be there
// still. Organisations at the stages adopted and embedded are adopters. Counts
// of them are ranges: low where all evidence agrees, high where any says so; on
// a footprint, the list of organisations that is counted. An observation is a
// published aggregate and uptake a measurement of activity; neither is ever
// counted among events. A peer group is compared within itself. What is in use
// and was neither confirmed nor heard of for some months has gone quiet, which
// is not stopped. A milestone is a step on the way from one place to the whole
// country. Who is next is ranked by a score, a stated sum of stated reasons, and
// the introducer is the user best placed to introduce them.
//
// Spread is how first adoptions follow one another in time. An organisation is
// at risk from the day on which it could adopt; one that has not adopted is
// censored. The hazard of a period is the share of those at risk that adopt in
// it. A statistic that the data cannot bear is refused by its rule, and the
// refusal stands in the answer beside what is known.
//
// A fact states one thing about one subject, an entity with a kind and a key,
// and holds for a period. A source is something published that facts cite; a
// claim keeps what a source says beside what others say.
//
// # Two clocks
//
// Every fact has a period in which it was true (valid time), and the register
// knows when it learnt it (system time). A View asks for the state on the day
// On as known at Known:
//
//	innovation.On(innovation.MustDate("2018-05-01"))
//
// Periods are half-open: the end is the first day on which the fact no longer
// holds. A bound that is known only to a month or a year is its earliest and
// its latest day, so that a period answers yes, no or possibly; its basis says
// whether a source states it or we worked it out.
//
// # Three verbs
//
// Nothing is overwritten. To revise is to end a fact on a day and add its
// successor: the world changed. To correct is to replace the values of a fact:
// we were wrong. To retract is to say that it was never true. Each is part of
// an act, with its actor, reason and sources, and what the register answered
// before the act it still answers for a view known before it.
//
// # Status is derived
//
// Whether a licence is full, conditional, overdue, suspended or ended is never
// stored. LicenceFile.StatusOn derives it for a day, NewBoard for all licences
// at once. What follows from other facts is marked computed or inferred and
// never passes for published; what is not known is said to be not known.
//
// Rules lists what must hold. A refusal carries the ID of its rule in an Error;
// a Finding shows what does not fit together and blocks nothing.
package innovation
