// Package grants brings awards and a finance ledger into a register from
// files, and gives awards out.
//
// A file is brought in as one act: all of it or, when a row is refused,
// nothing, unless a partial import is asked for. Every row is added, unchanged
// or refused, and the report says why, with the row and the field. A dry run
// does the same work, reports the same and writes nothing. The same file
// brought in twice changes nothing the second time; a row that says something
// else than the register holds under its identifier is refused, for what was
// recorded is corrected and never overwritten. Nothing is guessed silently:
// what a row leaves open is refused, or taken with a remark.
//
// # Formats
//
// 360giving-json and 360giving-csv are the 360Giving Data Standard 1.4, in its
// JSON form and under the titles of its spreadsheet. A file is checked against
// the published schema. A grant becomes an award, in pounds; a grant to
// several organisations an award with shares; a grant to an individual an award
// without a recipient, for the register keeps no names of individuals.
//
// government-grant-schemes is a year of the Government Grants Register, as laid
// out for 2013-14 (amounts in thousands of pounds) or for 2015-16 and later. A
// scheme is money of a department for a purpose and becomes an envelope that
// covers the year. Schemes below nothing are refused.
//
// research-awards has the columns id, title, start_date, end_date, amount,
// currency, extending_org, lead_org_name and, when there, lead_org_country,
// partner_org_name, partner_org_country, Fund, Funder, status and link.
//
// ledger is a finance ledger, described below.
//
// Tables are CSV with a header: in UTF-8 or Windows-1252, with commas,
// semicolons or tabs, and lines that end in LF, CRLF or CR. Amounts are pounds
// with none or two decimals, such as 1250, 1,250.00 or £1,250.00. Dates are
// written 2014-04-03 or 03/04/2014, the latter with the day first when the file
// says so (Options.DayFirst) or other dates of it show it.
//
// # Organisations
//
// Organisations are found by their identifiers: those of org-id.guide that
// begin with GB-CHC-, GB-COH-, GB-NHS-, GB-UKPRN-, XI-ROR- and XI-GRID- are
// looked up in the schemes charity, company, ods, ukprn, ror and grid; all
// others, as a whole, in the scheme 360giving, a term that the first import
// adds. Files without identifiers are matched by whole names, which is
// remarked on. What is not found is founded, under a key made of its
// identifier or name; an identifier or name of several organisations is
// refused.
//
// # The ledger
//
// Each row is money that moved or was accounted for. The columns type, amount
// and date are needed; every amount is above nothing, and the type says which
// way it went:
//
//	type           uses besides amount, date and currency
//	payment        award, instalment, payee, vat, accrued, reference, note
//	refund         award, vat, accrued, reason, reference, note: the recipient gave it back
//	clawback       the same: the funder took it back
//	spend          organisation, award, stream, focusArea, purpose, vat, accrued, reference, note
//	income         organisation, from, kind, title, stream, award, match, vat, note
//	underspend     organisation, award, year, note
//	carry-forward  organisation, award, year, into, note
//
// An award is named by its key or its identifier, an organisation by its key or
// an identifier such as GB-CHC-1156077; both must be in the register. Accrued
// is a month, 2024-03, or a day. Vat is excluded, included or outside-scope.
// Kind is core, other-public, industry, charity, academic, in-kind or mixed.
//
//	type,award,organisation,instalment,amount,date,accrued,vat,reference,purpose
//	payment,award-1,,award-1-a,"£12,500.00",2024-04-15,2024-03,excluded,P-1001,
//	refund,award-1,,,500,2024-06-01,,excluded,R-7,
//	spend,award-1,ahsn-oxford,,1250.50,2024-05-02,,,INV-3,evaluation
//
// A ledger numbers its entries: two equal rows without a reference may be one
// entry written twice, and the second is refused.
//
// # Giving out
//
// Export writes the awards of a view by the 360Giving Data Standard. What the
// standard cannot say is left out and listed: amounts that are not known to the
// penny or not disclosed, awards whose day is not known, awards without a
// funder, a recipient or a purpose. An organisation without an identifier of
// its own is written as the publisher's prefix, -Org- and its key; an award
// without one as the prefix and its key. Import takes the prefix off again.
package grants
