#include "corpus/compare.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "message/address.hpp"
#include "message/date.hpp"

namespace scop::corpus {

namespace {

constexpr std::size_t most_differences = 20;

class Comparison {
 public:
  explicit Comparison(mime_text::Charsets& charsets) : charsets_(charsets) {}

  void node(const ExpectedNode& expected, const mime::Entity& found, const std::string& path) {
    path_ = path;
    fields(expected, found.header);
    content(expected, found.content);
    auto defects = expected.defects;
    auto named = found.defects;
    std::ranges::sort(defects);
    std::ranges::sort(named);
    check(defects == named, "defects", "", names_of(named));
    body(expected, found, path);
  }
  std::vector<std::string> take() { return std::move(differences_); }

 private:
  static std::string names_of(const std::vector<mime::Defect>& defects) {
    std::string names;
    for (const auto defect : defects) names.append(mime::name_of(defect)).append(" ");
    return names;
  }

  void check(bool same, std::string_view what, std::string_view expected, std::string_view found) {
    if (same || differences_.size() >= most_differences) return;
    differences_.push_back(fmt::format("{}: {}: expected \"{}\", found \"{}\"",
                                       path_.empty() ? "message" : path_, what, ascii::printable(expected),
                                       ascii::printable(found)));
  }
  void equal(std::string_view what, std::string_view expected, std::string_view found) {
    check(expected == found, what, expected, found);
  }

  void fields(const ExpectedNode& expected, const mime::Header& header) {
    std::vector<const mime::Field*> found;
    for (const auto& line : header.lines) {
      if (const auto* field = std::get_if<mime::Field>(&line)) found.push_back(field);
    }
    check(found.size() == expected.fields.size(), "number of fields", std::to_string(expected.fields.size()),
          std::to_string(found.size()));
    for (std::size_t i = 0; i < std::min(found.size(), expected.fields.size()); ++i)
      field(expected.fields[i], *found[i]);
  }

  void field(const ExpectedField& expected, const mime::Field& found) {
    equal("field name", expected.name, found.name);
    equal(expected.name, expected.value, mime::decoded_value(found, charsets_));
    auto value = mime::encode(found.tokens);
    std::erase_if(value, [](char c) { return c == '\r' || c == '\n'; });
    if (expected.addresses) addresses(expected, value);
    if (expected.date) date(expected, value);
  }

  void addresses(const ExpectedField& expected, std::string_view value) {
    const auto parsed = message::parse_addresses(value);
    check(parsed.has_value(), expected.name + " as addresses", "a list", parsed ? "" : parsed.error().what);
    if (!parsed) return;
    std::vector<ExpectedAddress> list;
    for (const auto& address : *parsed) {
      ExpectedAddress one{.is_group = address.is_group, .group_name = words(address.group_name)};
      for (const auto& mailbox : address.mailboxes)
        one.mailboxes.push_back({words(mailbox.display_name), mailbox.local_part, mailbox.domain});
      list.push_back(std::move(one));
    }
    check(list == *expected.addresses, expected.name + " as addresses", text_of(*expected.addresses),
          text_of(list));
  }
  std::string words(const std::string& phrase) {
    return phrase.contains("=?") ? charsets_.decode_field(phrase).text : phrase;
  }

  static std::string text_of(const std::vector<ExpectedAddress>& list) {
    std::string text;
    for (const auto& address : list) {
      if (address.is_group) text += "{" + address.group_name + "}";
      for (const auto& mailbox : address.mailboxes)
        text += fmt::format("[{}|{}|{}]", mailbox.display_name, mailbox.local_part, mailbox.domain);
    }
    return text;
  }

  void date(const ExpectedField& expected, std::string_view value) {
    // A trace field's date stands behind its last semicolon (RFC 5322 3.6.7).
    if (expected.name == "Received") value = value.substr(value.rfind(';') + 1);
    const auto parsed = message::parse_date(value);
    check(parsed.has_value(), expected.name + " as a date", "one", parsed ? "" : parsed.error().what);
    if (!parsed) return;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(parsed->time.time_since_epoch()).count();
    check(seconds == expected.date->seconds && parsed->zone.count() == expected.date->zone_minutes,
          expected.name + " as a date",
          fmt::format("{} {}", expected.date->seconds, expected.date->zone_minutes),
          fmt::format("{} {}", seconds, parsed->zone.count()));
  }

  void content(const ExpectedNode& expected, const mime::Content& found) {
    equal("type", expected.type, found.type);
    equal("encoding", expected.encoding, found.encoding_name);
    equal("disposition", expected.disposition, found.disposition);
    equal("parameters", text_of(expected.parameters), text_of(found.parameters));
    equal("disposition's parameters", text_of(expected.disposition_parameters),
          text_of(found.disposition_parameters));
  }
  static std::string text_of(const ExpectedParameters& parameters) {
    std::string text;
    for (const auto& [name, value] : parameters) text += fmt::format("{}={};", name, value);
    return text;
  }

  void body(const ExpectedNode& expected, const mime::Entity& found, const std::string& path) {
    if (const auto* leaf = std::get_if<mime::Leaf>(&found.body)) {
      check(!expected.is_multipart && expected.message.empty(), "kind", "not a leaf", "a leaf");
      equal("octets", expected.octets, leaf->octets);
    } else if (const auto* multipart = std::get_if<mime::Multipart>(&found.body)) {
      check(expected.is_multipart && expected.parts.size() == multipart->parts.size(), "number of parts",
            std::to_string(expected.parts.size()), std::to_string(multipart->parts.size()));
      for (std::size_t i = 0; i < std::min(expected.parts.size(), multipart->parts.size()); ++i)
        node(expected.parts[i], *multipart->parts[i].entity,
             fmt::format("{}{}{}", path, path.empty() ? "" : ".", i + 1));
    } else {
      check(expected.message.size() == 1, "kind", "no message", "a message");
      if (expected.message.size() == 1)
        node(expected.message.front(), *std::get<mime::Embedded>(found.body).message,
             path + (path.empty() ? "m" : ".m"));
    }
  }

  mime_text::Charsets& charsets_;
  std::string path_;
  std::vector<std::string> differences_;
};

bool is_regular_field(const mime::Field& field) {
  return std::ranges::all_of(field.tokens, [](const mime::Token& token) {
    const auto* word = std::get_if<mime::Boxed<mime::EncodedWord>>(&token);
    return word == nullptr || !std::holds_alternative<mime::Irregular>((*word)->form);
  });
}

}  // namespace

std::vector<std::string> differences(const ExpectedNode& expected, const mime::Entity& found,
                                     mime_text::Charsets& charsets) {
  Comparison comparison(charsets);
  comparison.node(expected, found, "");
  return comparison.take();
}

bool is_regular(const mime::Entity& entity) {
  for (const auto& line : entity.header.lines) {
    const auto* field = std::get_if<mime::Field>(&line);
    if (field == nullptr || !is_regular_field(*field)) return false;
  }
  if (const auto* leaf = std::get_if<mime::Leaf>(&entity.body))
    return !std::holds_alternative<mime::Irregular>(leaf->form);
  if (const auto* embedded = std::get_if<mime::Embedded>(&entity.body))
    return !std::holds_alternative<mime::Irregular>(embedded->form) && is_regular(*embedded->message);
  const auto& parts = std::get<mime::Multipart>(entity.body).parts;
  return std::ranges::all_of(parts, [](const mime::Part& part) { return is_regular(*part.entity); });
}

}  // namespace scop::corpus
