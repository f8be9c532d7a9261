// What has changed between two reports.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <map>

#include "risk/json.hpp"
#include "risk/page.hpp"

namespace scop::risk {

namespace {

namespace json = boost::json;
using std::string_view_literals::operator""sv;

// Members that tell one element of an array from another.
constexpr std::array names{"id"sv,   "subject"sv,   "holder"sv, "name"sv,   "power"sv,
                           "data"sv, "neighbour"sv, "callee"sv, "method"sv, "with"sv,
                           "at"sv,   "place"sv,     "from"sv,   "to"sv,     "by"sv};
// Members that differ between any two reports.
constexpr std::array passing{"when"sv, "state"sv, "sources"sv};

std::string label_of(const json::value& value) {
  if (const auto* text = value.if_string()) return std::string(*text);
  const auto* object = value.if_object();
  if (object == nullptr) return json::serialize(value);
  std::string label;
  for (const auto name : names) {
    const auto* member = object->if_contains(name);
    if (member == nullptr || !member->is_string()) continue;
    label += fmt::format("{}{}", label.empty() ? "" : " ", std::string_view(member->get_string()));
  }
  return label;
}

// What an element says, for who has not seen it.
std::string summary_of(const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return label_of(value);
  std::string summary;
  for (const auto name : {"severity"sv, "what"sv, "because"sv, "how_long"sv, "as_found"sv, "to_whom"sv}) {
    const auto* member = object->if_contains(name);
    if (member == nullptr || !member->is_string() || member->get_string().empty()) continue;
    summary += fmt::format("{}{}", summary.empty() ? "" : ": ", std::string_view(member->get_string()));
  }
  return summary.empty() ? label_of(value) : summary;
}

class Comparison {
 public:
  void compare(const json::value& before, const json::value& after, const std::string& where) {
    if (before == after) return;
    if (before.is_object() && after.is_object()) {
      compare(before.get_object(), after.get_object(), where);
    } else if (before.is_array() && after.is_array()) {
      compare(before.get_array(), after.get_array(), where);
    } else {
      changes_.push_back({clean(where), clean(said(before)), clean(said(after))});
    }
  }

  void compare(const json::object& before, const json::object& after, const std::string& where) {
    for (const auto& [key, value] : before) {
      if (std::ranges::find(passing, std::string_view(key)) != passing.end()) continue;
      const auto* other = after.if_contains(key);
      compare(value, other == nullptr ? json::value() : *other, joined(where, key));
    }
    for (const auto& [key, value] : after) {
      if (std::ranges::find(passing, std::string_view(key)) != passing.end()) continue;
      if (!before.contains(key)) compare(json::value(), value, joined(where, key));
    }
  }

  std::vector<Change> take() { return std::move(changes_); }

 private:
  using Elements = std::map<std::string, const json::value*>;

  static std::string joined(const std::string& where, std::string_view part) {
    return where.empty() ? std::string(part) : fmt::format("{}: {}", where, part);
  }
  static std::string said(const json::value& value) {
    if (value.is_null()) return {};
    return value.is_string() ? std::string(value.get_string()) : json::serialize(value);
  }
  static Elements elements_of(const json::array& array) {
    Elements elements;
    std::map<std::string, std::size_t> seen;
    for (const auto& value : array) {
      const auto label = label_of(value);
      const auto count = ++seen[label];
      elements.emplace(count == 1 ? label : fmt::format("{} ({})", label, count), &value);
    }
    return elements;
  }

  void compare(const json::array& before, const json::array& after, const std::string& where) {
    const auto old_ones = elements_of(before);
    const auto new_ones = elements_of(after);
    for (const auto& [label, value] : old_ones) {
      const auto other = new_ones.find(label);
      if (other == new_ones.end()) {
        changes_.push_back({clean(joined(where, label)), clean(summary_of(*value)), ""});
      } else {
        compare(*value, *other->second, joined(where, label));
      }
    }
    for (const auto& [label, value] : new_ones) {
      if (!old_ones.contains(label))
        changes_.push_back({clean(joined(where, label)), "", clean(summary_of(*value))});
    }
  }

  std::vector<Change> changes_;
};

}  // namespace

Outcome<json::object> report_from_json(std::string_view text) {
  if (text.size() > most_json)
    return failure(ErrorKind::exhausted, "over 16 MiB: no report of ours is that big");
  boost::system::error_code error;
  auto value = json::parse({text.data(), text.size()}, error);
  if (error) return failure(ErrorKind::malformed, "no JSON: " + error.message());
  auto* object = value.if_object();
  const auto* kind = object == nullptr ? nullptr : object->if_contains("kind");
  if (kind == nullptr || *kind != "scop risk report")
    return failure(ErrorKind::malformed, "no risk report: `scop risk-report --json` writes one");
  return std::move(*object);
}

std::vector<Change> difference(const json::object& before, const json::object& after) {
  Comparison comparison;
  comparison.compare(before, after, "");
  return comparison.take();
}

}  // namespace scop::risk
