// Package tabular is the facts of a register as tables of text: one table for
// each type of fact, one column for each field.
//
// Export writes the facts of a type with their numbers, Template an empty table,
// and Import brings a table in, of a person's own or an export that was
// corrected. Whoever gets a table from somebody else says by a Mapping what its
// columns mean.
//
// A heading is the name of a field, whatever its case, spaces and punctuation;
// the last part of the name is enough where it is the only one: period.start,
// "Period start" and Start are the same. A column named amount gives an exact
// sum, in the place of amount.kind and the others. An organisation is named by
// its key, or by a code that it had on the day of the row: as ods:RTK, or as RTK
// in a column "Organisation (ODS code)". Titles above the headings are passed
// over, as are the columns that Report.WriteRefused puts before those of the
// file; any other column that means nothing refuses the file.
//
// Which fact a row means is told by its number in the column fact, as an export
// has it. Without one it is told by what the fact is about, by what else tells
// facts of the type apart (the template's notes say which columns do), and by its
// day or start: so a row with another start, or a relation with another sector,
// adds a fact beside the one that is there, unless it has the number of that. The
// number is needed as well where a sum of money (income, adjustment, payment,
// refund, spend) without a reference differs from one of the same day, or the day
// of a succession from one of the same bodies and type: that may be a correction
// or another one, and the row is refused.
//
// Sums may have a £ and commas, words may be written as people do ("Self
// reported"), dates as the register does, by the name of their month, or, when
// Options.DayFirst says so, as 31/12/2020.
package tabular
