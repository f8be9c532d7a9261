#include "daemon/life.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <optional>

#include "daemon/counted_lines.hpp"
#include "daemon/jail.hpp"
#include "daemon/landlock.hpp"
#include "daemon/network_wall.hpp"
#include "daemon/privileges.hpp"
#include "daemon/process_metrics.hpp"
#include "daemon/readiness.hpp"
#include "daemon/status.hpp"
#include "log/observer.hpp"

namespace scop::daemon {

namespace {

constexpr std::chrono::seconds certificate_check{30};
constexpr std::chrono::seconds drain_time{8};
constexpr unsigned checks_an_hour = 120;

using SignalSet = asio::basic_signal_set<Executor>;

double milliseconds_since(std::chrono::steady_clock::time_point began) {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
}

}  // namespace

bool keeps_secrets(std::string_view daemon) {
  constexpr std::array<std::string_view, 3> keepers{"accounts", "submission", "signer"};
  return std::ranges::find(keepers, daemon) != keepers.end();
}

struct Life::State {
  State(const topology::Daemon& daemon, const config::Document& document, settings::Mesh mesh,
        std::unique_ptr<Service> made)
      : name(daemon.name),
        lines(counted_lines(name)),
        booted(daemon, document, std::move(mesh)),
        service(std::move(made)) {
    observe_log([this](LogLevel level, std::string_view message, std::span<const LogPair> pairs) {
      lines.note(level, message, pairs);
    });
  }

  Outcome<> check_state_folder();
  void enter_network_wall();
  void put_up_network_wall();
  Outcome<> open();
  Outcome<> enter_jail();
  void note_user(Standing& standing) const;
  Outcome<> report_missing(const Standing& standing);
  void begin();
  void reload();
  Task<> watch_signals();
  Task<> watch_certificates();
  Task<> drain_service(Deadline deadline);
  Task<> drain_server(Deadline deadline);
  Task<> end(int signal);
  void one_drained();

  std::chrono::steady_clock::time_point began = std::chrono::steady_clock::now();
  std::string name;
  metrics::LineCounts lines;
  Booted booted;
  std::unique_ptr<Service> service;
  SignalSet signals{booted.io().get_executor()};
  std::optional<Readiness> readiness;
  std::string walls;
  std::optional<NetworkWall> network;
  PortsHeld ports_held;
  bool is_ending = false;
  int still_draining = 0;
};

Outcome<> Life::State::check_state_folder() {
  std::error_code error;
  if (std::filesystem::is_directory(booted.state(), error) &&
      ::access(booted.state().c_str(), R_OK | W_OK | X_OK) == 0) {
    return {};
  }
  return failure(ErrorKind::unavailable,
                 fmt::format("{}: not a folder that user {} may write; `scop init` makes it",
                             booted.state().string(), ::geteuid()));
}

// Where Landlock has no rules for ports (4), root can hold them by a control group.
void Life::State::enter_network_wall() {
  constexpr int abi_with_ports = 4;
  if (::geteuid() != 0 || landlock_abi() >= abi_with_ports) return;
  auto entered = NetworkWall::enter(name);
  if (entered) {
    network = std::move(*entered);
  } else {
    ports_held.why_not = entered.error().what;
  }
}

void Life::State::put_up_network_wall() {
  const auto wanted = service->walls();
  if (!network || wanted.connect_anywhere) return;
  auto ports = booted.callee_ports();
  ports.insert(ports.end(), wanted.connect_ports.begin(), wanted.connect_ports.end());
  const auto stands = network->put_up(ports, wanted.udp);
  ports_held.by_group = stands.has_value();
  if (!stands) ports_held.why_not = stands.error().what;
}

// From the public ports to the walls' threshold: what needs the starting user first, then as the own one.
Outcome<> Life::State::open() {
  if (auto bound = booted.bind_server(); !bound) return bound;
  raise_open_files(service->walls().open_files);
  put_up_network_wall();
  if (keeps_secrets(name)) allow_locked_memory();
  if (auto changed = become(booted.own_user()); !changed) return changed;
  if (auto fits = check_state_folder(); !fits) return fits;
  if (auto opened = service->open(booted); !opened) return opened;
  // After open(), which forks the judges: they begin with a memory in which no key of ours has ever been.
  if (auto used = booted.use_certificates(); !used) return used;
  booted.warn_of_expiry();
  ::tzset();  // reads /etc/localtime while it may
  readiness.emplace();
  return enter_jail();
}

Outcome<> Life::State::enter_jail() {
  Jail jail;
  jail.daemon = name;
  jail.log_form = booted.mesh().log_form;
  jail.certificates = booted.certificates().folder();
  jail.authority = booted.certificates().authority();
  jail.state = booted.state();
  jail.pipe_ports = booted.callee_ports();
  jail.has_own_user = booted.own_user() != 0 && ::geteuid() == booted.own_user();
  jail.ports_held = ports_held;
  jail.lock_memory = keeps_secrets(name);
  jail.walls = service->walls();
  measure_process(booted.metrics(), jail.walls.open_files);
  booted.metrics().gauge("scop_pipe_certificate_expires_seconds",
                         "when the pipe's certificate ends, seconds since 1970",
                         [this] { return booted.certificate_expiry(); });
  auto standing = put_up_walls(jail);
  if (!standing) return std::unexpected(std::move(standing.error()));
  note_user(*standing);
  walls = fmt::format("{}", fmt::join(standing->walls, ", "));
  serve_status(booted, jail, *standing, milliseconds_since(began), lines);
  return report_missing(*standing);
}

void Life::State::note_user(Standing& standing) const {
  const auto user = ::geteuid();
  const auto own = booted.own_user();
  if (own != 0 && user == own) {
    standing.walls.insert(standing.walls.begin(), fmt::format("user {}", user));
  } else if (user == 0) {
    standing.missing.push_back(
        {"own user", "runs as root, though without capabilities",
         "set [mesh] user_base and run `scop init` as root, or start it as another user"});
  } else if (own != 0) {
    standing.missing.push_back({"own user", fmt::format("runs as user {}, not {}", user, own),
                                fmt::format("start it as root or as user {}", own)});
  }
}

Outcome<> Life::State::report_missing(const Standing& standing) {
  for (const auto& missing : standing.missing) {
    booted.log().warning("wall missing",
                         {{"wall", missing.wall}, {"why", missing.why}, {"do", missing.remedy}});
  }
  if (standing.missing.empty() || !booted.mesh().strict_walls) return {};
  return failure(ErrorKind::denied, "a wall is missing, and [mesh] strict_walls is true");
}

void Life::State::begin() {
  auto& io = booted.io();
  asio::co_spawn(io, watch_signals(), asio::detached);
  asio::co_spawn(io, watch_certificates(), asio::detached);
  service->start();
  booted.server().start();
  booted.log().info("ready", {{"ms", fmt::format("{:.1f}", milliseconds_since(began))},
                              {"walls", walls},
                              {"pipe", net::to_text(booted.server().local())},
                              {"pid", ::getpid()}});
  readiness->tell();
}

void Life::State::reload() {
  const auto used = booted.use_certificates();
  if (!used) {
    booted.log().warning("certificates could not be read again; the old ones stay",
                         {{"error", used.error().what}});
  } else {
    booted.log().info("certificates read again");
  }
  booted.warn_of_expiry();
  service->reload();
}

Task<> Life::State::watch_signals() {
  for (;;) {
    boost::system::error_code error;
    const int signal = co_await signals.async_wait(asio::redirect_error(use_task, error));
    if (error) co_return;
    if (signal == SIGHUP) {
      reload();
    } else if (!is_ending) {
      asio::co_spawn(booted.io(), end(signal), asio::detached);
    } else {
      booted.log().warning("ending at once: a second signal");
      booted.io().stop();
    }
  }
}

Task<> Life::State::watch_certificates() {
  Timer timer(booted.io());
  for (unsigned checks = 1;; ++checks) {
    timer.expires_after(certificate_check);
    boost::system::error_code error;
    co_await timer.async_wait(asio::redirect_error(use_task, error));
    if (error) co_return;
    if (booted.certificates().changed()) {
      reload();
    } else if (checks % checks_an_hour == 0) {
      booted.warn_of_expiry();
    }
  }
}

void Life::State::one_drained() {
  if (--still_draining == 0) booted.io().stop();
}

Task<> Life::State::drain_service(Deadline deadline) {
  co_await service->drain(deadline);
  one_drained();
}

Task<> Life::State::drain_server(Deadline deadline) {
  co_await booted.server().drain(deadline);
  one_drained();
}

// Both at once: calls under way may need what the service still does, and the other way round.
Task<> Life::State::end(int signal) {
  is_ending = true;
  booted.log().info("draining", {{"signal", signal}});
  const auto deadline = in(drain_time);
  still_draining = 2;
  asio::co_spawn(booted.io(), drain_service(deadline), asio::detached);
  asio::co_spawn(booted.io(), drain_server(deadline), asio::detached);
  Timer timer(booted.io());
  timer.expires_at(deadline + std::chrono::milliseconds(500));
  boost::system::error_code error;
  co_await timer.async_wait(asio::redirect_error(use_task, error));
  booted.log().warning("ending before everything was drained");
  booted.io().stop();
}

Life::Life(const topology::Daemon& daemon, const config::Document& document, settings::Mesh mesh,
           std::unique_ptr<Service> service)
    : state_(std::make_unique<State>(daemon, document, std::move(mesh), std::move(service))) {}
Life::~Life() { observe_log({}); }

ExitStatus Life::boot() {
  auto& state = *state_;
  // Before anything else: a SIGTERM that comes while we boot is answered by the loop.
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) state.signals.add(signal);
  state.enter_network_wall();
  const auto bound = state.service->bind(state.booted);
  const auto problems = state.booted.document().problems_and_unknown_keys({"mesh", "pipes", state.name});
  if (!problems.empty()) {
    print_problems(problems);
    return ExitStatus::wrong_configuration;
  }
  const auto opened = bound ? state.open() : bound;
  if (!opened) {
    state.booted.log().error("cannot start", {{"error", opened.error().what}});
    return ExitStatus::could_not_run;
  }
  state.begin();
  return ExitStatus::good;
}

ExitStatus Life::loop() {
  const auto work = asio::make_work_guard(state_->booted.io());
  state_->booted.io().run();
  state_->booted.log().info("ended",
                            {{"seconds", fmt::format("{:.1f}", milliseconds_since(state_->began) / 1000)}});
  return ExitStatus::good;
}

void print_problems(const std::vector<std::string>& problems) {
  for (const auto& problem : problems) fmt::print(stderr, "{}\n", problem);
}

}  // namespace scop::daemon
