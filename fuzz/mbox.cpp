// mbox files: messages lie inside, in order, without overlap; what stands between them are "From " lines.
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "scop/mail_source.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto messages = command::split_mbox(octets);
  ENSURE(!messages.empty());
  if (!octets.starts_with("From ")) {
    ENSURE(messages.size() == 1 && messages.front() == octets);
    return 0;
  }
  std::size_t at = 0;
  for (const auto message : messages) {
    const auto begin = static_cast<std::size_t>(message.data() - octets.data());
    ENSURE(begin >= at);
    auto between = octets.substr(at, begin - at);
    if (at > 0) between.remove_prefix(1);  // the empty line before is the separator's
    ENSURE(between.starts_with("From "));
    ENSURE(between.find('\n') >= between.size() - 1);
    at = begin + message.size();
  }
  ENSURE(at == size);
  return 0;
}
