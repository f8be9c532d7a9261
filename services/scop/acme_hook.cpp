// The hook of the ACME client: called as scop-acme-hook METHOD TYPE IDENT TOKEN AUTH for every challenge,
// also `scop acme hook METHOD TYPE IDENT TOKEN AUTH`. It takes dns-01 alone; what it is given is for the DNS,
// no secret.
#include "scop/acme_hook.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "scop/acme_dns.hpp"

namespace scop::command::acme {

namespace {

constexpr int declines = 1;

// base64url of a SHA-256 (RFC 8555 8.4)
bool is_digest(std::string_view text) {
  return text.size() == 43 &&
         std::ranges::all_of(text, [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; });
}

// The ACME server says which name; only those that we asked for are ours to prove.
bool is_ours(const World& world, const std::string& name) {
  return std::ranges::any_of(world.pairs, [&](const auto& pair) {
    return std::ranges::any_of(pair.names, [&](const auto& known) {
      return known == name || (known.starts_with("*.") && known.substr(2) == name);
    });
  });
}

}  // namespace

int hook(const Context& context, const HookCall& call) {
  if (call.type != "dns-01") return declines;
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  const auto world = read_world(context, *instance);
  if (!world) {
    context.terminal.problem(world.error().what);
    return wrong_usage;
  }
  if (!is_digest(call.digest) || !is_ours(*world, call.name)) {
    context.terminal.problem(fmt::format("a challenge for {} is not ours to answer", shown(call.name)));
    return declines;
  }
  const auto done = call.method == "begin" ? publish_challenge(*world, call.name, call.digest)
                                           : remove_challenge(*world, call.name, call.digest);
  if (done) return good;
  context.terminal.problem(fmt::format("challenge for {}: {}", call.name, done.error().what));
  return declined;
}

}  // namespace scop::command::acme
