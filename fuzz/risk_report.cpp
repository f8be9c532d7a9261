// A risk report to be compared, as anybody might have written it: no crash, none of its own differences, and
// what is shown of it is free of controls.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "risk/json.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto report = risk::report_from_json({reinterpret_cast<const char*>(data), size});
  if (!report) return 0;
  ENSURE(risk::difference(*report, *report).empty());
  for (const auto& change : risk::difference(*report, {})) {
    for (const auto& text : {change.where, change.before, change.after})
      ENSURE(std::ranges::none_of(text, ascii::is_control));
  }
  return 0;
}
