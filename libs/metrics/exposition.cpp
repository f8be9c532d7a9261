#include "metrics/exposition.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "core/ascii.hpp"

namespace scop::metrics {

namespace {

bool is_name(std::string_view name, bool with_colon) {
  const auto fits = [&](char c) {
    return ascii::is_alpha(c) || ascii::is_digit(c) || c == '_' || (with_colon && c == ':');
  };
  return !name.empty() && name.size() <= 200 && !ascii::is_digit(name.front()) &&
         std::ranges::all_of(name, fits);
}

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::counter:
      return "counter";
    case Kind::gauge:
      return "gauge";
    case Kind::histogram:
      return "histogram";
  }
  return "untyped";
}

// Backslash and line feed, in values of labels the double quote too. What is no printable UTF-8 would make
// the whole page unreadable for the collector.
void append_escaped(std::string& out, std::string_view text, bool quoted) {
  if (!ascii::is_utf8(text)) return append_escaped(out, ascii::printable(text), quoted);
  for (const char c : text) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '"' && quoted) {
      out += "\\\"";
    } else {
      out += c;
    }
  }
}

std::string text_of(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
  return fmt::format("{}", value);
}

bool fits(Kind kind, std::string_view suffix) {
  if (kind == Kind::histogram) return suffix == "_bucket" || suffix == "_sum" || suffix == "_count";
  return suffix.empty();
}

void append(std::string& out, const Family& family, const Sample& sample) {
  const bool named =
      std::ranges::all_of(sample.labels, [](const auto& label) { return is_label_name(label.first); });
  if (!named || !fits(family.kind, sample.suffix)) return;
  out += family.name;
  out += sample.suffix;
  std::string_view between = "{";
  for (const auto& [name, value] : sample.labels) {
    out += between;
    out += name;
    out += "=\"";
    append_escaped(out, value, true);
    out += '"';
    between = ",";
  }
  if (!sample.labels.empty()) out += '}';
  out += ' ';
  out += text_of(sample.value);
  out += '\n';
}

}  // namespace

bool is_metric_name(std::string_view name) { return is_name(name, true); }
bool is_label_name(std::string_view name) { return is_name(name, false); }

std::string exposition(const std::vector<Family>& families) {
  std::map<std::string_view, std::vector<const Family*>> by_name;
  for (const auto& family : families) {
    if (!is_metric_name(family.name)) continue;
    auto& same = by_name[family.name];
    if (same.empty() || same.front()->kind == family.kind) same.push_back(&family);
  }
  std::string out;
  for (const auto& [name, same] : by_name) {
    out += fmt::format("# HELP {} ", name);
    append_escaped(out, same.front()->help, false);
    out += fmt::format("\n# TYPE {} {}\n", name, name_of(same.front()->kind));
    for (const auto* family : same) {
      for (const auto& sample : family->samples) append(out, *family, sample);
    }
  }
  return out;
}

}  // namespace scop::metrics
