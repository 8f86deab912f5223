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
// their days, or within 8,192 rows of each other.
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
// # The Organisation Data Service
//
// The format ods-list is a list of the NHS Organisation Data Service, as it is
// published: trusts (etr), commissioning groups (eccg), practices (epraccur), or
// trusts with their sites. Without a header the columns are code, name, region,
// geography, five lines of address, postcode, first day and last day; practices
// have also status, sub-type, commissioner and the days on which they joined and
// left it, and the kind of their prescribing. With one, a file may name code,
// name, open date and close date in any order. What the
// register has of bodies with such codes is held in memory meanwhile.
//
// Every body of the list is founded when the register does not have its code.
// Its kind is Options.Kind when that is given. Otherwise the row shows it: a
// practice (prescribing setting 4) or another body that prescribes, a site (R and
// four more characters), a trust (R and two more, or named so), or else ccg. Its
// region and geography become relations of type located-in, its commissioner one
// of type commissioned-by, and a site is part-of the trust that its code names;
// bodies that the register does not have under those codes on the day of the row
// are left out, and a remark lists them. Of a body that had closed, a list says
// its last name, but not where it lay: lists restate that.
//
// Lists of several days (Options.Edition) fit together in any order. What a list
// shows is so on its day, or on the last day of a body that had closed; what two
// lists show differently changed on some day between them, which is kept as a
// bound and never guessed. A list that shows what is held already is added to the
// sources of it: so the register knows on which days it was seen. A first or last
// day that was not known is news. A body that a list leaves out is left as it is,
// and none is ever removed. A column that a list leaves empty says nothing: where
// an earlier list named a region or geography, as for the Welsh trusts RQF, RT4
// and RYT, the relation to it goes on.
//
// What no change explains is a contradiction: another first day; another last
// day; a body that one list has open on a day after the last one that another
// gives, or that stands, without a first day, in a list of a day before the first
// one that another gives; two names on one day. What the register holds stays, but
// for a first or last day that only a later list knows: that is taken. Both values
// are recorded as claims about the body, with their sources, under one topic
// (ods-open-raa, ods-close-raa, ods-name-raa …), and Report.Contradictions lists
// them each time that one of the lists at odds is brought in. Which of two lists
// is the later is told by the days of their sources.
//
// The format ods-successors has the columns old_code, new_code and date. A
// succession is a merger when all that was left of the one went over into the
// other on the last day on which anything of it did; every other one is a split:
// a part went over. Whether the same body in law went on, as in a change of name,
// the file does not say. Rows of which the register does not know both bodies are
// passed over or, when Options.Found says so, the bodies are founded, as of a kind
// not stated (body), for a time of which it is known only that it held the days
// of their successions; a list narrows that later. They stay when their row is
// refused, as one is that leads back to where it began. A code that followed
// itself is passed over, and a remark names it.
//
// The formats ods-roles (id, display_name) and ods-relationships (id, name) bring
// the service's codes in as terms: ro197 of the scheme organisation-role, re4 of
// the scheme relation-type. The terms that every register knows stay; a code that
// stands for something else already is refused.
package uptake
