// Finds delimiter lines of the multiparts that are open (RFC 2046 5.1.1): one look at each line, whatever the
// depth.
#pragma once

#include <optional>
#include <string_view>
#include <unordered_map>

#include "mime/entity.hpp"

namespace scop::mime {

struct FoundDelimiter {
  std::size_t level = 0;  // of the multipart it belongs to
  bool closes = false;
  Delimiter delimiter;
};

class BodyReader {
 public:
  explicit BodyReader(std::string_view text) : rest_(text) {}

  bool at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }
  // The next line with its end, not taken; empty at the text's end.
  std::string_view line() const {
    const auto lf = rest_.find('\n');
    return lf == std::string_view::npos ? rest_ : rest_.substr(0, lf + 1);
  }
  void take(std::size_t octets) { rest_.remove_prefix(octets); }

  // False where an open multipart has it already.
  bool open(std::string_view boundary, std::size_t level) { return open_.emplace(boundary, level).second; }
  void close(std::string_view boundary) { open_.erase(boundary); }

  // Whether the rest begins with a delimiter line of an open multipart; the line is not taken.
  std::optional<FoundDelimiter> at_delimiter() const;
  // The octets before the next delimiter line; the line end before the delimiter is the delimiter's, and
  // taken.
  std::string_view take_until_delimiter(LineEnd& before);
  // Behind take_until_delimiter().
  FoundDelimiter take_delimiter(LineEnd before);

 private:
  std::optional<FoundDelimiter> match(std::string_view line) const;
  std::string_view rest_;
  std::unordered_map<std::string_view, std::size_t> open_;
};

LineEnd line_end_of(std::string_view line);
std::string_view without_line_end(std::string_view line);

}  // namespace scop::mime
