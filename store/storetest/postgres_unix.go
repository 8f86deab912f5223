//go:build unix

package storetest

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// postgresScript starts a cluster in the folder $2 with the programs in $1 and
// runs it until its standard input ends, which it does when the test program
// ends, even by a signal. Then it stops the server and removes the folder.
const postgresScript = `
trap '' INT TERM HUP
folder=$2
init() { bin=$1; shift; rm -rf "$folder/data"; "$bin/initdb" -D "$folder/data" -U app -A trust -E UTF8 --no-sync "$@" >"$folder/initdb.log" 2>&1; }
if init "$1" --locale=C.UTF-8 --locale-provider=icu --icu-locale=en-GB || init "$1" --locale=C.UTF-8 || init "$1" --no-locale; then
	"$1/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off -c synchronous_commit=off \
		-c full_page_writes=off -c shared_buffers=32MB -c max_connections=200 -c autovacuum=off >"$folder/server.log" 2>&1 </dev/null &
	server=$!
	cat >/dev/null
	kill -INT $server
	wait $server
fi
cat >/dev/null
rm -rf "$folder"
`

// startPostgres makes and starts a cluster of the test program's own.
func startPostgres(bin string) (dsn string, err error) {
	folder, err := os.MkdirTemp("", "pg")
	if err != nil {
		return "", err
	}
	attributes := &syscall.SysProcAttr{Setpgid: true} // an interrupt from the terminal is not for it
	if os.Getuid() == 0 {
		uid, gid, err := unprivileged()
		if err != nil {
			return "", err
		}
		if err := os.Chown(folder, uid, gid); err != nil {
			return "", err
		}
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	cmd := exec.Command("/bin/sh", "-c", postgresScript, "sh", bin, folder)
	cmd.Dir, cmd.SysProcAttr = folder, attributes
	cmd.Env = append(os.Environ(), "HOME="+folder)
	alive, err := cmd.StdinPipe() // never closed: it ends with this program
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		alive.Close()
		return "", err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	dsn = fmt.Sprintf("host=%s port=5432 user=app dbname=postgres sslmode=disable", folder)
	if err := awaitPostgres(dsn, ended); err != nil {
		log, _ := os.ReadFile(filepath.Join(folder, "server.log"))
		if len(log) == 0 {
			log, _ = os.ReadFile(filepath.Join(folder, "initdb.log"))
		}
		alive.Close()
		return "", fmt.Errorf("the cluster did not start: %w\n%s", err, bytes.TrimSpace(log))
	}
	return dsn, nil
}

// awaitPostgres tries to connect until the server answers.
func awaitPostgres(dsn string, ended <-chan error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	db, _, err := OpenPostgres(dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	for {
		err := db.PingContext(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return err
		case exit := <-ended:
			return fmt.Errorf("it ended: %v", exit)
		case <-time.After(20 * time.Millisecond): // until its socket is there
		}
	}
}

// unprivileged finds a user for the server, which refuses to run as root.
func unprivileged() (uid, gid int, err error) {
	for _, name := range []string{"postgres", "nobody"} {
		u, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err1 := strconv.Atoi(u.Uid)
		gid, err2 := strconv.Atoi(u.Gid)
		if err1 == nil && err2 == nil && uid != 0 {
			return uid, gid, nil
		}
	}
	return 0, 0, fmt.Errorf("the server refuses to run as root, and there is no user postgres or nobody")
}
