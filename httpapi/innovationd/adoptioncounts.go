package main

func adoptionCountCommands() []*command { return nil }
