// Submission's fix-ups. What comes out has no line over 998 octets, parses as a header again, has From, Date
// and Message-ID once, no Bcc, and is a fixed point.
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "fixup/header.hpp"
#include "fixup/long_lines.hpp"
#include "message/header.hpp"
#include "message/transfer.hpp"
#include "smtp/dot_stuffing.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scop;
  if (size == 0) return 0;
  const std::string message(reinterpret_cast<const char*>(data + 1), size - 1);
  smtp::OctetWatch watch;
  watch.feed(message);
  const auto octets = watch.finish();
  if (octets.bare() || octets.nul) return 0;  // refused before (smtp_session)

  const fixup::Circumstances circumstances{"host.example", "unique", Time{}, (*data & 1U) != 0};
  const auto fixed = fixup::fix_header(message, circumstances);
  if (!fixed) {
    ENSURE(fixed.error().permanent());
    return 0;
  }
  ENSURE(fixed->body <= message.size() && !fixed->authors.empty() && fixed->octets.ends_with("\r\n"));
  ENSURE(circumstances.smtputf8 || ascii::is_all_ascii(fixed->octets));
  const auto header = message::parse_header(fixed->octets);
  ENSURE(header && header->malformed.empty() && header->complete && header->body == fixed->octets.size());
  for (const auto* name : {"From", "Date", "Message-ID"}) ENSURE(message::count(*header, name) == 1);
  for (const auto* name : {"Bcc", "Return-Path"}) ENSURE(message::count(*header, name) == 0);

  const auto whole = fixed->octets + message.substr(fixed->body);
  const auto short_lines = fixup::shorten_lines(whole);
  if (!short_lines) return 0;
  ENSURE(message::longest_line(*short_lines) <= 998);
  const auto again = fixup::fix_header(*short_lines, circumstances);
  ENSURE(again && again->octets + short_lines->substr(again->body) == *short_lines);
  ENSURE(again->authors == fixed->authors);
  return 0;
}
