#include "instance.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

namespace scop::daemon {

namespace {

unsigned short free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ::bind(socket, reinterpret_cast<sockaddr*>(&address), size);
  ::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size);
  ::close(socket);
  return ntohs(address.sin_port);
}

}  // namespace

Outcome<> QuietService::bind(Boot& boot) {
  boot_ = &boot;
  boot.document().section("accounts").text("known");
  return {};
}
Outcome<> QuietService::open(Boot& boot) {
  boot.log().info("service opened", {{"user", ::geteuid()}, {"state", boot.state().filename().string()}});
  return {};
}
void QuietService::start() { boot_->log().info("service started"); }
void QuietService::reload() { boot_->log().info("service reloaded"); }
Task<> QuietService::drain(Deadline deadline) {
  Timer timer(boot_->io());
  timer.expires_at(std::min(deadline, in(std::chrono::milliseconds(100))));
  boost::system::error_code error;
  co_await timer.async_wait(asio::redirect_error(use_task, error));
  boot_->log().info("service drained");
}

Instance::Instance(std::string daemon) : daemon_(std::move(daemon)), port_(free_port()) {
  auto pattern = (std::filesystem::temp_directory_path() / "scop-instance-XXXXXX").string();
  root_ = ::mkdtemp(pattern.data());
  ca_ = std::move(*mesh_ca::make_ca("example.org", now()));
  std::filesystem::create_directories(root_ / "mesh");
  std::filesystem::create_directories(root_ / daemon_ / "cert");
  std::filesystem::create_directories(root_ / daemon_ / "state");
  write_file(root_ / "mesh" / "ca.pem", ca_.certificate);
  renew_certificate();
  configure("");
}

Instance::~Instance() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

void Instance::configure(std::string_view more) {
  write_file(root_ / "scop.toml", "[pipes]\n" + daemon_ + " = \"127.0.0.1:" + std::to_string(port_) +
                                      "\"\n[mesh]\ndomain = \"example.org\"\n" + std::string(more));
}

void Instance::renew_certificate() {
  const auto leaf = mesh_ca::issue(ca_, "example.org", daemon_, now());
  write_file(root_ / daemon_ / "cert" / "cert.pem", leaf->certificate);
  write_file(root_ / daemon_ / "cert" / "key.pem", leaf->key.reveal());
}

void Instance::give_to(uid_t user) const {
  ::chmod(root_.c_str(), 0755);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root_ / daemon_)) {
    [[maybe_unused]] const auto given = ::chown(entry.path().c_str(), user, user);
  }
}

int Instance::run_here(std::vector<std::string> arguments, const Make& make) const {
  arguments.insert(arguments.begin(), {"scop-" + daemon_, "--config", (root_ / "scop.toml").string()});
  std::vector<char*> pointers;
  for (auto& argument : arguments) pointers.push_back(argument.data());
  pointers.push_back(nullptr);
  return daemon::run(static_cast<int>(arguments.size()), pointers.data(), daemon_, make);
}

Fate Instance::run(std::vector<std::string> arguments, const Make& make) const {
  return in_child([&] {
    const int status = run_here(std::move(arguments), make);
    std::fflush(stdout);
    return status;
  });
}

Make Instance::quiet() {
  return [] { return std::make_unique<QuietService>(); };
}

Running::Running(const Instance& instance, const Make& make) {
  std::array<int, 2> output{};
  std::array<int, 2> ready{};
  if (::pipe(output.data()) != 0 || ::pipe(ready.data()) != 0) return;
  pid_ = ::fork();
  if (pid_ == 0) {
    ::dup2(output[1], 2);
    for (const int end : {output[0], output[1], ready[0]}) ::close(end);
    ::setenv("SCOP_READY_FD", std::to_string(ready[1]).c_str(), 1);
    ::_exit(instance.run_here({}, make));
  }
  ::close(output[1]);
  ::close(ready[1]);
  output_ = output[0];
  char octet = 0;
  is_ready_ = ::read(ready[0], &octet, 1) == 1 && octet == 'R' && ::read(ready[0], &octet, 1) == 0;
  ::close(ready[0]);
}

Running::~Running() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(output_);
}

bool Running::read_more() {
  std::array<char, 4096> buffer{};
  const auto count = ::read(output_, buffer.data(), buffer.size());
  if (count <= 0) return false;
  seen_.append(buffer.data(), static_cast<std::size_t>(count));
  return true;
}

bool Running::says(std::string_view text) {
  while (!seen_.contains(text)) {
    if (!read_more()) return false;
  }
  return true;
}

void Running::signal(int number) const { ::kill(pid_, number); }

Fate Running::end() {
  while (read_more()) {
  }
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  Fate fate;
  if (WIFEXITED(status)) fate.exit_status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) fate.signal = WTERMSIG(status);
  fate.errors = seen_;
  return fate;
}

}  // namespace scop::daemon
