package innovation

// Rules of keeping and asking: what a register answers when the model itself
// is not broken. They are kept here with the others, so that one list names
// every ID a client can meet.
const (
	RuleEntityNotFound   RuleID = "entity-not-found"
	RuleEntityExists     RuleID = "entity-exists"
	RuleEntityStale      RuleID = "entity-stale"
	RuleFactNotFound     RuleID = "fact-not-found"
	RuleFactTypeMismatch RuleID = "fact-type-mismatch"
	RuleSubjectFixed     RuleID = "subject-fixed"
	RuleReviseRefused    RuleID = "revise-refused"
	RuleStillReferredTo  RuleID = "still-referred-to"
	RuleCitationNotFound RuleID = "citation-not-found"

	RulePageLimitInvalid RuleID = "page-limit-invalid"
	RulePageTokenInvalid RuleID = "page-token-invalid"
	RuleCursorInvalid    RuleID = "cursor-invalid"
	RuleDepthInvalid     RuleID = "depth-invalid"
	RuleHorizonInvalid   RuleID = "horizon-invalid"

	RuleNestedCall     RuleID = "nested-call"
	RuleActEnded       RuleID = "act-ended"
	RuleViewEnded      RuleID = "view-ended"
	RuleRegisterClosed RuleID = "register-closed"
	RuleRegisterBusy   RuleID = "register-busy"
	RuleOutcomeUnknown RuleID = "outcome-unknown"

	RuleNoSuchFile       RuleID = "no-such-file"
	RuleNoSuchFolder     RuleID = "no-such-folder"
	RuleIsAFolder        RuleID = "is-a-folder"
	RuleCannotOpen       RuleID = "cannot-open"
	RuleNotARegister     RuleID = "not-a-register"
	RuleRegisterReadOnly RuleID = "register-read-only"
	RuleRegisterDamaged  RuleID = "register-damaged"
	RuleDiskFull         RuleID = "disk-full"
	RuleNoRegister       RuleID = "no-register"
	RuleSchemaOlder      RuleID = "schema-older"
	RuleSchemaNewer      RuleID = "schema-newer"
	RuleSchemaAltered    RuleID = "schema-altered"
	RulePoolForeignKeys  RuleID = "pool-foreign-keys"
	RulePoolJournalMode  RuleID = "pool-journal-mode"
	RuleServerTooOld     RuleID = "server-too-old"
	RuleServerEncoding   RuleID = "server-encoding"
)

// keepingRules describes the rules of keeping and asking.
var keepingRules = []RuleInfo{
	{RuleEntityNotFound, "What a fact or a question names is in the register", EffectRefusal, "facts"},
	{RuleEntityExists, "A key is founded once", EffectRefusal, "facts"},
	{RuleEntityStale, "What is written follows from what was read last", EffectRefusal, "facts"},
	{RuleFactNotFound, "A fact that is changed is in force", EffectRefusal, "facts"},
	{RuleFactTypeMismatch, "A fact keeps its type", EffectRefusal, "facts"},
	{RuleSubjectFixed, "A fact keeps its subject", EffectRefusal, "facts"},
	{RuleReviseRefused, "Only what has a period of its own ends or changes from a day on", EffectRefusal, "facts"},
	{RuleStillReferredTo, "What other facts refer to is not retracted", EffectRefusal, "facts"},
	{RuleCitationNotFound, "A citation that is taken back is there", EffectRefusal, "facts"},
	{RulePageLimitInvalid, "A page has 1 to 1000 entries", EffectRefusal, "questions"},
	{RulePageTokenInvalid, "A page token is used for the list, filter and day it was given for", EffectRefusal, "questions"},
	{RuleCursorInvalid, "A cursor of the feed is the number of an act, or 0", EffectRefusal, "questions"},
	{RuleDepthInvalid, "A walk goes 1 to 16 steps far", EffectRefusal, "questions"},
	{RuleHorizonInvalid, "A horizon is not negative and at most a hundred years", EffectRefusal, "questions"},
	{RuleNestedCall, "Inside Update and View the Tx or Snapshot is used, not the Store", EffectRefusal, "keeping"},
	{RuleActEnded, "A Tx ends with its act", EffectRefusal, "keeping"},
	{RuleViewEnded, "A Snapshot ends with its View", EffectRefusal, "keeping"},
	{RuleRegisterClosed, "A register is used until it is closed", EffectRefusal, "keeping"},
	{RuleRegisterBusy, "One program writes at a time, and not for too long", EffectRefusal, "keeping"},
	{RuleOutcomeUnknown, "A commit whose answer is lost is settled by the idempotency key", EffectRefusal, "keeping"},
	{RuleNoSuchFile, "A register that is only read is there", EffectRefusal, "keeping"},
	{RuleNoSuchFolder, "The folder of a register is there", EffectRefusal, "keeping"},
	{RuleIsAFolder, "A register is a file, not a folder", EffectRefusal, "keeping"},
	{RuleCannotOpen, "The program may open the register's file", EffectRefusal, "keeping"},
	{RuleNotARegister, "A database of another program is left as it is", EffectRefusal, "keeping"},
	{RuleRegisterReadOnly, "A register that is written to can be written to", EffectRefusal, "keeping"},
	{RuleRegisterDamaged, "A register is whole", EffectRefusal, "keeping"},
	{RuleDiskFull, "There is room on the disk", EffectRefusal, "keeping"},
	{RuleNoRegister, "A database that is only read holds a register", EffectRefusal, "keeping"},
	{RuleSchemaOlder, "A schema older than the program is brought up to date before it is only read", EffectRefusal, "keeping"},
	{RuleSchemaNewer, "A schema newer than the program is left as it is", EffectRefusal, "keeping"},
	{RuleSchemaAltered, "A schema is what its migrations made", EffectRefusal, "keeping"},
	{RulePoolForeignKeys, "A host's pool checks foreign keys", EffectRefusal, "keeping"},
	{RulePoolJournalMode, "A host's SQLite pool writes ahead", EffectRefusal, "keeping"},
	{RuleServerTooOld, "A PostgreSQL server has version 15 or later", EffectRefusal, "keeping"},
	{RuleServerEncoding, "A PostgreSQL database has the encoding UTF8", EffectRefusal, "keeping"},
}
