// Package fhir gives the organisations of a register out as a Bundle of FHIR R4
// (4.0.1): Organization for each body, OrganizationAffiliation for what joins
// two of them.
//
// A bundle shows one view: the state on a day, as the register knew it after an
// act. Both stand in Bundle.identifier, and Bundle.timestamp is the time of
// that act, so the same view gives the same bundle for ever.
//
// # An organisation
//
// identifier is its key (system urn:innovationregistry:organisation) and the
// codes that name it on the day, with their periods. Codes of the Organisation
// Data Service have the systems of UK Core, https://fhir.nhs.uk/Id/ods-organization-code
// and for a site https://fhir.nhs.uk/Id/ods-site-code. No system is published
// for the other schemes that UK Core would know, so they have systems of the
// register: urn:innovationregistry:identifier-scheme:company and so on.
// active is whether it is at work on the day. Where that is only possible or
// not known it has no value but HL7's data-absent-reason, for a resource that
// says nothing of it counts as active. The extension organization-period is the unbroken time
// at work that the day lies in, or the last before it.
// type is its kind (the last one, when it is closed), with a code of HL7's
// organization-type where one fits plainly, and its roles; a role whose code is one of the Organisation Data
// Service (ro197) bears that service's own too.
// name is the name to show on the day, alias its other names so far.
// partOf is the body it is certainly part of, when there is just one.
//
// # A relation
//
// The sentence "a network serves a trust" is an OrganizationAffiliation with
// the network as participatingOrganization, serves as code and the trust as
// organization: who takes part does so by the code, for the other. Relations
// that hold on the day, or possibly do, are given; active is true
// for one that certainly does. Of partOf there is no second account.
//
// # Days
//
// A day, month or year is a FHIR date of that precision. FHIR counts the last
// day, so an end, here the first day after, is given as the day before it. A
// bound that is no such date (a quarter, a range, an end in some month) is not
// given as one: in its place stands the extension
// urn:innovationregistry:bound with the register's own text, beside HL7's
// data-absent-reason.
//
// # What FHIR has no place for
//
// It is left out, never bent, and counted in the Report: rival claims,
// successions, areas, populations, legal periods, weights and notes of
// relations, the periods of names, on what basis a day is given. Nothing about
// persons is given out.
//
// # Systems and extensions of the register
//
//	urn:innovationregistry:organisation               keys of organisations
//	urn:innovationregistry:relation                   numbers of relations
//	urn:innovationregistry:view                       day/act of a bundle
//	urn:innovationregistry:identifier-scheme:SCHEME   codes of a scheme
//	urn:innovationregistry:organisation-kind          codes, as the register lists them
//	urn:innovationregistry:organisation-role
//	urn:innovationregistry:relation-type
//	urn:innovationregistry:sector                     and, as an extension, the sector of a member
//	urn:innovationregistry:bound                      extension of a date: see above
package fhir
