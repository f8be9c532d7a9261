// Commands: what parses can be written, and parses to the same again.
#include <cstdint>

#include "core/ensure.hpp"
#include "smtp/command.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scop;
  const std::string_view line(reinterpret_cast<const char*>(data), size);
  const auto command = smtp::parse_command(line);
  if (!command) return 0;
  const auto written = smtp::to_line(*command);
  ENSURE(written.ends_with("\r\n") &&
         written.find_first_of(std::string_view("\r\n\0", 3)) == written.size() - 2);
  const auto again = smtp::parse_command(std::string_view(written).substr(0, written.size() - 2));
  // Encoding may be longer than what was sent ("%" in an address type), and then too long for a line.
  if (!again && again.error().fault == smtp::Fault::line_too_long) return 0;
  if (!again && written.size() > size + 2) return 0;
  ENSURE(again && *again == *command);
  return 0;
}
