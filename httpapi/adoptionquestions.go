package httpapi

func addAdoptionQuestions(t *table, tags string) {}
