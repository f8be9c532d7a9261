#include "courier/https.hpp"

#include <random>

#include "courier/look_up.hpp"

namespace scop::courier {

Task<Outcome<https_client::Response>> over_https(World& world, https_client::Request request,
                                                 https_client::Limits limits, std::string trace) {
  const auto& host = request.url.host;
  // The walls say the same, where the kernel can build them.
  if (request.url.port != world.settings.https_port) {
    co_return failure(ErrorKind::unsupported,
                      fmt::format("{}: only port {} is used", host, world.settings.https_port));
  }
  const dane::Host::Wish wish{.v4 = world.settings.ipv4, .v6 = world.settings.ipv6, .tlsa = false};
  const auto answers = co_await look_up_host(world.resolver, host, wish, std::move(trace));
  const auto found =
      mx::addresses_of(host, answers.a(), answers.aaaa(), world.mx_rules, std::random_device{}());
  if (!found) {
    const auto& verdict = found.error();
    co_return failure(verdict.permanent ? ErrorKind::not_found : ErrorKind::unavailable,
                      fmt::format("{}: {}", host, verdict.text));
  }
  std::vector<net::Endpoint> endpoints;
  for (const auto& address : *found)
    endpoints.emplace_back(asio::ip::make_address(address.text()), request.url.port);
  co_return co_await https_client::fetch(world.io.get_executor(), world.verifying, std::move(request), limits,
                                         std::move(endpoints));
}

}  // namespace scop::courier
