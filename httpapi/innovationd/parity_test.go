package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
)

// englandFile loads England into a new file.
func englandFile(t *testing.T) (db string) {
	t.Helper()
	db = filepath.Join(t.TempDir(), "register.db")
	if code, _, stderr := run(t, "load", "england", "-db", db); code != 0 {
		t.Fatal(stderr)
	}
	return db
}

// Every operation of the HTTP interface is listed, explains itself, and can be
// called: a read answers, and a write without its fields is refused for that and
// for nothing else.
func TestEveryOperationCanBeCalled(t *testing.T) {
	db := englandFile(t)
	issueReport(t, db)
	formPeers(t, db)
	measureUptake(t, db)
	_, list, _ := run(t, "call", "-list", "-format", "csv")
	fields := map[string]string{
		"organisation": "ahsn-oxford", "licence": "lic-1-oxford", "scheme": "organisation-role", "fact": "2", "act": "1",
		"entity": "organisation/ahsn-oxford", "envelope": "env-2013-pot", "award": "award-nia-2015", "report": "rep-1",
		"prefix": "360G-example", "bids": `[{"recipient": "ahsn-oxford"}]`,
		"innovation": "inn-pincer", "programme": "prog-pincer", "peerGroup": "peers-1", "noun": "roles",
	}
	for _, op := range httpapi.Operations() {
		t.Run(op.ID, func(t *testing.T) {
			if !strings.Contains(list, "\n"+op.ID+",") {
				t.Error("it is not on the list")
			}
			if code, help, stderr := run(t, "call", op.ID, "-help"); code != 0 || !strings.Contains(help, "innovationd call "+op.ID) {
				t.Errorf("no help: %d %s%s", code, help, stderr)
			}
			args := []string{"call", op.ID, "-db", db}
			if op.Write {
				args = append(args, "-actor", "pat-0001")
			}
			for _, f := range op.Fields {
				if value, ok := fields[f.Name]; ok && (f.In == "path" || f.Required && !op.Write || f.In == "query" && f.Required) {
					args = append(args, f.Name+"="+value)
				}
			}
			switch op.ID {
			case "adoption.list":
				args = append(args, "organisation=ouh")
			case "split.propose":
				args = append(args, "amount=100")
			case "quiet-stop.list":
				args = append(args, "innovation=inn-pincer")
			case "grants.export": // no award of England can be said in full
				args = append(args, "report=true")
			}
			code, stdout, stderr := run(t, args...)
			switch {
			case op.Write && (code != 1 || !strings.Contains(stderr, "rule field-missing") && !strings.Contains(stderr, "rule reason-required")):
				t.Errorf("exit code %d, want a refusal of what is missing\n%s%s", code, stdout, stderr)
			case strings.HasPrefix(op.ID, "table.") && !op.Write: // it answers with a file
				if code != 0 || stdout == "" {
					t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
				}
			case !op.Write && (code != 0 || !json.Valid([]byte(stdout))):
				t.Errorf("exit code %d\n%s%s", code, stdout, stderr)
			}
		})
	}
	if _, out, _ := run(t, "changes", "-since", strconv.Itoa(englandActs()+3), "-db", db); !strings.Contains(out, "0 acts") {
		t.Errorf("something was written:\n%s", out)
	}
}

// issueReport issues a report by the key rep-1.
func issueReport(t *testing.T, db string) {
	t.Helper()
	code, _, stderr := run(t, "call", "report.issue", "-db", db, "-actor", "pat-0001", "reason=A report for the tests", "input.report=rep-1",
		"input.title=Core money of 2013/14", "input.question=ladder", `input.definition={"envelope":"env-2013-pot"}`,
		"input.on=2014-03-31", "input.day.on=2014-04-30")
	if code != 0 {
		t.Fatal(stderr)
	}
}

// formPeers makes a peer group by the key peers-1.
func formPeers(t *testing.T, db string) {
	t.Helper()
	code, _, stderr := run(t, "call", "peer-group.record", "-db", db, "-actor", "pat-0001", "reason=A group for the tests", "input.peerGroup=peers-1",
		"input.name=Peers", "input.period.start=2020-01-01")
	if code != 0 {
		t.Fatal(stderr)
	}
}

// measureUptake records two months of the uptake of PINCER by two networks.
func measureUptake(t *testing.T, db string) {
	t.Helper()
	var ops []string
	for i, id := range []string{"ahsn-oxford", "ahsn-wessex"} {
		for m, month := range []string{"2020-01-01", "2020-02-01"} {
			end := []string{"2020-02-01", "2020-03-01"}[m]
			ops = append(ops, fmt.Sprintf(`{"operation": "uptake.record", "input": {"innovation": "inn-pincer", "organisation": "%s", "measure": "items", "unit": "items",
				"count": {"value": "%d"}, "per": {"value": "10"}, "period": {"start": "%s", "end": "%s"}}}`, id, 20+3*i+2*m, month, end))
		}
	}
	code, _, stderr := run(t, "call", "act.make", "-db", db, "-actor", "pat-0001", "reason=Uptake for the tests", "operations=["+strings.Join(ops, ", ")+"]")
	if code != 0 {
		t.Fatal(stderr)
	}
}

// The JSON of a named command is that of the operation behind it.
func TestCommandsAnswerAsHTTPDoes(t *testing.T) {
	db := englandFile(t)
	issueReport(t, db)
	measureUptake(t, db)
	formPeers(t, db)
	for _, tt := range []struct{ command, operation string }{
		{"licences -on 2013-05-23", "licence.board on=2013-05-23"},
		{"licences -on 2013-05-23 -known 2020-01-01", "licence.board on=2013-05-23 known=2020-01-01"},
		{"conditions -on 2013-06-01 -within 30", "condition.due on=2013-06-01 withinDays=30"},
		{"ending -on 2028-01-01 -within 12", "licence.ending on=2028-01-01 withinMonths=12"},
		{"licence lic-2-oxford -on 2018-05-01", "licence.get licence=lic-2-oxford on=2018-05-01"},
		{"findings -on 2018-05-01", "finding.list on=2018-05-01"},
		{"organisations -q oxford -on 2018-05-01", "organisation.list q=oxford on=2018-05-01"},
		{"organisation ahsn-oxford -on 2018-05-01", "organisation.get organisation=ahsn-oxford on=2018-05-01"},
		{"tree region-y56 -depth 2 -on 2026-04-01", "organisation.tree organisation=region-y56 depth=2 on=2026-04-01"},
		{"serves ouh -on 2024-01-01", "organisation.networks organisation=ouh on=2024-01-01"},
		{"unserved -on 2024-01-01", "organisation.unserved on=2024-01-01"},
		{"points nhs-england -on 2024-01-01", "entity.pointers entity=organisation/nhs-england on=2024-01-01"},
		{"successions nhs-improvement -on 2024-01-01", "organisation.successions organisation=nhs-improvement on=2024-01-01"},
		{"history licence/lic-1-oxford", "entity.history entity=licence/lic-1-oxford"},
		{"changes -since 14", "change.list since=14"},
		{"verify", "register.verify"},
		{"status -on 2024-01-01", "register.status on=2024-01-01"},
		{"ladder -envelope env-2013-pot -on 2014-03-31", "ladder.get envelope=env-2013-pot on=2014-03-31"},
		{"ladder -network ahsn-oxford -by year -cash -on 2014-03-31", "ladder.get network=ahsn-oxford by=year cash=true on=2014-03-31"},
		{"ladder -year 2013/14 -stream core -funder nhs-england", "ladder.get year=2013/14 stream=core funder=nhs-england"},
		{"envelope env-2013-pot -on 2014-03-31", "envelope.get envelope=env-2013-pot on=2014-03-31"},
		{"award award-nia-2015 -on 2016-05-01", "award.get award=award-nia-2015 on=2016-05-01"},
		{"shares env-2013-pot -on 2014-03-31", "envelope.shares envelope=env-2013-pot on=2014-03-31"},
		{"runway ahsn-oxford -on 2013-06-01 -months 3 -opening 100..250.50 -slip condition/cond-1-business-plan:2013-09-01",
			"runway.get organisation=ahsn-oxford on=2013-06-01 months=3 opening=100..250.50 slip=condition/cond-1-business-plan:2013-09-01"},
		{"self-sufficiency ahsn-oxford -from 2013/14 -to 2014/15 -threshold 50 -cut 40% -core-growth -2.5 -on 2014-03-31",
			"self-sufficiency.get organisation=ahsn-oxford from=2013/14 to=2014/15 threshold=500000 coreCut=400000 coreGrowth=-25000 on=2014-03-31"},
		{"self-sufficiency -on 2014-03-31", "self-sufficiency.get on=2014-03-31"},
		{"leverage -on 2024-01-01", "leverage.get on=2024-01-01"},
		{"leverage -network ahsn-wessex -on 2024-01-01", "leverage.get network=ahsn-wessex on=2024-01-01"},
		{"variance ahsn-oxford -year 2013/14 -on 2014-03-31", "variance.get organisation=ahsn-oxford year=2013/14 on=2014-03-31"},
		{"spread inn-pincer -on 2020-04-01 -period quarter -by network -reach 25 -units", "spread.get innovation=inn-pincer on=2020-04-01 period=quarter by=network reach=250000 units=true"},
		{"spread-fit inn-pincer -on 2020-04-01 -model logistic -horizon 6 -footprint held -footprint-day 2019-04-01",
			"spread.fit innovation=inn-pincer on=2020-04-01 model=logistic horizon=6 footprint=held footprintDay=2019-04-01"},
		{"uptake inn-pincer -on 2020-04-01 -period 2020-01 -direction higher", "uptake.standing innovation=inn-pincer on=2020-04-01 period=2020-01 direction=higher"},
		{"uptake-series inn-pincer ahsn-oxford -on 2020-04-01 -target 2.5 -rebase 2020-02-01", "uptake.series innovation=inn-pincer organisation=ahsn-oxford on=2020-04-01 target=2.5 rebase=2020-02-01"},
		{"uptake-funnel inn-pincer -on 2020-04-01", "uptake.funnel innovation=inn-pincer on=2020-04-01"},
		{"uptake-movers inn-pincer -on 2020-04-01 -from 2020-01 -limit 1", "uptake.movers innovation=inn-pincer on=2020-04-01 from=2020-01 limit=1"},
		{"adoption inn-pincer ouh -on 2020-01-01", "adoption.state innovation=inn-pincer organisation=ouh on=2020-01-01"},
		{"adoptions -organisation ouh -on 2020-01-01", "adoption.list organisation=ouh on=2020-01-01"},
		{"adoption-count inn-pincer -level icb -roll-up share -share 50 -by network -footprint held -footprint-day 2019-04-01 -on 2020-01-01",
			"adoption.count innovation=inn-pincer level=icb rollUp=share share=500000 by=network footprint=held footprintDay=2019-04-01 on=2020-01-01"},
		{"adoption-months inn-pincer -by network -from 2019-01 -to 2019-06 -grade ordered -on 2020-01-01",
			"adoption.months innovation=inn-pincer by=network from=2019-01 to=2019-06 grade=ordered on=2020-01-01"},
		{"adoption-months -on 2020-01-01", "adoption.months on=2020-01-01"},
		{"adoption-movement inn-pincer -from 2019-04-01 -to 2019-12-31 -firm audited -on 2020-01-01",
			"adoption.movement innovation=inn-pincer from=2019-04-01 to=2019-12-31 firm=audited on=2020-01-01"},
		{"report rep-1 -on 2014-05-01", "report.get report=rep-1 on=2014-05-01"},
		{"innovations -q pincer -on 2019-04-01", "innovation.list q=pincer on=2019-04-01"},
		{"innovation inn-pincer -on 2019-04-01", "innovation.get innovation=inn-pincer on=2019-04-01"},
		{"programme prog-pincer -on 2019-04-01", "programme.get programme=prog-pincer on=2019-04-01"},
		{"peer-group peers-1 -on 2024-01-01", "peer-group.get peerGroup=peers-1 on=2024-01-01"},
		{"observations inn-pincer -type result -on 2020-04-01", "observation.list innovation=inn-pincer type=result on=2020-04-01"},
		{"still-using inn-escape-pain -by icb -on 2024-01-01", "still-using.get innovation=inn-escape-pain by=icb on=2024-01-01"},
		{"quiet-stops inn-pincer -on 2024-01-01", "quiet-stop.list innovation=inn-pincer on=2024-01-01"},
		{"stops inn-pincer -from 2020-01-01 -on 2024-01-01", "stop.list innovation=inn-pincer from=2020-01-01 on=2024-01-01"},
		{"who-next inn-pincer -network ahsn-oxford -weight blocker=-50 -on 2024-01-01", "who-next.get innovation=inn-pincer network=ahsn-oxford weight=blocker=-50 on=2024-01-01"},
		{"milestones inn-pincer -on 2024-01-01", "milestone.list innovation=inn-pincer on=2024-01-01"},
		{"cost-per-adopter inn-pincer -count 5 -firm audited -on 2024-01-01", "cost-per-adopter.get innovation=inn-pincer count=5 firm=audited on=2024-01-01"},
	} {
		t.Run(tt.command, func(t *testing.T) {
			code, command, stderr := run(t, append(strings.Fields(tt.command), "-format", "json", "-db", db)...)
			if code != 0 {
				t.Fatal(stderr)
			}
			code, operation, stderr := run(t, append(strings.Fields("call "+tt.operation), "-db", db)...)
			if code != 0 {
				t.Fatal(stderr)
			}
			if diff := cmp.Diff(operation, command); diff != "" {
				t.Errorf("(-call +command)\n%s", diff)
			}
		})
	}
}

// The questions that the register answers so far each have a command.
func TestEveryQuestionHasACommand(t *testing.T) {
	db := englandFile(t)
	measureUptake(t, db)
	for question, lines := range map[string][]string{
		"1. Which networks hold a full licence on day D, which a conditional one, on what conditions?": {"licences -on 2013-05-23"},
		"1. Which of the published counts have no names yet?":                                          {"licences -on 2013-05-23 -format csv -section counts"},
		"2. What is outstanding, owned by whom, overdue since when?":                                   {"conditions -within 90"},
		"2. What ends in the next N months and what follows it?":                                       {"ending -within 24"},
		"2. What did licence L say on day D?":                                                          {"licence lic-1-oxford -on 2014-01-01"},
		"3. How is the £70m split, is every share within £2m to £7m, what is left? What explains a share?": {
			"ladder -envelope env-2013-pot -on 2014-03-31", "shares env-2013-pot -on 2014-03-31", "envelope env-2013-pot -on 2014-03-31"},
		"4. Promised, paid, spent, refunded, left, per network and year?": {"ladder -by year-network -on 2024-03-31", "award award-nia-2015 -on 2016-05-01"},
		"4. If condition C slips to day D, which instalment stops and when does the money run out?": {
			"runway ahsn-oxford -on 2013-06-01 -slip condition/cond-1-business-plan:2013-09-01"},
		"4. What was forecast, and what came?": {"variance ahsn-oxford -year 2013/14 -on 2014-03-31"},
		"5. What share of a network's income is its own; when does core funding fall under half; what if core is cut by 40 %?": {
			"self-sufficiency ahsn-east-midlands -from 2022/23 -to 2023/24 -threshold 50 -cut 40 -on 2026-01-01"},
		"5. What did each public pound bring from elsewhere, as bounds?":     {"leverage -on 2024-01-01"},
		"6. Draw the tree of bodies as at D.":                                {"tree region-y56 -on 2026-04-01"},
		"6. Which network serves trust T on D? Which trusts have none?":      {"serves ouh -on 2024-01-01", "unserved -on 2024-01-01"},
		"6. When a body ends, what still points at it?":                      {"points nhs-england", "successions nhs-england"},
		"7. Where did it stop? Where did it quietly?":                        {"stops inn-pincer", "quiet-stops inn-pincer"},
		"7. Whom to call next, with reasons, and who should introduce them?": {"who-next inn-pincer -on 2024-01-01"},
		"7. Who uses it when a notice is issued?":                            {"still-using inn-escape-pain -on 2026-01-01"},
		"7. How did it go from local to national, and at what cost?":         {"milestones inn-pincer", "cost-per-adopter inn-pincer"},
		"7. What was published about its spread?":                            {"observations inn-pincer", "innovation inn-pincer", "programme prog-pincer"},
		"7. How fast; when will half?":                                       {"spread inn-pincer -on 2020-04-01", "spread-fit inn-pincer -on 2020-04-01"},
		"8. Where do we stand against peers and deciles, and is the gap beyond chance? Who improved most, from when?": {
			"uptake inn-pincer -on 2020-04-01", "uptake-series inn-pincer ahsn-oxford -on 2020-04-01", "uptake-funnel inn-pincer -on 2020-04-01", "uptake-movers inn-pincer -on 2020-04-01"},
		"13. What changed since cursor X, who changed it, why?": {"changes -since 10", "history ahsn-oxford"},
		"13. What did we believe on 31 March?":                  {"licences -on 2014-01-01 -known 2026-03-31"},
	} {
		t.Run(question, func(t *testing.T) {
			for _, line := range lines {
				if code, stdout, stderr := run(t, append(strings.Fields(line), "-db", db)...); code != 0 || stdout == "" {
					t.Errorf("innovationd %s: exit code %d\n%s", line, code, stderr)
				}
			}
		})
	}
}

// Every command says in a line what it does, and every flag what it means; the
// examples in the help are understood.
func TestHelpIsWhole(t *testing.T) {
	for _, g := range commands() {
		for _, c := range g.commands {
			if c.short == "" || len(c.short) > 90 {
				t.Errorf("%s: %q", c.name, c.short)
			}
			c.flagSet().VisitAll(func(f *flag.Flag) {
				if value, text := flag.UnquoteUsage(f); text == "" || value == "value" || value == "string" || value == "int" {
					t.Errorf("%s: -%s %s: %q", c.name, f.Name, value, f.Usage)
				}
			})
			for _, line := range c.examples {
				words := strings.Fields(strings.ReplaceAll(line, `"`, ""))
				example := findCommand(words[1])
				example.max = -1 // quoted texts were split
				if _, err := example.parse(words[2:]); err != nil && !errors.Is(err, flag.ErrHelp) {
					t.Errorf("%s: %v", line, err)
				}
			}
		}
	}
}

// A fact is recorded, corrected, revised, ended and retracted through call, and
// read back after each.
func TestWritesCanBeCalled(t *testing.T) {
	db := englandFile(t)
	write := func(operation string, fields ...string) (receipt innovation.Receipt) {
		t.Helper()
		code, stdout, stderr := run(t, append([]string{"call", operation, "-db", db, "-actor", "pat-0001", "reason=" + operation}, fields...)...)
		if code != 0 {
			t.Fatalf("%s: %s", operation, stderr)
		}
		if err := json.Unmarshal([]byte(stdout), &receipt); err != nil {
			t.Fatal(err)
		}
		return receipt
	}
	read := func(fact innovation.FactID, more ...string) (value innovation.Name) {
		t.Helper()
		code, stdout, stderr := run(t, append([]string{"call", "fact.get", "-db", db, fmt.Sprintf("fact=%d", fact)}, more...)...)
		if code != 0 {
			t.Fatal(stderr)
		}
		var got struct {
			Type  string
			Value innovation.Name
		}
		if err := json.Unmarshal([]byte(stdout), &got); err != nil || got.Type != "name" {
			t.Fatal(err, stdout)
		}
		return got.Value
	}
	name := func(text, start string) []string {
		return []string{"input.organisation=ahsn-oxford", "input.text=" + text, "input.kind=variant", "input.period.start=" + start}
	}
	of := func(fact innovation.FactID, fields ...string) []string {
		return append(fields, fmt.Sprintf("fact=%d", fact))
	}
	want := func(got innovation.Name, text, period string) {
		t.Helper()
		if got.Text != text || got.Period.String() != period {
			t.Errorf("it reads %q %s, want %q %s", got.Text, got.Period, text, period)
		}
	}

	recorded := write("name.record", name("Oxfrod", "2014-01-01")...)
	first := recorded.Facts[0]
	want(read(first), "Oxfrod", "from 2014-01-01")
	write("name.correct", of(first, name("Oxford one", "2014-02-01")...)...)
	want(read(first), "Oxford one", "from 2014-02-01")
	second := write("name.revise", of(first, name("Oxford two", "2016-01-01")...)...).Facts[0]
	want(read(first), "Oxford one", "2014-02-01 to 2016-01-01")
	want(read(second), "Oxford two", "from 2016-01-01")
	write("fact.end", of(second, "input.day.on=2018-01-01")...)
	want(read(second), "Oxford two", "2016-01-01 to 2018-01-01")
	write("fact.retract", of(second)...)
	if code, stdout, stderr := run(t, "call", "fact.get", "-db", db, fmt.Sprintf("fact=%d", second)); code != 1 || !strings.Contains(stderr, "rule fact-not-found") {
		t.Errorf("a retracted fact is read: %d %s%s", code, stdout, stderr)
	}
	want(read(first, "known="+recorded.At.Format(time.RFC3339Nano)), "Oxfrod", "from 2014-01-01")
	if code, out, _ := run(t, "verify", "-db", db); code != 0 || !strings.HasPrefix(out, "Sound") {
		t.Error(out)
	}
}

// What has ended is not counted as current.
func TestEndedLicencesAreNotCurrent(t *testing.T) {
	row := func(standing innovation.Standing) innovation.BoardRow {
		return innovation.BoardRow{Status: innovation.Status{Standing: standing, Grade: innovation.GradeLicensed}}
	}
	live, suspended, ended := row(innovation.StandingInForce), row(innovation.StandingSuspended), row(innovation.StandingExpired)
	ended.Status.Grade = ""
	for want, rows := range map[string][]innovation.BoardRow{
		"No current licences.":                                    nil,
		"No current licences; 1 that has ended.":                  {ended},
		"2 current licences: 2 licensed; 2 that have ended.":      {ended, live, ended, live},
		"2 current licences: 1 licensed, 1 licensed (suspended).": {live, suspended},
	} {
		if got := boardSentence(rows); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
