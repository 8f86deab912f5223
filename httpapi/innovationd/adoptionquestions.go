package main

func adoptionQuestionCommands() []*command { return nil }
