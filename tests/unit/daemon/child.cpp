#include "child.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace scop::daemon {

Cell::Cell() {
  auto pattern = (std::filesystem::temp_directory_path() / "scop-walls-XXXXXX").string();
  root_ = ::mkdtemp(pattern.data());
  for (const auto* folder : {"cert", "state", "foreign"}) std::filesystem::create_directory(root_ / folder);
  write_file(root_ / "cert" / "cert.pem", "certificate");
  write_file(root_ / "ca.pem", "authority");
  write_file(root_ / "ca.key", "the administrator's");
  write_file(root_ / "foreign" / "secret", "another daemon's");
  jail.daemon = "tested";
  jail.certificates = root_ / "cert";
  jail.authority = root_ / "ca.pem";
  jail.state = root_ / "state";
}

Cell::~Cell() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

Fate Cell::inside(const std::function<int()>& body, int abi) const {
  return in_child([&] {
    if (abi >= 0) ::setenv("SCOP_LANDLOCK_ABI", std::to_string(abi).c_str(), 1);
    const auto standing = put_up_walls(jail);
    if (!standing) {
      std::fputs(standing.error().what.c_str(), stderr);
      return walls_failed;
    }
    return body();
  });
}

Fate in_child(const std::function<int()>& body) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return {};
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], 1);
    ::dup2(ends[1], 2);
    ::close(ends[0]);
    ::close(ends[1]);
    ::_exit(body());
  }
  ::close(ends[1]);
  Fate fate;
  std::array<char, 4096> buffer{};
  for (;;) {
    const auto count = ::read(ends[0], buffer.data(), buffer.size());
    if (count <= 0) break;
    fate.errors.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status)) fate.exit_status = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) fate.signal = WTERMSIG(status);
  return fate;
}

int result_of(long returned) { return returned >= 0 ? 0 : errno; }

void write_file(const std::filesystem::path& file, std::string_view text) {
  std::ofstream(file, std::ios::binary) << text;
}

std::string read_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace scop::daemon
