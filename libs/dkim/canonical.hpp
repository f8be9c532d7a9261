// Canonicalisation (RFC 6376 3.4): header fields at once, bodies in chunks of any size with constant memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace scop::dkim {

enum class Canonical { simple, relaxed };

std::string_view name_of(Canonical form);

// RFC 6376 3.4.1 and 3.4.2. `raw` is a whole field, with or without its last CRLF; the result ends with CRLF.
std::string canonical_field(std::string_view raw, Canonical form);

// RFC 6376 3.4.3 and 3.4.4. The sink gets the canonical octets by write(std::string_view).
class BodyCanonicalizer {
 public:
  explicit BodyCanonicalizer(Canonical form) : relaxed_(form == Canonical::relaxed) {}

  template <class Sink>
  void feed(std::string_view chunk, Sink& sink) {
    while (!chunk.empty()) {
      const auto plain = held() ? 0 : plain_length(chunk);
      if (plain > 0) {
        write_lines(sink);
        sink.write(chunk.substr(0, plain));
        wrote_ = true;
        chunk.remove_prefix(plain);
      } else {
        take(chunk.front(), sink);
        chunk.remove_prefix(1);
      }
    }
  }

  template <class Sink>
  void finish(Sink& sink) {
    if (cr_) content('\r', sink);
    // Empty lines at the end are gone; the last line gets its CRLF; an empty body is CRLF in the simple form
    // alone.
    if (wrote_ || !relaxed_) sink.write("\r\n");
  }

 private:
  // A CR or white space that waits for what comes behind it.
  bool held() const { return cr_ || space_; }
  // How much from the start stands in the output as it is and ends with an octet that is no line end or white
  // space.
  std::size_t plain_length(std::string_view chunk) const;

  template <class Sink>
  void take(char c, Sink& sink) {
    if (cr_) {
      cr_ = false;
      if (c == '\n') {
        space_ = false;
        ++lines_;
        return;
      }
      content('\r', sink);
    }
    if (c == '\r') {
      cr_ = true;
    } else if (relaxed_ && (c == ' ' || c == '\t')) {
      space_ = true;
    } else {
      content(c, sink);
    }
  }

  template <class Sink>
  void content(char c, Sink& sink) {
    write_lines(sink);
    if (space_) sink.write(" ");
    space_ = false;
    sink.write(std::string_view(&c, 1));
    wrote_ = true;
  }

  // In pieces: a gigabyte of empty lines is held as a number.
  template <class Sink>
  void write_lines(Sink& sink) {
    constexpr std::string_view many = "\r\n\r\n\r\n\r\n\r\n\r\n\r\n\r\n";
    while (lines_ > 0) {
      const auto now = lines_ < many.size() / 2 ? lines_ : many.size() / 2;
      sink.write(many.substr(0, now * 2));
      lines_ -= now;
    }
  }

  bool relaxed_;
  bool wrote_ = false;
  bool cr_ = false;
  bool space_ = false;
  std::uint64_t lines_ = 0;  // line ends not written yet
};

}  // namespace scop::dkim
