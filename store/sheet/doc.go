// Package sheet reads tables of text from CSV and XLSX files, and writes them.
// It knows nothing of a register: it gives rows of cells as they were found,
// each with the line or row at which a person finds it in the file.
//
// Open finds out by its bytes what a file is and how it is written, and what it
// assumed is in Remarks. Every problem of a file is an *innovation.Error of
// kind Invalid under the rule import-unreadable or import-too-large; any other
// error is one of the machine.
package sheet
