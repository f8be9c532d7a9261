// A request that has been read, and what is answered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/target.hpp"

namespace scop::http {

struct Field {
  std::string name;
  std::string value;
  bool operator==(const Field&) const = default;
};

struct Request {
  std::string method;  // as it came: methods are case-sensitive (RFC 9110 9.1)
  Target target;
  Authority authority;  // of the target, else of Host; an empty host: HTTP/1.0 without either
  std::vector<Field> fields;
  std::string body;
  bool keep_alive = false;
  // Of the connection:
  bool is_secure = false;
  std::string client;  // its address

  // The first of the name, in any case.
  const std::string* find(std::string_view name) const;
};

struct Response {
  unsigned status = 200;
  std::string type;  // of the body; empty: there is none
  std::string body;
  std::vector<Field> fields;  // beside what to_octets adds
};

}  // namespace scop::http
