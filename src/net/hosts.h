#ifndef NET_HOSTS_H
#define NET_HOSTS_H

#include "base/span.h"
#include "base/ip.h"

/*
 * Adds the addresses of every line of text, a hosts(5) file, that has name (without a dot at its
 * end) as its name or an alias; found has one list for each family. Lines with a zone, or without
 * an address, are ignored. For localhost and names below it only addresses of this machine
 * count, whatever the file says, and there are always some (RFC 6761 section 6.3). Pure.
 */
void hosts_look_up(struct span text, struct span name, struct ip_list found[IP_FAMILIES]);

#endif
