#include "smtp/capabilities.hpp"

#include <fmt/format.h>

#include <array>
#include <span>
#include <utility>

#include "core/ascii.hpp"

namespace scop::smtp {

namespace {

constexpr std::array flags{
    std::pair{"PIPELINING", &Capabilities::pipelining},
    std::pair{"8BITMIME", &Capabilities::eight_bit_mime},
    std::pair{"SMTPUTF8", &Capabilities::smtputf8},
    std::pair{"CHUNKING", &Capabilities::chunking},
    std::pair{"BINARYMIME", &Capabilities::binary_mime},
    std::pair{"DSN", &Capabilities::dsn},
    std::pair{"ENHANCEDSTATUSCODES", &Capabilities::enhanced_status_codes},
    std::pair{"STARTTLS", &Capabilities::starttls},
    std::pair{"REQUIRETLS", &Capabilities::requiretls},
};

void read_line(Capabilities& found, std::string_view line) {
  auto words = ascii::split(ascii::trim(line), ' ');
  auto keyword = words.front();
  // "AUTH=LOGIN PLAIN" is older than RFC 4954 and still sent.
  if (ascii::starts_with_ignoring_case(keyword, "AUTH=")) {
    words.front().remove_prefix(5);
    words.insert(words.begin(), keyword.substr(0, 4));
    keyword = words.front();
  }
  for (const auto& [name, flag] : flags) {
    if (ascii::equals_ignoring_case(keyword, name)) found.*flag = true;
  }
  if (ascii::equals_ignoring_case(keyword, "SIZE")) {
    const auto limit = words.size() > 1 ? ascii::parse_unsigned(words[1]) : std::nullopt;
    found.size = limit.value_or(0);
  }
  if (ascii::equals_ignoring_case(keyword, "AUTH")) {
    for (const auto mechanism : std::span(words).subspan(1)) {
      if (!mechanism.empty()) found.auth.push_back(ascii::to_upper(mechanism));
    }
  }
}

}  // namespace

Capabilities parse_capabilities(const Reply& ehlo_reply) {
  Capabilities found;
  if (ehlo_reply.lines.empty()) return found;
  const std::string_view first = ehlo_reply.lines.front();
  found.host = first.substr(0, first.find(' '));
  for (const auto& line : std::span(ehlo_reply.lines).subspan(1)) read_line(found, line);
  return found;
}

Reply to_reply(const Capabilities& capabilities) {
  Reply made{250, {}, {capabilities.host}};
  for (const auto& [name, flag] : flags) {
    if (capabilities.*flag) made.lines.emplace_back(name);
  }
  if (capabilities.size) made.lines.push_back(fmt::format("SIZE {}", *capabilities.size));
  if (!capabilities.auth.empty())
    made.lines.push_back(fmt::format("AUTH {}", fmt::join(capabilities.auth, " ")));
  return made;
}

}  // namespace scop::smtp
