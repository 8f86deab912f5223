package httpapi

// addAdoption registers the questions about adoption.
func addAdoption(t *table) {
	const tags = "adoption"
	addAdoptionCounts(t, tags)
	addAdoptionQuestions(t, tags)
	addSpread(t, tags)
}
