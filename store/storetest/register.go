package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// register is the register of one check, with a clock that moves on by a
// minute with every act.
type register struct {
	*store.Store
	t      testing.TB
	engine Engine
	clock  *Clock
	closed bool // by the check itself
}

// write is what the function given to Update does.
type write func(ctx context.Context, tx *store.Tx) error

// newRegister opens a register that must verify when the check is over.
func newRegister(t testing.TB, e Engine) *register {
	t.Helper()
	r := &register{t: t, engine: e, clock: new(Clock)}
	r.Store = e.Open(t, r.options())
	t.Cleanup(func() {
		if !r.closed && !t.Failed() {
			r.verify()
		}
	})
	return r
}

func (r *register) options() *store.Options {
	return &store.Options{Clock: r.clock.Now, Random: Random(1)}
}

// try makes an act, a minute later than the one before.
func (r *register) try(do write) (innovation.Receipt, error) {
	r.clock.Advance(time.Minute)
	return r.Update(context.Background(), innovation.Act{Actor: "jo", Reason: "because"}, do)
}

// act makes an act that succeeds.
func (r *register) act(do write) innovation.Receipt {
	r.t.Helper()
	receipt, err := r.try(do)
	if err != nil {
		r.t.Fatal(err)
	}
	return receipt
}

// record makes an act of facts and gives their numbers.
func (r *register) record(facts ...innovation.Fact) []innovation.FactID {
	r.t.Helper()
	var ids []innovation.FactID
	r.act(func(ctx context.Context, tx *store.Tx) error {
		ids = nil
		for _, f := range facts {
			id, err := tx.Record(ctx, f)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	return ids
}

// refuses makes an act of one operation that must be refused with the given
// violations, and checks that nothing was written.
func (r *register) refuses(name string, do write, want ...violation) {
	r.t.Helper()
	before := r.status()
	_, err := r.try(do)
	if diff := cmp.Diff(want, violationsOf(err)); diff != "" {
		r.t.Errorf("%s: %.500v: violations (-want +got):\n%s", name, err, diff)
	}
	if diff := cmp.Diff(before, r.status()); diff != "" {
		r.t.Errorf("%s: the refused act changed the register (-before +after):\n%s", name, diff)
	}
}

// violation is what callers may rely on in an error of the register.
type violation struct {
	Kind  innovation.Kind
	Rule  innovation.RuleID
	Field string
}

func violationsOf(err error) []violation {
	var out []violation
	for _, v := range innovation.Violations(err) {
		out = append(out, violation{v.Kind, v.Rule, v.Field})
	}
	return out
}

// status is where the register stands and how much is in it. Rows that no act
// accounts for are found when the register is verified in the end.
func (r *register) status() store.Status {
	r.t.Helper()
	s, err := r.Status(context.Background(), on("2020-01-01"))
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

// head is where the chain stands.
func (r *register) head() store.Verification {
	r.t.Helper()
	v, err := r.Verify(context.Background(), nil)
	if err != nil {
		r.t.Fatal(err)
	}
	return v
}

// verify demands that the register verifies.
func (r *register) verify() store.Verification {
	r.t.Helper()
	v := r.head()
	if !v.OK {
		r.t.Errorf("the register does not verify: %+v", v.Problems)
	}
	return v
}

// names lists the names of an organisation that hold, or possibly hold, on a
// day as known at an instant; zero for now. "not known" is an organisation
// that the register does not know.
func (r *register) names(id innovation.OrganisationID, on string, known time.Time) []string {
	r.t.Helper()
	list, err := store.Facts[innovation.Name](context.Background(), r.Store,
		innovation.On(date(on)).AsKnown(known), store.FactFilter{Subject: id.Entity(), Limit: 1000})
	if errors.Is(err, innovation.NotFound) {
		return []string{"not known"}
	}
	if err != nil {
		r.t.Fatal(err)
	}
	var out []string
	for _, f := range list.Facts {
		out = append(out, f.Value.Text)
	}
	return out
}

// facts reads all facts of a type, of all days.
func (r *register) facts(typ innovation.FactType, v innovation.View) []innovation.Recorded[innovation.Fact] {
	r.t.Helper()
	list, err := factsOf(context.Background(), r.Store, typ, v, store.FactFilter{AllDays: true, Limit: 1000})
	if err != nil {
		r.t.Fatal(err)
	}
	return list.Facts
}

// factsOf is store.Facts for a type known only at run time.
func factsOf(ctx context.Context, from store.Reader, typ innovation.FactType, v innovation.View, f store.FactFilter) (store.FactList[innovation.Fact], error) {
	if list, ok := lists[typ]; ok {
		return list(ctx, from, v, f)
	}
	return store.FactList[innovation.Fact]{}, errors.New("storetest does not know the type of fact " + string(typ))
}

// lists is store.Facts by the type of fact.
var lists = map[innovation.FactType]func(context.Context, store.Reader, innovation.View, store.FactFilter) (store.FactList[innovation.Fact], error){
	innovation.TypeExistence:           listed[innovation.Existence],
	innovation.TypeName:                listed[innovation.Name],
	innovation.TypeIdentifier:          listed[innovation.Identifier],
	innovation.TypeRole:                listed[innovation.Role],
	innovation.TypeRelation:            listed[innovation.Relation],
	innovation.TypeArea:                listed[innovation.Area],
	innovation.TypePopulation:          listed[innovation.Population],
	innovation.TypeSuccession:          listed[innovation.Succession],
	innovation.TypePost:                listed[innovation.Post],
	innovation.TypeRound:               listed[innovation.Round],
	innovation.TypeCountClaim:          listed[innovation.CountClaim],
	innovation.TypeLicence:             listed[innovation.Licence],
	innovation.TypeStream:              listed[innovation.Stream],
	innovation.TypeContractingBody:     listed[innovation.ContractingBody],
	innovation.TypeCondition:           listed[innovation.Condition],
	innovation.TypeProvision:           listed[innovation.Provision],
	innovation.TypeDecision:            listed[innovation.Decision],
	innovation.TypeClaim:               listed[innovation.Claim],
	innovation.TypeSource:              listed[innovation.Source],
	innovation.TypeTerm:                listed[innovation.Term],
	innovation.TypePerson:              listed[innovation.Person],
	innovation.TypeEnvelope:            listed[innovation.Envelope],
	innovation.TypeCoFunder:            listed[innovation.CoFunder],
	innovation.TypeCriterion:           listed[innovation.Criterion],
	innovation.TypeMoneyClaim:          listed[innovation.MoneyClaim],
	innovation.TypeAllocation:          listed[innovation.Allocation],
	innovation.TypeScore:               listed[innovation.Score],
	innovation.TypeShare:               listed[innovation.Share],
	innovation.TypeAward:               listed[innovation.Award],
	innovation.TypeAdjustment:          listed[innovation.Adjustment],
	innovation.TypeInstalment:          listed[innovation.Instalment],
	innovation.TypeGate:                listed[innovation.Gate],
	innovation.TypeTransfer:            listed[innovation.MoneyTransfer],
	innovation.TypePayment:             listed[innovation.Payment],
	innovation.TypeRefund:              listed[innovation.Refund],
	innovation.TypeSpend:               listed[innovation.Spend],
	innovation.TypeYearEnd:             listed[innovation.YearEnd],
	innovation.TypeHolding:             listed[innovation.Holding],
	innovation.TypeIncome:              listed[innovation.Income],
	innovation.TypeLeverage:            listed[innovation.Leverage],
	innovation.TypeForecast:            listed[innovation.Forecast],
	innovation.TypePeriodLock:          listed[innovation.PeriodLock],
	innovation.TypeIssuedReport:        listed[innovation.IssuedReport],
	innovation.TypeInnovation:          listed[innovation.Innovation],
	innovation.TypeSupply:              listed[innovation.Supply],
	innovation.TypeCategory:            listed[innovation.Category],
	innovation.TypeReadiness:           listed[innovation.Readiness],
	innovation.TypeNotice:              listed[innovation.Notice],
	innovation.TypeProgramme:           listed[innovation.Programme],
	innovation.TypePhase:               listed[innovation.Phase],
	innovation.TypeProgrammeInnovation: listed[innovation.ProgrammeInnovation],
	innovation.TypeMandate:             listed[innovation.Mandate],
	innovation.TypeEligibility:         listed[innovation.Eligibility],
	innovation.TypeAdoption:            listed[innovation.Adoption],
	innovation.TypeAdoptionDecision:    listed[innovation.AdoptionDecision],
	innovation.TypeObservation:         listed[innovation.Observation],
	innovation.TypeObservationScope:    listed[innovation.ObservationBody],
	innovation.TypeUptake:              listed[innovation.Uptake],
	innovation.TypePeerGroup:           listed[innovation.PeerGroup],
	innovation.TypePeer:                listed[innovation.Peer],
}

func listed[F innovation.Fact](ctx context.Context, from store.Reader, v innovation.View, f store.FactFilter) (store.FactList[innovation.Fact], error) {
	list, err := store.Facts[F](ctx, from, v, f)
	out := store.FactList[innovation.Fact]{Recipe: list.Recipe, Next: list.Next}
	for _, x := range list.Facts {
		out.Facts = append(out.Facts, innovation.Recorded[innovation.Fact]{ID: x.ID, Version: x.Version, Value: x.Value, Sources: x.Sources})
	}
	return out, err
}

// Short forms for checks.
func date(s string) innovation.Date         { return innovation.MustDate(s) }
func on(s string) innovation.View           { return innovation.On(date(s)) }
func onDay(s string) innovation.Day         { return innovation.OnDay(date(s)) }
func from(s string) innovation.Period       { return innovation.From(date(s)) }
func between(a, b string) innovation.Period { return innovation.Between(date(a), date(b)) }
func named(id, text, kind string, p innovation.Period) innovation.Name {
	return innovation.Name{Organisation: innovation.OrganisationID(id), Text: text, Kind: kind, Period: p}
}

// body is an operational organisation that exists from 2010.
func body(id, kind string) innovation.Existence {
	return innovation.Existence{Organisation: innovation.OrganisationID(id), Aspect: innovation.Operational, Kind: kind, Period: from("2010-01-01")}
}

// letter is a source published on a day.
func letter(key, published string) innovation.Source {
	return innovation.Source{Source: innovation.SourceID(key), Title: "Letter " + key, Published: onDay(published)}
}

// world is two networks, a licensor, a graded round of five years and a
// licence with a stream and a condition.
func world() []innovation.Fact {
	return []innovation.Fact{
		letter("letter", "2013-05-23"),
		body("east", "ahsn"), body("west", "ahsn"), body("centre", "arms-length-body"), body("department", "government-department"),
		named("east", "East", "current", from("2013-05-23")),
		innovation.Round{Round: "first", Number: 1, Title: "First", TermYears: 5, NoticeDays: 90, Graded: true, Period: between("2013-05-23", "2018-05-23")},
		innovation.Round{Round: "second", Number: 2, Title: "Second", Period: from("2018-05-23")},
		innovation.Licence{Licence: "first-east", Holder: "east", Round: "first", Period: between("2013-05-23", "2018-05-23")},
		innovation.Stream{Licence: "first-east", Licensor: "centre", Period: between("2013-05-23", "2018-05-23")},
		innovation.Condition{Condition: "chair", Licence: "first-east", Text: "Appoint a chair", Due: onDay("2013-12-31"), Period: between("2013-06-01", "2017-01-01")},
	}
}

// same compares without telling nil from empty.
var same = cmpopts.EquateEmpty()
