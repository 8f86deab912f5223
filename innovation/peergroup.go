package innovation

// PeerGroup is a set of organisations that are compared with one another.
type PeerGroup struct {
	PeerGroup PeerGroupID    `json:"peerGroup" doc:"Key of the group"`
	Name      string         `json:"name" doc:"What it is called"`
	Owner     OrganisationID `json:"owner,omitempty" doc:"Who made it; empty when not stated"`
	Basis     string         `json:"basis,omitempty" doc:"What its members have in common"`
	Note      string         `json:"note,omitempty"`
	Period    Period         `json:"period"`
}

// FactType is TypePeerGroup.
func (PeerGroup) FactType() FactType { return TypePeerGroup }

// Subject is the group itself.
func (g PeerGroup) Subject() Entity { return g.PeerGroup.Entity() }

// Valid is the period of the group.
func (g PeerGroup) Valid() Period { return g.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (g PeerGroup) Validate() error {
	return Join(checkRef("peerGroup", string(g.PeerGroup)), checkRequired("name", g.Name, MaxShort), checkOptionalRef("owner", string(g.Owner)),
		CheckText("basis", g.Basis, MaxLong), CheckText("note", g.Note, MaxLong), checkPeriod(g.Period), noPatient(g.Name, g.Basis, g.Note))
}

// Peer is a member of a peer group.
type Peer struct {
	PeerGroup    PeerGroupID    `json:"peerGroup" doc:"The group"`
	Organisation OrganisationID `json:"organisation" doc:"Its member"`
	Period       Period         `json:"period"`
}

// FactType is TypePeer.
func (Peer) FactType() FactType { return TypePeer }

// Subject is the group.
func (p Peer) Subject() Entity { return p.PeerGroup.Entity() }

// Valid is the period of the membership.
func (p Peer) Valid() Period { return p.Period }

// Validate reports everything that is wrong with the fact taken alone.
func (p Peer) Validate() error {
	return Join(checkRef("peerGroup", string(p.PeerGroup)), checkRef("organisation", string(p.Organisation)), checkPeriod(p.Period))
}
