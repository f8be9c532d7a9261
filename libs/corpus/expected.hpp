// What a reader must find in a generated message. Text is UTF-8.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mime/defect.hpp"

namespace scop::corpus {

struct ExpectedMailbox {
  std::string display_name;
  std::string local_part;  // without quotes
  std::string domain;
  bool operator==(const ExpectedMailbox&) const = default;
};
struct ExpectedAddress {
  bool is_group = false;
  std::string group_name;
  std::vector<ExpectedMailbox> mailboxes;
  bool operator==(const ExpectedAddress&) const = default;
};
struct ExpectedDate {
  std::int64_t seconds = 0;  // since 1970, UTC
  int zone_minutes = 0;      // east
};

struct ExpectedField {
  std::string name;
  std::string value;  // unfolded, encoded words decoded
  std::optional<std::vector<ExpectedAddress>> addresses;
  std::optional<ExpectedDate> date;
};

using ExpectedParameters = std::vector<std::pair<std::string, std::string>>;

struct ExpectedNode {
  std::vector<ExpectedField> fields;
  std::string type = "text/plain";
  ExpectedParameters parameters;
  std::string disposition;  // empty: none
  ExpectedParameters disposition_parameters;
  std::string encoding = "7bit";
  std::string octets;                 // of a leaf, decoded; not kept beyond hashing by who writes them out
  std::vector<ExpectedNode> parts;    // of a multipart
  std::vector<ExpectedNode> message;  // of message/rfc822: one
  bool is_multipart = false;
  std::vector<mime::Defect> defects;  // of this node
};

enum class Grade : std::uint8_t { strict, obsolete, broken };
std::string_view name_of(Grade grade);

struct Generated {
  Grade grade = Grade::strict;
  std::string breakage;  // what was broken: "no_close_delimiter" …; empty otherwise
  std::string octets;
  ExpectedNode expected;
};

}  // namespace scop::corpus
