package spread

// ThresholdStatus says what is known of a threshold.
type ThresholdStatus string

// The statuses of a threshold.
const (
	ThresholdKnown    ThresholdStatus = "known"    // the node adopted at this exposure
	ThresholdCensored ThresholdStatus = "censored" // it has not adopted; its threshold is not below this, if it has one
	ThresholdIsolated ThresholdStatus = "isolated" // no alters, so no exposure; the value is 0 and means nothing
)

// Threshold is the exposure at which a node adopted.
type Threshold struct {
	Value  float64 // in the units of the exposure
	Status ThresholdStatus
}

// ThresholdsOf gives each node's exposure in its own period of adoption (Granovetter
// 1978, American Journal of Sociology 83:1420–1443; Valente 1996, Social Networks
// 18:69–89, who defines it so). For a node that has not adopted it gives the
// exposure in the last period, as a lower bound. An exposure at adoption is an
// upper bound of the exposure that was needed, since periods are long and nodes
// slow; it is not a cause that was shown.
//
// It cannot fail for an Exposure as ExposureOf returned it; of any other, what
// cannot be read is isolated.
func ThresholdsOf(e Exposure) []Threshold {
	out := make([]Threshold, len(e.Values))
	for node := range e.Values {
		at, status := e.Periods, ThresholdCensored
		if node < len(e.Times) && e.Times[node] > 0 {
			at, status = e.Times[node], ThresholdKnown
		}
		value, ok := e.At(node, at)
		if !ok {
			out[node] = Threshold{Status: ThresholdIsolated}
			continue
		}
		out[node] = Threshold{Value: value, Status: status}
	}
	return out
}
