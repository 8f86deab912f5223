package store_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

// manyAwards fills a register file with awards of ten payments each to fifteen
// networks over eight years, one in fifty refunded in part. The rows are
// written past the register: its chain does not cover them, which no read of a
// ladder minds.
func manyAwards(tb testing.TB, awards int) (*store.Store, *sql.DB) {
	tb.Helper()
	path := filepath.Join(tb.TempDir(), "register.db")
	s := openFile(tb, path, nil)
	networks := []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "centre"}
	for _, id := range networks {
		mustFound(tb, s, id)
	}
	db, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=synchronous(0)")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	const series = "WITH RECURSIVE series(n) AS (VALUES (0) UNION ALL SELECT n + 1 FROM series WHERE n + 1 < ?) "
	first := innovation.MustDate("2012-04-01").DayNumber()
	for _, fill := range []struct {
		text string
		args []any
	}{
		{"INSERT INTO reg_entity (id, kind, key, version) " + series + "SELECT 10000000 + n, 'award', 'award-' || n, 1 FROM series", []any{awards}},
		{`INSERT INTO reg_award (added, fact, subject, title, envelope, allocation, funder, recipient, stream, programme, purpose, identifier,
			amount_kind, amount_low, amount_high, amount_nominal, per, vat, basis, covers_start_earliest, covers_start_latest, covers_start_basis,
			covers_end_earliest, covers_end_latest, covers_end_basis, year, evaluation_kind, override, note, day_year,
			start_earliest, start_latest, start_basis, end_earliest, end_latest, end_basis) ` + series + `
			SELECT 20000000 + n, 20000000 + n, 10000000 + n, 'Award ' || n, NULL, NULL, (SELECT id FROM reg_entity WHERE key = 'centre'),
			(SELECT id FROM reg_entity WHERE kind = 'organisation' AND key = char(97 + n % 15)), 'core', '', '', '',
			'exact', 1000000 + n, 1000000 + n, 1000000 + n, 'whole-period', '', 'agreed', ?2 + 365 * (n % 8), ?2 + 365 * (n % 8), '',
			?2 + 365 * (n % 8) + 300, ?2 + 365 * (n % 8) + 300, '', 2012 + n % 8, '', '', '', 2012 + n % 8,
			?2 + 365 * (n % 8), ?2 + 365 * (n % 8), '', 3652059, 3652059, '' FROM series`, []any{awards, first}},
		{`INSERT INTO reg_payment (added, fact, subject, amount_kind, amount_low, amount_high, amount_nominal, vat, accrued_earliest, accrued_latest,
			accrued_basis, reference, note, year, day_year, start_earliest, start_latest, start_basis, end_earliest, end_latest, end_basis) ` + series + `
			SELECT 30000000 + n, 30000000 + n, 10000000 + n / 10, 'exact', 100 + n % 977, 100 + n % 977, 100 + n % 977, '', 0, 0, '', 'L' || n, '',
			2012 + (n / 10) % 8, 2012 + (n / 10) % 8, ?2 + 365 * ((n / 10) % 8) + n % 300, ?2 + 365 * ((n / 10) % 8) + n % 300, '', 3652059, 3652059, ''
			FROM series`, []any{10 * awards, first}},
		{`INSERT INTO reg_refund (added, fact, subject, type, amount_kind, amount_low, amount_high, amount_nominal, vat, accrued_earliest, accrued_latest,
			accrued_basis, reason, reference, note, year, day_year, start_earliest, start_latest, start_basis, end_earliest, end_latest, end_basis) ` + series + `
			SELECT 50000000 + n, 50000000 + n, 10000000 + 50 * n, 'repayment', 'exact', 99, 99, 99, '', 0, 0, '', '', '', '', 2019, 2019,
			?2 + 2800, ?2 + 2800, '', 3652059, 3652059, '' FROM series`, []any{awards / 50, first}},
	} {
		if _, err := db.Exec(fill.text, fill.args...); err != nil {
			tb.Fatal(err)
		}
	}
	if _, err := db.Exec("PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		tb.Fatal(err)
	}
	// Set as the register sets its own readers: it keeps what it sorts in
	// memory, so that no name stands on the disk in a temporary file.
	reading, err := sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)&_pragma=temp_store(2)&_pragma=secure_delete(1)&_pragma=query_only(1)")
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { reading.Close() })
	return s, reading
}

var manyView = innovation.On(innovation.MustDate("2022-01-01"))

// The sums of a ladder are one statement that finds what belongs to an award by
// its index, and the figures are those that can be worked out by hand.
func TestLadderOfManyAwards(t *testing.T) {
	t.Parallel()
	const awards = 3000
	s, db := manyAwards(t, awards)
	l, err := s.Ladder(context.Background(), manyView, innovation.LadderQuery{By: innovation.LadderYearNetwork})
	if err != nil {
		t.Fatal(err)
	}
	var committed, paid innovation.Money
	rows := 0
	for _, row := range l.Rows {
		for _, r := range row.Rungs {
			got, _ := r.Amount.Low()
			switch r.Rung {
			case innovation.RungCommitted:
				committed += got
			case innovation.RungPaid:
				paid += got
			}
		}
		rows++
	}
	want := innovation.Money(0)
	for n := range 10 * awards {
		want += innovation.Money(100 + n%977)
	}
	if want -= awards / 50 * 99; paid != want || committed != awards*1_000_000+awards*(awards-1)/2 || rows != 15*8 {
		t.Errorf("committed %s, paid %s of %s in %d rows", committed, paid, want, rows)
	}
	for _, q := range []innovation.LadderQuery{{By: innovation.LadderYearNetwork}, {Network: "a"}, {Funder: "centre", Year: 2015}} {
		text, args, err := store.LadderStatement(context.Background(), s, manyView, q)
		if err != nil {
			t.Fatal(err)
		}
		plan := planOf(t, db, text, args...)
		for _, line := range plan {
			// Payments are read through their covering index: all of them once for
			// a national ladder, those of the awards asked for otherwise.
			if strings.HasPrefix(line, "SCAN p") && !(q.National() && line == "SCAN p USING COVERING INDEX reg_payment_by_award_in_force") {
				t.Errorf("%+v scans:\n%s", q, strings.Join(plan, "\n"))
			}
		}
	}
}

// The ladder by year and network of 100,000 awards with 1,000,000 payments,
// against its statement prepared by hand.
func BenchmarkLadder(b *testing.B) {
	s, db := manyAwards(b, 100_000)
	ctx := context.Background()
	q := innovation.LadderQuery{By: innovation.LadderYearNetwork}
	text, args, err := store.LadderStatement(ctx, s, manyView, q)
	if err != nil {
		b.Fatal(err)
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	h := &hand{b: b, stmts: map[string]*sql.Stmt{}, conn: conn}
	var step, network, stream, vat, why string
	var n [16]int64
	dest := []any{&step, &network, &stream, &n[0], &vat, &why}
	for i := range n[1:] {
		dest = append(dest, &n[i+1])
	}
	sideBySide(b, func(int) {
		if _, err := s.Ladder(ctx, manyView, q); err != nil {
			b.Fatal(err)
		}
	}, func(int) { h.all(dest, text, args...) })
}
