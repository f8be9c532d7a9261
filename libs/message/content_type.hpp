// Content-Type and Content-Disposition values (RFC 2045 5.1): type, subtype, parameters, with RFC 2231's
// continuations and percent signs resolved to octets (their charset and language are dropped). Bounded.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace scop::message {

inline constexpr std::size_t most_parameters = 100;

struct ContentType {
  std::string type = "text";                                    // lower case
  std::string subtype = "plain";                                // lower case
  std::vector<std::pair<std::string, std::string>> parameters;  // names in lower case, each once

  bool is(std::string_view wanted_type, std::string_view wanted_subtype) const {
    return type == wanted_type && subtype == wanted_subtype;
  }
  std::optional<std::string_view> parameter(std::string_view name) const;
  bool operator==(const ContentType&) const = default;
};

//   content = type "/" subtype *(";" attribute "=" value)
// nullopt: no type and subtype to be seen (RFC 2045 5.2 then reads text/plain). Parameters are read as far as
// they make sense: a stray ";" is skipped, the first of two equal names counts.
std::optional<ContentType> parse_content_type(std::string_view value);

}  // namespace scop::message
