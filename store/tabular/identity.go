package tabular

import (
	"slices"
	"strings"

	"github.com/innovationregistry/registry/innovation"
)

// identities lists by which fields a row of a type means a fact, where that is
// not what follows from its fields: its subject when it founds that; otherwise
// the subject, the other entities, the codes and years. To these comes the
// day, or the start of the period, unless a ~ says that it is a value and may
// be corrected; a + says that it is again another fact when it is so at a time
// that is apart. A ! marks statements of which each source has its own: those of
// other sources are left as they are. A = marks those of which there may be
// several that are alike but for their amount, or for their day when that is a
// value: a row that says another one is never taken as a correction without the
// number of the fact, unless it has a reference.
var identities = map[innovation.FactType]string{
	innovation.TypeExistence:        "~+organisation aspect",
	innovation.TypeName:             "organisation kind",
	innovation.TypeIdentifier:       "~+organisation scheme value",
	innovation.TypeRelation:         "organisation type target sector",
	innovation.TypeArea:             "organisation kind name",
	innovation.TypePopulation:       "!organisation",
	innovation.TypeSuccession:       "~=predecessor successor type part",
	innovation.TypePost:             "organisation title holder",
	innovation.TypeCountClaim:       "!round grade",
	innovation.TypeStream:           "licence licensor commission",
	innovation.TypeContractingBody:  "licence party",
	innovation.TypeDecision:         "licence type condition provision",
	innovation.TypeClaim:            "!about topic field",
	innovation.TypeTerm:             "~scheme code",
	innovation.TypeCoFunder:         "envelope funder",
	innovation.TypeCriterion:        "envelope criterion",
	innovation.TypeMoneyClaim:       "!about topic rung each figure.covers.start figure.covers.end",
	innovation.TypeShare:            "of recipient",
	innovation.TypeAdjustment:       "=award type reason",
	innovation.TypeGate:             "instalment condition text",
	innovation.TypePayment:          "=award instalment payee reference",
	innovation.TypeRefund:           "=award type reference",
	innovation.TypeSpend:            "=organisation award stream focusArea purpose reference",
	innovation.TypeYearEnd:          "~organisation award type year into",
	innovation.TypeHolding:          "organisation for stream purpose",
	innovation.TypeIncome:           "=organisation from kind title stream award figure.covers.start",
	innovation.TypeLeverage:         "about type source title",
	innovation.TypeForecast:         "~organisation version line kind stream purpose when.on",
	innovation.TypePeriodLock:       "~organisation through",
	innovation.TypeSupply:           "innovation supplier product",
	innovation.TypeReadiness:        "innovation type issuer reference",
	innovation.TypeNotice:           "innovation type issuer supplier reference",
	innovation.TypePhase:            "~programme number",
	innovation.TypeMandate:          "programme innovation owner year",
	innovation.TypeAdoption:         "innovation organisation step stage source planned",
	innovation.TypeAdoptionDecision: "innovation organisation for programme",
	innovation.TypeUptake:           "!innovation organisation measure unit source period.end",
}

// identity is the fields by which a row means a fact, by their places.
type identity struct {
	fields    []int
	time      int   // the day or start, -1 when the type has none
	end       int   // where one that ended may begin again, -1 otherwise
	reference int   // what tells those of a day apart, -1 when the type has none
	apart     int   // the text that tells them apart, the reference if there is one; -1 for none
	alike     []int // what is not corrected without a number or a reference
	timeless  bool  // the time is a value
	rivals    bool  // each source has its own
}

func (n *Noun) identity() identity {
	id := identity{time: -1, end: -1, reference: -1, apart: -1, timeless: n.Founds}
	rule := identities[n.Type]
	again, alike := false, false
	for ; rule != "" && strings.IndexByte("~+!=", rule[0]) >= 0; rule = rule[1:] {
		id.timeless, id.rivals = id.timeless || rule[0] == '~', id.rivals || rule[0] == '!'
		again, alike = again || rule[0] == '+', alike || rule[0] == '='
	}
	names := strings.Fields(rule)
	for i, c := range n.Columns {
		is := slices.Contains(names, c.Name)
		if rule == "" {
			is = i == 0 || !n.Founds && !strings.Contains(c.Name, ".") && (c.Form == Key || c.Form == Entity || c.Form == Code || c.Form == Year || c.Form == YesNo || c.Name == "phase")
		}
		if is {
			id.fields = append(id.fields, i)
			if c.Form == Text && id.reference < 0 {
				id.apart = i
			}
		}
		switch {
		case c.Name == "period.start" || c.Name == "day.on":
			id.time = i
		case c.Name == "period.end" && again:
			id.end = i
		case is && c.Name == "reference":
			id.reference = i
		case alike && !is && strings.Contains(c.Name, "amount."):
			id.alike = append(id.alike, i)
		}
	}
	if alike && id.timeless {
		id.alike = []int{id.time}
	}
	return id
}

// key joins the fields by which cells mean a fact.
func (id *identity) key(cells []string) string {
	var b strings.Builder
	for _, i := range id.fields {
		b.WriteString(cells[i])
		b.WriteByte(0)
	}
	return b.String()
}

// at is the day or start of cells.
func (id *identity) at(cells []string) string {
	if id.time < 0 {
		return ""
	}
	return cells[id.time]
}
