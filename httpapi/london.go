package httpapi

import (
	_ "embed"
	"sync"
	"time"
)

// londonZone is the zone Europe/London of the IANA time zone database, edition
// 2025c, which is in the public domain: the file of that name in the archive
// lib/time/zoneinfo.zip of Go 1.26. It tells all changes of the clock since
// 1847, and ends with the rule for the years to come.
//
//go:embed london.tzif
var londonZone []byte

// London is the zone in which days begin and end. Days are those of
// Europe/London wherever the program runs: the zone is a part of it, so that it
// needs none of the system's, and no setting of the system changes it.
func London() *time.Location { return london() }

var london = sync.OnceValue(func() *time.Location {
	zone, err := time.LoadLocationFromTZData("Europe/London", londonZone)
	if err != nil {
		panic(err) // a part of the program is broken
	}
	return zone
})
