#include "scop/corpus_json.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "core/base64.hpp"
#include "crypto/digest.hpp"

namespace scop::command {

namespace {

json::object to_json(const corpus::ExpectedParameters& parameters) {
  json::object object;
  for (const auto& [name, value] : parameters) object[json_text(name)] = json_text(value);
  return object;
}

json::value first_of(const corpus::ExpectedParameters& parameters, std::string_view name) {
  for (const auto& [known, value] : parameters) {
    if (known == name) return json_text(value);
  }
  return nullptr;
}

json::array to_json(const std::vector<corpus::ExpectedAddress>& addresses) {
  json::array list;
  for (const auto& address : addresses) {
    json::array mailboxes;
    for (const auto& mailbox : address.mailboxes)
      mailboxes.push_back(json::object{{"name", json_text(mailbox.display_name)},
                                       {"local_part", json_text(mailbox.local_part)},
                                       {"domain", json_text(mailbox.domain)}});
    list.push_back(json::object{
        {"group", address.is_group ? json::value(json_text(address.group_name)) : json::value(nullptr)},
        {"mailboxes", std::move(mailboxes)}});
  }
  return list;
}

// Fields that mean more than their text, by their place in `headers`.
void add_meanings(const corpus::ExpectedNode& node, json::object& object) {
  json::object addresses;
  json::object dates;
  for (std::size_t i = 0; i < node.fields.size(); ++i) {
    const auto& field = node.fields[i];
    if (field.addresses) addresses[std::to_string(i)] = to_json(*field.addresses);
    if (field.date)
      dates[std::to_string(i)] =
          json::object{{"seconds", field.date->seconds}, {"zone_minutes", field.date->zone_minutes}};
  }
  if (!addresses.empty()) object["addresses"] = std::move(addresses);
  if (!dates.empty()) object["dates"] = std::move(dates);
}

bool is_leaf(const json::object& node) { return !node.contains("parts") && !node.contains("message"); }

const json::value* at(const json::object& object, std::string_view key) { return object.if_contains(key); }

bool same(const json::object& expected, const json::object& said, std::string_view key) {
  const auto* one = at(expected, key);
  const auto* other = at(said, key);
  return one != nullptr && other != nullptr && *one == *other;
}

// A set: nobody says in which order faults are named.
std::optional<std::vector<std::string_view>> names_at(const json::object& object, std::string_view key) {
  const auto* found = at(object, key);
  if (found == nullptr || !found->is_array()) return std::nullopt;
  std::vector<std::string_view> names;
  for (const auto& entry : found->get_array()) {
    if (!entry.is_string()) return std::nullopt;
    names.emplace_back(entry.get_string());
  }
  std::ranges::sort(names);
  return names;
}

bool same_names(const json::object& expected, const json::object& said, std::string_view key) {
  const auto one = names_at(expected, key);
  return one && one == names_at(said, key);
}

const json::object* child(const json::object& node, std::string_view key, std::size_t index) {
  const auto* found = at(node, key);
  if (found == nullptr) return nullptr;
  if (found->is_object()) return &found->get_object();
  if (!found->is_array() || index >= found->get_array().size()) return nullptr;
  return found->get_array()[index].if_object();
}

// Two trees side by side. Depth is the expected one's, which is bounded.
class Scoring {
 public:
  void node(const json::object& expected, const json::object& said) {
    note("headers", same(expected, said, "headers"));
    note("tree", same(expected, said, "type") && is_leaf(expected) == is_leaf(said));
    note("defects", same_names(expected, said, "defects"));
    note("file names", same(expected, said, "filename"));
    if (is_leaf(expected)) note("bodies", same(expected, said, "sha256"));
    children(expected, said);
  }
  Score take() { return std::move(score_); }

 private:
  void note(const std::string& aspect, bool right) {
    auto& known = score_.aspects.try_emplace(aspect, true).first->second;
    known = known && right;
  }
  void children(const json::object& expected, const json::object& said) {
    const auto* parts = at(expected, "parts");
    const auto count = parts != nullptr && parts->is_array() ? parts->get_array().size() : 0;
    const auto* others = at(said, "parts");
    note("tree", count == (others != nullptr && others->is_array() ? others->get_array().size() : 0));
    for (std::size_t i = 0; i < count; ++i) pair(child(expected, "parts", i), child(said, "parts", i));
    if (expected.contains("message")) pair(child(expected, "message", 0), child(said, "message", 0));
  }
  void pair(const json::object* expected, const json::object* said) {
    note("tree", expected != nullptr && said != nullptr);
    if (expected != nullptr && said != nullptr) node(*expected, *said);
  }
  Score score_;
};

}  // namespace

std::string sha256_hex(std::string_view octets) { return to_hex(crypto::sha256(octets)); }

json::object to_json(const corpus::ExpectedNode& node) {
  json::array headers;
  for (const auto& field : node.fields)
    headers.push_back(json::array{json_text(field.name), json_text(field.value)});
  auto file_name = first_of(node.disposition_parameters, "filename");
  if (file_name.is_null()) file_name = first_of(node.parameters, "name");
  json::object object{
      {"headers", std::move(headers)},
      {"type", json_text(node.type)},
      {"parameters", to_json(node.parameters)},
      {"disposition", node.disposition.empty() ? json::value(nullptr) : json_text(node.disposition)},
      {"filename", std::move(file_name)},
      {"encoding", json_text(node.encoding)},
      {"charset", first_of(node.parameters, "charset")}};
  add_meanings(node, object);
  if (node.is_multipart) {
    json::array parts;
    for (const auto& part : node.parts) parts.push_back(to_json(part));
    object["parts"] = std::move(parts);
  } else if (!node.message.empty()) {
    object["message"] = to_json(node.message.front());
  } else {
    object["size"] = node.octets.size();
    object["sha256"] = json_text(sha256_hex(node.octets));
  }
  json::array defects;
  for (const auto defect : node.defects) defects.push_back(json_text(mime::name_of(defect)));
  object["defects"] = std::move(defects);
  return object;
}

Score score(const json::object& expected, const json::object& said) {
  Scoring scoring;
  scoring.node(expected, said);
  return scoring.take();
}

}  // namespace scop::command
