// usage: resolve_peer NAME
//
// Prints the addresses that Go's own resolver finds, one a line, or nothing.
package main

import (
	"context"
	"fmt"
	"net"
	"os"
)

func main() {
	resolver := net.Resolver{PreferGo: true}
	addresses, err := resolver.LookupIPAddr(context.Background(), os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	for _, address := range addresses {
		fmt.Println(address.IP)
	}
}
