package main

import "slices"

// adoptionCommands are the commands about adoption, one for each common
// question.
func adoptionCommands() []*command {
	return slices.Concat(adoptionCountCommands(), adoptionQuestionCommands(), spreadCommands())
}
