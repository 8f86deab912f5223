package england

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"io"
	"sync"
)

//go:generate go test -run TestArchive -update .

// packed is the CSV files of this folder: programs that hold the register would
// be longer by all of their text. It is a gzip stream of the files in the order
// of their names, each after a line with its name and length in bytes.
//
//go:embed england.gz
var packed []byte

// files unpacks the embedded files once, which takes a few milliseconds.
var files = sync.OnceValues(func() (map[string][]byte, error) {
	stream, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("england.gz: %w", err)
	}
	rest, err := io.ReadAll(stream)
	if err != nil {
		return nil, fmt.Errorf("england.gz: %w", err)
	}
	out := map[string][]byte{}
	for len(rest) > 0 {
		head, data, _ := bytes.Cut(rest, []byte("\n"))
		var name string
		var length int
		if _, err := fmt.Sscanf(string(head), "%s %d", &name, &length); err != nil || length < 0 || length > len(data) {
			return nil, fmt.Errorf("england.gz: %q is no head of a file", head)
		}
		out[name], rest = data[:length:length], data[length:]
	}
	return out, nil
})

// readFile is an embedded file as it stands in the folder.
func readFile(name string) ([]byte, error) {
	all, err := files()
	if err != nil {
		return nil, err
	}
	data, ok := all[name]
	if !ok {
		return nil, fmt.Errorf("england.gz: there is no %s", name)
	}
	return data, nil
}
