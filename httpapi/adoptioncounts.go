package httpapi

func addAdoptionCounts(t *table, tags string) {}
