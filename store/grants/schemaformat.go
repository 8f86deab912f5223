package grants

import (
	"errors"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// formats are the checks of the formats; what they return is why not.
var formats = map[string]func(string) error{"date-time": checkTime, "uri": checkAddress}

// timeForm is a day with a time of day as RFC 3339 has it: the day, hours,
// minutes, seconds, and the sign, hours and minutes of the offset.
var timeForm = regexp.MustCompile(`^(.{10})[Tt](\d\d):(\d\d):(\d\d)(?:\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))$`)

// checkTime reports why a text is not a date-time of RFC 3339. A minute may
// have a 61st second at the end of a day in UTC.
func checkTime(s string) error {
	parts := timeForm.FindStringSubmatch(s)
	if parts == nil {
		return errors.New("it is not written as 2014-04-03T12:30:00Z")
	}
	if _, err := time.Parse(time.DateOnly, parts[1]); err != nil {
		return errors.New("there is no such day")
	}
	number := func(i int) int { n, _ := strconv.Atoi(parts[i]); return n }
	hour, minute, second, offset := number(2), number(3), number(4), number(6)*60+number(7)
	if parts[5] == "+" {
		offset = -offset
	}
	const day = 24 * 60
	last := (hour*60+minute+offset+day)%day == day-1
	if hour > 23 || minute > 59 || second > 60 || second == 60 && !last || number(6) > 23 || number(7) > 59 {
		return errors.New("there is no such time")
	}
	return nil
}

// checkAddress reports why a text is not an address with a scheme.
func checkAddress(s string) error {
	u, err := url.Parse(s)
	if err != nil {
		return err
	}
	if host := u.Hostname(); strings.Contains(host, ":") {
		if a, err := netip.ParseAddr(host); err != nil || a.Zone() != "" || !strings.Contains(u.Host, "[") {
			return errors.New("invalid ipv6 address")
		}
	}
	if !u.IsAbs() {
		return errors.New("relative url")
	}
	return nil
}
