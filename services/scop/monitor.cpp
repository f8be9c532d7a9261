// scop monitor: the metrics of all daemons for Prometheus. It holds the identity "monitor", which may ask for
// metrics and nothing else, and runs in a jail of its own.
#include "scop/monitor.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <boost/asio/signal_set.hpp>
#include <cstdio>

#include "core/ascii.hpp"
#include "daemon/certificates.hpp"
#include "daemon/jail.hpp"
#include "daemon/privileges.hpp"
#include "http/response.hpp"
#include "http_server/server.hpp"
#include "metrics/exposition.hpp"
#include "scop/collector.hpp"
#include "scop/instance.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

constexpr std::string_view identity = "monitor";
constexpr std::chrono::milliseconds patience{2'000};
constexpr std::chrono::seconds certificate_check{10};
constexpr http_server::Bounds bounds{.connections = 64, .connections_per_address = 32};
using SignalSet = asio::basic_signal_set<Executor>;

struct Options {
  std::vector<std::string> listen{"127.0.0.1:9199"};
  bool once = false;
};

// What one run of the monitor is made of, in the order of building.
struct Monitor {
  Monitor(const settings::Mesh& mesh_, const Log& log_)
      : mesh(mesh_),
        log(log_),
        io(1),
        certificates(mesh_, identity),
        collector(io, log, mesh_),
        server(io, log_, bounds, [this](const http::Request& request) { return answer(request); }) {}

  Task<http::Response> answer(const http::Request& request) {
    if (request.target.path != "/metrics") co_return http::problem(404, "the metrics are at /metrics");
    if (request.method != "GET" && request.method != "HEAD")
      co_return http::problem(405, "only GET and HEAD");
    http::Response response{.status = 200, .type = std::string(metrics::content_type), .body = {}};
    response.body = metrics::exposition(co_await collector.collect(patience));
    co_return response;
  }

  Outcome<> read_certificates() {
    auto context = certificates.load();
    if (!context) return std::unexpected(context.error());
    collector.use(*context);
    return {};
  }

  // Renewed leaves are taken up without a restart.
  Task<> watch_certificates() {
    Timer timer(io);
    for (;;) {
      timer.expires_after(certificate_check);
      boost::system::error_code error;
      co_await timer.async_wait(asio::redirect_error(use_task, error));
      if (error) co_return;
      if (!certificates.changed()) continue;
      if (const auto read = read_certificates(); !read)
        log.warning("certificates could not be read again; the old ones stay",
                    {{"error", read.error().what}});
    }
  }

  const settings::Mesh& mesh;
  const Log& log;
  asio::io_context io;
  daemon::Certificates certificates;
  Collector collector;
  http_server::Server server;
};

Outcome<> enter_jail(Monitor& monitor) {
  const auto own =
      monitor.mesh.user_base == 0 ? 0 : monitor.mesh.user_base + topology::find(identity)->user_offset;
  if (auto changed = daemon::become(own); !changed) return changed;
  if (auto read = monitor.read_certificates(); !read)
    return failure(read.error().kind,
                   read.error().what +
                       "\n      instances made before there was a monitor lack its identity: "
                       "`scop certs renew` makes it");
  daemon::Jail jail;
  jail.daemon = identity;
  jail.log_form = monitor.mesh.log_form;
  jail.certificates = monitor.certificates.folder();
  jail.authority = monitor.certificates.authority();
  jail.pipe_ports = monitor.collector.ports();
  jail.has_own_user = own != 0 && ::geteuid() == own;
  jail.walls = {.open_files = 256, .memory = 256ULL << 20U};
  const auto standing = daemon::put_up_walls(jail);
  if (!standing) return std::unexpected(standing.error());
  for (const auto& missing : standing->missing)
    monitor.log.warning("wall missing",
                        {{"wall", missing.wall}, {"why", missing.why}, {"do", missing.remedy}});
  if (!standing->missing.empty() && monitor.mesh.strict_walls)
    return failure(ErrorKind::denied, "a wall is missing, and [mesh] strict_walls is true");
  monitor.log.info("ready", {{"walls", fmt::format("{}", fmt::join(standing->walls, ", "))}});
  return {};
}

Task<> print_once(Monitor& monitor, const Context& context) {
  auto text = metrics::exposition(co_await monitor.collector.collect(patience));
  if (text.ends_with('\n')) text.pop_back();
  context.terminal.line(text);
  monitor.io.stop();
}

int run(const Context& context, const Options& options) {
  const auto instance = Instance::open(context);
  if (!instance) return wrong_usage;
  daemon::begin_modestly();
  const auto& mesh = instance->mesh();
  const Log log(std::string(identity), mesh.log_form, mesh.log_level, options.once ? -1 : 2);
  Monitor monitor(mesh, log);
  auto begun = options.once ? Outcome<>() : monitor.server.bind(options.listen, false);
  if (begun) begun = enter_jail(monitor);
  if (!begun) {
    context.terminal.problem(begun.error().what);
    return declined;
  }
  SignalSet signals(monitor.io, SIGINT, SIGTERM);
  signals.async_wait([&](const boost::system::error_code&, int) { monitor.io.stop(); });
  if (options.once) {
    asio::co_spawn(monitor.io, print_once(monitor, context), asio::detached);
  } else {
    monitor.server.start();
    asio::co_spawn(monitor.io, monitor.watch_certificates(), asio::detached);
  }
  monitor.io.run();
  std::fflush(stdout);
  ::_exit(good);
}

}  // namespace

void declare_monitor(CLI::App& app, Context& context) {
  const auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand(
      "monitor", "the metrics of all daemons at http://ADDRESS/metrics, for Prometheus; in the foreground");
  command->add_option("--listen", options->listen, "where; may be repeated")
      ->type_name("ADDRESS:PORT")
      ->capture_default_str();
  command->add_flag("--once", options->once, "print them once, and listen nowhere");
  command->callback(
      [&context, options] { context.chosen = [&context, options] { return run(context, *options); }; });
}

}  // namespace scop::command
