// Log lines read back: any text is an entry, and what the log has written comes back as it was.
#include <cstdint>

#include "core/ensure.hpp"
#include "log/line.hpp"
#include "scop/log_entry.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace scop;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  static_cast<void>(command::parse_log_line(input));
  for (const auto form : {LogForm::text, LogForm::json}) {
    auto line = log_line(form, Time{}, LogLevel::info, "relay", "constant message",
                         {{"id", "abc"}, {"value", input}});
    line.pop_back();
    const auto entry = command::parse_log_line(line);
    ENSURE(entry.daemon == "relay" && entry.message == "constant message" && entry.pairs.size() == 2);
    ENSURE(entry.pairs[0].second == "abc" && entry.pairs[1].first == "value");
  }
  return 0;
}
