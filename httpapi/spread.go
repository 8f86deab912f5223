package httpapi

func addSpread(t *table, tags string) {}
