// Package spread is the statistics of adoption: how many, how fast, until when,
// how unevenly, and whether a difference is more than chance. Its functions are
// pure: they take plain slices and options, and know neither the register nor a
// clock. Each names its estimator, where it comes from and what it assumes.
//
// What the data cannot bear is refused: an *innovation.Error names the rule
// (series-thin, series-not-a-number, fit-failed and their like) and what to
// try, and no number is returned with it. Organisations that have not adopted
// are censored: their adoption is later than the end of the observation, or
// never; they are not adopters of the last period.
//
// All functions may be called from several goroutines. None changes its input.
package spread
