package store

import (
	"context"

	"github.com/innovationregistry/registry/innovation"
)

// AwardReading is an award as it stands on a day, with everything that belongs
// to it.
type AwardReading struct {
	Recipe      innovation.Recipe                               `json:"recipe"`
	Version     innovation.ActNumber                            `json:"version" doc:"The last act that touched the award, as of now"`
	Award       innovation.Recorded[innovation.Award]           `json:"award" doc:"The award as it was made"`
	Standing    innovation.AwardStanding                        `json:"standing" doc:"How it stands on the day"`
	Adjustments []innovation.Recorded[innovation.Adjustment]    `json:"adjustments,omitempty" doc:"What changed its amount, as recorded"`
	Gates       []innovation.Recorded[innovation.Gate]          `json:"gates,omitempty" doc:"What keeps or kept instalments back"`
	Payments    []innovation.Recorded[innovation.Payment]       `json:"payments,omitempty" doc:"What was paid, in the order recorded"`
	Refunds     []innovation.Recorded[innovation.Refund]        `json:"refunds,omitempty" doc:"What came back, in the order recorded"`
	Shares      []innovation.Recorded[innovation.Share]         `json:"shares,omitempty" doc:"The parts of a consortium"`
	Transfers   []innovation.Recorded[innovation.MoneyTransfer] `json:"transfers,omitempty" doc:"From where it was passed on"`
}

// Award gives an award as it stands on the day.
func (r reader) Award(ctx context.Context, v innovation.View, id innovation.AwardID) (out AwardReading, err error) {
	err = r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		_, version, err := mustEntity(ctx, s, m, id.Entity())
		if err != nil {
			return err
		}
		files, err := awardFiles(ctx, s, m, awardFilter{award: id})
		if err != nil {
			return err
		}
		if len(files) == 0 {
			return notFound(m, id.Entity())
		}
		f := files[0]
		out = AwardReading{Recipe: m.recipe(), Version: innovation.ActNumber(version), Award: f.Award, Adjustments: f.Adjustments, Gates: f.Gates,
			Payments: f.Payments, Refunds: f.Refunds, Shares: f.Shares, Transfers: f.Transfers}
		out.Standing, err = f.Standing(m.on)
		return err
	})
	return out, err
}

// EnvelopeReading is an envelope with everything that is shared out of it.
type EnvelopeReading struct {
	Recipe      innovation.Recipe                            `json:"recipe"`
	Version     innovation.ActNumber                         `json:"version" doc:"The last act that touched the envelope, as of now"`
	Envelope    innovation.Recorded[innovation.Envelope]     `json:"envelope" doc:"The envelope"`
	CoFunders   []innovation.Recorded[innovation.CoFunder]   `json:"coFunders,omitempty" doc:"Who funds it too"`
	Criteria    []innovation.Recorded[innovation.Criterion]  `json:"criteria,omitempty" doc:"The rules by which it is shared out"`
	Allocations []innovation.Recorded[innovation.Allocation] `json:"allocations,omitempty" doc:"What is set aside out of it"`
	Scores      []innovation.Recorded[innovation.Score]      `json:"scores,omitempty" doc:"What explains the allocations"`
	Shares      []innovation.Recorded[innovation.Share]      `json:"shares,omitempty" doc:"The parts of joint allocations"`
	Parts       []innovation.Recorded[innovation.Envelope]   `json:"parts,omitempty" doc:"The envelopes that lie in it"`
	Above       []innovation.EnvelopeID                      `json:"above,omitempty" doc:"The envelopes in which it lies, from the nearest"`
	Claims      []innovation.Recorded[innovation.MoneyClaim] `json:"claims,omitempty" doc:"Figures that sources give instead or beside it"`
}

// Envelope gives an envelope with its criteria, allocations and rival figures,
// as the view knows them; what is of a later day is in it with its day.
func (r reader) Envelope(ctx context.Context, v innovation.View, id innovation.EnvelopeID) (out EnvelopeReading, err error) {
	err = r.envelope(ctx, v, id, func(_ *session, m moment, version int64, f innovation.EnvelopeFile) error {
		out = EnvelopeReading{Recipe: m.recipe(), Version: innovation.ActNumber(version), Envelope: f.Envelope, CoFunders: f.CoFunders,
			Criteria: f.Criteria, Allocations: f.Allocations, Scores: f.Scores, Shares: f.Shares, Parts: f.Parts, Above: f.Above, Claims: f.Claims}
		return nil
	})
	return out, err
}

// envelope reads the file of an envelope and hands it on.
func (r reader) envelope(ctx context.Context, v innovation.View, id innovation.EnvelopeID, use func(*session, moment, int64, innovation.EnvelopeFile) error) error {
	return r.from.read(ctx, func(s *session) error {
		m, err := resolve(ctx, s, v)
		if err != nil {
			return err
		}
		_, version, err := mustEntity(ctx, s, m, id.Entity())
		if err != nil {
			return err
		}
		f, found, err := envelopeFile(ctx, s, m, id, "")
		if err == nil && !found {
			err = notFound(m, id.Entity())
		}
		if err != nil {
			return err
		}
		return use(s, m, version, f)
	})
}
