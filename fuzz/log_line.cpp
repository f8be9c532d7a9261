// Whatever the value: one line, valid UTF-8, no control character but the last newline.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "core/ascii.hpp"
#include "log/line.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string value(reinterpret_cast<const char*>(data), size);
  for (const auto form : {scop::LogForm::text, scop::LogForm::json}) {
    const auto line = scop::log_line(form, {}, scop::LogLevel::info, "relay", value, {{value, value}});
    if (!line.ends_with('\n') || !scop::ascii::is_utf8(line)) std::abort();
    if (std::ranges::any_of(line.begin(), line.end() - 1, scop::ascii::is_control)) std::abort();
  }
  return 0;
}
