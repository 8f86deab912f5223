package store

import (
	"bufio"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/innovationregistry/registry/innovation"
)

// ActLogFormat is what the first line of an act log says that it is.
const ActLogFormat = "innovationregistry-acts/1"

// The lines of an act log are JSON objects: first the head, then each act with
// its changes after it, in order, and an end.
type (
	logHead struct {
		Format   string               `json:"format"`
		Register string               `json:"register"`
		Schema   int                  `json:"schema"`
		Since    innovation.ActNumber `json:"since"`  // the act before the first of the log
		Before   string               `json:"before"` // digest of the chain there
		Acts     int64                `json:"acts"`
		Changes  int64                `json:"changes"`
	}
	logAct struct {
		Act     innovation.ActNumber  `json:"act"`
		At      time.Time             `json:"at"`
		Actor   innovation.PersonID   `json:"actor"`
		Reason  string                `json:"reason"`
		Key     string                `json:"idempotencyKey,omitempty"`
		Request string                `json:"requestDigest,omitempty"`
		Sources []innovation.Citation `json:"sources,omitempty"`
		Changes int64                 `json:"changes"`
		Digest  string                `json:"digest"`
	}
	logChange struct {
		Number   innovation.ChangeNumber `json:"change"`
		Verb     string                  `json:"verb"`
		Type     string                  `json:"type"`
		Fact     innovation.FactID       `json:"fact,omitempty"`
		Subject  innovation.Entity       `json:"subject"`
		Value    json.RawMessage         `json:"value,omitempty"`
		Citation *innovation.Citation    `json:"citation,omitempty"`
		// Of a person's name: what the chain covers, and the salt, which is gone
		// with the name when it was erased.
		Commitment string `json:"commitment,omitempty"`
		Salt       string `json:"salt,omitempty"`
	}
	logEnd struct {
		End    innovation.ActNumber `json:"end"`
		Digest string               `json:"digest"`
	}
)

// ActLog says what an act log holds.
type ActLog struct {
	Register string                  `json:"register" doc:"Identity of the register"`
	First    innovation.ActNumber    `json:"first" doc:"The first act; 0 when there is none"`
	Last     innovation.ActNumber    `json:"last" doc:"The last act; where it begins when there is none"`
	Changes  innovation.ChangeNumber `json:"changes" doc:"How many changes the acts made"`
	Digest   string                  `json:"digest" doc:"Digest of the chain up to the last act"`
}

// ExportActs writes the acts after since, 0 for all, as JSON Lines: the whole
// history as it was recorded, with its numbers and times. ReplayActs makes the
// same register of it on either engine. What it writes is of one moment; acts
// may be made meanwhile. It takes little memory, however long the history.
//
// The log holds the names of persons that are not erased, with the salts of
// their commitments: keep it like the register itself.
//
// progress, which may be nil, is called now and then with how many changes of
// how many are written.
func (s *Store) ExportActs(ctx context.Context, w io.Writer, since innovation.ActNumber, progress func(done, total int64)) (out ActLog, err error) {
	err = s.read(ctx, func(c *session) error {
		log := actLogWriter{session: c, out: bufio.NewWriterSize(w, 64<<10), register: s.ID(), progress: progress}
		log.json = json.NewEncoder(log.out)
		log.json.SetEscapeHTML(false)
		if out, err = log.write(ctx, since); err != nil {
			return err
		}
		return log.out.Flush()
	})
	return out, err
}

type actLogWriter struct {
	session  *session
	out      *bufio.Writer
	json     *json.Encoder
	register string
	progress func(done, total int64)
}

func (l *actLogWriter) write(ctx context.Context, since innovation.ActNumber) (out ActLog, err error) {
	end, err := readHead(ctx, l.session)
	if err != nil {
		return out, err
	}
	begin, err := headAt(ctx, l.session, since)
	if err != nil {
		return out, err
	}
	out = ActLog{Register: l.register, Last: since, Digest: hex.EncodeToString(begin.digest)}
	if err := l.json.Encode(logHead{Format: ActLogFormat, Register: l.register, Schema: SchemaVersion(), Since: since, Before: out.Digest, Acts: end.act - begin.act, Changes: end.change - begin.change}); err != nil {
		return out, err
	}
	for {
		acts, err := readActs(ctx, l.session, int64(out.Last), 50)
		if err != nil {
			return out, err
		}
		if len(acts) == 0 {
			break
		}
		stream := changeStream{session: l.session, next: acts[0].first, last: acts[len(acts)-1].last}
		for i := range acts {
			a := &acts[i]
			if err := l.json.Encode(logAct{Act: a.Act, At: a.At, Actor: a.Actor, Reason: a.Reason, Key: a.Key, Request: hex.EncodeToString(a.request),
				Sources: a.Sources, Changes: a.count(), Digest: a.Digest}); err != nil {
				return out, err
			}
			for {
				c, err := stream.upTo(ctx, a.last)
				if err != nil {
					return out, err
				}
				if c == nil {
					break
				}
				if err := l.change(ctx, c); err != nil {
					return out, err
				}
				if out.Changes++; l.progress != nil && out.Changes%1000 == 0 {
					l.progress(int64(out.Changes), end.change-begin.change)
				}
			}
			if out.First == 0 {
				out.First = a.Act
			}
			out.Last, out.Digest = a.Act, a.Digest
		}
	}
	if l.progress != nil {
		l.progress(int64(out.Changes), end.change-begin.change)
	}
	return out, l.json.Encode(logEnd{out.Last, out.Digest})
}

// change writes a line. What was removed is told by its number alone.
func (l *actLogWriter) change(ctx context.Context, c *Change) error {
	line := logChange{Number: c.Number, Verb: c.Verb, Type: c.Type, Fact: c.Fact, Subject: c.Subject, Citation: c.Citation}
	if c.Value != nil && c.Verb == "added" {
		var err error
		if line.Value, err = json.Marshal(c.Value); err != nil {
			return fmt.Errorf("change %d: %w", c.Number, err)
		}
		if c.code == persons.code {
			var commitment, salt []byte
			if _, err := l.session.one(ctx, []any{&commitment, &salt}, "SELECT commitment, salt FROM reg_person WHERE added = ?", int64(c.Number)); err != nil {
				return err
			}
			line.Commitment, line.Salt = hex.EncodeToString(commitment), hex.EncodeToString(salt)
		}
	}
	return l.json.Encode(line)
}

// headAt is where the chain stood after an act.
func headAt(ctx context.Context, s *session, act innovation.ActNumber) (h head, err error) {
	if act == 0 {
		h.digest = genesis()
		return h, nil
	}
	found, err := s.one(ctx, []any{&h.act, &h.change, &h.at, &h.digest}, "SELECT number, last_change, at, digest FROM reg_act WHERE number = ?", int64(act))
	if err == nil && !found {
		err = innovation.Invalidf(innovation.RuleCursorInvalid, "since", "the register has no act %d", act).Trying("give the number of an act of this register, or 0 for all")
	}
	return h, err
}
