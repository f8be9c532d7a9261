#include "corpus/tree.hpp"

#include <array>
#include <utility>

#include "corpus/bodies.hpp"
#include "corpus/content_fields.hpp"
#include "corpus/prose.hpp"

namespace scop::corpus {

namespace {

constexpr std::string_view boundary_characters =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'()+_,-./:=?";
constexpr std::size_t most_depth = 6;
constexpr std::array text_types{"text/plain",
                                "text/plain",
                                "text/plain",
                                "text/html",
                                "text/html",
                                "text/calendar",
                                "text/csv",
                                "text/markdown",
                                "message/delivery-status",
                                "message/disposition-notification",
                                "text/rfc822-headers"};
constexpr std::array binary_types{"application/octet-stream",
                                  "application/pdf",
                                  "image/png",
                                  "image/jpeg",
                                  "application/zip",
                                  "audio/mpeg",
                                  "application/pkcs7-signature",
                                  "application/pgp-signature",
                                  "application/pkcs7-mime"};
constexpr std::array containers{"mixed",   "mixed",    "mixed",  "alternative", "alternative",
                                "related", "parallel", "signed", "report"};

void add_type(Node& node, Random& random, FieldText& text, std::string_view type) {
  text.add(" ");
  text.add(in_some_case(random, type));
  node.expected.type = type;
}

void set_parameter(FieldText& text, ExpectedParameters& expected, std::string_view name,
                   std::string_view value, std::string_view charset = "utf-8") {
  add_parameter(text, name, value, charset);
  expected.emplace_back(name, value);
}

void finish(Node& node, std::string name, FieldText& text) {
  node.fields.push_back(written(std::move(name), text));
}

void add_encoding(Node& node, Random& random, const Manner& manner, std::string_view encoding,
                  bool may_be_left_out) {
  if (may_be_left_out && random.chance(50)) return;
  FieldText text(random, manner, "Content-Transfer-Encoding");
  text.add(" ");
  text.add(in_some_case(random, encoding));
  finish(node, "Content-Transfer-Encoding", text);
  node.expected.encoding = encoding;
}

void add_disposition(Node& node, Random& random, const Manner& manner, bool attachment) {
  FieldText text(random, manner, "Content-Disposition");
  text.add(" ");
  const std::string_view disposition = attachment ? "attachment" : "inline";
  text.add(in_some_case(random, disposition));
  node.expected.disposition = disposition;
  const auto& script = random.pick(scripts());
  auto name = prose(random, script, random.between(1, 3)) + ".dat";
  if (random.chance(95))
    set_parameter(text, node.expected.disposition_parameters, "filename", name, random.pick(script.charsets));
  if (random.chance(10))
    set_parameter(text, node.expected.disposition_parameters, "size",
                  std::to_string(random.below(1'000'000)));
  finish(node, "Content-Disposition", text);
}

void add_others(Node& node, Random& random, const Manner& manner) {
  if (random.chance(10))
    node.fields.push_back(
        plain_field(manner, "Content-ID", "<" + random.of("abcdef0123456789", 12) + "@example.org>"));
  if (random.chance(5)) {
    FieldText text(random, manner, "Content-Description");
    text.add(" ");
    add_unstructured(text, random.between(1, 6));
    finish(node, "Content-Description", text);
  }
}

Node make_text(Random& random, const Manner& manner) {
  Node node;
  const auto script = random.below(scripts().size());
  const auto charset = random.pick(scripts()[script].charsets);
  auto octets = in_charset(charset, text_lines(random, script, manner.line_end));
  const std::string_view type = random.pick(text_types);
  auto encoding = static_cast<BodyEncoding>(random.below(4));
  if (!octets) octets = "";
  if (!fits(encoding, *octets))
    encoding = random.chance(50) ? BodyEncoding::quoted_printable : BodyEncoding::base64;
  const bool is_default = type == "text/plain" && charset == "us-ascii" && random.chance(40);
  if (!is_default) {
    FieldText text(random, manner, "Content-Type");
    add_type(node, random, text, type);
    set_parameter(text, node.expected.parameters, "charset", charset);
    if (random.chance(15)) set_parameter(text, node.expected.parameters, "format", "flowed");
    if (type == "text/calendar") set_parameter(text, node.expected.parameters, "method", "REQUEST");
    finish(node, "Content-Type", text);
  }
  add_encoding(node, random, manner, name_of(encoding), encoding == BodyEncoding::seven_bit);
  if (random.chance(5)) add_disposition(node, random, manner, false);
  node.body = written_body(random, encoding, *octets, manner.line_end);
  node.expected.octets = std::move(*octets);
  return node;
}

Node make_attachment(Random& random, const Manner& manner) {
  Node node;
  FieldText text(random, manner, "Content-Type");
  add_type(node, random, text, random.pick(binary_types));
  if (random.chance(40))
    set_parameter(text, node.expected.parameters, "name",
                  random.of("abcdefghij klmn", random.between(1, 60)) + "x.bin");
  finish(node, "Content-Type", text);
  node.expected.octets = random.octets(random.heavy(0, 60'000));
  const auto encoding = random.chance(95) ? BodyEncoding::base64 : BodyEncoding::quoted_printable;
  add_encoding(node, random, manner, name_of(encoding), false);
  if (random.chance(80)) add_disposition(node, random, manner, true);
  node.body = written_body(random, encoding, node.expected.octets, manner.line_end);
  return node;
}

std::vector<Node> parts_for(Random& random, const Manner& manner, std::size_t depth) {
  std::vector<Node> parts;
  const auto count = random.skewed(1, 8);
  for (std::size_t i = 0; i < count; ++i) parts.push_back(make_node(random, manner, depth + 1));
  return parts;
}

Node make_digest(Random& random, const Manner& manner) {
  std::vector<Node> parts;
  const auto count = random.between(1, 4);
  for (std::size_t i = 0; i < count; ++i) {
    auto part = make_embedded(random, manner, make_message(random, manner, make_leaf(random, manner)));
    if (!manner.utf8 && random.chance(70))
      std::erase_if(part.fields,
                    [](const WrittenField& field) { return field.expected.name == "Content-Type"; });
    parts.push_back(std::move(part));
  }
  return make_multipart(random, manner, "digest", std::move(parts));
}

std::string boundary_of(Random& random) {
  auto boundary = random.of(boundary_characters, random.between(8, 68));
  if (random.chance(10)) boundary[boundary.size() / 2] = ' ';
  return boundary;
}

std::string filler(Random& random, const Manner& manner) {
  if (random.chance(60)) return {};
  std::string text = "This is a multi-part message in MIME format.";
  if (random.chance(30)) text.append(manner.line_end).append("-- not a delimiter");
  return text;
}

}  // namespace

WrittenField plain_field(const Manner& manner, std::string name, std::string_view value) {
  std::string octets = name + ": ";
  octets.append(value).append(manner.line_end);
  return {std::move(octets), {.name = std::move(name), .value = std::string(value)}};
}

Node make_leaf(Random& random, const Manner& manner) {
  return random.chance(75) ? make_text(random, manner) : make_attachment(random, manner);
}

Node make_node(Random& random, const Manner& manner, std::size_t depth) {
  const auto kind = random.below(100);
  if (depth >= most_depth || kind < 55 + depth * 8) {
    auto node = make_leaf(random, manner);
    add_others(node, random, manner);
    return node;
  }
  if (kind < 90)
    return make_multipart(random, manner, random.pick(containers), parts_for(random, manner, depth));
  if (kind < 94) return make_digest(random, manner);
  return make_embedded(random, manner, make_message(random, manner, make_node(random, manner, depth + 1)));
}

Node make_multipart(Random& random, const Manner& manner, std::string_view subtype, std::vector<Node> parts,
                    const Delimiting& delimiting) {
  Node node;
  node.expected.is_multipart = true;
  const auto boundary = boundary_of(random);
  FieldText text(random, manner, "Content-Type");
  add_type(node, random, text, "multipart/" + std::string(subtype));
  if (subtype == "report") set_parameter(text, node.expected.parameters, "report-type", "delivery-status");
  if (subtype == "signed")
    set_parameter(text, node.expected.parameters, "protocol", "application/pkcs7-signature");
  if (delimiting.name_boundary)
    set_parameter(text, node.expected.parameters, "boundary",
                  delimiting.other_boundary.empty() ? boundary : delimiting.other_boundary);
  finish(node, "Content-Type", text);
  if (!delimiting.encoding.empty()) add_encoding(node, random, manner, delimiting.encoding, false);
  auto& body = node.body;
  body = filler(random, manner);
  bool first = body.empty();
  for (auto& part : parts) {
    if (!std::exchange(first, false)) body += manner.line_end;
    body.append("--").append(boundary).append(random.chance(3) ? " \t" : "").append(manner.line_end);
    body += write_out(part, manner);
    node.expected.parts.push_back(std::move(part.expected));
  }
  if (delimiting.close) {
    body.append(manner.line_end).append("--").append(boundary).append("--");
    if (random.chance(90)) body += manner.line_end;
    if (body.ends_with(manner.line_end)) body += filler(random, manner);
  }
  return node;
}

Node make_embedded(Random& random, const Manner& manner, Node message) {
  Node node;
  FieldText text(random, manner, "Content-Type");
  add_type(node, random, text, manner.utf8 ? "message/global" : "message/rfc822");
  finish(node, "Content-Type", text);
  node.body = write_out(message, manner);
  node.expected.message.push_back(std::move(message.expected));
  return node;
}

Node make_message(Random& random, const Manner& manner, Node node) {
  auto fields = message_fields(random, manner);
  if (random.chance(97)) fields.push_back(plain_field(manner, "MIME-Version", "1.0"));
  for (auto& field : node.fields) fields.push_back(std::move(field));
  node.fields = std::move(fields);
  return node;
}

std::string write_out(Node& node, const Manner& manner) {
  std::string octets;
  node.expected.fields.clear();
  for (const auto& field : node.fields) {
    octets += field.octets;
    node.expected.fields.push_back(field.expected);
  }
  return octets.append(manner.line_end).append(node.body);
}

}  // namespace scop::corpus
