// Command postgres moves a register from a file to PostgreSQL: the acts are
// copied with their numbers and times, so that the digest of the chain is the
// same on both sides. From then on the program opens the one instead of the
// other; nothing else of it changes. Run it again and only what came since is
// copied.
//
//	go run ./examples/postgres postgres://app@localhost/registry
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
	"github.com/innovationregistry/registry/store"
	"github.com/innovationregistry/registry/store/postgres"
)

func main() {
	err := errors.New("say where PostgreSQL is: go run ./examples/postgres postgres://user:password@host/database")
	if len(os.Args) == 2 {
		err = run(context.Background(), "postgres-example.db", os.Args[1], os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "Error:", err)
		os.Exit(1)
	}
}

// run fills a register in a file, copies it, and asks both the same.
func run(ctx context.Context, file, dsn string, out io.Writer) error {
	local, err := store.Open(ctx, file, nil)
	if err != nil {
		return err
	}
	defer local.Close()
	if _, err := local.Load(ctx, england.Acts(), nil); err != nil {
		return err
	}

	address, err := postgres.Parse(dsn)
	if err != nil {
		return err
	}
	pool, dialect := address.Open()
	defer pool.Close()
	shared, err := store.OpenDB(ctx, pool, dialect, nil) // this line is what changes
	if err != nil {
		return err
	}
	defer shared.Close()

	copied, err := store.Copy(ctx, local, shared, nil)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "copied %d acts; digest %s\n", copied.Acts, copied.Digest)
	for _, st := range []*store.Store{local, shared} {
		board, err := st.LicenceBoard(ctx, innovation.On(innovation.MustDate("2023-06-01")))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "%s: %d licences on %s, as of act %d\n", st.Engine(), len(board.Rows), board.Recipe.On, board.Recipe.Act)
	}
	return nil
}
