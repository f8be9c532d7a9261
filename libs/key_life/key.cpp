#include "key_life/key.hpp"

#include <algorithm>
#include <array>

namespace scop::key_life {

namespace {

constexpr std::array<std::string_view, 7> stage_names{"making", "publishing", "waiting", "signing",
                                                      "kept",   "retired",    "removing"};

}  // namespace

std::string_view name_of(Stage stage) { return stage_names.at(static_cast<std::size_t>(stage)); }

std::optional<Stage> stage_from_text(std::string_view text) {
  const auto found = std::ranges::find(stage_names, text);
  if (found == stage_names.end()) return std::nullopt;
  return static_cast<Stage>(found - stage_names.begin());
}

std::string wanted_record(const Key& key) {
  switch (key.stage) {
    case Stage::making:
    case Stage::removing:
      return {};
    case Stage::retired:
      return "v=DKIM1; k=" + std::string(dkim::name_of(key.type)) + "; p=";
    default:
      return key.record;
  }
}

}  // namespace scop::key_life
