// Package uptake brings the adoption and use of innovations into a register
// from files, and the organisations that use them.
//
// A file is brought in as one act: all of it or, when a row is refused,
// nothing, unless a partial import is asked for. Every row is added, unchanged,
// passed over or refused, and the report says why, with the row and the field. A
// dry run does the same work, reports the same and writes nothing. The same file
// brought in twice changes nothing the second time; a row that says something
// else than the register holds is refused, for what was recorded is corrected
// and never overwritten.
//
// A file is read row by row: it may be larger than the memory. It is text in
// UTF-8 or Windows-1252, with commas, semicolons or tabs, and lines that end in
// LF, CRLF or CR, and may be compressed by gzip, unless it becomes more than 200
// times as long and 64 MiB (rule import-too-large). A row that holds an NHS number
// is refused, whatever the column, and the number is not repeated.
//
// # Adoptions
//
// The format adoptions is a table of adoption events with the fields of
// innovation.Adoption as its columns:
//
//	innovation, organisation or ods, step, stage, grade, extentLow, extentHigh,
//	reason, planned, restated, source, note, day, basis
//
// innovation, step, grade, day and one of organisation (a key of the register)
// and ods (a code of the Organisation Data Service) are needed. day is written
// as a bound: 2019-04-01, 2019-04, 2019-Q2, 2019/20, 2019-04-01..2019-06-30,
// ..2019-04-01, unknown; basis is left out when it was published. planned and
// restated are true, or false or empty. An event without a source has that of
// the file. The events of one organisation and innovation stand in the order of
// their days, or within 4,096 rows of each other.
//
// # Monthly uptake
//
// The format uptake-month is a table of what organisations used in months:
// Options.Month names its columns, or a Preset does. Each organisation and month
// becomes one innovation.Uptake; rows of several products are added up. What
// was used makes events by a rule, which the reason of the act repeats:
//
//   - A month is one of use when its count is more than nothing, or at least
//     Month.AtLeast. A month of returns (a count below nothing) is none.
//   - The first month of use is that in which the stage adopted was reached, by
//     observed evidence, on a day of that month. Where the register has it
//     already, from an earlier month, it is not said again; after a recorded
//     stop, the first month of use that follows it is.
//   - Each later month of use confirms the stage, so that a question about a day
//     inside the file knows when it was last heard of; or, when Month.Confirm
//     says so, only the last one of the file does, or none.
//   - Months without use make no event. That an organisation has been quiet is a
//     question to put to it: Report.Quiet counts those that were.
//
// A file that a source restates to the bodies of another day is marked so
// (Month.Restated): its events may lie outside the life of an organisation.
//
// # Organisations
//
// The format practice-map is the NHS Digital list of patients by practice with
// its columns PRACTICE_CODE, PCN_CODE, CCG_CODE, STP_CODE and COMM_REGION_CODE,
// their names and ONS codes. Practices, primary care networks, clinical
// commissioning groups, partnerships and regions that the register does not know
// by their ODS code are founded, each part of the next, no later than the day of
// the list. A later list changes what differs: what a practice is part of, and
// what it is called, is revised on a day between the two. Practices that a list
// leaves out are left as they are, and counted in a remark. A network whose
// practices lie in several groups is part of each, with its share of practices
// as weight, and its practices are then also part of their groups directly. A
// move from one whole to another is put on the day of the succession between
// them, when the register has it, and else not before the one opened nor after
// the other closed. What may have begun after the day of a list is left alone by
// it: lists may come in any order. A code that another organisation has from a
// later day on is that of a founded one until then.
//
// The format ods-list is a list of the Organisation Data Service without a
// header (etr, eccg): code, name, region, geography, five lines of address,
// postcode, first day, last day. The name is that of the day of the list: since
// when it was borne is not certain. The format ods-successors has the columns
// old_code, new_code and date; rows of which the register does not know both
// bodies are passed over.
package uptake
