// Looks at a message's octets as they arrive: CRLF discipline (RFC 5321 2.3.8: no bare CR or LF, no line over
// 998 octets, no NUL), size, SHA-256, whether they are ASCII. Holds nothing but a counter of each. What a
// stage before us promised is checked here again: an octet that ends a line for one server alone is how mail
// is smuggled.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"

struct evp_md_ctx_st;

namespace scop::relay {

class Inspection {
 public:
  Inspection();
  Inspection(Inspection&&) noexcept;
  Inspection& operator=(Inspection&&) noexcept;
  ~Inspection();

  // malformed, with what is wrong and where; once it has failed it fails for good.
  Outcome<> feed(std::string_view octets);
  // The message is over: a last line without CRLF is malformed. The digest, 32 octets.
  Outcome<std::string> finish();

  std::uint64_t size() const { return size_; }
  bool eight_bit() const { return eight_bit_; }

 private:
  Outcome<> line_rules(std::string_view octets);

  std::unique_ptr<evp_md_ctx_st, void (*)(evp_md_ctx_st*)> digest_;
  std::uint64_t size_ = 0;
  std::size_t line_ = 0;  // octets of the current line
  bool after_cr_ = false;
  bool eight_bit_ = false;
};

}  // namespace scop::relay
