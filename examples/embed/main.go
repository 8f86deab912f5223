// Command embed is a service with routes of its own that offers a register
// beside them, under /registry. The register is one file; the service stops
// when it gets a signal, after the requests in flight.
//
//	go run ./examples/embed
package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/innovationregistry/registry/httpapi"
	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/store"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, "embed.db", "127.0.0.1:8081", os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

// run serves until the context ends.
func run(ctx context.Context, file, addr string, out io.Writer) error {
	st, err := store.Open(ctx, file, nil)
	if err != nil {
		return err
	}
	defer st.Close()

	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: routes(st), ReadHeaderTimeout: 10 * time.Second}
	stopped := make(chan error, 1)
	go func() { stopped <- server.Serve(listener) }()
	fmt.Fprintf(out, "http://%s/hello\nhttp://%s/registry/v1/licence-board\n", listener.Addr(), listener.Addr())

	select {
	case err := <-stopped:
		return err
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	return server.Shutdown(patience)
}

// routes are the service's own, and those of the register.
func routes(st *store.Store) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /hello", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintln(w, "a route of the service's own")
	})
	api := httpapi.New(st, &httpapi.Options{Prefix: "/registry", Authenticate: whoWrites})
	mux.Handle("/registry/", http.StripPrefix("/registry", api))
	return mux
}

// whoWrites answers with the key of the person who writes. A real service asks
// its session here; without an Authenticate function, writing is refused.
func whoWrites(r *http.Request) (innovation.PersonID, error) {
	if _, password, ok := r.BasicAuth(); ok && password == os.Getenv("EMBED_PASSWORD") && password != "" {
		return "pat-0001", nil
	}
	return "", &innovation.Error{Kind: innovation.Unauthorised, Detail: "nobody is logged in", Try: "log in"}
}
