// Transparency of DATA (RFC 5321 4.5.2), both ways, in any chunking. Nothing but CRLF "." CRLF ends a
// message: a bare CR or LF is noted and never a line end, or else a message could carry a second one behind
// it (SMTP smuggling).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace scop::smtp {

// What a message's octets are like; the same for DATA and BDAT.
struct Octets {
  std::uint64_t size = 0;
  std::uint64_t longest_line = 0;  // without CRLF
  bool bare_cr = false;
  bool bare_lf = false;
  bool nul = false;
  bool eight_bit = false;
  bool ends_with_crlf = true;  // an empty message does

  bool bare() const { return bare_cr || bare_lf; }
  bool operator==(const Octets&) const = default;
};

// Watches message octets go by.
class OctetWatch {
 public:
  void feed(std::string_view octets);
  // At the end of the message: a CR that came last is bare.
  Octets finish();
  const Octets& seen() const { return seen_; }

 private:
  void end_line();
  Octets seen_;
  std::uint64_t line_ = 0;
  bool cr_ = false;  // the last octet was a CR
};

// Takes the dots out: from the octets of a connection to those of a message.
class DotUnstuffer {
 public:
  // Appends message octets to `out`; says how many of `in` were taken: all, or up to and including the end
  // mark.
  std::size_t feed(std::string_view in, std::string& out);
  bool ended() const { return state_ == State::ended; }

 private:
  enum class State { line_start, line, cr, dot, dot_cr, ended };
  State step(char c, std::string& out);
  State state_ = State::line_start;
};

// Puts the dots in, for the client side.
class DotStuffer {
 public:
  // False where `in` has a bare CR or LF: such a message must never be sent (the receiver might see two).
  bool feed(std::string_view in, std::string& out);
  // Completes the last line and appends the end mark; false as above.
  bool finish(std::string& out);

 private:
  enum class State { line_start, line, cr };
  State state_ = State::line_start;
};

}  // namespace scop::smtp
