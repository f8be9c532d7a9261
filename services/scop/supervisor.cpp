#include "scop/supervisor.hpp"

#include <fmt/format.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <csignal>
#include <fstream>
#include <utility>

#include "log/line.hpp"
#include "scop/reload_command.hpp"

namespace scop::command {

namespace {

using Reader = asio::posix::basic_stream_descriptor<Executor>;

constexpr std::chrono::milliseconds first_rest{100};
constexpr std::chrono::milliseconds longest_rest{10'000};
constexpr std::chrono::seconds good_life{30};
constexpr std::chrono::seconds edge_patience{9};
constexpr std::chrono::seconds patience{12};
constexpr std::size_t most_line = 16'384;
constexpr int wrong_configuration = 2;

int dup_of(const files::Descriptor& descriptor) { return ::dup(descriptor.number()); }

}  // namespace

struct Supervisor::Ward {
  Ward(Supervised s, Outcome<LogFile> opened) : daemon(std::move(s)), log(std::move(opened)) {}
  Supervised daemon;
  Outcome<LogFile> log;
  Child child;
  bool is_ready = false;
  bool was_ready = false;
  bool is_running = false;
};

Supervisor::Supervisor(asio::io_context& io, std::filesystem::path config, std::filesystem::path folder,
                       std::vector<Supervised> daemons, Watcher watcher, LogForm form)
    : io_(io),
      config_(std::move(config)),
      folder_(std::move(folder)),
      watcher_(std::move(watcher)),
      form_(form),
      wake_(io) {
  for (auto& daemon : daemons) {
    auto log = LogFile::open(folder_ / "log" / (daemon.name + ".log"));
    wards_.push_back(std::make_unique<Ward>(std::move(daemon), std::move(log)));
  }
}

Supervisor::~Supervisor() = default;

int Supervisor::exit_status() const { return exit_status_; }

pid_t Supervisor::process_of(std::string_view name) const {
  for (const auto& ward : wards_) {
    if (ward->daemon.name == name && ward->is_running) return ward->child.process;
  }
  return 0;
}

void Supervisor::start() {
  for (const auto& ward : wards_) {
    if (!ward->log) watcher_.changed(ward->daemon.name, "no log file: " + ward->log.error().what);
    ++lives_;
    asio::co_spawn(io_, live(*ward), asio::detached);
  }
}

void Supervisor::write_process_file(const Ward& ward) const {
  std::ofstream(folder_ / "run" / (ward.daemon.name + ".pid"), std::ios::trunc) << ward.child.process << '\n';
  // What it has read, for `scop reload` to compare; no secret stands in it.
  std::error_code ignored;
  std::filesystem::copy_file(config_, read_configuration(folder_, ward.daemon.name),
                             std::filesystem::copy_options::overwrite_existing, ignored);
}

// One line of output. In JSON every line of the log is JSON: a crash's and a library's words become a value.
void Supervisor::said(Ward& ward, std::string_view line) {
  const bool is_foreign = form_ == LogForm::json && !line.starts_with("{\"");
  auto written = is_foreign
                     ? log_line(form_, now(), LogLevel::error, ward.daemon.name, "output", {{"text", line}})
                     : std::string(line) + "\n";
  if (ward.log) ward.log->write(written);
  written.pop_back();
  watcher_.said(ward.daemon.name, written);
}

Task<> Supervisor::live(Ward& ward) {
  co_await keep_running(ward);
  std::error_code error;
  std::filesystem::remove(folder_ / "run" / (ward.daemon.name + ".pid"), error);
  if (--lives_ == 0) watcher_.all_ended();
}

// One daemon's whole life: started again whenever it dies before its time.
Task<> Supervisor::keep_running(Ward& ward) {
  auto wait = first_rest;
  while (!is_ending_) {
    auto child = start_child(ward.daemon.program, config_, ward.daemon.arguments);
    if (!child) {
      watcher_.changed(ward.daemon.name, child.error().what);
      exit_status_ = 1;
      end();
      co_return;
    }
    const auto born = std::chrono::steady_clock::now();
    ward.child = std::move(*child);
    ward.is_running = true;
    ward.is_ready = false;
    write_process_file(ward);
    asio::co_spawn(io_, await_ready(ward), asio::detached);
    co_await read_lines(ward);
    const int status = co_await await_end(ward);
    ward.is_running = false;
    ward.is_ready = false;
    wake_.cancel();
    if (is_ending_) break;
    if (!ward.was_ready && WIFEXITED(status) &&
        (WEXITSTATUS(status) == wrong_configuration || WEXITSTATUS(status) == 127)) {
      watcher_.changed(ward.daemon.name, fmt::format("cannot be started ({}): see above; ending the mesh",
                                                     describe_end(status)));
      exit_status_ = 1;
      end();
      break;
    }
    if (std::chrono::steady_clock::now() - born > good_life) wait = first_rest;
    watcher_.changed(ward.daemon.name,
                     fmt::format("ended by {}, comes back in {} ms", describe_end(status), wait.count()));
    co_await rest(wait);
    wait = std::min(wait * 2, longest_rest);
  }
}

// Ends with the last process that holds the output.
Task<> Supervisor::read_lines(Ward& ward) {
  Reader reader(io_, dup_of(ward.child.output));
  std::string held;
  std::array<char, 8192> block{};
  for (;;) {
    boost::system::error_code error;
    const auto got =
        co_await reader.async_read_some(asio::buffer(block), asio::redirect_error(use_task, error));
    if (error) break;
    held.append(block.data(), got);
    std::size_t begin = 0;
    for (auto end = held.find('\n'); end != std::string::npos; end = held.find('\n', begin)) {
      said(ward, std::string_view(held).substr(begin, end - begin));
      begin = end + 1;
    }
    held.erase(0, begin);
    if (held.size() > most_line) said(ward, std::exchange(held, {}));
  }
  if (!held.empty()) said(ward, held);
}

Task<> Supervisor::await_ready(Ward& ward) {
  const auto process = ward.child.process;
  Reader reader(io_, dup_of(ward.child.ready));
  char octet = 0;
  boost::system::error_code error;
  const auto got =
      co_await reader.async_read_some(asio::buffer(&octet, 1), asio::redirect_error(use_task, error));
  if (!error && got == 1 && octet == 'R' && ward.is_running && ward.child.process == process)
    note_ready(ward);
}

void Supervisor::note_ready(Ward& ward) {
  if (ward.was_ready) watcher_.changed(ward.daemon.name, "is back");
  ward.is_ready = true;
  ward.was_ready = true;
  if (was_all_ready_ || !std::ranges::all_of(wards_, [](const auto& one) { return one->is_ready; })) return;
  was_all_ready_ = true;
  watcher_.all_ready();
}

// A pidfd becomes readable when the process ends.
Task<int> Supervisor::await_end(Ward& ward) {
  const auto process = ward.child.process;
  const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
  if (descriptor >= 0) {
    Reader reader(io_, descriptor);
    boost::system::error_code error;
    co_await reader.async_wait(Reader::wait_read, asio::redirect_error(use_task, error));
  }
  int status = 0;
  ::waitpid(process, &status, 0);
  co_return status;
}

Task<> Supervisor::rest(std::chrono::milliseconds wait) {
  Timer timer(io_);
  timer.expires_after(wait);
  boost::system::error_code error;
  co_await timer.async_wait(asio::redirect_error(use_task, error));
}

void Supervisor::signal_all(int signal, bool edges) {
  for (const auto& ward : wards_) {
    if (ward->is_running && ward->daemon.is_edge == edges) ::kill(ward->child.process, signal);
  }
}

bool Supervisor::any_running(bool edges_only) const {
  return std::ranges::any_of(
      wards_, [&](const auto& ward) { return ward->is_running && (ward->daemon.is_edge || !edges_only); });
}

void Supervisor::reload() {
  signal_all(SIGHUP, true);
  signal_all(SIGHUP, false);
}

void Supervisor::end() {
  if (is_ending_) return;
  is_ending_ = true;
  asio::co_spawn(io_, end_in_order(), asio::detached);
}

// What an edge has begun needs those behind it, so they stay until it has ended.
Task<> Supervisor::end_in_order() {
  const auto wait_until_ended = [this](bool edges_only, Deadline deadline) -> Task<> {
    while (any_running(edges_only) && std::chrono::steady_clock::now() < deadline) {
      wake_.expires_at(deadline);
      boost::system::error_code error;
      co_await wake_.async_wait(asio::redirect_error(use_task, error));
    }
  };
  signal_all(SIGTERM, true);
  co_await wait_until_ended(true, in(edge_patience));
  signal_all(SIGTERM, false);
  co_await wait_until_ended(false, in(patience));
  if (!any_running(false)) co_return;
  watcher_.changed("scop", "some daemons did not end in time and are killed");
  signal_all(SIGKILL, true);
  signal_all(SIGKILL, false);
}

}  // namespace scop::command
