#include "mime/body_reader.hpp"

namespace scop::mime {

LineEnd line_end_of(std::string_view line) {
  if (line.ends_with("\r\n")) return LineEnd::crlf;
  return line.ends_with('\n') ? LineEnd::lf : LineEnd::none;
}

std::string_view without_line_end(std::string_view line) {
  line.remove_suffix(text_of(line_end_of(line)).size());
  return line;
}

std::optional<FoundDelimiter> BodyReader::match(std::string_view line) const {
  FoundDelimiter found;
  found.delimiter.end = line_end_of(line);
  auto boundary = without_line_end(line).substr(2);
  const auto last = boundary.find_last_not_of(" \t") + 1;
  found.delimiter.padding = boundary.substr(last);
  boundary = boundary.substr(0, last);
  auto open = open_.find(boundary);
  if (open == open_.end() && boundary.ends_with("--")) {
    open = open_.find(boundary.substr(0, boundary.size() - 2));
    found.closes = true;
  }
  if (open == open_.end()) return std::nullopt;
  found.level = open->second;
  return found;
}

std::optional<FoundDelimiter> BodyReader::at_delimiter() const {
  if (open_.empty() || !rest_.starts_with("--")) return std::nullopt;
  return match(line());
}

std::string_view BodyReader::take_until_delimiter(LineEnd& before) {
  before = LineEnd::none;
  const auto all = rest_;
  if (open_.empty()) {
    rest_ = {};
    return all;
  }
  for (std::size_t at = 0; at < all.size();) {
    rest_ = all.substr(at);
    if (at_delimiter()) {
      before = line_end_of(all.substr(0, at));
      return without_line_end(all.substr(0, at));
    }
    const auto next = all.find("\n--", at);
    if (next == std::string_view::npos) break;
    at = next + 1;
  }
  rest_ = {};
  return all;
}

FoundDelimiter BodyReader::take_delimiter(LineEnd before) {
  auto found = at_delimiter().value_or(FoundDelimiter{});
  found.delimiter.before = before;
  take(line().size());
  return found;
}

}  // namespace scop::mime
