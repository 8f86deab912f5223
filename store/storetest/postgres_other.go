//go:build !unix

package storetest

import "errors"

func startPostgres(string) (string, error) {
	return "", errors.New("clusters are started on Unix only")
}
