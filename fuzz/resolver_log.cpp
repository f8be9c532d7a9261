// The library's log lines, whose names and reasons come from the world's servers, in pieces; what a person
// and a remote get to see of them is one harmless line.
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "core/ensure.hpp"
#include "dns/extended_error.hpp"
#include "resolver/library_log.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scop;
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  resolver::LibraryLog log;
  const auto half = octets.size() / 2;
  log.write(octets.substr(0, half));
  log.write(octets.substr(half));
  log.write("\n");
  const auto is_harmless = [](std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
  };
  ENSURE(is_harmless(log.take_reason("a.", "A")));
  ENSURE(is_harmless(log.take_complaints()));
  const auto cause = dns::cause_in(octets, 200);
  ENSURE(cause.size() <= 200 && is_harmless(cause));
  const dns::ExtendedError error{dns::code_of_bogus(octets), std::string(octets)};
  ENSURE(dns::to_option(error).size() <= 206);
  static_cast<void>(dns::code_of_failure(octets));
  return 0;
}
