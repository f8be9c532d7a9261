// A notification from arbitrary octets is always a clean message: CRLF lines of at most 998 octets, no NUL.
#include <cstdint>
#include <cstdlib>

#include "core/ascii.hpp"
#include "dsn/encoded_words.hpp"
#include "dsn/report.hpp"

namespace {

void check(std::string_view octets) {
  std::size_t line = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const char c = octets[i];
    if (c == '\0') std::abort();
    if (c == '\r' && (i + 1 == octets.size() || octets[i + 1] != '\n')) std::abort();
    if (c == '\n') {
      if (i == 0 || octets[i - 1] != '\r') std::abort();
      line = 0;
    } else if (c != '\r' && ++line > 998) {
      std::abort();
    }
  }
  if (!octets.ends_with("--\r\n")) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto parts = scop::ascii::split(input, '\x1f');
  const auto part = [&](std::size_t i) { return parts[i % parts.size()]; };
  const auto text = [&](std::size_t i) { return std::string(part(i)); };
  const auto action = static_cast<scop::dsn::Action>(size % 5);
  const std::vector<scop::dsn::RecipientStatus> recipients{
      {text(0), text(1), action, text(2), text(3), text(4), scop::Time{}},
      {text(5), text(6), action, text(7), text(8), text(9), scop::Time{std::chrono::seconds{1}}}};
  const scop::dsn::ReportView report{.reporting_mta = part(1),
                                     .from = part(2),
                                     .to = part(3),
                                     .id = part(4),
                                     .envid = part(5),
                                     .recipients = recipients,
                                     .header = part(6),
                                     .body = part(7),
                                     .with_body = size % 2 == 0};
  const auto notification = scop::dsn::build(report);
  check(notification.octets);
  if (!notification.eight_bit && !scop::ascii::is_all_ascii(notification.octets)) std::abort();
  static_cast<void>(scop::dsn::decode_words(input));
  return 0;
}
