package innovation

// Rules of files that are brought in and given out. A row of a file is added,
// unchanged or refused; what was odd about a row that was taken is a finding.
const (
	RuleImportFormat       RuleID = "import-format-unknown"
	RuleImportUnreadable   RuleID = "import-unreadable"
	RuleImportTooLarge     RuleID = "import-too-large"
	RuleImportColumn       RuleID = "import-column-missing"
	RuleImportColumnTwice  RuleID = "import-column-repeated"
	RuleImportRowShape     RuleID = "import-row-shape"
	RuleImportSchema       RuleID = "import-schema"
	RuleImportDate         RuleID = "import-date-ambiguous"
	RuleImportRepeated     RuleID = "import-row-repeated"
	RuleImportConflict     RuleID = "import-conflict"
	RuleImportOrganisation RuleID = "import-organisation-ambiguous"
	RuleImportRefused      RuleID = "import-refused"
	RuleImportAssumed      RuleID = "import-assumed"
	RuleExportLeftOut      RuleID = "export-left-out"
)

// importRules describes the rules of files.
var importRules = []RuleInfo{
	{RuleImportFormat, "A file is of a kind that can be read or written", EffectRefusal, "files"},
	{RuleImportUnreadable, "A file is text of its kind, in UTF-8 or Windows-1252", EffectRefusal, "files"},
	{RuleImportTooLarge, "A file and each of its fields have a greatest size", EffectRefusal, "files"},
	{RuleImportColumn, "A file has the columns that its kind needs", EffectRefusal, "files"},
	{RuleImportColumnTwice, "A column stands once in a file", EffectRefusal, "files"},
	{RuleImportRowShape, "A row has a field for each column", EffectRefusal, "files"},
	{RuleImportSchema, "A grant has the form of its published schema", EffectRefusal, "files"},
	{RuleImportDate, "A date can be read in one way only", EffectRefusal, "files"},
	{RuleImportRepeated, "A row stands once in a file", EffectRefusal, "files"},
	{RuleImportConflict, "A row says the same as what the register holds under its identifier", EffectRefusal, "files"},
	{RuleImportOrganisation, "An identifier or name of a row is that of one organisation", EffectRefusal, "files"},
	{RuleImportRefused, "A file is taken whole, or in part when asked to", EffectRefusal, "files"},
	{RuleImportAssumed, "A row can be taken as it stands, without an assumption", EffectFinding, "files"},
	{RuleExportLeftOut, "What is given out can be said in the form of the file", EffectFinding, "files"},
}
