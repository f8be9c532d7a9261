#include "mime_text/walker.hpp"

#include <algorithm>
#include <utility>

#include "core/ascii.hpp"
#include "message/header.hpp"

namespace scop::mime_text {

namespace {

constexpr std::size_t most_line_searched = 1'000;  // of a line that may be a boundary

std::string_view field(const std::vector<FieldView>& fields, std::string_view name) {
  for (const auto& each : fields) {
    if (ascii::equals_ignoring_case(each.name, name)) return each.value;
  }
  return {};
}

void read_disposition(PartView& part) {
  // A disposition has no subtype: parsed as if it had one.
  const auto value = message::unfold(field(part.fields, "Content-Disposition"));
  const auto semicolon = std::min(value.find(';'), value.size());
  part.disposition = ascii::to_lower(ascii::trim(std::string_view(value).substr(0, semicolon)));
  const auto type = message::parse_content_type("x/y" + value.substr(semicolon));
  if (type) {
    if (const auto name = type->parameter("filename")) part.file_name = *name;
  }
  if (part.file_name.empty()) {
    if (const auto name = part.type.parameter("name")) part.file_name = *name;
  }
}

}  // namespace

void Walker::note(Oddity oddity) {
  if (std::ranges::find(message_.oddities_, oddity) == message_.oddities_.end()) {
    message_.oddities_.push_back(oddity);
  }
}

void Walker::walk() {
  begin_header();
  std::size_t begin = 0;
  while (begin < text_.size()) {
    const auto found = text_.find('\n', begin);
    const auto behind = found == std::string_view::npos ? text_.size() : found + 1;
    auto end = found == std::string_view::npos ? text_.size() : found;
    if (end > begin && text_[end - 1] == '\r') --end;
    take_line(begin, end, behind);
    begin = behind;
  }
  if (state_ == State::header) {
    note(Oddity::no_header_end);
    end_header(text_.size());
  }
  end_part(text_.size());
}

void Walker::take_line(std::size_t begin, std::size_t end, std::size_t behind) {
  const auto line = text_.substr(begin, end - begin);
  if (line.starts_with("--") && !containers_.empty() && line.size() <= most_line_searched &&
      take_boundary(line, begin, behind)) {
    return;
  }
  if (state_ != State::header) return;
  if (line.empty()) {
    end_header(behind);
  } else {
    take_field_line(line, begin);
  }
}

bool Walker::take_boundary(std::string_view line, std::size_t begin, std::size_t behind) {
  for (std::size_t level = containers_.size(); level-- > 0;) {
    const std::string_view boundary = containers_[level].boundary;
    if (boundary.empty() || !line.substr(2).starts_with(boundary)) continue;
    auto rest = ascii::trim(line.substr(2 + boundary.size()));
    const bool closes = rest.starts_with("--");
    if (closes) rest.remove_prefix(2);
    if (!rest.empty()) continue;
    if (state_ == State::header) end_header(begin);
    end_part(begin);
    containers_.resize(closes ? level : level + 1);
    state_ = State::between;
    if (!closes) begin_header();
    body_begin_ = behind;
    return true;
  }
  return false;
}

void Walker::begin_header() {
  state_ = State::header;
  fields_.clear();
  field_name_ = {};
}

void Walker::take_field_line(std::string_view line, std::size_t begin) {
  if (ascii::is_wsp(line.front())) {
    if (!field_name_.empty()) value_end_ = begin + line.size();
    return;
  }
  end_field();
  const auto colon = line.substr(0, 200).find(':');
  const auto name = ascii::trim(line.substr(0, std::min(colon, line.size())));
  if (colon == std::string_view::npos || !message::is_field_name(name)) {
    // An mbox "From " line or a relay's ">From " is no sender's mistake.
    if (!line.starts_with("From ") && !line.starts_with(">From ")) note(Oddity::malformed_line);
    return;
  }
  field_name_ = name;
  value_begin_ = begin + colon + 1;
  value_end_ = begin + line.size();
}

void Walker::end_field() {
  if (field_name_.empty()) return;
  if (fields_.size() >= most_fields || all_fields_ >= most_all_fields) {
    note(Oddity::too_many_fields);
  } else {
    auto value = text_.substr(value_begin_, value_end_ - value_begin_);
    if (value.size() > most_field_octets) note(Oddity::long_field);
    fields_.push_back({field_name_, value.substr(0, most_field_octets)});
    ++all_fields_;
  }
  field_name_ = {};
}

void Walker::end_header(std::size_t behind) {
  end_field();
  if (std::exchange(first_header_, false)) {
    message_.fields_ = fields_;
    message_.body_ = text_.substr(behind);
  }
  PartView part{.fields = std::move(fields_)};
  fields_.clear();
  if (!containers_.empty() && containers_.back().is_digest) part.type = {"message", "rfc822", {}};
  if (const auto value = field(part.fields, "Content-Type"); !value.empty()) {
    if (auto type = message::parse_content_type(value)) part.type = std::move(*type);
  }
  if (const auto value = field(part.fields, "Content-Transfer-Encoding"); !value.empty()) {
    part.encoding = message::parse_transfer_encoding(value);
  }
  body_begin_ = behind;
  state_ = State::between;
  if (enter(part)) return;
  if (message_.parts_.size() == most_parts) {
    note(Oddity::too_many_parts);
    return;
  }
  read_disposition(part);
  part.depth = containers_.size();
  message_.parts_.push_back(std::move(part));
  state_ = State::body;
}

// True where the entity is a container whose content comes next.
bool Walker::enter(const PartView& part) {
  const bool multipart = part.type.type == "multipart";
  const bool embedded = part.type.is("message", "rfc822") || part.type.is("message", "global");
  if (!multipart && !embedded) return false;
  const auto boundary = part.type.parameter("boundary").value_or(std::string_view());
  if (multipart && (boundary.empty() || boundary.size() > most_boundary)) {
    note(Oddity::no_boundary);
    return false;
  }
  if (embedded && (part.encoding == message::TransferEncoding::base64 ||
                   part.encoding == message::TransferEncoding::quoted_printable)) {
    return false;
  }
  if (containers_.size() == most_depth) {
    note(Oddity::too_deep);
    return false;
  }
  if (message_.containers_.size() < most_parts) {
    message_.containers_.push_back(part.type.type + "/" + part.type.subtype.substr(0, 40));
  }
  containers_.push_back(multipart ? Container{std::string(boundary), part.type.subtype == "digest"}
                                  : Container{});
  if (embedded) begin_header();
  return true;
}

void Walker::end_part(std::size_t at) {
  if (state_ != State::body) return;
  // The line end before a boundary belongs to the boundary.
  const auto end = std::max(at, body_begin_);
  message_.parts_.back().body = text_.substr(body_begin_, end - body_begin_);
  state_ = State::between;
}

}  // namespace scop::mime_text
