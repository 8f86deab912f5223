package httpapi

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
)

// Described is the OpenAPI document of a handler, with its schemas.
func Described(h http.Handler) huma.API {
	h.(*edge).table.describe()
	return h.(*edge).table.api
}

// Routes lists the patterns that are registered for operations.
func Routes(h http.Handler) []string { return h.(*edge).table.routes }
