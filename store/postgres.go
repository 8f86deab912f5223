package store

import (
	"context"
	"fmt"
	"strconv"

	"github.com/innovationregistry/registry/innovation"
)

// checkPostgres checks that a connection of a host's pool is to a server that
// can keep a register.
func checkPostgres(ctx context.Context, c *session) error {
	var version, encoding string
	if _, err := c.one(ctx, []any{&version}, "SELECT current_setting('server_version_num')"); err != nil {
		return err
	}
	if n, _ := strconv.Atoi(version); n < 150000 {
		return unsuitable(innovation.RuleServerTooOld, fmt.Sprintf("the server has version number %s", version), "use PostgreSQL 15 or later")
	}
	if _, err := c.one(ctx, []any{&encoding}, "SELECT current_setting('server_encoding')"); err != nil {
		return err
	}
	if encoding != "UTF8" {
		return unsuitable(innovation.RuleServerEncoding, "the database has the encoding "+encoding, "create it with the encoding UTF8")
	}
	return nil
}
