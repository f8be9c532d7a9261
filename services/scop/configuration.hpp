// The text of a new scop.toml: every key with its default, commented out where the default stands, and why.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace scop::command {

struct Wanted {
  std::string domain;
  std::string host;
  unsigned user_base = 0;
  std::uint16_t base_port = 7100;  // pipes listen on this and the daemon's number
  std::uint16_t receiver_port = 25;
  std::uint16_t submission_port = 587;
  std::uint16_t submissions_port = 465;
  std::uint16_t web_port = 0;          // 0: the web daemon serves nothing
  std::vector<std::string> addresses;  // the mail host's public ones
};

std::string configuration_text(const Wanted& wanted);

std::string_view spamfilter_section();
std::string web_section(const Wanted& wanted);
std::string dns_section(const Wanted& wanted);
std::string_view acme_section();

}  // namespace scop::command
