#include "scop/child.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace scop::command {

namespace {

struct Pipe {
  files::Descriptor reader;
  files::Descriptor writer;
};

Outcome<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return std::unexpected(files::error_of(errno, "making", "a pipe"));
  Pipe made{.reader = files::Descriptor(ends[0]), .writer = files::Descriptor(ends[1])};
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return made;
}

constexpr int ready_number = 3;

// Between fork and exec: async-signal-safe calls only, everything else was made before.
[[noreturn]] void become(const char* program, char* const* arguments, char* const* environment, int output,
                         int ready, pid_t parent) {
  // A group of its own: Ctrl-C on the terminal reaches us alone, and we end the daemons in order.
  ::setpgid(0, 0);
  ::signal(SIGPIPE, SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1);
  const int nothing = ::open("/dev/null", O_RDONLY);
  ::dup2(nothing, 0);
  if (nothing > 2) ::close(nothing);
  // Away from the low numbers first: one of them may be where another has to go.
  const int high_output = ::fcntl(output, F_DUPFD_CLOEXEC, 10);
  const int high_ready = ::fcntl(ready, F_DUPFD_CLOEXEC, 10);
  if (nothing < 0 || ::dup2(high_output, 1) < 0 || ::dup2(high_output, 2) < 0 ||
      ::dup2(high_ready, ready_number) < 0)
    ::_exit(1);
  ::execve(program, arguments, environment);
  ::_exit(127);
}

}  // namespace

Outcome<Child> start_child(const std::filesystem::path& program, const std::filesystem::path& config,
                           const std::vector<std::string>& arguments) {
  auto output = make_pipe();
  if (!output) return std::unexpected(output.error());
  auto ready = make_pipe();
  if (!ready) return std::unexpected(ready.error());

  std::vector<std::string> words{program.string(), "--config", config.string()};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  std::string ready_variable = fmt::format("SCOP_READY_FD={}", ready_number);
  std::vector<char*> environment{ready_variable.data()};
  for (char** variable = ::environ; *variable != nullptr; ++variable) {
    if (!std::string_view(*variable).starts_with("SCOP_READY_FD=")) environment.push_back(*variable);
  }
  environment.push_back(nullptr);

  const auto parent = ::getpid();
  const auto process = ::fork();
  if (process < 0) return std::unexpected(files::error_of(errno, "starting", program));
  if (process == 0) {
    become(words[0].c_str(), pointers.data(), environment.data(), output->writer.number(),
           ready->writer.number(), parent);
  }
  return Child{.process = process, .output = std::move(output->reader), .ready = std::move(ready->reader)};
}

std::string describe_end(int wait_status) {
  if (WIFEXITED(wait_status)) return fmt::format("exit {}", WEXITSTATUS(wait_status));
  if (WIFSIGNALED(wait_status))
    return fmt::format("signal {} ({})", WTERMSIG(wait_status), ::strsignal(WTERMSIG(wait_status)));
  return fmt::format("status {}", wait_status);
}

}  // namespace scop::command
