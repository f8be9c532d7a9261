#include "scop/collector.hpp"

#include "topology/topology.hpp"

namespace scop::command {

namespace {

using metrics::Kind;

Kind kind_of(v1::MetricFamily::Kind kind) {
  if (kind == v1::MetricFamily::GAUGE) return Kind::gauge;
  return kind == v1::MetricFamily::HISTOGRAM ? Kind::histogram : Kind::counter;
}

}  // namespace

std::vector<metrics::Family> families_of(const std::string& daemon, const v1::MetricsReply& reply) {
  std::vector<metrics::Family> families;
  for (const auto& told : reply.families()) {
    // A daemon's own metrics bear its name; no other can pretend to be it.
    if (!told.name().starts_with("scop_")) continue;
    auto& family = families.emplace_back(metrics::Family{told.name(), told.help(), kind_of(told.kind()), {}});
    for (const auto& sample : told.samples()) {
      metrics::Labels labels{{"daemon", daemon}};
      for (const auto& label : sample.labels()) {
        if (label.name() != "daemon") labels.emplace_back(label.name(), label.value());
      }
      family.samples.push_back({sample.suffix(), std::move(labels), sample.value()});
    }
  }
  return families;
}

struct Collector::Gathering {
  explicit Gathering(asio::io_context& io) : all_there(io) {}
  std::map<std::string, v1::MetricsReply> replies;
  std::map<std::string, double> took;  // seconds
  std::size_t under_way = 0;
  Timer all_there;
};

Collector::Collector(asio::io_context& io, const Log& log, const settings::Mesh& mesh) : io_(io) {
  for (const auto& daemon : topology::daemons()) {
    if (!daemon.is_daemon) continue;
    const auto endpoint = net::parse_endpoint(mesh.dial.find(daemon.name)->second);
    if (!endpoint) continue;  // read_mesh has complained
    all_.push_back({.daemon = std::string(daemon.name),
                    .port = endpoint->port(),
                    .channel = std::make_unique<pipe::Channel>(io, log, mesh.domain, std::string(daemon.name),
                                                               *endpoint)});
  }
}

void Collector::use(const net::TlsContext& identity) {
  for (auto& asked : all_) asked.channel->use(identity);
}

std::vector<std::uint16_t> Collector::ports() const {
  std::vector<std::uint16_t> ports;
  for (const auto& asked : all_) ports.push_back(asked.port);
  return ports;
}

Task<> Collector::ask(std::shared_ptr<Gathering> gathering, Asked& asked, Deadline deadline) {
  const auto began = std::chrono::steady_clock::now();
  auto reply = co_await asked.channel->call(pipe::methods::daemon_metrics, v1::Nothing(), deadline);
  if (reply) {
    gathering->replies[asked.daemon] = std::move(*reply);
    gathering->took[asked.daemon] =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  }
  if (--gathering->under_way == 0) gathering->all_there.cancel();
}

Task<std::vector<metrics::Family>> Collector::collect(std::chrono::milliseconds patience) {
  const auto gathering = std::make_shared<Gathering>(io_);
  const auto deadline = in(patience);
  gathering->all_there.expires_at(deadline + std::chrono::milliseconds(200));
  gathering->under_way = all_.size();
  for (auto& asked : all_) asio::co_spawn(io_, ask(gathering, asked, deadline), asio::detached);
  boost::system::error_code ignored;
  if (gathering->under_way > 0)
    co_await gathering->all_there.async_wait(asio::redirect_error(use_task, ignored));
  metrics::Family up{"scop_up", "1 where the daemon answered over its pipe", Kind::gauge, {}};
  metrics::Family took{"scop_collect_seconds", "how long the daemon took to answer", Kind::gauge, {}};
  std::vector<metrics::Family> families;
  for (const auto& asked : all_) {
    const auto reply = gathering->replies.find(asked.daemon);
    const bool is_up = reply != gathering->replies.end();
    up.samples.push_back({"", {{"daemon", asked.daemon}}, is_up ? 1.0 : 0.0});
    if (!is_up) continue;
    took.samples.push_back({"", {{"daemon", asked.daemon}}, gathering->took[asked.daemon]});
    std::ranges::move(families_of(asked.daemon, reply->second), std::back_inserter(families));
  }
  families.push_back(std::move(up));
  families.push_back(std::move(took));
  co_return families;
}

}  // namespace scop::command
