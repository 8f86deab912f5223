// Package dataset gives a whole register out as a dataset of CSV files, in a
// folder or a zip, and brings it back: the same history, with the same digest.
//
// The file datapackage.json is the manifest and the data dictionary, a
// Frictionless Data Package: what register it is, where its chain of acts
// stands, and of each file its bytes, digest, rows and columns. acts.csv and
// act-sources.csv are the acts, entities.csv what they founded, citations.csv
// which source supports which fact, and facts/name.csv and its like the facts,
// a row for each state of each fact. The column added has the number of the
// change that added the row, removed that of the change that took it away;
// removed is empty while the row is in force.
//
// The files are UTF-8 without a mark, separated by commas, quoted by double
// quotes where that is needed (RFC 4180), and every line ends with CR LF. A cell
// that a spreadsheet could take for a formula, one that begins with = + - @, a
// tab or a carriage return and is no plain number, has an apostrophe before it,
// and so has one that begins with apostrophes before such a character; exactly
// one is taken off when the cell is read. Every text comes back as it was.
//
// The same register always gives the same bytes. A dataset holds the names of
// persons that are not erased, with the salts of their digests: keep it like
// the register itself.
package dataset
