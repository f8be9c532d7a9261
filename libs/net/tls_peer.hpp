// What must be true of the host at the other end of a TLS handshake (RFC 9525, RFC 7672 3.2), and what was
// not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "dns/rdata.hpp"

struct ssl_st;

namespace scop::net {

struct TlsPeer {
  std::string server_name;  // SNI; empty: none is sent
  std::vector<std::string>
      names;  // any of them; ".example" is every name below. None: names are not compared
  // RFC 7671 4: with records of usage 2 or 3 they are all that is trusted, on a TlsContext::dane_client.
  // Usage 3 compares no name and no time; for usage 2 `names` count.
  std::vector<dns::Tlsa> tlsa;
};

enum class PeerProblem : std::uint8_t {
  none,
  wrong_name,
  expired,
  untrusted,      // no chain to an authority, not valid yet, a bad signature …
  no_tlsa_match,  // nothing that the peer showed matches a TLSA record
  no_handshake,   // TLS itself failed
};

// Before the handshake. ErrorKind::unsupported: none of the TLSA records is one that OpenSSL can use.
Outcome<> expect_peer(ssl_st* ssl, const TlsPeer& peer);

PeerProblem problem_of(const ssl_st* ssl, bool established);

}  // namespace scop::net
