#include "smtp/dot_stuffing.hpp"

#include <algorithm>

namespace scop::smtp {

namespace {

// Without an early end, so that it becomes vector instructions: nearly all messages are ASCII throughout.
bool has_8bit(std::string_view octets) {
  unsigned char all = 0;
  for (const char c : octets) all |= static_cast<unsigned char>(c);
  return (all & 0x80U) != 0;
}

}  // namespace

void OctetWatch::end_line() {
  seen_.longest_line = std::max(seen_.longest_line, line_);
  line_ = 0;
}

void OctetWatch::feed(std::string_view octets) {
  if (octets.empty()) return;
  seen_.size += octets.size();
  seen_.nul = seen_.nul || octets.contains('\0');
  seen_.eight_bit = seen_.eight_bit || has_8bit(octets);
  while (!octets.empty()) {
    if (cr_) {
      cr_ = false;
      if (octets.front() == '\n') {
        octets.remove_prefix(1);
        end_line();
        continue;
      }
      seen_.bare_cr = true;
      ++line_;
    }
    const auto at = octets.find('\r');
    const auto run = octets.substr(0, at);
    seen_.bare_lf = seen_.bare_lf || run.contains('\n');
    line_ += run.size();
    if (at == std::string_view::npos) break;
    cr_ = true;
    octets.remove_prefix(at + 1);
  }
  seen_.ends_with_crlf = line_ == 0 && !cr_;
}

Octets OctetWatch::finish() {
  if (cr_) {
    seen_.bare_cr = true;
    ++line_;
    cr_ = false;
  }
  const bool complete = line_ == 0;
  end_line();
  seen_.ends_with_crlf = complete;
  return seen_;
}

std::size_t DotUnstuffer::feed(std::string_view in, std::string& out) {
  std::size_t used = 0;
  while (used < in.size() && state_ != State::ended) {
    if (state_ == State::line) {
      // The long way of a line in one piece; only a CR can bring another state.
      const auto rest = in.substr(used);
      const auto run = std::min(rest.find('\r'), rest.size());
      out += rest.substr(0, run);
      used += run;
      if (used == in.size()) break;
    }
    state_ = step(in[used], out);
    ++used;
  }
  return used;
}

// A dot at the start of a line is held back until the next octets tell whether it was stuffed, and so is the
// CR behind it; the CR of any other line is passed on at once.
DotUnstuffer::State DotUnstuffer::step(char c, std::string& out) {
  if (state_ == State::line_start && c == '.') return State::dot;
  if (state_ == State::dot && c == '\r') return State::dot_cr;
  if (state_ == State::dot_cr) {
    if (c == '\n') return State::ended;
    out += '\r';  // bare, as the watch will find
  }
  out += c;
  if (c == '\r') return State::cr;
  return state_ == State::cr && c == '\n' ? State::line_start : State::line;
}

bool DotStuffer::feed(std::string_view in, std::string& out) {
  for (std::size_t i = 0; i < in.size();) {
    if (state_ == State::cr) {
      if (in[i] != '\n') return false;
      out += '\n';
      ++i;
      state_ = State::line_start;
      continue;
    }
    if (state_ == State::line_start && in[i] == '.') out += '.';
    const auto rest = in.substr(i);
    const auto run = rest.substr(0, rest.find('\r'));
    if (run.contains('\n')) return false;
    out += run;
    i += run.size();
    if (!run.empty()) state_ = State::line;
    if (i == in.size()) break;
    out += '\r';
    ++i;
    state_ = State::cr;
  }
  return true;
}

bool DotStuffer::finish(std::string& out) {
  if (state_ == State::cr) return false;
  if (state_ == State::line) out += "\r\n";
  out += ".\r\n";
  state_ = State::line_start;
  return true;
}

}  // namespace scop::smtp
