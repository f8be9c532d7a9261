#include "scop/secret_input.hpp"

#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>

#include "files/descriptor.hpp"

namespace scop::command {

namespace {

constexpr std::size_t most_octets = 4096;

// Turns the echo off for its life.
class Silence {
 public:
  Silence() {
    if (::tcgetattr(0, &before_) != 0) return;
    auto silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    is_set_ = ::tcsetattr(0, TCSAFLUSH, &silent) == 0;
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() {
    if (is_set_) ::tcsetattr(0, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool is_set_ = false;
};

Secret without_line_end(std::string& text) {
  if (text.ends_with('\n')) text.pop_back();
  if (text.ends_with('\r')) text.pop_back();
  Secret secret{std::string(text)};
  wipe(text);
  return secret;
}

// To the end, or to the line's end on a terminal.
Outcome<Secret> read_standard_input(bool one_line) {
  std::string text;
  text.reserve(most_octets + 1);
  char c = 0;
  while (text.size() <= most_octets) {
    const auto got = ::read(0, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    text += c;
    if (one_line && c == '\n') break;
  }
  if (text.size() > most_octets) {
    wipe(text);
    return failure(ErrorKind::too_large, "the password is too long");
  }
  return without_line_end(text);
}

Secret ask(std::string_view prompt) {
  fmt::print(stderr, "{}: ", prompt);
  std::fflush(stderr);
  auto secret = read_standard_input(true);
  fmt::print(stderr, "\n");
  return secret ? std::move(*secret) : Secret();
}

}  // namespace

Outcome<Secret> read_password(const std::filesystem::path& file, std::string_view prompt) {
  if (!file.empty() && file != "-") {
    auto content = files::read_whole(file, most_octets);
    if (!content) return std::unexpected(content.error());
    return without_line_end(*content);
  }
  if (file == "-" || ::isatty(0) != 1) return read_standard_input(false);
  const Silence silence;
  auto first = ask(prompt);
  const auto second = ask(fmt::format("{} (again)", prompt));
  if (first.reveal() != second.reveal()) return failure(ErrorKind::conflict, "the two do not match");
  return first;
}

}  // namespace scop::command
