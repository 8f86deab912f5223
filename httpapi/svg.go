package httpapi

import (
	"fmt"

	"github.com/innovationregistry/registry/innovation/spread/plot"
)

// A figure needs nothing from anywhere: its style stands in it, and it has no
// script.
const (
	svgType   = "image/svg+xml"
	svgPolicy = "default-src 'none'; style-src 'unsafe-inline'"
)

// statistic are the operations that refuse, besides figures, what the data cannot
// bear.
var statistic = map[string]bool{"uptake.movers": true}

// charter is an answer that can be drawn.
type charter interface {
	Chart(kind string) (*plot.Chart, error)
}

// encodeSVG draws an answer.
func encodeSVG(v any, kind string) ([]byte, error) {
	c, ok := v.(charter)
	if !ok {
		return nil, fmt.Errorf("no figure of %T", v)
	}
	chart, err := c.Chart(kind)
	if err != nil {
		return nil, err
	}
	return chart.SVG(), nil
}
