// A systemd unit as a value: sections of settings, in order. What differs between two of the same name can be
// written as a drop-in.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scop::command {

struct UnitSetting {
  std::string key;
  std::string value;
  bool adds = false;  // a list: systemd adds to it, and an empty value clears it
  bool operator==(const UnitSetting&) const = default;
};

struct UnitSection {
  std::string name;
  std::vector<UnitSetting> settings;
};

struct Unit {
  std::string name;     // "scop-relay.service"
  std::string comment;  // the first line
  std::vector<UnitSection> sections;
};

std::string text_of(const Unit& unit);

// The settings of `wanted` that `packaged` has not or has otherwise, as a file for <name>.d; empty where they
// are the same.
std::string drop_in_of(const Unit& wanted, const Unit& packaged);

}  // namespace scop::command
