// What another parser says of a message (JSON), held against what was meant: two lines of JSON. A structure
// held against itself is right; nothing that is said crashes.
#include <boost/json/parse.hpp>
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "corpus/generate.hpp"
#include "scop/corpus_json.hpp"

using namespace scop;

namespace {

std::optional<boost::json::object> object_in(std::string_view text) {
  boost::system::error_code error;
  auto value = boost::json::parse({text.data(), text.size()}, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto line = text.substr(0, text.find('\n'));
  const auto meant = object_in(line);
  const auto said = object_in(text.substr(std::min(size, line.size() + 1)));
  if (meant && said) static_cast<void>(command::score(*meant, *said));
  static const auto real = command::to_json(corpus::generate(1, 1).expected);
  for (const auto& [aspect, right] : command::score(real, real).aspects) ENSURE(right);
  if (meant) static_cast<void>(command::score(real, *meant));
  return 0;
}
