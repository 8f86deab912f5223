package innovation

import "strings"

// noPatient refuses texts that hold an NHS number: the register keeps nothing
// about patients.
func noPatient(texts ...string) error {
	for _, s := range texts {
		if HoldsNHSNumber(s) {
			// The text is not repeated: errors are logged and shown.
			return Refusedf(RulePatientData, "", "a text holds an NHS number").Trying("remove it: the register keeps no data about patients")
		}
	}
	return nil
}

// HoldsNHSNumber reports whether a text holds what can only be an NHS number:
// ten digits, alone or as three, three and four, with the check digit of the
// NHS Data Dictionary (modulus 11, weights 10 to 2).
func HoldsNHSNumber(s string) bool {
	if len(s) < 10 || strings.IndexFunc(s, func(r rune) bool { return '0' <= r && r <= '9' }) < 0 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if !digit(s[i]) || i > 0 && digit(s[i-1]) {
			continue
		}
		if n, ok := tenDigits(s[i:]); ok && validNHSNumber(n) {
			return true
		}
	}
	return false
}

func digit(b byte) bool { return '0' <= b && b <= '9' }

// tenDigits reads ten digits from the beginning of a text, which may be grouped
// as three, three and four by a space or a hyphen, and no eleventh after them.
func tenDigits(s string) (n [10]byte, ok bool) {
	k := 0
	for i := 0; i < len(s); i++ {
		switch b := s[i]; {
		case digit(b):
			if k == 10 {
				return n, false
			}
			n[k] = b - '0'
			k++
		case (b == ' ' || b == '-') && (k == 3 || k == 6) && i+1 < len(s) && digit(s[i+1]):
		default:
			return n, k == 10
		}
	}
	return n, k == 10
}

// validNHSNumber checks the check digit. Numbers begin with 3, 4, 6, 7 or 9:
// others are not issued, or to test patients and other countries.
func validNHSNumber(n [10]byte) bool {
	switch n[0] {
	case 3, 4, 6, 7, 9:
	default:
		return false
	}
	sum := 0
	for i, d := range n[:9] {
		sum += int(d) * (10 - i)
	}
	check := 11 - sum%11
	if check == 11 {
		check = 0
	}
	return check != 10 && check == int(n[9])
}
