package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A request whose body is still on its way when SIGTERM comes is answered, and
// what it wrote stands; then the program ends with exit code 0.
func TestRequestInFlightFinishes(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("this system has no SIGTERM: run the test on Linux or macOS")
	}
	dir := t.TempDir()
	cmd := exec.Command("innovationd", "serve", "-addr", "127.0.0.1:0")
	cmd.Dir = dir
	cmd.Env = append(cmd.Environ(), "INNOVATIOND_TOKENS=pat-0001 correct-horse-battery")
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	lines := bufio.NewScanner(pipe)
	addr := printed(t, lines, regexp.MustCompile(`^Open http://([0-9.:]+)/$`))

	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(30 * time.Second))
	body := `{"reason": "Sent while the program stops", "input": {"source": "letter", "title": "A letter", "published": {"on": "2024-01-01"}}}`
	fmt.Fprintf(conn, "POST /v1/facts/sources HTTP/1.1\r\nHost: register\r\nContent-Type: application/json\r\n"+
		"Authorization: Bearer correct-horse-battery\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n", len(body))
	answer := bufio.NewReader(conn)
	if status, err := answer.ReadString('\n'); err != nil || !strings.Contains(status, "100") { // the handler reads
		t.Fatalf("%q %v", status, err)
	}
	if _, err := answer.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	printed(t, lines, regexp.MustCompile(`^(Stopping: requests in flight finish first\.)$`))
	if _, err := io.WriteString(conn, body); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(answer, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusCreated {
		text, _ := io.ReadAll(resp.Body)
		t.Errorf("%s\n%s", resp.Status, text)
	}
	printed(t, lines, regexp.MustCompile(`^(Stopped\.)$`))
	if err := cmd.Wait(); err != nil {
		t.Error(err)
	}
	code, out, errs := run(t, "history", "source/letter", "-db", filepath.Join(dir, "register.db"))
	if code != 0 || !strings.Contains(out, "Sent while the program stops") {
		t.Errorf("exit code %d\n%s%s", code, out, errs)
	}
}

// printed waits for a line and gives its first group.
func printed(t *testing.T, lines *bufio.Scanner, want *regexp.Regexp) string {
	t.Helper()
	for lines.Scan() {
		if m := want.FindStringSubmatch(lines.Text()); m != nil {
			return m[1]
		}
	}
	t.Fatalf("the program ended without printing %s", want)
	return ""
}
