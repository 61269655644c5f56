// What Consul's own code makes of our files.
//
//	go-consul connect CLUSTER-ID FILE...   (payloads for PUT /v1/connect/ca/configuration)
//	go-consul agents  FOLDER...            (files of agents, with the settings beside them, if any)
//
// A line for each: "loads", or why it does not; of a CA that signs for its own datacenter alone
// "alone: …", and of one that no other can follow "last: …".
package main

import (
	"fmt"
	"os"
	"strings"
)

func main() {
	var check func(string) error
	var names []string
	switch os.Args[1] {
	case "connect":
		check = func(file string) error { return connectCA(os.Args[2], file) }
		names = os.Args[3:]
	case "agents":
		check, names = agents, os.Args[2:]
	}
	for _, name := range names {
		said := "loads"
		if err := check(name); err != nil {
			said = strings.Join(strings.Fields(err.Error()), " ")
		}
		fmt.Println(said)
	}
}
