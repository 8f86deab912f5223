package innovation

import (
	"crypto/sha256"
	"encoding/hex"
)

// Rules of forecasts, locks and issued reports.
const (
	RuleForecastVersion RuleID = "forecast-version-invalid"
	RuleReportInvalid   RuleID = "issued-report-invalid"
)

// MaxContent is the greatest length of an issued report, in bytes.
const MaxContent = 1 << 20

// Forecast is one line of a version of an organisation's forecast. Versions
// are numbered; a later one never changes an earlier one.
type Forecast struct {
	Organisation OrganisationID `json:"organisation" doc:"Whose forecast it is"`
	Version      int64          `json:"version" minimum:"1" doc:"The version it belongs to, from 1"`
	Line         ForecastLine   `json:"line" enum:"income,spend" doc:"What is forecast"`
	Kind         IncomeKind     `json:"kind,omitempty" enum:"core,other-public,industry,charity,academic,in-kind,mixed" doc:"For income: its kind"`
	Stream       string         `json:"stream,omitempty" doc:"The funding stream (scheme funding-stream)"`
	Purpose      string         `json:"purpose,omitempty" doc:"What it is for"`
	When         Day            `json:"when" doc:"The month, or the financial year, to which it belongs"`
	Amount       Amount         `json:"amount" doc:"How much"`
	VAT          VAT            `json:"vat,omitempty" enum:"excluded,included,outside-scope" doc:"How value added tax stands to the amount; left out when not stated"`
	Note         string         `json:"note,omitempty"`
	Day          Day            `json:"day" doc:"The day the version was made"`
}

// ForecastLine is what a forecast is of.
type ForecastLine string

// The lines of a forecast.
const (
	LineIncome ForecastLine = "income"
	LineSpend  ForecastLine = "spend"
)

// FactType is TypeForecast.
func (Forecast) FactType() FactType { return TypeForecast }

// Subject is the organisation.
func (f Forecast) Subject() Entity { return f.Organisation.Entity() }

// Valid begins on the day the version was made and stays open.
func (f Forecast) Valid() Period { return event(f.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (f Forecast) Validate() error {
	var version, kind error
	if f.Version < 1 {
		version = Invalidf(RuleForecastVersion, "version", "a version %d", f.Version).Trying("number versions from 1")
	}
	if f.Line == LineSpend && f.Kind != "" {
		kind = Invalidf(RuleMoneyTypeInvalid, "kind", "spending has no kind of income").Trying("leave kind out")
	} else if f.Line == LineIncome {
		kind = checkType("kind", f.Kind, append(IncomeKinds(), "")...)
	}
	return Join(checkRef("organisation", string(f.Organisation)), version, checkType("line", f.Line, LineIncome, LineSpend), kind,
		CheckText("stream", f.Stream, MaxKey), CheckText("purpose", f.Purpose, MaxShort), checkDay("when", f.When),
		checkAmount("amount", f.Amount), checkVAT(f.VAT), CheckText("note", f.Note, MaxLong), checkDay("day", f.Day))
}

// PeriodLock closes the books of an organisation: payments, refunds, spend,
// income and year ends of days up to Through are neither added nor changed any
// more. Retract the lock to open them again; the act says why.
type PeriodLock struct {
	Organisation OrganisationID `json:"organisation" doc:"Whose books are closed"`
	Through      Date           `json:"through" doc:"The last day that is closed"`
	Note         string         `json:"note,omitempty"`
	Day          Day            `json:"day" doc:"The day on which they were closed"`
}

// FactType is TypePeriodLock.
func (PeriodLock) FactType() FactType { return TypePeriodLock }

// Subject is the organisation.
func (l PeriodLock) Subject() Entity { return l.Organisation.Entity() }

// Valid begins on the day of the lock and stays open.
func (l PeriodLock) Valid() Period { return event(l.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (l PeriodLock) Validate() error {
	var through error
	if l.Through.IsZero() || l.Through.isReserved() {
		through = Invalidf(RulePeriodInvalid, "through", "the last day that is closed is missing").Trying("give a day such as 2024-03-31")
	}
	return Join(checkRef("organisation", string(l.Organisation)), through, CheckText("note", l.Note, MaxLong), checkDay("day", l.Day))
}

// IssuedReport is an answer of the register as it was given out: what was
// asked, from which view, and the answer to the byte. The same question at the
// same view gives the same bytes again.
type IssuedReport struct {
	Report      ReportID       `json:"report" doc:"Key of the report"`
	Title       string         `json:"title" doc:"What it is called"`
	Question    string         `json:"question" doc:"The operation that answered: ladder, self-sufficiency, leverage, variance, shares"`
	Definition  string         `json:"definition" doc:"What was asked, as JSON"`
	On          Date           `json:"on" doc:"The day asked about"`
	Act         ActNumber      `json:"act" minimum:"0" doc:"The last act that was known"`
	PublishedBy Date           `json:"publishedBy,omitzero" doc:"Only facts with a source published by this day were counted"`
	Issuer      OrganisationID `json:"issuer,omitempty" doc:"Who issued it"`
	Content     string         `json:"content" doc:"The answer, as JSON"`
	Digest      string         `json:"digest" doc:"SHA-256 of the content, in hexadecimal"`
	Note        string         `json:"note,omitempty"`
	Day         Day            `json:"day" doc:"The day it was issued"`
}

// FactType is TypeIssuedReport.
func (IssuedReport) FactType() FactType { return TypeIssuedReport }

// Subject is the report itself.
func (r IssuedReport) Subject() Entity { return r.Report.Entity() }

// Valid begins on the day of issue and stays open.
func (r IssuedReport) Valid() Period { return event(r.Day) }

// Validate reports everything that is wrong with the fact taken alone.
func (r IssuedReport) Validate() error {
	var digest, view error
	if sum := sha256.Sum256([]byte(r.Content)); hex.EncodeToString(sum[:]) != r.Digest {
		digest = Invalidf(RuleReportInvalid, "digest", "%q is not the SHA-256 of the content", clip(r.Digest)).
			Trying("issue the report instead of recording it: the register makes content and digest")
	}
	if r.On.IsZero() || r.Act < 0 {
		view = Invalidf(RuleReportInvalid, "on", "the report does not say from which view it was made")
	}
	return Join(checkRef("report", string(r.Report)), checkRequired("title", r.Title, MaxShort),
		checkRequired("question", r.Question, MaxKey), CheckText("definition", r.Definition, MaxLong), view,
		checkOptionalRef("issuer", string(r.Issuer)), checkRequired("content", r.Content, MaxContent), digest,
		CheckText("note", r.Note, MaxLong), checkDay("day", r.Day))
}
