package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// oneAct makes an act, which needs the writer.
func (s *service) oneAct(n int) {
	s.t.Helper()
	body := strings.ReplaceAll(oneName, `"Oxford"`, fmt.Sprintf(`"Oxford %d"`, n))
	s.do("POST", "/v1/facts/names", body).want(s.t, 201)
}

// TestHostileBodies sends what no table is: each is refused, and nothing written.
func TestHostileBodies(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.fund()
	before := s.acts()
	var bomb bytes.Buffer
	z, _ := gzip.NewWriterLevel(&bomb, gzip.BestCompression)
	row := strings.Repeat("x,", 500) + "\n"
	for range 100_000 {
		io.WriteString(z, row)
	}
	z.Close()
	const adoptions = "/v1/imports/adoption?format=adoptions&reason=returns&source=returns&sourceTitle=Returns"
	const awards = "/v1/imports?format=360giving-csv&reason=returns&source=returns&sourceTitle=Returns"
	for what, body := range map[string]string{
		"a bomb":             bomb.String(),
		"half a bomb":        bomb.String()[:bomb.Len()/2],
		"a million columns":  strings.Repeat("a,", 500_000) + "\n",
		"a huge row":         "organisation,role,start\n" + strings.Repeat("x", 5<<20),
		"an open quote":      "organisation,role,start\n\"" + strings.Repeat("x\n", 1<<20),
		"nothing":            " ",
		"NUL":                "organisation,role,start\nahsn-oxford,ho\x00st,2014\n",
		"what is no text":    "organisation,role,start\n\xff\x81\xfe,host,2014\n",
		"half a zip":         "PK\x03\x04half",
		"UTF-16, an odd way": "\xff\xfea\x00b\x00c",
		"formulas":           "organisation,role,start\n=cmd|' /C calc'!A0,@SUM(1),+1\n",
	} {
		for _, path := range []string{importRoles + "&write=true", adoptions, awards} {
			r := s.do("POST", path, body, "Content-Type", "application/octet-stream")
			if r.StatusCode < 400 || r.StatusCode >= 500 {
				t.Errorf("%s to %.20s: %d %.300s", what, path, r.StatusCode, r.body)
			} else if len(r.body) > 1<<20 {
				t.Errorf("%s to %.20s: an answer of %d bytes", what, path, len(r.body))
			}
		}
	}
	for _, header := range [][]string{{"Content-Type", "text/html"}, {"Content-Type", ";"}, {"Content-Type", "text/csv; charset=utf-7"}, {"Content-Type", "text/csv", "Content-Encoding", "gzip"}} {
		s.do("POST", importRoles+"&write=true", roleTable, header...).want(t, 415)
	}
	if s.acts() != before || s.log.Len() > 0 {
		t.Errorf("%d acts, %d before; log: %s", s.acts(), before, s.log)
	}
	s.oneAct(0)
}

// TestAbortedUpload cuts connections in the middle of an upload.
func TestAbortedUpload(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.fund()
	before := s.acts()
	for range 16 {
		c, err := net.Dial("tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(c, "POST %s&write=true HTTP/1.1\r\nHost: x\r\nActor: jo\r\nContent-Type: text/csv\r\nContent-Length: 100000\r\n\r\n%s", importRoles, roleTable)
		c.Close()
	}
	s.oneAct(0)
	s.Close() // every request has ended
	if s.acts() != before+1 || s.log.Len() > 0 {
		t.Errorf("%d acts, %d before; log: %s", s.acts(), before, s.log)
	}
}

// TestImportGivenUp ends requests in the middle of an import, beside others that
// read and write: it is whole or absent, and nothing of it is left running.
func TestImportGivenUp(t *testing.T) { // alone, for it looks at what runs
	s := serve(t)
	s.fund()
	before := s.acts()
	var file strings.Builder
	file.WriteString("organisation,text,kind,start\n")
	for i := range 5_000 {
		fmt.Fprintf(&file, "ahsn-oxford,Oxford %d,short,2014-01-01\n", i)
	}
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			switch i % 4 {
			case 0:
				ctx, cancel := context.WithCancel(t.Context())
				// The server has the whole file when it is asked for the end.
				body := io.MultiReader(strings.NewReader(file.String()), ending{cancel})
				r, _ := http.NewRequestWithContext(ctx, "POST", s.URL+"/v1/tables/names?reason=names&source=returns&sourceTitle=Returns&write=true", body)
				r.Header.Set("Content-Type", "text/csv")
				r.Header.Set("Actor", "jo")
				r.ContentLength = int64(file.Len())
				if resp, err := s.Client().Do(r); err == nil {
					resp.Body.Close()
				}
			case 1:
				s.oneAct(i)
			case 2:
				s.get("/v1/fhir/bundle").want(t, 200)
			case 3:
				s.get("/v1/tables/names?allDays=true&format=xlsx").want(t, 200)
			}
		})
	}
	all.Wait()
	s.oneAct(100)
	s.Close()
	if v, err := s.store.Verify(t.Context(), nil); err != nil || !v.OK || s.log.Len() > 0 {
		t.Errorf("%+v %v; log: %s", v, err, s.log)
	}
	if n := s.acts() - before; n < 5 || n > 6 { // the same file adds nothing twice
		t.Errorf("%d acts", n)
	}
	stacks := make([]byte, 1<<20)
	if stacks = stacks[:runtime.Stack(stacks, true)]; bytes.Contains(stacks, []byte("tabular.Import(")) || bytes.Contains(stacks, []byte("fhir.Export(")) {
		t.Errorf("something is left running:\n%s", stacks)
	}
}

// ending gives up when it is read.
type ending struct{ cancel context.CancelFunc }

func (e ending) Read([]byte) (int, error) { e.cancel(); return 0, io.EOF }

// TestTableSent gets a table, which is sent as it is made, and none: what fails
// before anything is sent is a problem as ever.
func TestTableSent(t *testing.T) {
	t.Parallel()
	s := serve(t)
	s.fund()
	r := s.get("/v1/tables/names?allDays=true").want(t, 200)
	if r.Header.Get("Content-Disposition") == "" || !strings.HasPrefix(r.Header.Get("Content-Type"), "text/csv") || !strings.HasPrefix(r.body, "fact,organisation,") {
		t.Errorf("%v %.100s", r.Header, r.body)
	}
	p := s.get("/v1/tables/names?subject=organisation/nobody")
	if p.StatusCode != 404 || p.Header.Get("Content-Disposition") != "" || p.problem(t).Status != 404 {
		t.Errorf("%d %v %s", p.StatusCode, p.Header, p.body)
	}
}
