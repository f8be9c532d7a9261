// The commands of RFC 5321 4.1 and their extensions as values. Parsing is strict; replies are not decided
// here.
//   command = verb [ SP argument ] CRLF
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "smtp/path.hpp"

namespace scop::smtp {

enum class Body { seven_bit, eight_bit_mime, binary_mime };  // RFC 6152, RFC 3030
enum class Ret { unspecified, full, hdrs };                  // RFC 3461 4.3

// RFC 3461 4.1 as bits; 0: unspecified.
namespace notify {
inline constexpr unsigned never = 1, success = 2, failure = 4, delay = 8;
}

struct MailParameters {
  std::optional<std::uint64_t> size;  // RFC 1870
  std::optional<Body> body;
  bool smtputf8 = false;    // RFC 6531
  bool requiretls = false;  // RFC 8689
  Ret ret = Ret::unspecified;
  std::string envid;                // decoded
  std::optional<std::string> auth;  // RFC 4954 5, decoded; "<>" is the empty text
  std::optional<int> mt_priority;   // RFC 6710, -9 … 9
  bool operator==(const MailParameters&) const = default;
};

struct RcptParameters {
  unsigned notify = 0;
  std::string orcpt;  // decoded, with its type: "rfc822;a@b"
  bool operator==(const RcptParameters&) const = default;
};

struct Ehlo {
  std::string name;
  bool operator==(const Ehlo&) const = default;
};
struct Helo {
  std::string name;
  bool operator==(const Helo&) const = default;
};
struct Mail {
  Path reverse_path;
  MailParameters parameters;
  bool operator==(const Mail&) const = default;
};
struct Rcpt {
  Path forward_path;
  RcptParameters parameters;
  bool operator==(const Rcpt&) const = default;
};
struct Data {
  bool operator==(const Data&) const = default;
};
struct Bdat {
  std::uint64_t size = 0;
  bool last = false;
  bool operator==(const Bdat&) const = default;
};
struct Rset {
  bool operator==(const Rset&) const = default;
};
struct Noop {
  bool operator==(const Noop&) const = default;
};
struct Quit {
  bool operator==(const Quit&) const = default;
};
struct Vrfy {
  std::string text;
  bool operator==(const Vrfy&) const = default;
};
struct Expn {
  std::string text;
  bool operator==(const Expn&) const = default;
};
struct Help {
  bool operator==(const Help&) const = default;
};
struct StartTls {
  bool operator==(const StartTls&) const = default;
};
// RFC 4954 4: the initial response still in base64; "=" stands for an empty one.
struct Auth {
  std::string mechanism;  // upper case
  std::optional<std::string> initial_response;
  bool operator==(const Auth&) const = default;
};

using Command =
    std::variant<Ehlo, Helo, Mail, Rcpt, Data, Bdat, Rset, Noop, Quit, Vrfy, Expn, Help, StartTls, Auth>;

enum class Fault {
  unknown_command,
  foreign_protocol,  // HTTP's methods: a browser was made to talk to us
  line_too_long,
  bad_octets,  // NUL or another control, or 8-bit octets that are not UTF-8
  bad_arguments,
  bad_path,
  unknown_parameter,  // RFC 5321 4.1.1.11: 555
  bad_parameter,
};

struct CommandProblem {
  Fault fault{};
  std::string what;
  bool operator==(const CommandProblem&) const = default;
};

// One line without its CRLF.
std::expected<Command, CommandProblem> parse_command(std::string_view line);

// The longest line (with CRLF) that can begin like this: known once the verb is there.
std::size_t longest_line(std::string_view beginning);

// With CRLF. Only for values that parse_command can give, or that were made of checked parts.
std::string to_line(const Command& command);

}  // namespace scop::smtp
