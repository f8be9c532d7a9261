#include "resolver/service.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "dns/name.hpp"
#include "net/endpoint.hpp"
#include "pipe/trace_context.hpp"

namespace scop::resolver {

namespace {

// The rest of [resolver] cache is the library's (unbound_conf.cpp).
constexpr std::uint64_t answers_share = 8;
constexpr std::uint64_t answers_parts = 3;

constexpr std::size_t longest_question = 1024;  // presentation form with every octet escaped

v1::Answer to_message(const Resolved& resolved) {
  const auto& answer = resolved.found->answer;
  v1::Answer out;
  out.set_rcode(static_cast<std::uint32_t>(answer.rcode));
  out.set_validation(static_cast<v1::Answer::Validation>(answer.validation));
  out.set_canonical_name(answer.canonical_name);
  out.set_ttl(resolved.ttl);
  out.mutable_records()->Reserve(static_cast<int>(answer.records.size()));
  for (const auto& record : answer.records) out.add_records(record);
  out.set_why(answer.why);
  if (const auto error = resolved.extended_error()) out.set_extended_error(*error);
  out.set_stale(resolved.stale);
  return out;
}

bool is_record_type(std::uint32_t type) {
  return type > 0 && type < 65536 && type != 41 && (type < 128 || type > 255);
}

}  // namespace

Service::Parts::Parts(asio::io_context& io, const Log& log, const std::filesystem::path& state,
                      const settings::Resolver& settings)
    : library(io, state),
      cache(settings.cache * answers_parts / answers_share,
            std::chrono::floor<std::chrono::seconds>(settings.serve_stale), settings.prefetch),
      resolution(io, log, library, cache, settings.timeout),
      keeper(io, log, cache, state / "cache") {}

// The statistics as they are; quantiles since the start are of no use over time.
template <class Parts>
static void tell_counts(metrics::Registry& registry, Parts& parts) {
  for (const auto& [name, value] : parts.resolution.statistics().counts()) {
    if (name.ends_with("_ms")) continue;
    registry.gauge("scop_resolver_" + name + "_total", "see `scop resolver stats`", [&parts, name] {
      double found = 0;
      for (const auto& [each, count] : parts.resolution.statistics().counts()) {
        if (each == name) found = static_cast<double>(count);
      }
      return found;
    });
  }
  registry.gauge("scop_resolver_under_way", "resolutions under way",
                 [&parts] { return static_cast<double>(parts.resolution.under_way()); });
  registry.gauge("scop_resolver_cache_entries", "answers in the cache",
                 [&parts] { return static_cast<double>(parts.cache.entries()); });
  registry.gauge("scop_resolver_cache_octets", "memory of the cache",
                 [&parts] { return static_cast<double>(parts.cache.octets()); });
}

Outcome<> Service::bind(daemon::Boot& boot) {
  settings_ = settings::read_resolver(boot.document());
  configuration_ = boot.document().file();
  log_ = &boot.log();
  for (const auto& text : settings_.listen) {
    const auto endpoint = net::parse_endpoint(text);
    if (!endpoint) return std::unexpected(endpoint.error());
    auto port = DnsPort::bind(boot.io(), boot.log(), *endpoint);
    if (!port) return std::unexpected(std::move(port.error()));
    ports_.push_back(std::move(*port));
  }
  return bind_tunnels(boot);
}

Outcome<> Service::bind_tunnels(daemon::Boot& boot) {
  for (const auto& server : settings_.forward) {
    if (server.tls_name.empty()) continue;
    auto context = net::TlsContext::verifying_client(settings_.authorities);
    if (!context) return failure(context.error().kind, "[resolver] authorities: " + context.error().what);
    auto tunnel = TlsTunnel::bind(boot.io(), boot.log(), server, std::move(*context));
    if (!tunnel) return std::unexpected(std::move(tunnel.error()));
    tunnels_.push_back(std::move(*tunnel));
  }
  return {};
}

std::vector<std::uint16_t> Service::tunnel_ports() const {
  std::vector<std::uint16_t> ports;
  for (const auto& tunnel : tunnels_) ports.push_back(tunnel.port());
  return ports;
}

Outcome<> Service::open(daemon::Boot& boot) {
  warn_of_test_settings();
  parts_ = std::make_unique<Parts>(boot.io(), boot.log(), boot.state(), settings_);
  if (auto used = parts_->library.use(settings_, tunnel_ports()); !used) return used;
  ++parts_->resolution.statistics().contexts;
  parts_->keeper.load(parts_->library.settings_digest(), settings_.cache);
  tell_counts(boot.metrics(), *parts_);
  auto& server = boot.server();
  server.on_unary(pipe::methods::lookup, [this](pipe::Call call, v1::Question question) {
    return look_up(std::move(call), std::move(question));
  });
  server.on_unary(
      pipe::methods::resolver_statistics,
      [this](pipe::Call, v1::ResolverStatisticsRequest) -> Task<pipe::Result<v1::ResolverStatistics>> {
        co_return statistics();
      });
  server.on_unary(
      pipe::methods::resolver_flush,
      [this](pipe::Call, v1::ResolverFlushRequest request) -> Task<pipe::Result<v1::ResolverFlushReply>> {
        co_return flush(request);
      });
  return {};
}

void Service::warn_of_test_settings() const {
  if (!settings_.unsafe_test_clock.empty())
    log_->warning("[resolver] unsafe_test_clock is set: expired signatures may pass; never outside a test",
                  {{"clock", settings_.unsafe_test_clock}});
  if (settings_.unsafe_test_hold_down.count() > 0)
    log_->warning(
        "[resolver] unsafe_test_hold_down is set: a stolen key becomes an anchor; never outside a test");
  if (!settings_.dnssec) log_->warning("[resolver] dnssec is false: no answer is validated");
}

void Service::start() {
  for (auto& tunnel : tunnels_) tunnel.start();
  parts_->library.start();
  parts_->keeper.start([this] { return parts_->library.settings_digest(); });
  for (auto& port : ports_) {
    port.start(parts_->resolution, settings_.timeout);
    log_->info("listening for DNS", {{"at", net::to_text(port.local())}});
  }
}

Outcome<> Service::renew_library(const settings::Resolver& settings) {
  if (auto used = parts_->library.use(settings, tunnel_ports()); !used) return used;
  parts_->resolution.forget();
  ++parts_->resolution.statistics().contexts;
  return {};
}

void Service::reload() {
  const auto complain = [this](std::string_view why) {
    log_->warning(
        "the configuration could not be read again; the old one stays. Where the file was replaced, "
        "not written over, the walls hide the new one: restart the resolver",
        {{"file", configuration_.string()}, {"why", why}});
  };
  const auto document = config::Document::load(configuration_);
  if (!document) return complain(document.error().what);
  auto settings = settings::read_resolver(*document);
  if (const auto problems = document->problems(); !problems.empty()) return complain(problems.front());
  settings.cache = settings_.cache;  // as it was made
  settings.listen = settings_.listen;
  const auto by_tls = [](const settings::DnsServer& server) { return !server.tls_name.empty(); };
  if (settings.forward != settings_.forward &&
      (std::ranges::any_of(settings.forward, by_tls) || !tunnels_.empty()))
    return complain("forwarders by TLS change with a restart alone");
  // Equal settings too: the files that they name (anchors, hints) may have changed.
  const auto before = parts_->library.settings_digest();
  if (auto used = renew_library(settings); !used) return complain(used.error().what);
  const bool other = before != parts_->library.settings_digest();
  const auto removed = other ? parts_->cache.clear() : 0;
  parts_->resolution.set_timeout(settings.timeout);
  settings_ = std::move(settings);
  warn_of_test_settings();
  log_->info("configuration read again", {{"answers_forgotten", removed}});
}

Task<> Service::drain(Deadline) {
  for (auto& port : ports_) port.stop();
  co_await parts_->keeper.save(parts_->library.settings_digest());
}

v1::ResolverStatistics Service::statistics() const {
  v1::ResolverStatistics out;
  const auto add = [&out](std::string name, std::uint64_t value) {
    auto* count = out.add_counts();
    count->set_name(std::move(name));
    count->set_value(value);
  };
  for (auto& [name, value] : parts_->resolution.statistics().counts()) add(name, value);
  add("under_way", parts_->resolution.under_way());
  add("cache_entries", parts_->cache.entries());
  add("cache_octets", parts_->cache.octets());
  return out;
}

// What the library keeps cannot be taken out by name: it begins anew, trust anchors stay.
pipe::Result<v1::ResolverFlushReply> Service::flush(const v1::ResolverFlushRequest& request) {
  const bool everything = request.name().empty();
  const bool named = !everything && request.name().size() <= longest_question &&
                     ascii::is_all_ascii(request.name()) && dns::name_to_wire(request.name());
  if ((!everything && !named) || (everything && (request.below() || request.type() != 0)) ||
      request.type() > 65535)
    return pipe::fail(pipe::Code::invalid_argument,
                      "name a domain, and a type of records where only that one goes");
  std::optional<dns::Type> type;
  if (request.type() != 0) type = static_cast<dns::Type>(request.type());
  if (auto used = renew_library(settings_); !used)
    return pipe::fail(pipe::Code::unavailable, used.error().what);
  auto& cache = parts_->cache;
  v1::ResolverFlushReply reply;
  reply.set_answers(everything ? cache.clear() : cache.flush(request.name(), request.below(), type));
  log_->info("flushed", {{"name", ascii::printable(request.name())}, {"answers", reply.answers()}});
  return reply;
}

Task<pipe::Result<v1::Answer>> Service::look_up(pipe::Call call, v1::Question question) {
  if (question.name().size() > longest_question)
    co_return pipe::fail(pipe::Code::invalid_argument, "the name is not a domain name");
  if (!is_record_type(question.type()))
    co_return pipe::fail(pipe::Code::invalid_argument, "the type is not one of records");
  const auto type = static_cast<dns::Type>(question.type());
  // What is in the cache has been asked before: it is a name.
  auto resolved = parts_->resolution.at_once(question.name(), type);
  if (!resolved) {
    if (!ascii::is_all_ascii(question.name()) || !dns::name_to_wire(question.name()))
      co_return pipe::fail(pipe::Code::invalid_argument, "the name is not a domain name in ASCII");
    auto deadline = in(settings_.timeout);
    if (call.deadline && *call.deadline < deadline) deadline = *call.deadline;
    resolved = co_await parts_->resolution.look_up(question.name(), type, deadline);
    const auto trace = pipe::context_of(call.trace);
    log_->debug("looked up", {{"name", ascii::printable(question.name())},
                              {"type", dns::name_of(type)},
                              {"rcode", dns::name_of(resolved->found->answer.rcode)},
                              {"stale", resolved->stale},
                              {"trace", trace.id},
                              {"span", trace.span},
                              {"parent", trace.parent}});
  }
  co_return to_message(*resolved);
}

}  // namespace scop::resolver
