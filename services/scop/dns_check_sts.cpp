// The MTA-STS policy (RFC 8461) that others fetch: the one we configured, and one that lets mail in.
#include <fmt/format.h>

#include "dns/name.hpp"
#include "dns/rdata.hpp"
#include "https_client/fetch.hpp"
#include "mta_sts/policy.hpp"
#include "mta_sts/record.hpp"
#include "scop/dns_check.hpp"
#include "web_content/mta_sts_policy.hpp"

namespace scop::command {

namespace {

constexpr std::uint16_t https = 443;
constexpr std::chrono::seconds patience{30};

Outcome<https_client::Response> get(const CheckWorld& world, const std::string& host) {
  const auto context = net::TlsContext::verifying_client(world.authorities);
  if (!context) return std::unexpected(context.error());
  const auto endpoints = endpoints_of(world, addresses_of(world.look_up, host), https);
  if (endpoints.empty()) return failure(ErrorKind::unavailable, host + " has no address");
  asio::io_context io(1);
  Outcome<https_client::Response> result = failure(ErrorKind::cancelled, "nothing was fetched");
  https_client::Request request{.url = {.host = host, .port = https, .target = "/.well-known/mta-sts.txt"}};
  asio::co_spawn(
      io,
      [](Outcome<https_client::Response>& into, Task<Outcome<https_client::Response>> task) -> Task<> {
        into = co_await std::move(task);
      }(result, https_client::fetch(io.get_executor(), *context, std::move(request), {.total = patience},
                                    endpoints)),
      asio::detached);
  io.run();
  if (result && result->status != 200)
    return failure(ErrorKind::unavailable, fmt::format("the server says {}", result->status));
  return result;
}

void check_patterns(const CheckWorld& world, const mta_sts::Policy& policy, const std::string& subject,
                    Findings& findings) {
  for (const auto& rdata : world.look_up({world.facts.domain, dns::Type::mx}).records) {
    const auto mx = dns::read_mx(rdata);
    if (!mx || mx->exchange == "." || mta_sts::names(policy, mx->exchange)) continue;
    findings.problem(subject,
                     fmt::format("does not name the MX {}: whoever keeps to it delivers nothing there",
                                 dns::canonical_text(mx->exchange)),
                     "add it to [web] mta_sts_mx, or correct the MX");
  }
}

}  // namespace

void check_sts(const CheckWorld& world, Findings& findings) {
  const auto name = "_mta-sts." + world.facts.domain;
  const auto record = mta_sts::record_of(world.look_up({name, dns::Type::txt}));
  if (!record) {
    findings.problem(name + " TXT", "counts for nothing: " + record.error().what,
                     "publish the configured one");
    return;
  }
  if (!*record) return;  // nobody looks for a policy
  const auto host = "mta-sts." + world.facts.domain;
  const auto subject = fmt::format("https://{}/.well-known/mta-sts.txt", host);
  const auto response = get(world, host);
  if (!response) {
    findings.problem(subject, "cannot be fetched: " + response.error().what,
                     "web serves it, with a certificate that names the host; or remove the TXT record");
    return;
  }
  const auto policy = mta_sts::parse_policy(response->body);
  if (!policy) {
    findings.problem(subject, "cannot be read: " + policy.error().what,
                     "RFC 8461 3.2 says what it looks like");
    return;
  }
  check_patterns(world, *policy, subject, findings);
  if (world.facts.mta_sts_id.empty()) {
    findings.warning(subject, "is served by somebody else than our web daemon", "fine, if you know of it");
    return;
  }
  const auto wanted =
      web_content::policy_text(settings::read_web(world.instance.document(), world.facts.host));
  if (response->body == wanted) {
    findings.ok(subject, "is the configured policy");
  } else {
    findings.problem(subject, "is another policy than the one configured",
                     "restart web, or look what answers there");
  }
}

}  // namespace scop::command
