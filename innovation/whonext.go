package innovation

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Reasons by which those who do not use an innovation yet are ranked, and by
// which the one who could introduce them is chosen.
const (
	WhyNetwork  = "network-peers"    // others of the same network use it
	WhyICB      = "icb-peers"        // others of the same integrated care board use it
	WhyPeers    = "peer-group"       // others of a peer group use it
	WhySize     = "similar-size"     // one of about its size uses it
	WhyLike     = "like-innovations" // it took up innovations like this one
	WhyStage    = "stage-reached"    // it assesses or pilots it already
	WhyMandate  = "mandate"          // it is to be used by a day
	WhyBlocker  = "blocker"          // something stands in the way
	WhyLongest  = "longest-in-use"   // of who introduces: how long it has used it
	WhyEvidence = "best-evidence"    // of who introduces: how well its use is evidenced
)

// ReasonWeight is how much a reason counts.
type ReasonWeight struct {
	Reason string `json:"reason" doc:"The reason"`
	Weight int64  `json:"weight" minimum:"-100" maximum:"100" doc:"What its value, from 0 to 1, is multiplied by; below 0 for a reason against"`
}

// WhoNextWeights are the usual weights of the reasons why an organisation may
// be next. They are a judgement, not an estimate: peers that use it count most,
// a recorded blocker counts against.
func WhoNextWeights() []ReasonWeight {
	return []ReasonWeight{{WhyNetwork, 25}, {WhyICB, 20}, {WhyPeers, 20}, {WhySize, 10}, {WhyLike, 15}, {WhyStage, 20}, {WhyMandate, 10}, {WhyBlocker, -30}}
}

// IntroducerWeights are the weights by which it is judged who could best
// introduce an organisation.
func IntroducerWeights() []ReasonWeight {
	return []ReasonWeight{{WhyPeers, 30}, {WhyICB, 25}, {WhyNetwork, 20}, {WhySize, 15}, {WhyLongest, 10}, {WhyEvidence, 10}}
}

// ParseWeights reads texts reason=weight, each of which changes one of the
// usual weights.
func ParseWeights(field string, texts []string) ([]ReasonWeight, error) {
	out := WhoNextWeights()
	var errs []error
	given := map[string]bool{}
	for _, text := range texts {
		name, number, ok := strings.Cut(text, "=")
		n, err := strconv.ParseInt(number, 10, 64)
		i := slices.IndexFunc(out, func(w ReasonWeight) bool { return w.Reason == name })
		switch {
		case !ok || i < 0:
			errs = append(errs, Invalidf(RuleQuestionInvalid, field, "%q names no reason and weight", clip(text)).Trying("write reason=weight with one of %s", reasonNames()))
		case err != nil || n < -100 || n > 100:
			errs = append(errs, Invalidf(RuleQuestionInvalid, field, "%q is no weight of %s", clip(number), name).Trying("use a whole number from -100 to 100"))
		case given[name]:
			errs = append(errs, Invalidf(RuleQuestionInvalid, field, "%s is given twice", name))
		default:
			out[i].Weight, given[name] = n, true
		}
	}
	return out, Join(errs...)
}

func reasonNames() string {
	var out []string
	for _, w := range WhoNextWeights() {
		out = append(out, w.Reason)
	}
	return strings.Join(out, ", ")
}

// WhoNextQuery asks whom to call next.
type WhoNextQuery struct {
	Innovation InnovationID   `json:"innovation" doc:"The innovation"`
	Network    OrganisationID `json:"network,omitempty" doc:"Only organisations that this network serves"`
	PeerGroup  PeerGroupID    `json:"peerGroup,omitempty" doc:"The peer group to compare with; every group that an organisation is in when left out"`
	Programme  ProgrammeID    `json:"programme,omitempty" doc:"Those eligible as this programme sees it; in general when left out"`
	Phase      int64          `json:"phase,omitempty" doc:"And as this phase of it sees it"`
	Limit      int            `json:"limit" doc:"How many are listed at most"`
	Weights    []ReasonWeight `json:"weights" doc:"How much each reason counts"`
	Firm       EvidenceGrade  `json:"firm" doc:"The weakest grade of evidence that is firm"`
}

// Normal is the query with what it leaves out.
func (q WhoNextQuery) Normal() WhoNextQuery {
	q.Limit, q.Firm = cmp.Or(q.Limit, 20), cmp.Or(q.Firm, UsualFirm)
	if q.Weights == nil {
		q.Weights = WhoNextWeights()
	}
	return q
}

// Validate reports everything that is wrong with the query.
func (q WhoNextQuery) Validate() error {
	errs := []error{checkRef("innovation", string(q.Innovation)), checkOptionalRef("network", string(q.Network)), checkOptionalRef("peerGroup", string(q.PeerGroup)),
		checkOptionalRef("programme", string(q.Programme)), checkPhase(q.Phase, false), checkFirm(q.Firm)}
	if q.Phase != 0 && q.Programme == "" {
		errs = append(errs, Invalidf(RuleQuestionInvalid, "phase", "a phase is given without its programme").Trying("give the programme"))
	}
	if q.Limit < 0 || q.Limit > 1000 {
		errs = append(errs, Invalidf(RulePageLimitInvalid, "limit", "a list of %d", q.Limit).Trying("use 1 to 1000"))
	}
	for _, w := range q.Weights {
		if !slices.ContainsFunc(WhoNextWeights(), func(u ReasonWeight) bool { return u.Reason == w.Reason }) || w.Weight < -100 || w.Weight > 100 {
			errs = append(errs, Invalidf(RuleQuestionInvalid, "weights", "%q has the weight %d", clip(w.Reason), w.Weight).Trying("use -100 to 100 for one of %s", reasonNames()))
		}
	}
	return Join(errs...)
}

// ScoredReason is one reason with what it contributes to a score.
type ScoredReason struct {
	Reason       string           `json:"reason" doc:"The reason"`
	Known        bool             `json:"known" doc:"Whether the register knows enough to value it; what is not known contributes nothing, and is not 0"`
	Value        int64            `json:"value" doc:"From 0 to 1, in millionths; 0 too when it is not known"`
	Weight       int64            `json:"weight" doc:"How much it counts"`
	Contribution int64            `json:"contribution" doc:"Weight times value, in millionths: the score is the sum of these"`
	Text         string           `json:"text" doc:"What the value says, or what is missing"`
	Bodies       []OrganisationID `json:"bodies,omitempty" doc:"The organisations that it is about"`
	Innovations  []InnovationID   `json:"innovations,omitempty" doc:"The innovations that it is about"`
	Facts        []FactID         `json:"facts,omitempty" doc:"The facts behind it"`
}

// Scored is a stated sum of stated reasons.
type Scored struct {
	Score   int64          `json:"score" doc:"The sum of the contributions, in millionths"`
	Known   int64          `json:"known" doc:"The part of the weights, without regard to their signs, whose reasons are known, in millionths"`
	Reasons []ScoredReason `json:"reasons" doc:"Every reason, in the order of the weights"`
}

// add appends a reason with its weight.
func (s *Scored) add(weights []ReasonWeight, r ScoredReason) {
	for _, w := range weights {
		if w.Reason != r.Reason {
			continue
		}
		r.Weight = w.Weight
		if r.Known {
			r.Value = max(0, min(r.Value, million))
			r.Contribution = r.Value * r.Weight
		} else {
			r.Value = 0
		}
		s.Reasons = append(s.Reasons, r)
	}
}

// sum makes the score from the reasons.
func (s *Scored) sum() {
	var all, known int64
	s.Score, s.Known = 0, 0
	for _, r := range s.Reasons {
		s.Score += r.Contribution
		w := max(r.Weight, -r.Weight)
		all += w
		if r.Known {
			known += w
		}
	}
	if all > 0 {
		s.Known = known * million / all
	}
}

// WhoNextRow is an organisation that could use the innovation and, as far as is
// known, does not.
type WhoNextRow struct {
	Organisation OrganisationID  `json:"organisation" doc:"The organisation"`
	Name         string          `json:"name" doc:"Its name on the day"`
	Eligible     Answer          `json:"eligible" doc:"Whether it could adopt: yes or possibly"`
	InUse        Answer          `json:"inUse" doc:"Whether it uses it: no, or possibly when the evidence does not agree or only parts of it do"`
	Standing     UnitStanding    `json:"standing" doc:"How the evidence reads"`
	Networks     []AdoptionGroup `json:"networks" doc:"The networks that serve it; none when the register does not know"`
	Scored
	Introducer *Introducer `json:"introducer,omitempty" doc:"The user best placed to introduce it; left out when nobody certainly uses it"`
}

// Introducer is an organisation that uses an innovation and could introduce
// another to it.
type Introducer struct {
	Organisation OrganisationID `json:"organisation" doc:"The organisation"`
	Name         string         `json:"name" doc:"Its name on the day"`
	Scored
}

// WhoNextUnit is what is known about one eligible organisation.
type WhoNextUnit struct {
	Organisation OrganisationID
	Eligible     Answer
	Standing     UnitStanding
	Networks     []AdoptionGroup
	ICBs         []AdoptionGroup
	PeerGroups   []PeerGroupID         // those that it certainly is in
	MayPeer      []PeerGroupID         // those that it only possibly is in
	Population   *Recorded[Population] // the latest claim that gives a figure
	Events       []Recorded[Adoption]  // its own and those of the bodies that went into it
}

// LikeInnovation is an innovation that has something in common with the one
// asked about.
type LikeInnovation struct {
	Innovation InnovationID
	Shares     []string // what they have in common: category, supplier, programme, type
	Users      map[OrganisationID]bool
}

// WhoNextFile is what the question is answered from.
type WhoNextFile struct {
	On        Date
	Units     []WhoNextUnit
	Like      []LikeInnovation
	Mandates  []Recorded[Mandate]
	Decisions []Recorded[AdoptionDecision]
}
