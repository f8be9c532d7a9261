// Messages of a wanted size that look like people's: prose of varying lines, a unique Message-ID, CRLF line
// ends. No line begins with a dot, so that they need no dot-stuffing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace scop::bench {

struct MessageForm {
  std::string from;
  std::string to;
  std::size_t octets = 10 * 1024;  // of the whole message
  std::string run;                 // stands in every Message-ID of one run
};

// "<run>.<number>": what Message-ID (before its "@") and X-Scop-Bench say.
std::string message_key(const MessageForm& form, std::uint64_t number);
std::string make_message(const MessageForm& form, std::uint64_t number);

}  // namespace scop::bench
