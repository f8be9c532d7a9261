// Who may have what signed. Pure: time, keys and grant come as arguments; nothing is logged.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "grant/grant.hpp"
#include "message/header.hpp"
#include "scop/v1/stage.pb.h"
#include "stage/ending.hpp"

namespace scop::signer {

using stage::Refusal;
using stage::refusal;

template <class T = void>
using Ruled = std::expected<T, Refusal>;

// submission brings submitted messages, the relay null-sender bounces, forwards and TLS reports, the verifier
// reports; anything else is no caller's to bring.
bool may_bring(std::string_view caller, const v1::Envelope& envelope);

// The grant's signature, edge and expiry, and the reverse path.
Ruled<grant::Grant> check_grant(const v1::Envelope& envelope, std::string_view caller,
                                std::string_view grant_key, Time now);

// Exactly one From with mailboxes, at most one Sender, all of them the grant's. Returns the From domains:
// A-labels, each once, in order.
Ruled<std::vector<std::string>> check_submitted(const message::HeaderView& header, const grant::Grant& grant);

// A forward carries a reverse path of our own domain (a rewritten sender) or none: bounces come to us.
Ruled<> check_forward(const v1::Envelope& envelope, std::string_view domain);

// A delivery status notification (RFC 3464) from our postmaster and from nobody else.
Ruled<std::vector<std::string>> check_bounce(const message::HeaderView& header, std::string_view postmaster);

// A TLS report of the relay's (RFC 8460 5.3): from noreply-smtp-tls-reporting@ of the postmaster's domain and
// nobody else, with the null reverse path.
Ruled<std::vector<std::string>> check_tls_report(const message::HeaderView& header,
                                                 std::string_view reverse_path, std::string_view postmaster);

// A report of the verifier's: from postmaster@ or noreply-dmarc@ of the postmaster's domain and nobody else,
// its reverse path null or the same address.
Ruled<std::vector<std::string>> check_report(const message::HeaderView& header, std::string_view reverse_path,
                                             std::string_view postmaster);

}  // namespace scop::signer
