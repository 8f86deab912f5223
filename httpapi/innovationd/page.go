package main

import (
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

// withFrontPage puts a page for people at / and leaves all else to the handler.
func withFrontPage(api http.Handler, now func() time.Time) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" || r.Method != http.MethodGet && r.Method != http.MethodHead {
			api.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
		w.Header().Set("Cache-Control", "no-store")
		today := innovation.DateOf(now(), london()).String()
		io.WriteString(w, strings.ReplaceAll(frontPage, "TODAY", today)) // the reader may be gone
	})
}

// frontPage says TODAY for the day. A template engine would make the program a
// good deal larger.
const frontPage = `<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Innovation register</title>
<style>
body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 44rem; margin: 2rem auto; padding: 0 1rem; color: #212b32; background: #fff; }
a { color: #005eb8; }
code { background: #f0f4f5; padding: 0 .25rem; }
li { margin: .4rem 0; }
</style>
</head>
<body>
<main>
<h1>Innovation register</h1>
<p>This is a register of England’s health innovation networks: organisations, networks, their licences and their money. It
answers for any day (<code>on</code>) and as known at any time (<code>known</code>), with the source of each fact.</p>
<h2>Ask it</h2>
<ul>
<li><a href="/v1/licence-board?on=TODAY">Who is licensed today?</a> <code>/v1/licence-board?on=TODAY</code></li>
<li><a href="/v1/licence-board?on=2013-05-23">Who was licensed on the first day, 23 May 2013?</a></li>
<li><a href="/v1/ladder?envelope=env-2013-pot&amp;on=2014-03-31">What became of the £70m of the first year?</a></li>
<li><a href="/v1/organisations?on=TODAY&amp;role=network">Which networks are there?</a></li>
<li><a href="/v1/changes?since=0&amp;limit=5">What was written first, by whom and why?</a></li>
</ul>
<h2>For programs</h2>
<p><a href="/openapi.json">The description of every operation</a> (OpenAPI 3.1). The same operations stand on the
command line: <code>innovationd call -list</code>.</p>
</main>
</body>
</html>
`
