#include "scop/program_run.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>

#include "core/clock.hpp"
#include "files/descriptor.hpp"

namespace scop::command {

namespace {

constexpr std::size_t most_output = 64U << 10U;

// Between fork and exec: async-signal-safe calls only.
[[noreturn]] void become(char* const* words, char* const* environment, int output, pid_t parent) {
  ::setpgid(0, 0);
  ::signal(SIGPIPE, SIG_DFL);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  const int nothing = ::open("/dev/null", O_RDONLY);
  if (nothing < 0 || ::dup2(nothing, 0) < 0 || ::dup2(output, 1) < 0 || ::dup2(output, 2) < 0) ::_exit(126);
  ::execve(words[0], words, environment);
  ::_exit(127);
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (auto& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

// False: the time is over.
bool read_until_end(int descriptor, std::string& output, Deadline deadline) {
  std::array<char, 8192> block{};
  for (;;) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now())
            .count();
    if (left <= 0) return false;
    pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, static_cast<int>(std::min<long long>(left, 60'000))) <= 0) continue;
    const auto got = ::read(descriptor, block.data(), block.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (got <= 0) return true;
    output.append(block.data(), static_cast<std::size_t>(got));
    if (output.size() > most_output) output.erase(0, output.size() - most_output);
  }
}

}  // namespace

bool ProgramEnd::good() const {
  return !timed_out && WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0;
}

Outcome<ProgramEnd> run_program(const std::vector<std::string>& words,
                                const std::vector<std::string>& environment, std::chrono::seconds at_most) {
  if (::access(words.front().c_str(), X_OK) != 0)
    return std::unexpected(files::error_of(errno, "executing", words.front()));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return std::unexpected(files::error_of(errno, "making", "a pipe"));
  const files::Descriptor reader(ends[0]);
  files::Descriptor writer(ends[1]);
  auto own_words = words;
  auto own_environment = environment;
  const auto word_pointers = pointers(own_words);
  const auto environment_pointers = pointers(own_environment);
  const auto parent = ::getpid();
  const auto process = ::fork();
  if (process < 0) return std::unexpected(files::error_of(errno, "starting", words.front()));
  if (process == 0) become(word_pointers.data(), environment_pointers.data(), writer.number(), parent);
  writer.close();
  ProgramEnd end;
  end.timed_out = !read_until_end(reader.number(), end.output, in(at_most));
  // Its own children with it: a hook that hangs is a part of what hangs.
  if (end.timed_out) ::kill(-process, SIGKILL);
  while (::waitpid(process, &end.wait_status, 0) < 0 && errno == EINTR) {
  }
  return end;
}

}  // namespace scop::command
