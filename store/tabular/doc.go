// Package tabular is the facts of a register as tables of text: one table for
// each type of fact, one column for each field.
package tabular
