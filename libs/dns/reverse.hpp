// An address as the labels of a DNS name, its last octet first: what reverse zones (RFC 1035 3.5, RFC 3596
// 2.5) and DNS blocklists (RFC 5782 2.1, 2.4) are asked with.
#pragma once

#include <string>

#include "dns/address.hpp"

namespace scop::dns {

// "1.2.0.192"; for IPv6 its 32 nibbles. An IPv4 address that is mapped into IPv6 is taken as IPv4.
std::string reversed_labels(const Address& address);

// ::ffff:192.0.2.1 is 192.0.2.1.
Address without_mapping(const Address& address);

}  // namespace scop::dns
