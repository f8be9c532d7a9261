#include <algorithm>

#include "mime/entity.hpp"

namespace scop::mime {

namespace {

void append(std::string& text, const Header& header) {
  for (const auto& line : header.lines) {
    if (const auto* junk = std::get_if<Junk>(&line)) {
      text += junk->text;
      continue;
    }
    const auto& field = std::get<Field>(line);
    text.append(field.name).append(field.gap).append(":");
    append(text, field.tokens);
    text += text_of(field.end);
  }
  text += text_of(header.separator);
}

void append(std::string& text, const Delimiter& delimiter, std::string_view boundary,
            std::string_view closing) {
  text.append(text_of(delimiter.before)).append("--").append(boundary).append(closing);
  text.append(delimiter.padding).append(text_of(delimiter.end));
}

void append(std::string& text, const Entity& entity);

struct BodyEncoder {
  std::string& text;
  void operator()(const Leaf& leaf) const { append_encoded(text, leaf.octets, leaf.form); }
  void operator()(const Multipart& multipart) const {
    text += multipart.preamble;
    for (const auto& [delimiter, part] : multipart.parts) {
      append(text, delimiter, multipart.boundary, "");
      append(text, *part);
    }
    if (multipart.close) append(text, *multipart.close, multipart.boundary, "--");
    text += multipart.epilogue;
  }
  void operator()(const Embedded& embedded) const {
    if (std::holds_alternative<std::monostate>(embedded.form)) {
      append(text, *embedded.message);
    } else {
      append_encoded(text, encode(*embedded.message), embedded.form);
    }
  }
};

void append(std::string& text, const Entity& entity) {
  append(text, entity.header);
  std::visit(BodyEncoder{text}, entity.body);
}

}  // namespace

std::string encode(const Entity& entity) {
  std::string text;
  append(text, entity);
  return text;
}

std::string encode_body(const Entity& entity) {
  std::string text;
  std::visit(BodyEncoder{text}, entity.body);
  return text;
}

bool equal(const Entity& one, const Entity& other) {
  if (one.header != other.header || one.content != other.content || one.defects != other.defects ||
      one.body.index() != other.body.index())
    return false;
  if (const auto* leaf = std::get_if<Leaf>(&one.body)) return *leaf == std::get<Leaf>(other.body);
  if (const auto* embedded = std::get_if<Embedded>(&one.body)) {
    const auto& second = std::get<Embedded>(other.body);
    return embedded->form == second.form && equal(*embedded->message, *second.message);
  }
  const auto& first = std::get<Multipart>(one.body);
  const auto& second = std::get<Multipart>(other.body);
  return first.boundary == second.boundary && first.preamble == second.preamble &&
         first.close == second.close && first.epilogue == second.epilogue &&
         std::ranges::equal(first.parts, second.parts, [](const Part& part, const Part& counterpart) {
           return part.delimiter == counterpart.delimiter && equal(*part.entity, *counterpart.entity);
         });
}

std::string encode(const Header& header) {
  std::string text;
  append(text, header);
  return text;
}

}  // namespace scop::mime
