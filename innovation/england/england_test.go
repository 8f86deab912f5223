package england_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/innovationregistry/registry/innovation"
	"github.com/innovationregistry/registry/innovation/england"
)

// batches reads the whole register, or fails the test.
func batches(t *testing.T) []innovation.Batch {
	t.Helper()
	var all []innovation.Batch
	for b, err := range england.Acts() {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
	return all
}

// facts gives the facts of one type, in loading order.
func facts[F innovation.Fact](t *testing.T) []F {
	t.Helper()
	var of []F
	for _, b := range batches(t) {
		for _, c := range b.Facts {
			if f, ok := c.Fact.(F); ok {
				of = append(of, f)
			}
		}
	}
	return of
}

// only gives the one fact that the condition picks.
func only[F innovation.Fact](t *testing.T, pick func(F) bool) F {
	t.Helper()
	var found []F
	for _, f := range facts[F](t) {
		if pick(f) {
			found = append(found, f)
		}
	}
	if len(found) != 1 {
		t.Fatalf("%d facts of type %T, want one: %v", len(found), *new(F), found)
	}
	return found[0]
}

func on(s string) innovation.Date { return innovation.MustDate(s) }

func TestActsAreWhole(t *testing.T) {
	all := batches(t)
	if len(all) != 27 {
		t.Errorf("%d acts, want 17 of the first part, 5 of the money and 5 of adoption", len(all))
	}
	seen := map[string]bool{}
	n := 0
	for i, b := range all {
		if err := b.Act.Validate(); err != nil {
			t.Errorf("act %d: %v", i+1, err)
		}
		if b.Act.Actor != "england-loader" || len(b.Act.RequestDigest) != 32 {
			t.Errorf("act %d: actor %q, digest of %d bytes", i+1, b.Act.Actor, len(b.Act.RequestDigest))
		}
		if !strings.HasPrefix(b.Act.IdempotencyKey, "england/1/") || seen[b.Act.IdempotencyKey] {
			t.Errorf("act %d: idempotency key %q", i+1, b.Act.IdempotencyKey)
		}
		seen[b.Act.IdempotencyKey] = true
		if len(b.Facts) == 0 {
			t.Errorf("act %s records nothing", b.Act.IdempotencyKey)
		}
		n += len(b.Facts)
		t.Logf("%-28s %4d facts", b.Act.IdempotencyKey, len(b.Facts))
	}
	if got := england.Count(); got != n {
		t.Errorf("Count() = %d, want %d", got, n)
	}
}

func TestActsMayBeLeftEarly(t *testing.T) {
	n := 0
	for range england.Acts() {
		n++
		break
	}
	if n != 1 {
		t.Errorf("%d acts", n)
	}
}

func TestFactsAreValidAndSourced(t *testing.T) {
	for _, b := range batches(t) {
		for i, c := range b.Facts {
			if err := c.Fact.Validate(); err != nil {
				t.Errorf("%s, fact %d, %s: %v", b.Act.IdempotencyKey, i+1, c.Fact.Subject(), err)
			}
			if _, isSource := c.Fact.(innovation.Source); len(c.Sources) == 0 && !isSource {
				t.Errorf("%s, fact %d, %s %s: no source", b.Act.IdempotencyKey, i+1, c.Fact.FactType(), c.Fact.Subject())
			}
			for _, s := range c.Sources {
				if err := s.Validate(); err != nil {
					t.Errorf("%s, fact %d: %v", b.Act.IdempotencyKey, i+1, err)
				}
			}
		}
	}
}

// references lists the entities that a fact names besides its subject.
func references(f innovation.Fact) []innovation.Entity {
	var refs []innovation.Entity
	body := func(ids ...innovation.OrganisationID) {
		for _, id := range ids {
			if id != "" {
				refs = append(refs, id.Entity())
			}
		}
	}
	switch f := f.(type) {
	case innovation.Relation:
		body(f.Target)
	case innovation.Succession:
		body(f.Successor)
	case innovation.Post:
		refs = append(refs, f.Holder.Entity())
	case innovation.Licence:
		body(f.Holder)
		refs = append(refs, f.Round.Entity())
	case innovation.Stream:
		body(f.Licensor)
	case innovation.Condition:
		refs = append(refs, f.Round.Entity())
	case innovation.Provision:
		body(f.Exerciser)
		refs = append(refs, f.Round.Entity())
	}
	return append(append(refs, moneyReferences(f)...), adoptionReferences(f)...)
}

func TestEntitiesAreFoundedBeforeTheyAreReferredTo(t *testing.T) {
	founded := map[innovation.Entity]bool{}
	for _, b := range batches(t) {
		for i, c := range b.Facts {
			switch f := c.Fact.(type) {
			case innovation.Existence:
				if f.Aspect == innovation.Legal {
					break // founded already, as the body at work
				}
				if founded[f.Subject()] {
					t.Errorf("%s, fact %d: %s is founded twice", b.Act.IdempotencyKey, i+1, f.Subject())
				}
				founded[f.Subject()] = true
			case innovation.Round, innovation.Licence, innovation.Condition,
				innovation.Provision, innovation.Source, innovation.Term, innovation.Person,
				innovation.Envelope, innovation.Allocation, innovation.Award,
				innovation.Innovation, innovation.Programme, innovation.Observation:
				if founded[c.Fact.Subject()] {
					t.Errorf("%s, fact %d: %s is founded twice", b.Act.IdempotencyKey, i+1, c.Fact.Subject())
				}
				founded[c.Fact.Subject()] = true
			}
			needed := append(references(c.Fact), c.Fact.Subject())
			for _, s := range c.Sources {
				needed = append(needed, s.Source.Entity())
			}
			for _, e := range needed {
				if !founded[e] {
					t.Errorf("%s, fact %d, %s: %s is not founded yet", b.Act.IdempotencyKey, i+1, c.Fact.FactType(), e)
				}
			}
		}
	}
	if !founded[innovation.PersonID("england-loader").Entity()] {
		t.Error("nobody founds the loader")
	}
}

func TestCodesAreTerms(t *testing.T) {
	added := map[innovation.Entity]bool{}
	for _, term := range facts[innovation.Term](t) {
		if innovation.IsStandardTerm(term.Scheme, term.Code) {
			t.Errorf("%s is a standard term already", term.Subject())
		}
		added[term.Subject()] = true
	}
	missing := map[string]bool{}
	check := func(scheme innovation.Scheme, codes ...string) {
		for _, code := range codes {
			key := innovation.Term{Scheme: scheme, Code: code}.Subject()
			if code != "" && !innovation.IsStandardTerm(scheme, code) && !added[key] {
				missing[string(scheme)+" "+code] = true
			}
		}
	}
	for _, b := range batches(t) {
		for _, c := range b.Facts {
			switch f := c.Fact.(type) {
			case innovation.Existence:
				check(innovation.SchemeOrganisationKind, f.Kind)
				check(innovation.SchemeLegalForm, f.LegalForm)
			case innovation.Name:
				check(innovation.SchemeNameKind, f.Kind)
			case innovation.Identifier:
				check(innovation.SchemeIdentifier, f.Scheme)
			case innovation.Role:
				check(innovation.SchemeRole, f.Role)
			case innovation.Relation:
				check(innovation.SchemeRelationType, f.Type)
				check(innovation.SchemeSector, f.Sector)
				check(innovation.SchemeEvidence, f.Evidence)
			case innovation.Area:
				check(innovation.SchemeAreaKind, f.Kind)
				check(innovation.SchemeEvidence, f.Evidence)
			case innovation.Population:
				check(innovation.SchemeQualifier, f.Qualifier)
			case innovation.Condition:
				check(innovation.SchemeOutcome, f.Outcome)
			case innovation.Provision:
				check(innovation.SchemeProvisionType, f.Type)
				check(innovation.SchemeOutcome, f.Outcome)
			case innovation.Source:
				check(innovation.SchemeSourceKind, f.Kind)
			case innovation.Envelope:
				check(innovation.SchemeEnvelopeType, f.Type)
				check(innovation.SchemeFundingStream, f.Stream)
			case innovation.Criterion:
				check(innovation.SchemeCriterion, f.Criterion)
			case innovation.Award:
				check(innovation.SchemeFundingStream, f.Stream)
			case innovation.Income:
				check(innovation.SchemeFundingStream, f.Stream)
			case innovation.Leverage:
				check(innovation.SchemeLeverageType, f.Type)
				check(innovation.SchemeMoneyEvidence, f.Evidence)
			case innovation.Innovation:
				check(innovation.SchemeInnovationType, f.Type)
			case innovation.Notice:
				check(innovation.SchemeNoticeType, f.Type)
			case innovation.Programme:
				check(innovation.SchemeProgrammeType, f.Type)
			case innovation.Observation:
				check(innovation.SchemeMeasure, f.Measure)
				check(innovation.SchemeUnit, f.Unit)
				check(innovation.SchemeQualifier, f.Qualifier)
			}
		}
	}
	for code := range missing {
		t.Errorf("no term: %s", code)
	}
}

// texts gives every text of a fact that a reader sees, except names of people.
func texts(f innovation.Fact) []string {
	switch f := f.(type) {
	case innovation.Existence:
		return []string{f.Note}
	case innovation.Name:
		return []string{f.Text, f.Note}
	case innovation.Role:
		return []string{f.Note}
	case innovation.Post:
		return []string{f.Title, f.Note}
	case innovation.Relation:
		return []string{f.Note}
	case innovation.Succession:
		return []string{f.Part, f.Note}
	case innovation.Area:
		return []string{f.Name, f.Note}
	case innovation.Population:
		return []string{f.Note}
	case innovation.Source:
		return []string{string(f.Source), f.Title, f.Publisher, f.URL, f.Note}
	case innovation.Round:
		return []string{f.Title, f.Note}
	case innovation.CountClaim:
		return []string{f.Note}
	case innovation.Licence:
		return []string{f.Note}
	case innovation.Stream:
		return []string{f.Commission, f.Note}
	case innovation.Condition:
		return []string{f.Text, f.Note}
	case innovation.Provision:
		return []string{f.Text, f.Note}
	case innovation.Claim:
		return []string{f.Topic, f.Value, f.Note}
	case innovation.Term:
		return []string{f.Label}
	}
	return append(moneyTexts(f), adoptionTexts(f)...)
}

var notLetters = regexp.MustCompile(`[^a-z]+`)

// words joins the words of a text, so that "phil-baker" and "Phil Baker" match.
func words(s string) string {
	return " " + strings.Trim(notLetters.ReplaceAllString(strings.ToLower(s), " "), " ") + " "
}

func TestTextsNameNobodyAndNoMachine(t *testing.T) {
	// Family names that are also words of the field or of places.
	common := map[string]bool{"field": true, "west": true, "george": true, "clark": true, "hunt": true, "ford": true,
		"bull": true, "bridgewater": true, "fish": true, "bell": true, "baker": true, "davis": true, "winter": true, "burns": true, "roberts": true}
	var names []string
	for _, p := range facts[innovation.Person](t) {
		if p.Person == "england-loader" {
			continue
		}
		full := words(p.Name)
		for _, title := range []string{" sir ", " lord ", " dr ", " prof "} {
			full = strings.Replace(full, title, " ", 1)
		}
		names = append(names, full)
		parts := strings.Fields(full)
		if last := parts[len(parts)-1]; !common[last] && len(last) > 3 {
			names = append(names, " "+last+" ")
		}
		if strings.ContainsAny(string(p.Person), " ") || !strings.HasPrefix(string(p.Person), "person-en-") {
			t.Errorf("person key %q", p.Person)
		}
	}
	// A machine path, a file of the gathering, or a title of honour.
	forbidden := regexp.MustCompile(`(?i)\bseed\b|\.txt\b|\.csv\b|\.\./|/home/|\bsir \p{Lu}|\blord \p{Lu}`)
	for _, b := range batches(t) {
		seen := []string{b.Act.Reason}
		for _, c := range b.Facts {
			seen = append(seen, texts(c.Fact)...)
			for _, s := range c.Sources {
				seen = append(seen, string(s.Source), s.Locator)
			}
		}
		for _, text := range seen {
			plain := words(text)
			for _, name := range names {
				if strings.Contains(plain, name) {
					t.Errorf("%s: %q names a person", b.Act.IdempotencyKey, text)
				}
			}
			if m := forbidden.FindString(text); m != "" && !strings.Contains(text, "github.com") {
				t.Errorf("%s: %q holds %q", b.Act.IdempotencyKey, text, m)
			}
		}
	}
	for _, line := range england.Reconciliation() {
		for _, text := range append(omissionReasons(line), line.Remarks...) {
			for _, name := range names {
				if strings.Contains(words(text), name) {
					t.Errorf("%s: %q names a person", line.File, text)
				}
			}
		}
	}
}

func omissionReasons(l england.Line) []string {
	var reasons []string
	for _, o := range l.LeftOut {
		reasons = append(reasons, o.Reason)
	}
	return reasons
}
