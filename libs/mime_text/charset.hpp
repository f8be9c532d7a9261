// Octets in a named charset to UTF-8 (RFC 2978 names). Total: what cannot be converted becomes U+FFFD. Only
// charsets of our own list reach iconv: no stateful one but ISO-2022-JP and -KR, since senders choose the
// name.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace scop::mime_text {

class Charsets {
 public:
  Charsets();
  Charsets(Charsets&&) noexcept;
  Charsets& operator=(Charsets&&) noexcept;
  ~Charsets();

  // glibc reads a module from the disk for each charset: to be called before a jail closes the file system.
  // Without it they are opened when first met.
  void open_all();

  struct Converted {
    std::string text;   // valid UTF-8
    bool known = true;  // false: read as UTF-8 where it is, as windows-1252 otherwise
    bool clean = true;  // false: some octets made no sense
  };
  Converted to_utf8(std::string_view charset, std::string_view octets);

  // RFC 2047 encoded words and raw 8-bit octets of a header field's value; unfolded.
  Converted decode_field(std::string_view value);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scop::mime_text
