package innovation

// Rules of copies of a register and of files that hold all of it.
const (
	RuleBackupAltered   RuleID = "backup-altered"
	RuleRestoreNewer    RuleID = "restore-loses-acts"
	RuleRegisterInUse   RuleID = "register-in-use"
	RuleRegisterExists  RuleID = "register-exists"
	RuleActLogDamaged   RuleID = "act-log-damaged"
	RuleActLogDiverged  RuleID = "act-log-diverged"
	RuleRegisterUnequal RuleID = "register-unequal"
	RuleDatasetDamaged  RuleID = "dataset-damaged"

	RuleImportColumnUnknown RuleID = "import-column-unknown"
	RuleImportMapping       RuleID = "import-mapping-invalid"
	RuleImportAmbiguous     RuleID = "import-fact-ambiguous"
)

// exchangeRules describes them.
var exchangeRules = []RuleInfo{
	{RuleBackupAltered, "A backup has the digest that was written beside it", EffectRefusal, "keeping"},
	{RuleRestoreNewer, "A restore takes back no act, unless it is told to", EffectRefusal, "keeping"},
	{RuleRegisterInUse, "A register that is replaced is not in use", EffectRefusal, "keeping"},
	{RuleRegisterExists, "A copy is made where there is no register yet", EffectRefusal, "keeping"},
	{RuleActLogDamaged, "An act log is whole, and its digests follow from its lines", EffectRefusal, "files"},
	{RuleActLogDiverged, "An act log is replayed into a register with the same history so far", EffectRefusal, "files"},
	{RuleRegisterUnequal, "A register that is brought back has the digest that it was given out with", EffectRefusal, "files"},
	{RuleDatasetDamaged, "A dataset has the files, bytes and rows that its manifest names", EffectRefusal, "files"},
	{RuleImportColumnUnknown, "Every column of a table is a field of its noun, or said to be passed over", EffectRefusal, "files"},
	{RuleImportMapping, "A mapping says which field a column is, and how it is written", EffectRefusal, "files"},
	{RuleImportAmbiguous, "A row means one fact", EffectRefusal, "files"},
}
