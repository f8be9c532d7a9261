#include "daemon/status.hpp"

#include <unistd.h>

#include <algorithm>
#include <iterator>

namespace scop::daemon {

namespace {

v1::MetricFamily::Kind kind_of(metrics::Kind kind) {
  switch (kind) {
    case metrics::Kind::counter:
      return v1::MetricFamily::COUNTER;
    case metrics::Kind::gauge:
      return v1::MetricFamily::GAUGE;
    case metrics::Kind::histogram:
      return v1::MetricFamily::HISTOGRAM;
  }
  std::unreachable();
}

v1::MetricsReply reply_of(const std::vector<metrics::Family>& families) {
  v1::MetricsReply reply;
  for (const auto& family : families) {
    auto& told = *reply.add_families();
    told.set_name(family.name);
    told.set_help(family.help);
    // A gauge of what another part counts already.
    const bool counts = family.kind == metrics::Kind::gauge && family.name.ends_with("_total");
    told.set_kind(counts ? v1::MetricFamily::COUNTER : kind_of(family.kind));
    for (const auto& sample : family.samples) {
      auto& value = *told.add_samples();
      value.set_suffix(sample.suffix);
      value.set_value(sample.value);
      for (const auto& [name, text] : sample.labels) {
        auto& label = *value.add_labels();
        label.set_name(name);
        label.set_value(text);
      }
    }
  }
  return reply;
}

void tell_allowed(v1::WallsAllowed& allowed, const Jail& jail) {
  for (const auto& path : jail.walls.read) allowed.add_read(path.string());
  for (const auto& path : {jail.certificates, jail.authority}) allowed.add_read(path.string());
  for (const auto& path : jail.walls.write) allowed.add_write(path.string());
  allowed.add_write(jail.state.string());
  for (const auto port : jail.pipe_ports) allowed.add_connect_ports(port);
  for (const auto port : jail.walls.connect_ports) allowed.add_connect_ports(port);
  allowed.set_connect_anywhere(jail.walls.connect_anywhere);
  allowed.set_udp(jail.walls.udp);
  for (const auto name : jail.walls.system_calls) allowed.add_system_calls(std::string(name));
  allowed.set_open_files(jail.walls.open_files);
  allowed.set_memory(jail.walls.memory);
}

v1::DaemonStatus status_of(std::string_view name, const Jail& jail, const Standing& standing,
                           double ready_ms) {
  v1::DaemonStatus status;
  status.set_daemon(std::string(name));
  status.set_version(SCOP_VERSION);
  status.set_started(std::chrono::system_clock::to_time_t(std::chrono::system_clock::now()));
  status.set_ready_ms(ready_ms);
  status.set_pid(::getpid());
  status.set_user(::geteuid());
  for (const auto& wall : standing.walls) status.add_walls(wall);
  for (const auto& missing : standing.missing) {
    auto& told = *status.add_missing();
    told.set_wall(missing.wall);
    told.set_why(missing.why);
    told.set_remedy(missing.remedy);
  }
  tell_allowed(*status.mutable_allowed(), jail);
  return status;
}

}  // namespace

void serve_status(Booted& booted, const Jail& jail, const Standing& standing, double ready_ms,
                  const metrics::LineCounts& lines) {
  booted.server().on_unary(pipe::methods::daemon_status,
                           [&booted, status = status_of(jail.daemon, jail, standing, ready_ms)](
                               pipe::Call, v1::Nothing) -> Task<pipe::Result<v1::DaemonStatus>> {
                             auto told = status;
                             const auto now = std::chrono::system_clock::now() + booted.certificate_left();
                             told.set_certificate_expires(std::chrono::system_clock::to_time_t(now));
                             co_return told;
                           });
  booted.server().on_unary(pipe::methods::daemon_metrics,
                           [&](pipe::Call, v1::Nothing) -> Task<pipe::Result<v1::MetricsReply>> {
                             auto families = booted.metrics().snapshot();
                             std::ranges::move(lines.snapshot(), std::back_inserter(families));
                             co_return reply_of(families);
                           });
}

}  // namespace scop::daemon
