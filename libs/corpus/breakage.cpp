#include "corpus/breakage.hpp"

#include <array>

#include "core/base64.hpp"
#include "mime/entity.hpp"

namespace scop::corpus {

namespace {

using mime::Defect;

std::vector<Node> some_parts(Random& random, const Manner& manner) {
  std::vector<Node> parts;
  for (std::size_t i = random.between(1, 3); i > 0; --i) parts.push_back(make_leaf(random, manner));
  return parts;
}

Broken with_delimiting(Random& random, const Manner& manner, const Delimiting& delimiting, Defect defect) {
  auto node = make_message(random, manner,
                           make_multipart(random, manner, "mixed", some_parts(random, manner), delimiting));
  node.expected.defects = {defect};
  return {std::move(node), {}};
}

// A multipart without parts to be found is a leaf, or a multipart of nothing.
void has_no_parts(Node& node, bool is_leaf) {
  node.expected.parts.clear();
  node.expected.is_multipart = !is_leaf;
  if (is_leaf) node.expected.octets = node.body;
}

Broken no_close_delimiter(Random& random, const Manner& manner) {
  return with_delimiting(random, manner, {.close = false}, Defect::no_close_delimiter);
}

Broken no_boundary(Random& random, const Manner& manner) {
  auto broken = with_delimiting(random, manner, {.name_boundary = false}, Defect::no_boundary);
  has_no_parts(broken.node, true);
  return broken;
}

Broken boundary_not_found(Random& random, const Manner& manner) {
  auto broken =
      with_delimiting(random, manner, {.other_boundary = "somewhere-else"}, Defect::boundary_not_found);
  has_no_parts(broken.node, false);
  broken.node.expected.defects.push_back(Defect::no_close_delimiter);
  return broken;
}

Broken encoded_container(Random& random, const Manner& manner) {
  return with_delimiting(random, manner, {.encoding = "base64"}, Defect::encoded_container);
}

Node leaf_message(Random& random, const Manner& manner, std::string_view encoding, std::string body,
                  std::string octets) {
  Node node;
  node.fields.push_back(plain_field(manner, "Content-Transfer-Encoding", encoding));
  node.expected.encoding = encoding;
  node.body = std::move(body);
  node.expected.octets = std::move(octets);
  return make_message(random, manner, std::move(node));
}

Broken bad_base64(Random& random, const Manner& manner) {
  const auto octets = random.octets(3 * random.between(2, 200));
  auto body = to_base64(octets);
  body.insert(random.below(body.size()), random.of("*!-_ \t", random.between(1, 3)));
  auto node = leaf_message(random, manner, "base64", std::move(body), octets);
  node.expected.defects = {Defect::bad_base64};
  return {std::move(node), {}};
}

Broken bad_quoted_printable(Random& random, const Manner& manner) {
  auto node = leaf_message(random, manner, "quoted-printable", "a=20b=ZZc=3Dd", "a b=ZZc=d");
  node.expected.defects = {Defect::bad_quoted_printable};
  return {std::move(node), {}};
}

Broken space_before_line_end(Random& random, const Manner& manner) {
  std::string body = "one \t";
  body.append(manner.line_end).append("two=20").append(manner.line_end);
  std::string octets = "one";
  octets.append(manner.line_end).append("two ").append(manner.line_end);
  auto node = leaf_message(random, manner, "quoted-printable", std::move(body), std::move(octets));
  node.expected.defects = {Defect::bad_quoted_printable};
  return {std::move(node), {}};
}

Broken unknown_encoding(Random& random, const Manner& manner) {
  auto node = leaf_message(random, manner, "x-rot13", "Uryyb", "Uryyb");
  node.expected.defects = {Defect::unknown_encoding};
  return {std::move(node), {}};
}

Broken malformed_line(Random& random, const Manner& manner) {
  auto node = make_message(random, manner, make_leaf(random, manner));
  node.expected.defects = {Defect::malformed_line};
  // Behind a field's end: a line that starts another one, and is none.
  auto& field = node.fields[random.below(node.fields.size())];
  field.octets.append("this is no field").append(manner.line_end);
  return {std::move(node), {}};
}

Broken no_header_end(Random& random, const Manner& manner) {
  Node empty;
  auto node = make_message(random, manner, std::move(empty));
  node.expected.defects = {Defect::no_header_end};
  auto octets = write_out(node, manner);
  octets.resize(octets.size() - manner.line_end.size());
  return {std::move(node), std::move(octets)};
}

Broken bad_content_type(Random& random, const Manner& manner) {
  Node node;
  node.fields.push_back(plain_field(manner, "Content-Type", "text"));
  node.body = node.expected.octets = "x";
  node.expected.defects = {Defect::bad_content_type};
  return {make_message(random, manner, std::move(node)), {}};
}

Broken raw_octets(Random& random, const Manner& manner) {
  auto node = make_message(random, manner, make_leaf(random, manner));
  auto field = plain_field(manner, "X-Raw", "caf\xe9 noir");
  field.expected.value = "café noir";
  node.fields.push_back(std::move(field));
  node.expected.defects = {Defect::raw_octets};
  return {std::move(node), {}};
}

Broken bad_encoded_word(Random& random, const Manner& manner) {
  auto node = make_message(random, manner, make_leaf(random, manner));
  node.fields.push_back(plain_field(manner, "X-Word", "see =?utf-8?X?abc?= there"));
  node.expected.defects = {Defect::bad_encoded_word};
  return {std::move(node), {}};
}

Broken unbalanced(Random& random, const Manner& manner) {
  auto node = make_message(random, manner, make_leaf(random, manner));
  node.fields.push_back(plain_field(manner, "Bcc", "\"Ann <ann@example.org>"));
  node.expected.defects = {Defect::unbalanced};
  return {std::move(node), {}};
}

// A multipart in a part that says the same boundary.
Broken boundary_reused(Random& random, const Manner& manner) {
  const std::string type = "multipart/mixed; boundary=same";
  const std::string end(manner.line_end);
  Node inner;
  inner.fields.push_back(plain_field(manner, "Content-Type", type));
  inner.expected.type = "multipart/mixed";
  inner.expected.parameters = {{"boundary", "same"}};
  inner.expected.octets = inner.body = "x";
  inner.expected.defects = {Defect::boundary_reused};
  Node node;
  node.fields.push_back(plain_field(manner, "Content-Type", type));
  node.expected.type = "multipart/mixed";
  node.expected.parameters = {{"boundary", "same"}};
  node.expected.is_multipart = true;
  node.body = "--same" + end + write_out(inner, manner) + end + "--same--" + end;
  node.expected.parts.push_back(std::move(inner.expected));
  return {make_message(random, manner, std::move(node)), {}};
}

// Deeper than a reader goes: a message in a message in a message …
Broken too_deep(Random& random, const Manner& manner) {
  Node node;
  node.body = node.expected.octets = "bottom";
  const auto depth = mime::most_depth + random.between(1, 50);
  for (std::size_t i = 0; i < depth; ++i) {
    Node outer;
    outer.fields.push_back(plain_field(manner, "Content-Type", "message/rfc822"));
    outer.expected.type = "message/rfc822";
    outer.body = write_out(node, manner);
    if (depth - i == mime::most_depth + 1) {
      outer.expected.octets = outer.body;
      outer.expected.defects = {Defect::too_deep};
    } else {
      outer.expected.message.push_back(std::move(node.expected));
    }
    node = std::move(outer);
  }
  return {make_message(random, manner, std::move(node)), {}};
}

constexpr std::array all_breakages{Breakage{"no_close_delimiter", no_close_delimiter},
                                   Breakage{"no_boundary", no_boundary},
                                   Breakage{"boundary_not_found", boundary_not_found},
                                   Breakage{"boundary_reused", boundary_reused},
                                   Breakage{"encoded_container", encoded_container},
                                   Breakage{"bad_base64", bad_base64},
                                   Breakage{"bad_quoted_printable", bad_quoted_printable},
                                   Breakage{"space_before_line_end", space_before_line_end},
                                   Breakage{"unknown_encoding", unknown_encoding},
                                   Breakage{"malformed_line", malformed_line},
                                   Breakage{"no_header_end", no_header_end},
                                   Breakage{"bad_content_type", bad_content_type},
                                   Breakage{"raw_octets", raw_octets},
                                   Breakage{"bad_encoded_word", bad_encoded_word},
                                   Breakage{"unbalanced", unbalanced},
                                   Breakage{"too_deep", too_deep}};

}  // namespace

std::span<const Breakage> breakages() { return all_breakages; }

}  // namespace scop::corpus
