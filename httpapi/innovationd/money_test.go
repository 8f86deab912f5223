package main

import (
	"os"
	"path/filepath"
	"testing"
)

// What is written in per cent is kept in millionths, exactly or not at all.
func TestPercent(t *testing.T) {
	for _, tt := range []struct {
		text string
		want int64
		back string
	}{
		{"50", 500_000, "50 %"},
		{"40%", 400_000, "40 %"},
		{" 33.3333 % ", 333_333, "33.3333 %"},
		{"-2.5", -25_000, "-2.5 %"},
		{"0", 0, "0 %"},
		{"0.0001", 1, "0.0001 %"},
		{"-0.5", -5_000, "-0.5 %"},
		{"1000", 10_000_000, "1000 %"},
	} {
		got, err := parsePercent("cut", tt.text)
		if err != nil || got != tt.want || percent(got) != tt.back {
			t.Errorf("%q is %d, %q, %v; want %d, %q", tt.text, got, percent(got), err, tt.want, tt.back)
		}
	}
	for _, text := range []string{"", "%", "half", "1.", ".5", "33.33333", "1,5", "1e2", "--1", "5 0", "999999"} {
		if got, err := parsePercent("cut", text); err == nil {
			t.Errorf("%q is taken for %d", text, got)
		}
	}
}

// A balance is a sum or its bounds; a bound that is left out is not nothing.
func TestBalance(t *testing.T) {
	for text, want := range map[string]string{
		"250000": "£250,000.00", "-12.50": "-£12.50", "100..250.50": "£100.00 to £250.50", "100..": "at least £100.00", "..100": "at most £100.00",
	} {
		if got, err := parseBalance("opening", text); err != nil || got.String() != want {
			t.Errorf("%q is %v, %v; want %s", text, got, err, want)
		}
	}
	if got, err := parseBalance("opening", ""); got != nil || err != nil {
		t.Errorf("nothing is %v, %v", got, err)
	}
	for _, text := range []string{"much", "5..4", "1..2..3", "1.5"} {
		if got, err := parseBalance("opening", text); err == nil {
			t.Errorf("%q is taken for %v", text, got)
		}
	}
}

// A file is written whole or not at all, and never over another one unasked.
func TestWriteWhole(t *testing.T) {
	name := filepath.Join(t.TempDir(), "out.json")
	holds := func(want string) {
		t.Helper()
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("the file holds %q, %v; want %q", got, err, want)
		}
		if all, err := os.ReadDir(filepath.Dir(name)); err != nil || len(all) != 1 {
			t.Errorf("%d files are there, %v", len(all), err)
		}
	}
	if err := writeWhole(name, []byte("one"), false); err != nil {
		t.Fatal(err)
	}
	holds("one")
	if err := writeWhole(name, []byte("two"), false); err == nil {
		t.Error("a file is overwritten unasked")
	}
	holds("one")
	if err := writeWhole(name, []byte("three"), true); err != nil {
		t.Fatal(err)
	}
	holds("three")
	if err := writeWhole(filepath.Join(name, "below"), nil, false); err == nil {
		t.Error("a file is written into a file")
	}
}
