#include "scop/systemd_unit.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace scop::command {

namespace {

std::vector<UnitSetting> settings_in(const Unit& unit, std::string_view section) {
  const auto found = std::ranges::find(unit.sections, section, &UnitSection::name);
  return found == unit.sections.end() ? std::vector<UnitSetting>() : found->settings;
}

std::vector<UnitSetting> with_key(const std::vector<UnitSetting>& settings, std::string_view key) {
  std::vector<UnitSetting> found;
  std::ranges::copy_if(settings, std::back_inserter(found), [&](const auto& one) { return one.key == key; });
  return found;
}

std::string line_of(const UnitSetting& setting) { return fmt::format("{}={}\n", setting.key, setting.value); }

// Of one section; a key that is to be had no more is emptied.
std::string differences(const std::vector<UnitSetting>& wanted, const std::vector<UnitSetting>& packaged) {
  std::string text;
  std::vector<std::string> keys;
  for (const auto* settings : {&wanted, &packaged}) {
    for (const auto& setting : *settings) {
      if (std::ranges::find(keys, setting.key) == keys.end()) keys.push_back(setting.key);
    }
  }
  for (const auto& key : keys) {
    const auto here = with_key(wanted, key);
    const auto there = with_key(packaged, key);
    if (here == there) continue;
    if (!there.empty() && (there.front().adds || here.empty())) text += key + "=\n";
    for (const auto& setting : here) text += line_of(setting);
  }
  return text;
}

}  // namespace

std::string text_of(const Unit& unit) {
  auto text = fmt::format("# {}\n", unit.comment);
  for (const auto& section : unit.sections) {
    text += fmt::format("\n[{}]\n", section.name);
    for (const auto& setting : section.settings) text += line_of(setting);
  }
  return text;
}

std::string drop_in_of(const Unit& wanted, const Unit& packaged) {
  std::string text;
  for (const auto& section : wanted.sections) {
    const auto lines = differences(section.settings, settings_in(packaged, section.name));
    if (!lines.empty()) text += fmt::format("\n[{}]\n{}", section.name, lines);
  }
  return text.empty() ? text : fmt::format("# {}\n{}", wanted.comment, text);
}

}  // namespace scop::command
