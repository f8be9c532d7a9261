#include "smtp/reply.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "smtp/limits.hpp"

namespace scop::smtp {

namespace {

std::string without_controls(std::string_view text) {
  std::string out(text);
  std::ranges::replace_if(out, ascii::is_control, ' ');
  return out;
}

// The enhanced code at the front of a line, where it fits the reply code (RFC 2034 4).
std::string_view enhanced_prefix(int code, std::string_view line) {
  const auto word = line.substr(0, line.find(' '));
  const bool fits = is_enhanced_code(word) && word.front() - '0' == code / 100;
  return fits ? word : std::string_view{};
}

void strip_enhanced(Reply& reply) {
  const auto prefix = enhanced_prefix(reply.code, reply.lines.front());
  if (prefix.empty()) return;
  reply.enhanced = prefix;
  for (auto& line : reply.lines) {
    if (enhanced_prefix(reply.code, line) != reply.enhanced) continue;
    line.erase(0, std::min(line.size(), reply.enhanced.size() + 1));
  }
}

}  // namespace

Reply reply(int code, std::string enhanced, std::string line) {
  Reply made{code, std::move(enhanced), {}};
  made.lines.push_back(std::move(line));
  return made;
}

std::string to_text(const Reply& reply) {
  std::string out;
  for (std::size_t i = 0; i < reply.lines.size(); ++i) {
    const bool last = i + 1 == reply.lines.size();
    out += fmt::format("{}{}", reply.code, last ? ' ' : '-');
    if (!reply.enhanced.empty()) out += reply.enhanced + ' ';
    out += without_controls(reply.lines[i]) + "\r\n";
  }
  return out;
}

std::string in_one_line(const Reply& reply) {
  std::string out = fmt::to_string(reply.code);
  if (!reply.enhanced.empty()) out += ' ' + reply.enhanced;
  for (std::size_t i = 0; i < reply.lines.size(); ++i) {
    if (!reply.lines[i].empty()) out += (i == 0 ? " " : "; ") + without_controls(reply.lines[i]);
  }
  return out;
}

bool is_enhanced_code(std::string_view text) {
  const auto parts = ascii::split(text, '.');
  if (parts.size() != 3) return false;
  const bool numbers = std::ranges::all_of(parts, [](std::string_view part) {
    return !part.empty() && part.size() <= 3 && std::ranges::all_of(part, ascii::is_digit);
  });
  return numbers && (parts[0] == "2" || parts[0] == "4" || parts[0] == "5");
}

Outcome<std::size_t> ReplyParser::feed(std::string_view octets) {
  std::size_t used = 0;
  while (!done_ && used < octets.size()) {
    const auto rest = octets.substr(used);
    const auto end = rest.find('\n');
    const auto piece = rest.substr(0, end);
    if (line_.size() + piece.size() > limits::reply_line)
      return failure(ErrorKind::too_large, "a reply line too long");
    octets_ += piece.size();
    if (octets_ > limits::reply_octets) return failure(ErrorKind::too_large, "a reply too long");
    line_ += piece;
    used += piece.size();
    if (end == std::string_view::npos) break;
    ++used;
    if (auto taken = take_line(); !taken) return std::unexpected(std::move(taken.error()));
  }
  return used;
}

Outcome<> ReplyParser::take_line() {
  if (line_.ends_with('\r')) line_.pop_back();
  const std::string_view line = line_;
  if (line.size() < 3 || !std::ranges::all_of(line.substr(0, 3), ascii::is_digit) || line[0] < '2' ||
      line[0] > '5') {
    return failure(ErrorKind::malformed, "no reply code: " + ascii::printable(line, 60));
  }
  if (line.size() > 3 && line[3] != ' ' && line[3] != '-')
    return failure(ErrorKind::malformed, "no space behind a reply code");
  const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  if (!reply_.lines.empty() && code != reply_.code)
    return failure(ErrorKind::malformed, "two codes in one reply");
  if (reply_.lines.size() == limits::reply_lines)
    return failure(ErrorKind::too_large, "a reply of too many lines");
  reply_.code = code;
  reply_.lines.emplace_back(line.size() > 4 ? line.substr(4) : std::string_view{});
  done_ = line.size() == 3 || line[3] == ' ';
  line_.clear();
  if (done_) strip_enhanced(reply_);
  return {};
}

Reply ReplyParser::take() {
  ENSURE(done_);
  Reply taken = std::move(reply_);
  *this = ReplyParser();
  return taken;
}

}  // namespace scop::smtp
