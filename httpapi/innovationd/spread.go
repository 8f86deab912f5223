package main

func spreadCommands() []*command { return nil }
