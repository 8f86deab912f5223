package store

// Statements splits a migration, for its test.
var Statements = statements
