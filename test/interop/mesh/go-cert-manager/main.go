// Loads, validates, signs and compares with cert-manager's own code.
//
//	go-cert-manager load FOLDER...          (tls.crt, tls.key, maybe ca.crt, of a CA issuer: "loads",
//	                                         "refuses: …", or "disbelieved: …" of what it then signs)
//	go-cert-manager validate FILE           (a JSON list of objects, as the webhook judges them: a line
//	                                         each, "accepts" or "refuses: …")
//	go-cert-manager issue FOLDER FILE OUT   (signs what a Certificate in JSON wants; writes the Secret)
//	go-cert-manager compare FILE FOLDER     (a Certificate in JSON with tls.crt and tls.key: what of the
//	                                         certificate it would not ask for again, a line each)
//	go-cert-manager trigger FILE FOLDER NOW (whether tls.crt and tls.key would be issued anew: "keeps",
//	                                         or why)
package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// A file that need not be there is empty.
func read(folder, name string) []byte {
	data, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		return nil
	}
	return data
}

func oneLine(word string, err error) string {
	return word + ": " + strings.ReplaceAll(err.Error(), "\n", " ")
}

func main() {
	args := os.Args[2:]
	switch os.Args[1] {
	case "load":
		for _, folder := range args {
			fmt.Println(load(folder))
		}
	case "validate":
		for _, verdict := range validate(args[0]) {
			fmt.Println(verdict)
		}
	case "issue":
		authority, err := authorityIn(args[0])
		check(err)
		check(issue(authority, certificateIn(args[1]), args[2]))
	case "compare":
		for _, difference := range compare(certificateIn(args[0]), args[1]) {
			fmt.Println(difference)
		}
	case "trigger":
		fmt.Println(trigger(certificateIn(args[0]), args[1], args[2]))
	}
}
