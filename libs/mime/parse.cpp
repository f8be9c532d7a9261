#include <algorithm>

#include "core/ascii.hpp"
#include "message/header.hpp"
#include "mime/body_reader.hpp"
#include "mime/entity.hpp"

namespace scop::mime {

namespace {

// Text where a header should begin: a message or part without one, as those who forget the empty line write.
// Line "From …" of an mbox file stands before a header.
bool begins_body(std::string_view line) {
  const auto name = line.substr(0, std::min(line.find(':'), line.size()));
  const bool field =
      name.size() < line.size() && message::is_field_name(name.substr(0, name.find_last_not_of(" \t") + 1));
  return !field && !line.starts_with(' ') && !line.starts_with('\t') && !line.starts_with("From ") &&
         !line.starts_with(">From ");
}

bool is_continuation(std::string_view line) { return line.starts_with(' ') || line.starts_with('\t'); }

class Parser {
 public:
  Parser(std::string_view text, mime_text::Charsets& charsets, std::size_t depth = 0, std::size_t parts = 0,
         std::size_t encodings = 0)
      : reader_(text), charsets_(charsets), base_depth_(depth), parts_(parts), encodings_(encodings) {}

  Entity entity(std::string_view default_type, std::size_t depth) {
    Entity entity;
    read_header(entity);
    entity.content = content_of(entity.header, default_type, charsets_);
    if (!entity.content.type_is_good) note(entity, Defect::bad_content_type);
    if (entity.content.encoding == message::TransferEncoding::unknown && !usenet_encoding(entity))
      note(entity, Defect::unknown_encoding);
    read_body(entity, depth);
    return entity;
  }
  std::size_t parts() const { return parts_; }

 private:
  static void note(Entity& entity, Defect defect) {
    if (std::ranges::find(entity.defects, defect) == entity.defects.end()) entity.defects.push_back(defect);
  }

  // --- header

  void read_header(Entity& entity) {
    while (true) {
      const auto line = reader_.line();
      if (line.empty() || reader_.at_delimiter()) return note(entity, Defect::no_header_end);
      if (without_line_end(line).empty()) {
        entity.header.separator = line_end_of(line);
        reader_.take(line.size());
        return;
      }
      if (entity.header.lines.empty() && begins_body(line)) {
        note(entity, Defect::malformed_line);
        return note(entity, Defect::no_header_end);
      }
      if (octets_ + line.size() > most_header_octets) return note(entity, Defect::long_header);
      const auto before = reader_.rest().size();
      read_field(entity);
      octets_ += before - reader_.rest().size();
    }
  }

  // One field with its continuation lines, or one line that is none.
  void read_field(Entity& entity) {
    const auto line = reader_.line();
    const auto colon = line.find(':');
    const auto name = line.substr(0, colon == std::string_view::npos ? 0 : colon);
    const auto last = name.find_last_not_of(" \t") + 1;
    if (is_continuation(line) || !message::is_field_name(name.substr(0, last))) {
      note(entity, Defect::malformed_line);
      entity.header.lines.emplace_back(Junk{std::string(line)});
      reader_.take(line.size());
      return;
    }
    auto value = field_octets().substr(colon + 1);
    Field field{std::string(name.substr(0, last)), std::string(name.substr(last)), {}, line_end_of(value)};
    auto lexed = lex(kind_of(field.name), without_line_end(value));
    if (!lexed.balanced) note(entity, Defect::unbalanced);
    if (!lexed.words_good) note(entity, Defect::bad_encoded_word);
    if (!ascii::is_utf8(value)) note(entity, Defect::raw_octets);
    field.tokens = std::move(lexed.tokens);
    entity.header.lines.emplace_back(std::move(field));
  }

  // Taken: the line and those that continue it. A line of white space alone continues too (RFC 5322 4.2), but
  // for the empty one.
  std::string_view field_octets() {
    const auto all = reader_.rest();
    std::size_t size = 0;
    do {
      size += reader_.line().size();
      reader_.take(reader_.line().size());
    } while (is_continuation(reader_.line()) && octets_ + size + reader_.line().size() <= most_header_octets);
    return all.substr(0, size);
  }

  // --- body

  void read_body(Entity& entity, std::size_t depth) {
    const auto& type = entity.content.type;
    const bool multipart = type.starts_with("multipart/");
    const bool embedded = type == "message/rfc822" || type == "message/global" || type == "message/news";
    const bool too_encoded = embedded && is_encoded(entity) && encodings_ >= most_encodings;
    if (too_encoded || ((multipart || embedded) && depth + base_depth_ >= most_depth)) {
      note(entity, Defect::too_deep);
    } else if (multipart && read_multipart(entity, depth)) {
      return;
    } else if (embedded) {
      return read_embedded(entity, depth);
    }
    LineEnd before = LineEnd::none;
    read_leaf(entity, reader_.take_until_delimiter(before));
    pending_ = before;
  }

  struct UsenetEncoding {
    Decoded (*decode)(std::string_view);
    Defect defect;
  };
  static std::optional<UsenetEncoding> usenet_encoding(const Entity& entity) {
    const auto& name = entity.content.encoding_name;
    const bool container = entity.content.type.starts_with("multipart/");
    if (container) return std::nullopt;
    if (name == "x-uuencode" || name == "uuencode" || name == "x-uue")
      return UsenetEncoding{decode_uuencode, Defect::bad_uuencode};
    if (name == "x-yenc" || name == "yenc") return UsenetEncoding{decode_yenc, Defect::bad_yenc};
    return std::nullopt;
  }

  static void read_leaf(Entity& entity, std::string_view text) {
    if (const auto usenet = usenet_encoding(entity)) {
      auto decoded = usenet->decode(text);
      if (!decoded.sound) note(entity, usenet->defect);
      entity.body = Leaf{std::move(decoded.octets), std::move(decoded.form)};
      return;
    }
    const bool container = entity.content.type.starts_with("multipart/");
    auto decoded = decode(container ? message::TransferEncoding::binary : entity.content.encoding, text);
    note_encoding(entity, decoded);
    entity.body = Leaf{std::move(decoded.octets), std::move(decoded.form)};
  }

  static void note_encoding(Entity& entity, const Decoded& decoded) {
    if (decoded.sound) return;
    const bool base64 = entity.content.encoding == message::TransferEncoding::base64;
    note(entity, base64 ? Defect::bad_base64 : Defect::bad_quoted_printable);
  }

  static bool is_encoded(const Entity& entity) {
    return entity.content.encoding == message::TransferEncoding::base64 ||
           entity.content.encoding == message::TransferEncoding::quoted_printable;
  }

  void read_embedded(Entity& entity, std::size_t depth) {
    if (!is_encoded(entity)) {
      entity.body = Embedded{std::make_unique<Entity>(this->entity("text/plain", depth + 1)), {}};
      return;
    }
    LineEnd before = LineEnd::none;
    auto decoded = decode(entity.content.encoding, reader_.take_until_delimiter(before));
    pending_ = before;
    note_encoding(entity, decoded);
    Parser inner(decoded.octets, charsets_, base_depth_ + depth + 1, parts_, encodings_ + 1);
    auto message = std::make_unique<Entity>(inner.entity("text/plain", 0));
    parts_ = inner.parts();
    entity.body = Embedded{std::move(message), std::move(decoded.form)};
  }

  bool read_multipart(Entity& entity, std::size_t depth) {
    if (is_encoded(entity)) note(entity, Defect::encoded_container);
    const auto boundary = find(entity.content.parameters, "boundary");
    if (!boundary || boundary->empty()) {
      note(entity, Defect::no_boundary);
      return false;
    }
    Multipart multipart{
        std::string(boundary->substr(0, boundary->find_last_not_of(" \t") + 1)), {}, {}, {}, {}};
    if (!reader_.open(multipart.boundary, depth)) {
      note(entity, Defect::boundary_reused);
      return false;
    }
    LineEnd before = LineEnd::none;
    multipart.preamble = reader_.take_until_delimiter(before);
    pending_ = before;
    read_parts(entity, multipart, depth);
    reader_.close(multipart.boundary);
    if (multipart.close) {
      multipart.epilogue = reader_.take_until_delimiter(before);
      pending_ = before;
    }
    if (multipart.parts.empty()) note(entity, Defect::boundary_not_found);
    entity.body = std::move(multipart);
    return true;
  }

  void read_parts(Entity& entity, Multipart& multipart, std::size_t depth) {
    const bool digest = entity.content.type == "multipart/digest";
    while (true) {
      const auto found = reader_.at_delimiter();
      if (!found || found->level != depth) return note(entity, Defect::no_close_delimiter);
      auto taken = reader_.take_delimiter(std::exchange(pending_, LineEnd::none));
      if (taken.closes) {
        multipart.close = std::move(taken.delimiter);
        return;
      }
      if (++parts_ > most_parts) reader_.close(multipart.boundary);
      auto part = this->entity(digest ? "message/rfc822" : "text/plain", depth + 1);
      multipart.parts.push_back({std::move(taken.delimiter), std::make_unique<Entity>(std::move(part))});
      if (parts_ > most_parts) return note(entity, Defect::too_many_parts);
    }
  }

  BodyReader reader_;
  mime_text::Charsets& charsets_;
  std::size_t base_depth_;
  std::size_t parts_;
  std::size_t encodings_;
  std::size_t octets_ = 0;           // of all headers so far
  LineEnd pending_ = LineEnd::none;  // the line end before the delimiter that comes next
};

}  // namespace

Entity parse(std::string_view text, mime_text::Charsets& charsets) {
  return Parser(text, charsets).entity("text/plain", 0);
}

Entity parse(std::string_view text) {
  mime_text::Charsets charsets;
  return parse(text, charsets);
}

}  // namespace scop::mime
