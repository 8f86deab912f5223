// Package postgres opens pools of connections to PostgreSQL over
// github.com/lib/pq, the way package store wants them: notices reach the
// dialect, and no request waits longer than its context.
package postgres

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/lib/pq"
)

// Address is where a PostgreSQL database is and how to reach it.
type Address struct {
	config pq.Config
}

// Parse reads an address as libpq does: postgres://user:password@host/database
// or words as host=… dbname=…, with the PG… environment variables for what it
// leaves out. Several hosts are tried in order. Without a host it is the socket
// of this machine's server where there is one. The error quotes no password.
func Parse(text string) (*Address, error) {
	if strings.HasPrefix(text, "postgres://") || strings.HasPrefix(text, "postgresql://") {
		var err error
		if text, err = words(text); err != nil {
			return nil, err
		}
	}
	config, err := pq.NewConfig(text)
	if err == nil && os.Getenv("PGHOST") == "" && os.Getenv("PGHOSTADDR") == "" && !strings.Contains(text, "hostaddr") {
		if folder := socketFolder(config.Port); folder != "" {
			config, err = pq.NewConfig("host=" + folder + " " + text) // a host in the text is the later and counts
		}
	}
	switch {
	case err != nil && strings.HasPrefix(err.Error(), "pq: "): // names the word that is wrong
		return nil, errors.New(strings.TrimPrefix(err.Error(), "pq: "))
	case err != nil:
		return nil, errors.New("it is no list of words as host=localhost dbname=register")
	}
	if config.SSLMode == "" { // lib/pq's own default is not libpq's
		config.SSLMode = pq.SSLModePrefer
		if config.SSLNegotiation == pq.SSLNegotiationDirect {
			config.SSLMode = pq.SSLModeRequire
		}
	}
	if v := config.Runtime["channel_binding"]; v == "prefer" || v == "disable" {
		delete(config.Runtime, "channel_binding")
	}
	for _, name := range []string{"channel_binding", "require_auth", "servicefile", "sslcertmode", "sslpassword"} {
		if _, given := config.Runtime[name]; given { // the server would be asked for a setting of that name
			return nil, fmt.Errorf("%s is not supported: leave it out", name)
		}
	}
	config.BinaryParameters = true // one round trip per statement instead of two
	return &Address{config}, nil
}

// String is the address for people, without user and password.
func (a *Address) String() string {
	hosts := []string{a.config.Host}
	for _, m := range a.config.Multi {
		hosts = append(hosts, m.Host)
	}
	return fmt.Sprintf("PostgreSQL database %s on %s", a.config.Database, strings.Join(hosts, ", "))
}

// words turns a URL into words. lib/pq would refuse several hosts with ports,
// and quote the URL in its error.
func words(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil {
		return "", errors.New("it is no URL as postgres://user:password@host:5432/database; in a password write %40 for @, %3A for :, %2F for /, %3F for ? and %23 for #")
	}
	var b strings.Builder
	add := func(name, value string) {
		if value != "" {
			b.WriteString(name + "='" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "' ")
		}
	}
	add("user", u.User.Username())
	password, _ := u.User.Password()
	add("password", password)
	var hosts, ports []string
	given := false
	for part := range strings.SplitSeq(u.Host, ",") {
		host, port := strings.Trim(part, "[]"), "5432"
		if h, p, err := net.SplitHostPort(part); err == nil && p != "" {
			host, port, given = h, p, true
		}
		hosts, ports = append(hosts, host), append(ports, port)
	}
	add("host", strings.Join(hosts, ","))
	if given {
		add("port", strings.Join(ports, ","))
	}
	add("dbname", strings.TrimPrefix(u.Path, "/"))
	for name, values := range u.Query() {
		add(name, values[0])
	}
	return b.String(), nil
}

// socketFolder is the folder of the socket of this machine's server, or empty.
func socketFolder(port uint16) string {
	for _, folder := range []string{"/var/run/postgresql", "/private/tmp", "/tmp"} { // Debian, macOS, PostgreSQL's own
		if _, err := os.Stat(filepath.Join(folder, ".s.PGSQL."+strconv.Itoa(int(port)))); err == nil {
			return folder
		}
	}
	return ""
}
