#include "scop/acme_world.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "settings/receiver.hpp"
#include "settings/submission.hpp"
#include "settings/web.hpp"

namespace scop::command::acme {

namespace {

namespace fs = std::filesystem;

// Where a listener is reached from this machine.
net::Endpoint reachable(net::Endpoint endpoint) {
  const auto address = endpoint.address();
  if (!address.is_unspecified()) return endpoint;
  endpoint.address(address.is_v6() ? asio::ip::address(asio::ip::address_v6::loopback())
                                   : asio::ip::address(asio::ip::address_v4::loopback()));
  return endpoint;
}

// [dns] probe = ["25=127.0.0.1:2525"]: where a public port is reached instead, as `scop dns check` does.
std::optional<std::string> probe_of(const config::Document& document, std::uint16_t port) {
  const auto begin = fmt::format("{}=", port);
  for (const auto& text : document.section("dns").texts("probe")) {
    if (text.starts_with(begin)) return text.substr(begin.size());
  }
  return std::nullopt;
}

struct Listening {
  std::string_view daemon;
  std::uint16_t public_port;
  const std::vector<std::string>& on;
  bool starttls;
  const std::vector<std::string>& proxies;
};

void add_ports(const config::Document& document, const Listening& listening, Pair& pair) {
  const auto probe = probe_of(document, listening.public_port);
  for (const auto& text : probe ? std::vector{*probe} : listening.on) {
    const auto parsed = net::parse_endpoint(text);
    if (!parsed || parsed->port() == 0) continue;
    const auto endpoint = reachable(*parsed);
    const auto from = endpoint.address().to_string();
    pair.ports.push_back(
        {.name = fmt::format("{} {}", listening.daemon, net::to_text(endpoint)),
         .endpoint = endpoint,
         .starttls = listening.starttls,
         .wants_proxy = std::ranges::find(listening.proxies, from) != listening.proxies.end()});
  }
}

Pair mail_pair(const World& world, const config::Document& document) {
  const auto submission = settings::read_submission(document);
  const auto receiver = settings::read_receiver(document);
  Pair pair{.name = "mail", .names = world.acme.names, .makes_tlsa = true};
  pair.placements = {{"submission", submission.certificate, submission.key},
                     {"receiver", receiver.certificate, receiver.key}};
  add_ports(document, {"receiver", 25, receiver.listen, true, receiver.proxy}, pair);
  add_ports(document, {"submission", 587, submission.listen, true, submission.proxy}, pair);
  add_ports(document, {"submission", 465, submission.listen_tls, false, submission.proxy}, pair);
  for (const auto port : world.acme.tlsa_ports)
    pair.tlsa_names.push_back(fmt::format("_{}._tcp.{}", port, world.mesh.host));
  return pair;
}

Pair web_pair(const World& world, const config::Document& document) {
  const auto web = settings::read_web(document, world.mesh.host);
  Pair pair{.name = "web", .names = world.acme.web_names};
  if (!web.pairs.empty()) pair.placements = {{"web", web.pairs.front().certificate, web.pairs.front().key}};
  add_ports(document, {"web", 443, web.listen, false, web.proxy}, pair);
  for (const auto& name : pair.names) {
    if (!name.starts_with("*.")) pair.tlsa_names.push_back("_443._tcp." + name);
  }
  return pair;
}

Outcome<> check_placements(const World& world, const Pair& pair) {
  for (const auto& placement : pair.placements) {
    for (const auto& file : {placement.certificate, placement.key}) {
      if (file.parent_path() == world.tls) continue;
      return failure(
          ErrorKind::unsupported,
          fmt::format("[{}] reads {}: `scop acme` writes to {} alone; let certificate and key point "
                      "there, or look after that file yourself",
                      placement.daemon, file.string(), world.tls.string()));
    }
  }
  return {};
}

}  // namespace

fs::path state_file(const settings::Mesh& mesh, std::string_view pair) {
  return mesh.folder / "tls" / fmt::format("{}.roll", pair);
}

Outcome<World> read_world(const Context& context, const Instance& instance) {
  const auto& document = instance.document();
  World world{.mesh = instance.mesh(),
              .acme = settings::read_acme(document, instance.mesh().host, instance.mesh().domain)};
  std::error_code error;
  world.config = fs::absolute(context.config, error);
  world.folder = world.mesh.folder / "acme";
  world.tls = world.mesh.folder / "tls";
  world.program = fs::read_symlink("/proc/self/exe", error);
  if (error) return failure(ErrorKind::unavailable, "/proc/self/exe: " + error.message());
  world.pairs.push_back(mail_pair(world, document));
  if (!settings::read_web(document, world.mesh.host).listen.empty())
    world.pairs.push_back(web_pair(world, document));
  for (auto& pair : world.pairs) {
    pair.folder = world.folder / pair.name;
    pair.state = state_file(world.mesh, pair.name);
    if (auto fits = check_placements(world, pair); !fits) return std::unexpected(fits.error());
  }
  if (const auto problems = document.problems(); !problems.empty())
    return failure(ErrorKind::malformed, problems.front());
  return world;
}

}  // namespace scop::command::acme
