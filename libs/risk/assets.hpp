// What each daemon holds: secrets and personal data, where they lie, and what is lost with them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "risk/data.hpp"
#include "risk/facts.hpp"

namespace scop::risk {

inline constexpr std::string_view administrator = "administrator";

struct Asset {
  std::string_view id;     // "dkim keys": what the table of powers names
  std::string what;        // "DKIM private keys"
  std::string holder;      // a daemon, another identity, or the administrator
  std::string path;        // absolute; empty: in memory alone
  bool is_secret = false;  // whoever reads it can do something with it
  DataSet data;            // personal data that rests there
  std::string if_lost;     // what a reader can do
  std::string how_long;    // how long it rests, from the settings
};

std::vector<Asset> assets_of(const Settings& settings);

std::string text_of(std::chrono::milliseconds span);  // "5 days", "15 min"

}  // namespace scop::risk
