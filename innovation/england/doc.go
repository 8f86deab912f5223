// Package england is the England register as embedded data: the fifteen health
// innovation networks, their licences since 2013, the innovations and programmes
// that they spread, and the NHS bodies around them, as far as public pages and
// NHS reference lists show them. Acts gives
// all of it as acts to be written to a register, each fact with its source.
//
// # Data and licence
//
// Every row of the embedded files names its source (see sources.csv) and, in
// the column row, the row of the gathered fact base that it was made from; that
// row is the locator of the citation. Data of the NHS Organisation Data
// Service, of NHS England, of the Office for National Statistics and of other
// government bodies is used under the Open Government Licence v3
// (https://www.nationalarchives.gov.uk/doc/open-government-licence/version/3/):
// contains public sector information licensed under it. Facts from other pages
// are in our own short wording. Reconciliation says, for each file of the fact
// base, what was used, what was left out and why.
// The files are packed into england.gz, which is what is embedded: after a change
// of one, go generate packs them anew.
//
// # Days
//
// A column end holds the first day on which a fact no longer holds; a column
// last holds the last day on which it does, and is turned into an end here.
// What the sources count decides which of them a file has:
//
//	organisations, networks, boards   end   the end of a body is the first day without it (2021-10-01 for a body that worked until 2021-09-30)
//	names of networks, areas, serves  end   exclusive in the fact base: valid_to, to_date
//	roles                             end   as the relation or body they are from
//	trusts                            last  a close in the lists of trusts is the last open day (successors begin a day later)
//	names of trusts                   end   made from the lists: the day after the close
//	relations                         both  a day is exclusive (end); a month or financial year is the last one that counts (last)
//	posts                             both  last day in the post (last); or a bound after the last day on which the person was seen in it (end)
//	licences, streams                 last  inclusive: the term of 2013-05-23 ends with 2018-05-22
//	streams passed on                 end   the first day of the new licensor
//	time that money is for            end   exclusive: a financial year ends with 1 April (columns covers_start, covers_end)
//	programmes, phases, memberships   last  a month is the last one that counts
//	supplies, mandates                end   the first day without it, as the relations that they go with
//	time that figures are about       end   exclusive: whole months, quarters and years (columns covers_start, covers_end)
//
// A bound is written as package innovation writes it, its basis beside it. A
// page that shows something on a day without saying since when gives a start
// not later than that day ("..2017-11-01"). An office or an incidental tie for
// which no end was seen has an end "2013-05-24..": it held on the day before,
// and nobody knows for how long after. No end is ever filled in from silence.
//
// # What is inferred
//
// The ends of all licences are computed from their terms. The tie of a network
// to a board is dated by no source: its start is that of the board, assumed
// where a page names the pair and inferred where we combined pages. A trust
// belongs to a board from 1 July 2022 by inference, where lists before and
// after agree; no list dates the tie. Where two lists of trusts differ, the
// change lies between them and both bounds are computed. A board that merged
// whole hands its trusts to its successor, inferred; for one that was split
// this is left open. A name that gave way to another ends with its start,
// inferred. A relation that no source ends ends with the first of its bodies,
// inferred. The name of a body is assumed for its whole life. A basis estimated
// is an estimate made when the facts were gathered, mostly the day of a page
// that bears none; a person seen in a post on such a page was in it not later
// than that day ("..2014-01-31"). Since when a network has its legal form no
// source says: the form stands in a legal existence of its own, from an unknown
// start, for Greater Manchester inferred from its establishment in October 2017.
// A source whose address bears a day or month is published then, inferred; the
// days of other pages are not guessed.
//
// # Money
//
// A row that speaks of money becomes one kind of fact, and FundingRoutes says
// which and why. Rows that tell of the same money lead to the same fact, which
// cites them all. What counts is an envelope, an allocation, an award, an
// income or a leverage; a bound of shares or a cap is a criterion; a mean, a
// residue, a figure worked out from another, a rival sum or the size of a
// sector is a claim beside the money and is never added. Figures that were only
// planned or expected are marked so. Nothing is apportioned: a sum for several
// networks is one allocation or award whose shares name them, with the bounds
// that a page gives for each, or with none.
//
// The day of money is the day on which it was announced or became known. A
// page that bears none gives bounds, computed: a figure of a year was not known
// before that year, other money not before the bodies that it names, and all of
// it was known on 22 November 2026, when this data was made. Columns amount,
// low and high are pounds.
//
// # Adoption
//
// A published figure about an innovation is one observation under the key that
// the fact base gives it, with the value, the qualifier and the unit of its
// source. An exact figure is its own bounds, "at least" gives the lower and "up
// to" the upper one beside the value; "about", "almost" and an estimate give
// none. What is aimed at is a target, what is expected or potential a forecast,
// and what its row calls the baseline a baseline: none of them is a result.
// Figures of several networks together are one observation that names them, and
// count once.
//
// The day of a figure is as exact as its source: a month, a quarter, a year, a
// financial year, a day that the gatherers estimated, or unknown, where no day
// was seen. What the day is stands beside it: the end of the time covered, the
// day of the count, or the day of the page, which is exact and says no more than
// that the figure was not reached later; the time covered then ends not later
// than that day, computed. A target or forecast bears the day that it is about,
// and no source says when it was set. The time covered is whole months, quarters
// or years from its first day; where a year names an end that is not that of a
// calendar year, the end lies somewhere in it.
//
// Since when an innovation was there to adopt is stated by no source: it was by
// the end of the first year in which it was seen, inferred. A mandate has the
// force that its source gives, which none does. A notice stands only where a row
// gives a day: that trusts were asked to stop a model of care is told without
// one, in notes. Statements of two sources that disagree are claims of one topic.
//
// Acts once released are never changed: registers in the field hold them, and
// know them by their digests. Other data takes a new act, with files of its own.
//
// Names of people stand only in Person facts, under keys that say nothing.
package england
