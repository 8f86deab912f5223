package fhir

// IDOf is the id of the resource of a key, for the tests.
var IDOf = idOf
