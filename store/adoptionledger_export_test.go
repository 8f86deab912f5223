package store

// SetMaxLedger lets tests fill a ledger with few events. It returns what undoes
// it.
func SetMaxLedger(bytes int) (undo func()) {
	was := maxLedger
	maxLedger = bytes
	return func() { maxLedger = was }
}

// AdoptionFew is how many events are written as any other fact is.
const AdoptionFew = adoptionFew
