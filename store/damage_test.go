package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/storetest"
)

// seeded is the seed of a test with random inputs: INNOVATION_TEST_SEED, to
// have a run again, or a new one. It is in the test's log.
func seeded(t testing.TB) uint64 {
	t.Helper()
	seed := rand.Uint64()
	if text := os.Getenv("INNOVATION_TEST_SEED"); text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			t.Fatalf("INNOVATION_TEST_SEED: %v", err)
		}
	}
	t.Logf("INNOVATION_TEST_SEED=%d", seed)
	return seed
}

// times is how many cases of damage are tried: as many times the full number as
// INNOVATION_TEST_TIMES says (1 in .ci/run), or a tenth of it, so that the
// ordinary tests stay short.
func times(full int) int {
	if n, err := strconv.Atoi(os.Getenv("INNOVATION_TEST_TIMES")); err == nil && n > 0 {
		return n * full
	}
	return full / 10
}

// angles is from how many sides a damaged register is asked, of which each
// case takes one: a quarter of the types of fact, at what is known now or at what
// was before the last acts.
const angles = 8

func sideOf(angle int) (v innovation.View, quarter int) {
	v = innovation.On(innovation.MustDate("2016-03-15"))
	if angle%2 == 1 {
		v = v.AsKnown(storetest.ClockStart.Add(90 * time.Minute))
	}
	return v, angle / 2
}

// answersTo asks a register the fixed list of questions: the facts of every
// type, the feed of changes, and what people ask. An answer is JSON, or begins
// with "error". A panic is a failure of the test.
func answersTo(t testing.TB, what string, s *store.Store, angle int) (out []string) {
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%s: question %d panics: %v\n%s", what, len(out), p, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	note := func(v any, err error) {
		text, e := json.Marshal(v)
		if err != nil || e != nil {
			text = fmt.Appendf(nil, "error: %v, %v", err, e)
		}
		out = append(out, string(text))
	}
	v, quarter := sideOf(angle)
	status, err := s.Status(ctx, v)
	note(status, err)
	board, err := s.LicenceBoard(ctx, v)
	note(board, err)
	ladder, err := s.Ladder(ctx, v, innovation.LadderQuery{By: innovation.LadderYearNetwork})
	note(ladder, err)
	for _, id := range []innovation.InnovationID{"innovation-a", "innovation-b"} {
		count, err := s.AdoptionCounts(ctx, v, innovation.AdoptionCountQuery{Innovation: id})
		note(count, err)
		months, err := s.AdoptionMonths(ctx, v, innovation.AdoptionMonthsQuery{Innovation: id})
		note(months, err)
	}
	for i, facts := range factLists {
		if i%4 == quarter {
			note(facts(ctx, s, v))
		}
	}
	var since innovation.ActNumber
	for range 100 {
		feed, err := s.Changes(ctx, since, 5)
		note(feed, err)
		if err != nil || len(feed.Acts) == 0 {
			break
		}
		since = feed.Acts[len(feed.Acts)-1].Act
	}
	o, err := s.Organisation(ctx, v, "network-a")
	note(o, err)
	history, err := s.History(ctx, innovation.OrganisationID("network-a").Entity())
	note(history, err)
	return out
}

// factList lists the facts of a type that the register holds at a view.
func factList[F innovation.Fact](ctx context.Context, s *store.Store, v innovation.View) (any, error) {
	return store.Facts[F](ctx, s, v, store.FactFilter{AllDays: true, Limit: 1000})
}

var factLists = []func(context.Context, *store.Store, innovation.View) (any, error){
	factList[innovation.Existence], factList[innovation.Name], factList[innovation.Identifier], factList[innovation.Role], factList[innovation.Relation],
	factList[innovation.Area], factList[innovation.Population], factList[innovation.Succession], factList[innovation.Post], factList[innovation.Person],
	factList[innovation.Round], factList[innovation.CountClaim], factList[innovation.Licence], factList[innovation.Stream], factList[innovation.ContractingBody],
	factList[innovation.Condition], factList[innovation.Provision], factList[innovation.Decision],
	factList[innovation.Claim], factList[innovation.Source], factList[innovation.Term],
	factList[innovation.Envelope], factList[innovation.CoFunder], factList[innovation.Criterion], factList[innovation.MoneyClaim], factList[innovation.Allocation],
	factList[innovation.Score], factList[innovation.Share],
	factList[innovation.Award], factList[innovation.Adjustment], factList[innovation.Instalment], factList[innovation.Gate], factList[innovation.MoneyTransfer],
	factList[innovation.Payment], factList[innovation.Refund],
	factList[innovation.Spend], factList[innovation.YearEnd], factList[innovation.Holding], factList[innovation.Income], factList[innovation.Leverage],
	factList[innovation.Forecast], factList[innovation.PeriodLock], factList[innovation.IssuedReport],
	factList[innovation.Innovation], factList[innovation.Supply], factList[innovation.Category], factList[innovation.Readiness], factList[innovation.Notice],
	factList[innovation.Programme], factList[innovation.Phase], factList[innovation.ProgrammeInnovation], factList[innovation.Mandate], factList[innovation.Eligibility],
	factList[innovation.Adoption], factList[innovation.AdoptionDecision], factList[innovation.Observation], factList[innovation.ObservationBody], factList[innovation.Uptake],
	factList[innovation.PeerGroup], factList[innovation.Peer],
}

// The questions ask for facts of every type.
func TestDamageAsksForEveryType(t *testing.T) {
	t.Parallel()
	if got, want := len(factLists), len(store.FactKinds()); got != want {
		t.Errorf("facts of %d types are asked for, and there are %d", got, want)
	}
}

// state is where a register stood after an act, and what it answered.
type state struct {
	digest  string
	answers [angles][]string
}

// specimen is a small register to be damaged: facts of every type, corrected,
// retracted and erased, in the bytes of its file and of its log.
type specimen struct {
	file, log []byte
	states    []state // after the acts of the file, then after each one of the log
}

// theSpecimen makes one that all tests damage copies of.
var theSpecimen = sync.OnceValues(func() (*specimen, error) { return makeSpecimen("") })

// makeSpecimen makes a register whose last acts are in the log alone. Each
// name makes another one.
func makeSpecimen(name string) (out *specimen, err error) {
	folder, err := os.MkdirTemp("", "specimen")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "register.db")
	clock := new(storetest.Clock)
	open := func() (*store.Store, error) {
		return store.Open(context.Background(), path, &store.Options{Relaxed: true, Clock: clock.Now, Random: storetest.Random(uint64(len(name) + 1))})
	}
	s, err := open()
	if err != nil {
		return nil, err
	}
	defer func() { s.Close() }()
	out = &specimen{}
	samples, acts := storetest.Samples(), 0
	act := func(do func(context.Context, *store.Tx) error) {
		clock.Advance(10 * time.Minute)
		acts++
		if err == nil {
			_, err = s.Update(context.Background(), innovation.Act{Actor: "jo", Reason: fmt.Sprint(name, "reason ", acts), IdempotencyKey: fmt.Sprint("key-", acts)}, do)
		}
	}
	record := func(facts []innovation.Cited) {
		act(func(ctx context.Context, tx *store.Tx) error {
			for _, c := range facts {
				if _, err := tx.Record(ctx, c.Fact, c.Sources...); err != nil {
					return err
				}
			}
			return nil
		})
	}
	keep := func() {
		if err != nil {
			return
		}
		v, e := s.Verify(context.Background(), nil)
		if err = e; err == nil && !v.OK {
			err = fmt.Errorf("the specimen does not verify: %+v", v.Problems)
		}
		now := state{digest: v.Digest}
		for angle := range angles {
			now.answers[angle] = answersTo(quiet{}, "the specimen", s, angle)
		}
		out.states = append(out.states, now)
	}
	half := len(samples) / 2
	record(samples[:20])
	record(samples[20:half])
	var erased innovation.FactID
	act(func(ctx context.Context, tx *store.Tx) (err error) {
		erased, err = tx.Record(ctx, innovation.Person{Person: "p-gone", Name: "Gone Person"})
		return err
	})
	act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, erased) })
	if err == nil {
		err = s.Close()
	}
	if err != nil {
		return nil, err
	}
	if s, err = open(); err != nil {
		return nil, err
	}
	keep()
	for at := half; at < len(samples); at += 6 {
		record(samples[at:min(at+6, len(samples))])
		keep()
	}
	population := innovation.Population{Organisation: "network-a", Nominal: 3_000_000, Low: 3_000_000, High: 3_000_000, Day: innovation.OnDay(innovation.MustDate("2015-01-01"))}
	var told innovation.FactID
	act(func(ctx context.Context, tx *store.Tx) (err error) {
		told, err = tx.Record(ctx, population)
		return err
	})
	keep()
	population.Note = "corrected"
	act(func(ctx context.Context, tx *store.Tx) error { return tx.Correct(ctx, told, population) })
	keep()
	act(func(ctx context.Context, tx *store.Tx) error { return tx.Retract(ctx, told) })
	keep()
	if err != nil {
		return nil, err
	}
	if out.file, err = os.ReadFile(path); err == nil {
		out.log, err = os.ReadFile(path + "-wal")
	}
	return out, err
}

// quiet is a test that does nothing: what it is told is told otherwise.
type quiet struct{ testing.TB }

func (quiet) Errorf(format string, args ...any) { panic(fmt.Sprintf(format, args...)) }

// specimenOf gives the specimen, or ends the test.
func specimenOf(t testing.TB) *specimen {
	t.Helper()
	s, err := theSpecimen()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// whole is the file with the log taken into it.
func (sp *specimen) whole(t testing.TB) []byte {
	t.Helper()
	path := sp.place(t, sp.file, sp.log)
	s := openFile(t, path, &store.Options{Relaxed: true})
	mustVerify(t, s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// place writes a file, and a log beside it unless it is nil, to a new folder.
func (sp *specimen) place(t testing.TB, file, log []byte) string {
	t.Helper()
	folder, err := os.MkdirTemp("/dev/shm", "register") // memory, where there is some: what is lost in a power cut is not looked at here
	if err != nil {
		folder = t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	path := filepath.Join(folder, "register.db")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if log != nil {
		if err := os.WriteFile(path+"-wal", log, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// outcome is what became of a damaged register.
type outcome string

const (
	notOpened outcome = "not opened"
	detected  outcome = "found by Verify"
	shorter   outcome = "a shorter history, whole"
	unharmed  outcome = "unharmed"
)

// examine opens a register that may be damaged and asks it everything. It fails
// the test when the register panics, does not come to an end, or gives a wrong
// answer although it verifies. The number how says from which angle, and by
// opening it for what.
func (sp *specimen) examine(t testing.TB, what, path string, how int) (out outcome) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%s: panic: %v\n%s", what, p, debug.Stack())
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s, err := store.Open(ctx, path, &store.Options{Relaxed: true, Readers: 1, ReadOnly: how/10%2 == 1})
	if err != nil {
		if ctx.Err() != nil {
			t.Errorf("%s: opening does not come to an end", what)
		}
		return notOpened
	}
	defer s.Close()
	angle := how / 20 % angles
	answers := answersTo(t, what, s, angle)
	v, err := s.Verify(ctx, nil)
	if ctx.Err() != nil {
		t.Errorf("%s: it does not come to an end", what)
	}
	if err != nil || !v.OK {
		return detected
	}
	for i, is := range sp.states {
		if is.digest != v.Digest {
			continue
		}
		for k, want := range is.answers[angle] {
			if k >= len(answers) || answers[k] != want {
				t.Errorf("%s: the register verifies, and answers question %d with\n%s\nnot\n%s", what, k, clip(answers, k), clip(is.answers[angle], k))
				break
			}
		}
		if i < len(sp.states)-1 {
			return shorter
		}
		return unharmed
	}
	t.Errorf("%s: the register verifies with a history that it never had, %d acts", what, v.Acts)
	return ""
}

func clip(answers []string, k int) string {
	if k >= len(answers) {
		return "nothing"
	}
	return answers[k][:min(len(answers[k]), 2000)]
}

// outcomeCount counts outcomes.
type outcomeCount struct {
	mu sync.Mutex
	of map[outcome]int
}

func (c *outcomeCount) add(o outcome) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of == nil {
		c.of = map[outcome]int{}
	}
	c.of[o]++
}

// some is a random place of data that is not zero.
func some(dice *rand.Rand, data []byte) int {
	for {
		if at := dice.IntN(len(data)); data[at] != 0 {
			return at
		}
	}
}

// flip changes a byte to another one.
func flip(dice *rand.Rand, data []byte, at int) { data[at] ^= byte(1 + dice.IntN(255)) }

// inParallel runs cases 0 to n-1 in a few subtests side by side.
func inParallel(t *testing.T, n int, do func(t *testing.T, i int)) {
	const lanes = 4
	for lane := range lanes {
		t.Run(fmt.Sprintf("lane %d", lane), func(t *testing.T) {
			t.Parallel()
			for i := lane; i < n; i += lanes {
				do(t, i)
			}
		})
	}
}
