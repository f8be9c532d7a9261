#include "scop/acme_order.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "cert_roll/retry.hpp"
#include "mesh_ca/facts.hpp"
#include "scop/acme_client.hpp"
#include "scop/acme_trouble.hpp"
#include "tls_key/key.hpp"
#include "tls_key/request.hpp"

namespace scop::command::acme {

namespace {

// A next key that is there already is what an earlier try was for. One of another kind than is wanted now is
// not.
Outcome<Secret> key_to_order_for(const World& world, const Files& files, bool wants_new_key) {
  auto known = files.key_for_request();
  const auto type = known ? tls_key::type_of_key(known->reveal()) : std::unexpected(known.error());
  if (known && type == Outcome<std::string>(world.acme.key_type) && (files.has_next_key() || !wants_new_key))
    return known;
  auto made = tls_key::make_key(tls_key::type_named(world.acme.key_type).value());
  if (!made) return made;
  if (auto staged = files.stage_key(*made); !staged) return std::unexpected(staged.error());
  return made;
}

Outcome<> check_issued(const Pair& pair, const std::string& chain, const Secret& key) {
  const auto facts = mesh_ca::read_facts(chain);
  if (!facts) return std::unexpected(facts.error());
  if (mesh_ca::belong_together(chain, key.reveal()) != Outcome<bool>(true))
    return failure(ErrorKind::broken, "the certificate that came is for another key");
  for (const auto& name : pair.names) {
    if (std::ranges::find(facts->hosts, name) == facts->hosts.end())
      return failure(ErrorKind::broken, "the certificate that came does not name " + name);
  }
  if (facts->not_after <= now())
    return failure(ErrorKind::broken, "the certificate that came has expired already");
  return {};
}

// Not everybody at the same moment, and not all at the full hour.
std::chrono::milliseconds with_jitter(std::chrono::milliseconds wait) {
  std::random_device random;
  return wait +
         std::chrono::milliseconds(std::uniform_int_distribution<std::int64_t>(0, wait.count() / 10)(random));
}

}  // namespace

Outcome<std::string> order(const World& world, const Pair& pair, const Files& files, bool wants_new_key) {
  if (!world.acme.terms_agreed)
    return failure(ErrorKind::unsupported,
                   "[acme] terms_agreed is false: read the ACME server's terms of service first");
  const auto key = key_to_order_for(world, files, wants_new_key);
  if (!key) return std::unexpected(key.error());
  const auto request = tls_key::make_request(key->reveal(), pair.names);
  if (!request) return std::unexpected(request.error());
  auto issued = issue(world, pair, *request);
  if (!issued) return std::unexpected(issued.error());
  if (!issued->result.good) return failure(ErrorKind::denied, in_one_line(issued->result.output));
  if (auto fits = check_issued(pair, issued->chain, *key); !fits) return std::unexpected(fits.error());
  return std::move(issued->chain);
}

void note_order_failure(const World& world, const Pair& pair, const Log& log, const Error& error) {
  auto trouble = read_trouble(pair);
  ++trouble.failures;
  trouble.problem = error.what;
  const auto refusal = cert_roll::refusal_in(error.what);
  const auto wait = with_jitter(cert_roll::retry_after(refusal, trouble.failures, world.acme.retry));
  trouble.retry_at = now() + wait;
  if (auto written = write_trouble(pair, trouble); !written)
    log.error("the time of the next try could not be kept", {{"reason", written.error().what}});
  const auto held = Files(world, pair).held();
  const auto left = held ? held->not_after - now() : std::chrono::milliseconds(0);
  const bool is_urgent = !held || left < (held->not_after - held->not_before) / 6;
  const auto level = is_urgent ? LogLevel::error : LogLevel::warning;
  const std::array pairs{LogPair{"pair", pair.name}, LogPair{"failures", trouble.failures},
                         LogPair{"retry_s", std::chrono::duration_cast<std::chrono::seconds>(wait).count()},
                         LogPair{"days_left", std::chrono::floor<std::chrono::days>(left).count()},
                         LogPair{"reason", error.what}};
  log.write(level, "certificate not obtained, the old one stays", pairs);
}

}  // namespace scop::command::acme
