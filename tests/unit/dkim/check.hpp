// Verifies a whole message at once against a table of key records.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dkim/verifier.hpp"

namespace scop::dkim {

using Records = std::map<std::string, std::string>;

inline constexpr Seconds in_2018{std::chrono::seconds(1'530'000'000)};

inline std::vector<SignatureVerdict> check(std::string_view message, const Records& records,
                                           VerifyingPolicy policy = {}, Seconds now = in_2018,
                                           std::size_t step = 4096) {
  const auto header = message::parse_header(message).value();
  Verifier verifier(policy, now);
  for (const auto& name : verifier.header(header)) {
    const auto found = records.find(name);
    verifier.key(name,
                 found == records.end() ? KeyAnswer{} : KeyAnswer{KeyAnswer::Kind::found, {found->second}});
  }
  for (auto body = message.substr(header.body); !body.empty();
       body.remove_prefix(std::min(step, body.size()))) {
    verifier.body(body.substr(0, step));
  }
  return verifier.finish();
}

}  // namespace scop::dkim
