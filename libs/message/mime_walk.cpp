#include "message/mime_walk.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "core/ascii.hpp"
#include "message/header.hpp"

namespace scop::message {

namespace {

constexpr std::string_view crlf = "\r\n";

struct Container {
  std::string boundary;  // empty: message/rfc822, which has none
  bool is_signed = false;
  bool is_digest = false;
};

enum class State { header, body, between };  // between: preamble, epilogue

class Walker {
 public:
  explicit Walker(std::string_view message) : message_(message) {}
  Outcome<std::vector<LeafPart>> walk();

 private:
  void take_line(std::size_t begin, std::size_t end);
  bool take_boundary(std::string_view line, std::size_t begin, std::size_t behind);
  void begin_entity(std::size_t at);
  void end_header(std::size_t at, std::size_t behind);
  void end_entity(std::size_t at);
  bool enter(const ContentType& type, bool encoded, std::size_t behind);
  bool is_in_signed() const { return std::ranges::any_of(containers_, &Container::is_signed); }

  std::string_view message_;
  std::vector<Container> containers_;
  std::vector<LeafPart> leaves_;
  State state_ = State::header;
  std::size_t header_begin_ = 0;
  std::optional<std::string> problem_;
};

//   delimiter := CRLF "--" boundary ["--"] *LWSP-char
enum class Match { none, opens, closes };

Match match_boundary(std::string_view line, std::string_view boundary) {
  if (boundary.empty() || !line.starts_with("--") || !line.substr(2).starts_with(boundary))
    return Match::none;
  auto rest = line.substr(2 + boundary.size());
  auto match = Match::opens;
  if (rest.starts_with("--")) {
    match = Match::closes;
    rest.remove_prefix(2);
  }
  return std::ranges::all_of(rest, ascii::is_wsp) ? match : Match::none;
}

Outcome<std::vector<LeafPart>> Walker::walk() {
  std::size_t begin = 0;
  while (begin < message_.size() && !problem_) {
    const auto found = message_.find(crlf, begin);
    const auto end = found == std::string_view::npos ? message_.size() : found;
    take_line(begin, end);
    begin = std::min(end + crlf.size(), message_.size());
  }
  if (!problem_) end_entity(message_.size());
  if (problem_) return failure(ErrorKind::too_large, std::move(*problem_));
  return std::move(leaves_);
}

void Walker::take_line(std::size_t begin, std::size_t end) {
  const auto line = message_.substr(begin, end - begin);
  const auto behind = std::min(end + crlf.size(), message_.size());
  if (line.starts_with("--") && take_boundary(line, begin, behind)) return;
  if (state_ == State::header && line.empty()) end_header(begin, behind);
}

bool Walker::take_boundary(std::string_view line, std::size_t begin, std::size_t behind) {
  for (std::size_t level = containers_.size(); level-- > 0;) {
    const auto match = match_boundary(line, containers_[level].boundary);
    if (match == Match::none) continue;
    const auto before = begin >= crlf.size() ? begin - crlf.size() : 0;
    end_entity(before);
    containers_.resize(match == Match::closes ? level : level + 1);
    state_ = State::between;
    if (match == Match::opens) begin_entity(behind);
    return true;
  }
  return false;
}

void Walker::begin_entity(std::size_t at) {
  state_ = State::header;
  header_begin_ = at;
}

void Walker::end_entity(std::size_t at) {
  if (state_ == State::header) {  // no empty line came: fields without a body
    end_header(std::max(at, header_begin_), std::max(at, header_begin_));
    if (state_ == State::header) state_ = State::between;  // entered a container that has nothing in it
  }
  if (state_ == State::body) leaves_.back().body_end = std::max(at, leaves_.back().body_begin);
  state_ = State::between;
}

// True where the entity is a container whose content comes next.
bool Walker::enter(const ContentType& type, bool encoded, std::size_t behind) {
  if (encoded) return false;
  const bool multipart = type.type == "multipart";
  const bool embedded = type.is("message", "rfc822") || type.is("message", "global");
  const auto boundary = multipart ? type.parameter("boundary") : std::nullopt;
  // RFC 2046 5.1.1: 1 to 70 characters; longer ones are taken as long as a line may be.
  const bool usable = boundary && !boundary->empty() && boundary->size() <= 990;
  if (!embedded && !usable) return false;
  if (containers_.size() == most_part_depth) {
    problem_ = "parts nested too deep";
    return true;
  }
  containers_.push_back(
      multipart ? Container{std::string(*boundary), type.subtype == "signed", type.subtype == "digest"}
                : Container{});
  if (embedded) {
    begin_entity(behind);
  } else {
    state_ = State::between;
  }
  return true;
}

void Walker::end_header(std::size_t at, std::size_t behind) {
  const auto header = parse_header(message_.substr(header_begin_, at - header_begin_));
  if (!header) {
    problem_ = header.error().what;
    return;
  }
  LeafPart part{.header_begin = header_begin_, .header_end = at, .body_begin = behind, .body_end = behind};
  if (!containers_.empty() && containers_.back().is_digest) part.type = {"message", "rfc822", {}};
  if (const auto* field = find(*header, "Content-Type")) {
    if (auto type = parse_content_type(field->value)) part.type = std::move(*type);
  }
  if (const auto* field = find(*header, "Content-Transfer-Encoding")) {
    part.encoding = parse_transfer_encoding(field->value);
  }
  const bool encoded = part.encoding == TransferEncoding::base64 ||
                       part.encoding == TransferEncoding::quoted_printable ||
                       part.encoding == TransferEncoding::unknown;
  if (enter(part.type, encoded, behind)) return;
  if (leaves_.size() == most_parts) {
    problem_ = "too many parts";
    return;
  }
  part.depth = containers_.size();
  part.in_signed = is_in_signed();
  leaves_.push_back(std::move(part));
  state_ = State::body;
}

}  // namespace

Outcome<std::vector<LeafPart>> walk_leaf_parts(std::string_view message) { return Walker(message).walk(); }

}  // namespace scop::message
