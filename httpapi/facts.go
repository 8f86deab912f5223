package httpapi

import (
	"context"
	"net/http"
	"reflect"
	"strings"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// lifespan says whether facts of a type hold for a period that the world may
// end. Events, what holds for all time, and licences, which end by decisions,
// are only corrected or retracted.
type lifespan bool

const (
	dated    lifespan = true
	timeless lifespan = false
)

// addFacts registers, for each type of fact, one list and the ways to write
// it, and what is done to a fact of any type.
func addFacts(t *table) {
	facts[innovation.Existence](t, "existences", "an existence", dated)
	facts[innovation.Name](t, "names", "a name", dated)
	facts[innovation.Identifier](t, "identifiers", "an identifier", dated)
	facts[innovation.Role](t, "roles", "a role", dated)
	facts[innovation.Relation](t, "relations", "a relation", dated)
	facts[innovation.Area](t, "areas", "an area", dated)
	facts[innovation.Population](t, "populations", "a population", timeless)
	facts[innovation.Succession](t, "successions", "a succession", timeless)
	facts[innovation.Post](t, "posts", "a post", dated)
	facts[innovation.Person](t, "people", "a person's name", timeless)
	facts[innovation.Round](t, "licence-rounds", "a licence round", dated)
	facts[innovation.CountClaim](t, "count-claims", "a count claim", timeless)
	facts[innovation.Licence](t, "licences", "a licence", timeless)
	facts[innovation.Stream](t, "streams", "a stream", dated)
	facts[innovation.ContractingBody](t, "contracting-bodies", "a contracting body", dated)
	facts[innovation.Condition](t, "conditions", "a condition", dated)
	facts[innovation.Provision](t, "provisions", "a provision", dated)
	facts[innovation.Decision](t, "decisions", "a decision", timeless)
	facts[innovation.Claim](t, "claims", "a claim", timeless)
	facts[innovation.Source](t, "sources", "a source", timeless)
	facts[innovation.Term](t, "terms", "a term", timeless)
	facts[innovation.Envelope](t, "envelopes", "an envelope", timeless)
	facts[innovation.CoFunder](t, "co-funders", "a co-funder", dated)
	facts[innovation.Criterion](t, "criteria", "a criterion", dated)
	facts[innovation.MoneyClaim](t, "money-claims", "a rival figure", timeless)
	facts[innovation.Allocation](t, "allocations", "an allocation", timeless)
	facts[innovation.Score](t, "scores", "a score", timeless)
	facts[innovation.Share](t, "shares", "a share", dated)
	facts[innovation.Award](t, "awards", "an award", timeless)
	facts[innovation.Adjustment](t, "adjustments", "an adjustment", timeless)
	facts[innovation.Instalment](t, "instalments", "an instalment", dated)
	facts[innovation.Gate](t, "gates", "a gate", dated)
	facts[innovation.MoneyTransfer](t, "transfers", "a transfer of money", timeless)
	facts[innovation.Payment](t, "payments", "a payment", timeless)
	facts[innovation.Refund](t, "refunds", "a refund", timeless)
	facts[innovation.Spend](t, "spending", "an item of spending", timeless)
	facts[innovation.YearEnd](t, "year-ends", "a year end", timeless)
	facts[innovation.Holding](t, "holdings", "a holding", dated)
	facts[innovation.Income](t, "incomes", "an income", timeless)
	facts[innovation.Leverage](t, "leverages", "a sum of leverage", timeless)
	facts[innovation.Forecast](t, "forecasts", "a line of a forecast", timeless)
	facts[innovation.PeriodLock](t, "period-locks", "a period lock", timeless)
	facts[innovation.IssuedReport](t, "issued-reports", "an issued report", timeless)
	facts[innovation.Innovation](t, "innovations", "an innovation", dated)
	facts[innovation.Supply](t, "supplies", "a supplier of an innovation", dated)
	facts[innovation.Category](t, "innovation-categories", "a heading of an innovation", dated)
	facts[innovation.Readiness](t, "readiness", "a mark or assessment of an innovation", dated)
	facts[innovation.Notice](t, "notices", "a notice", timeless)
	facts[innovation.Programme](t, "programmes", "a programme", dated)
	facts[innovation.Phase](t, "programme-phases", "a phase of a programme", dated)
	facts[innovation.ProgrammeInnovation](t, "programme-innovations", "an innovation of a programme", dated)
	facts[innovation.Mandate](t, "mandates", "a mandate", dated)
	facts[innovation.Eligibility](t, "eligibilities", "an eligibility", dated)
	facts[innovation.Adoption](t, "adoptions", "an adoption event", timeless)
	facts[innovation.AdoptionDecision](t, "adoption-decisions", "a decision about adoption", timeless)
	facts[innovation.Observation](t, "observations", "an observation", timeless)
	facts[innovation.ObservationBody](t, "observation-scopes", "a body of an observation", timeless)
	facts[innovation.Uptake](t, "uptakes", "a measurement of uptake", timeless)
	facts[innovation.PeerGroup](t, "peer-groups", "a peer group", dated)
	facts[innovation.Peer](t, "peers", "a member of a peer group", dated)
	read(t, &Operation{ID: "fact.get", Path: "/v1/facts/{fact}", Go: "Store.Fact",
		Summary: "Read a fact of any type by its number"}, "facts",
		func(ctx context.Context, x *exchange, in *oneFactInput) (store.FactReading, error) {
			p := x.params()
			v, id := p.view(in.ViewQuery), innovation.FactID(p.integer("fact", in.Fact, 0))
			if err := p.err(); err != nil {
				return store.FactReading{}, err
			}
			return x.edge.store.Fact(ctx, v, id)
		})
	t.write(&Operation{ID: "fact.end", Method: http.MethodPost, Path: "/v1/facts/{fact}/end", Go: "Tx.End",
		Summary: "End a fact of any type that has a period: nothing follows it"}, schemaOf[write[ending]](), writer{onFact: true, plan: planEnd})
	t.write(&Operation{ID: "fact.retract", Method: http.MethodPost, Path: "/v1/facts/{fact}/retract", Go: "Tx.Retract",
		Summary: "Retract a fact of any type: it was never true"}, schemaOf[retraction](), writer{onFact: true, noInput: true, plan: planRetract})
	t.write(&Operation{ID: "fact.cite", Method: http.MethodPost, Path: "/v1/facts/{fact}/citations", Go: "Tx.Cite",
		Summary: "Cite a further source for a fact of any type"}, schemaOf[write[innovation.Citation]](), writer{onFact: true, plan: planCite})
	t.write(&Operation{ID: "fact.uncite", Method: http.MethodPost, Path: "/v1/facts/{fact}/citations/withdraw", Go: "Tx.Uncite",
		Summary: "Take back a citation that does not support its fact"}, schemaOf[write[innovation.Citation]](), writer{onFact: true, plan: planUncite})
}

type oneFactInput struct {
	ViewQuery
	Fact integerParam `path:"fact" minimum:"1" doc:"Number of the fact"`
}

type factsInput struct {
	ViewQuery
	Subject entityParam  `query:"subject" doc:"Only facts about this entity, as kind/key: organisation/ahsn-oxford"`
	AllDays yesParam     `query:"allDays" doc:"Also those that do not hold on the day"`
	Limit   integerParam `query:"limit" minimum:"1" maximum:"1000" doc:"How many at most; 100 when left out"`
	Page    string       `query:"page" doc:"The next of the page before"`
}

// ending is the end of a fact.
type ending struct {
	Day innovation.Day `json:"day" doc:"The first day on which it does not hold"`
}

// factKind is what the operations of one type of fact need to know of it.
type factKind struct {
	typ    innovation.FactType
	plural string // in paths
	noun   string // with its article
	life   lifespan
	value  reflect.Type // of the fact
	body   reflect.Type // of a write
	page   reflect.Type // of the list
}

// facts registers the operations of one type of fact. The noun has its article.
// It is compiled anew for every type of fact, so it only hands the types on.
func facts[F innovation.Fact](t *table, plural, noun string, life lifespan) {
	t.facts(schemaOf[write[F]](), reflect.TypeFor[store.FactList[F]](), plural, noun, life)
}

func (t *table) facts(body, page reflect.Type, plural, noun string, life lifespan) {
	input, _ := body.FieldByName("Input")
	k := factKind{reflect.Zero(input.Type).Interface().(innovation.Fact).FactType(), plural, noun, life, input.Type, body, page}
	id, path := string(k.typ)+".", "/v1/facts/"+k.plural
	add(t, &Operation{ID: id + "facts", Method: http.MethodGet, Path: path, Go: "Facts",
		Summary: "List the " + k.plural + " of a day, or of all days, as recorded"}, "facts", k.page,
		func(ctx context.Context, x *exchange, in *factsInput) (answered, error) {
			p := x.params()
			v := p.listView(in.ViewQuery, in.Page)
			f := store.FactFilter{Subject: p.entity("subject", in.Subject), AllDays: p.yes("allDays", in.AllDays),
				Limit: p.count("limit", in.Limit), Page: in.Page}
			if err := p.err(); err != nil {
				return answered{}, err
			}
			list := reflect.New(k.page)
			err := store.FactsInto(ctx, x.edge.store, list.Interface(), v, f)
			return answered{body: list.Elem().Interface()}, err
		})
	t.write(&Operation{ID: id + "record", Method: http.MethodPost, Path: path, Go: "Tx.Record", Status: http.StatusCreated,
		Summary: "Record " + k.noun}, k.body, writer{plan: k.planRecord})
	t.write(&Operation{ID: id + "correct", Method: http.MethodPut, Path: path + "/{fact}", Go: "Tx.Correct",
		Summary: "Correct " + k.noun + ": the register was wrong"}, k.body, writer{onFact: true, plan: k.planCorrect})
	if k.life == dated {
		t.write(&Operation{ID: id + "revise", Method: http.MethodPost, Path: path + "/{fact}/revise", Go: "Tx.Revise",
			Summary: "Revise " + k.noun + ": it ends and another follows it"}, k.body, writer{onFact: true, plan: k.planRevise})
	}
}

// planned is one operation of an act, ready to run.
type planned struct {
	run     func(ctx context.Context, tx *store.Tx) error
	founded innovation.Entity // what a recorded fact is about
}

// writer makes a planned operation from its input.
type writer struct {
	onFact  bool // it is about a fact that is there
	noInput bool
	tags    string // in the document; facts when empty
	plan    func(in writeInput, r *report) planned
}

// writeInput is the input of one operation, under a path of the body.
type writeInput struct {
	path    string
	raw     []byte // the input itself; nil when it was left out
	fact    innovation.FactID
	sources []innovation.Citation
}

// input reads a fact and validates it.
func (k factKind) input(in writeInput, r *report) innovation.Fact {
	v := reflect.New(k.value)
	if in.raw != nil {
		r.decode(in.path, in.raw, v.Interface())
	}
	f := v.Elem().Interface().(innovation.Fact)
	if in.raw != nil {
		r.check(in.path, f.Validate())
	}
	return f
}

func (k factKind) planRecord(in writeInput, r *report) planned {
	f := k.input(in, r)
	return planned{founded: f.Subject(), run: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Record(ctx, f, in.sources...)
		return err
	}}
}

func (k factKind) planCorrect(in writeInput, r *report) planned {
	f := k.input(in, r)
	return planned{run: func(ctx context.Context, tx *store.Tx) error { return tx.Correct(ctx, in.fact, f, in.sources...) }}
}

func (k factKind) planRevise(in writeInput, r *report) planned {
	f := k.input(in, r)
	return planned{run: func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.Revise(ctx, in.fact, f, in.sources...)
		return err
	}}
}

func planEnd(in writeInput, r *report) planned {
	var end ending
	if in.raw != nil {
		r.decode(in.path, in.raw, &end)
	}
	return planned{run: func(ctx context.Context, tx *store.Tx) error { return tx.End(ctx, in.fact, end.Day, in.sources...) }}
}

func planRetract(in writeInput, _ *report) planned {
	return planned{run: func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, in.fact) }}
}

func planCite(in writeInput, r *report) planned {
	c := citationInput(in, r)
	return planned{run: func(ctx context.Context, tx *store.Tx) error { return citedInput(tx.Cite(ctx, in.fact, c)) }}
}

func planUncite(in writeInput, r *report) planned {
	c := citationInput(in, r)
	return planned{run: func(ctx context.Context, tx *store.Tx) error { return citedInput(tx.Uncite(ctx, in.fact, c)) }}
}

func citationInput(in writeInput, r *report) (c innovation.Citation) {
	if in.raw != nil {
		r.decode(in.path, in.raw, &c)
		r.check(in.path, c.Validate())
	}
	return c
}

// citedInput renames the fields of an error about the citation, which is the
// input here and not one of the sources of the act.
func citedInput(err error) error {
	return renamed(err, func(e *innovation.Error) string { return strings.TrimPrefix(e.Field, "sources[0].") })
}
