// HTTPS to hosts that strangers name (MTA-STS policies, TLS reports): looked up through the resolver, by the
// rules for MX hosts' addresses, on one port alone.
#pragma once

#include <string>

#include "courier/world.hpp"
#include "https_client/fetch.hpp"

namespace scop::courier {

// As https_client::fetch; also not_found where the name has no usable address, unavailable where the look-up
// failed, and unsupported where the URL names another port than [courier] https_port.
Task<Outcome<https_client::Response>> over_https(World& world, https_client::Request request,
                                                 https_client::Limits limits, std::string trace);

}  // namespace scop::courier
