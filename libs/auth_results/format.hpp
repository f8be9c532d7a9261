// The Authentication-Results field that we write (RFC 8601 2.2): values quoted where they must be, nothing
// that a stranger chose can end a value, a comment or the field.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace scop::auth_results {

//   propspec = ptype [CFWS] "." [CFWS] property [CFWS] "=" pvalue
struct Property {
  std::string type;  // "smtp", "header", "policy"
  std::string name;  // "mailfrom"
  std::string value;
  bool operator==(const Property&) const = default;
};

//   resinfo = [CFWS] ";" methodspec [ CFWS reasonspec ] [ CFWS 1*propspec ]
struct MethodResult {
  std::string method;   // "spf"
  std::string result;   // "pass"
  std::string comment;  // behind the result, in parentheses; empty: none
  std::string reason;   // empty: none
  std::vector<Property> properties;
  bool operator==(const MethodResult&) const = default;
};

// "spf=pass smtp.mailfrom=a@b.example; dkim=none": one line, without the authserv-id. "none" where empty.
std::string format_results(const std::vector<MethodResult>& results);

// " mx.example;\r\n spf=pass …": as it stands behind the colon, a line for each method, without the last
// CRLF.
std::string format_value(std::string_view authserv_id, const std::vector<MethodResult>& results);

}  // namespace scop::auth_results
