//go:build !unix

package store_test

import "errors"

func takeFile(string) error { return errors.New("locks are looked at on Unix only") }
