package store

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

// maxLogLine is how many bytes a line of an act log may have.
const maxLogLine = 16 << 20

// actLogReader reads the lines of an act log.
type actLogReader struct {
	in    *bufio.Reader
	line  int64
	head  logHead
	begun bool // held against the register
	last  innovation.ActNumber
	chain string // the digest of the last act
	over  bool

	changes int64 // that were read
}

func (l *actLogReader) damaged(format string, args ...any) error {
	return innovation.Invalidf(innovation.RuleActLogDamaged, "", "line %d of the act log: %s", l.line, fmt.Sprintf(format, args...)).
		Trying("export the log again: this one is cut short or was changed")
}

// next reads a line into v, strictly.
func (l *actLogReader) next(v any) error {
	var text []byte
	for {
		part, err := l.in.ReadSlice('\n')
		text = append(text, part...)
		if len(text) > maxLogLine {
			l.line++
			return l.damaged("it is longer than any line of a log")
		}
		if err == nil {
			break
		}
		if err != bufio.ErrBufferFull {
			if err == io.EOF {
				l.line++
				return l.damaged("the log ends before its last line")
			}
			return err
		}
	}
	l.line++
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return l.damaged("%v", err)
	}
	if d.More() {
		return l.damaged("it holds more than one object")
	}
	return nil
}

func (l *actLogReader) open() error {
	if err := l.next(&l.head); err != nil || l.head.Format != ActLogFormat {
		return innovation.Invalidf(innovation.RuleActLogDamaged, "", "the file is no act log of a register").
			Trying("give a file that innovationd act-log has written")
	}
	if l.head.Schema > SchemaVersion() {
		return unsuitable(innovation.RuleSchemaNewer, fmt.Sprintf("the log is of schema %d and this program knows schemas up to %d", l.head.Schema, SchemaVersion()),
			"use a program that knows it")
	}
	if err := innovation.CheckKey("register", l.head.Register); err != nil {
		return l.damaged("%v", innovation.Violations(err)[0])
	}
	l.last, l.chain = l.head.Since, l.head.Before
	return nil
}

// act reads the head of the next act; nil when the log is at its end.
func (l *actLogReader) act() (*logAct, error) {
	if l.over {
		return nil, nil
	}
	var line struct {
		logAct
		End *innovation.ActNumber `json:"end"`
	}
	if err := l.next(&line); err != nil {
		return nil, err
	}
	if line.End != nil {
		if *line.End != l.last {
			return nil, l.damaged("the log ends with act %d, and says that it ends with act %d", l.last, *line.End)
		}
		if line.Digest != l.chain {
			return nil, l.damaged("the log does not end with the digest of act %d", l.last)
		}
		if _, err := l.in.ReadByte(); err != io.EOF {
			return nil, l.damaged("something follows the end")
		}
		l.over = true
		return nil, nil
	}
	if line.Act != l.last+1 || line.Changes < 1 || line.At != line.At.UTC().Truncate(time.Microsecond) {
		return nil, l.damaged("act %d stands after act %d", line.Act, l.last)
	}
	if line.At.Year() > 9998 { // acts that follow are later, and have to have years of four digits
		return nil, l.damaged("act %d was made in the year %d", line.Act, line.At.Year())
	}
	l.last, l.chain = line.Act, line.Digest
	return &line.logAct, nil
}

func (l *actLogReader) change() (*logChange, error) {
	c := &logChange{}
	err := l.next(c)
	l.changes++
	return c, err
}
