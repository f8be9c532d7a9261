// scop.toml as anybody might write it: no crash, every fault with file and line, the same faults when read
// again.
#include <cstdint>
#include <string_view>

#include "config/document.hpp"
#include "config/quantity.hpp"
#include "core/ensure.hpp"
#include "settings/mesh.hpp"

namespace {

void has_line(std::string_view problem) {
  constexpr std::string_view start = "scop.toml:";
  ENSURE(problem.starts_with(start));
  problem.remove_prefix(start.size());
  ENSURE(problem.find_first_not_of("0123456789") != 0);
  ENSURE(problem.substr(problem.find_first_not_of("0123456789")).starts_with(": "));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  scop::config::parse_duration(text);
  scop::config::parse_octets(text);
  const auto document = scop::config::Document::parse(text, "scop.toml");
  if (!document) {
    has_line(document.error().what);
    return 0;
  }
  scop::settings::read_mesh(*document);
  for (const auto& [key, section] : document->subsections("courier.route")) {
    section.texts("to");
    section.duration("wait", {});
    section.octets("size", 0);
    section.path("file");
    section.choice("kind", "a", {"a", "b"});
  }
  const auto problems = document->problems_and_unknown_keys({""});
  for (const auto& problem : problems) has_line(problem);
  scop::settings::read_mesh(*document);
  ENSURE(document->problems_and_unknown_keys({""}) == problems);
  return 0;
}
