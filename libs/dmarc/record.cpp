#include "dmarc/record.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "core/ascii.hpp"

namespace scop::dmarc {

namespace {

constexpr std::string_view version = "DMARC1";
constexpr std::size_t most_tags = 64;

struct TagView {
  std::string_view name;
  std::string_view value;
};

std::string_view trim(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

//   dmarc-tag = 1*ALPHA *WSP "=" *WSP 1*dmarc-value; nullopt: to be ignored (RFC 9989 4.8)
std::optional<TagView> read_tag(std::string_view spec) {
  const auto equals = spec.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  return TagView{trim(spec.substr(0, equals)), trim(spec.substr(equals + 1))};
}

std::optional<Policy> read_policy(std::string_view value) {
  for (const auto policy : {Policy::none, Policy::quarantine, Policy::reject}) {
    if (ascii::equals_ignoring_case(value, name_of(policy))) return policy;
  }
  return std::nullopt;
}

bool is(std::string_view value, char letter) {
  return value.size() == 1 && ascii::lower(value.front()) == letter;
}

//   scheme ":" 1*( URI characters but "," and "!" )
bool is_uri(std::string_view text) {
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || colon + 1 == text.size() || !ascii::is_alpha(text.front()))
    return false;
  const auto in_scheme = [](char c) { return ascii::is_alnum(c) || c == '+' || c == '-' || c == '.'; };
  if (!std::ranges::all_of(text.substr(0, colon), in_scheme)) return false;
  constexpr std::string_view never = "\"<>\\^`{|} \t";
  if (text.find_first_of(never) != std::string_view::npos) return false;
  if (!ascii::equals_ignoring_case(text.substr(0, colon), "mailto")) return true;
  const auto address = text.substr(colon + 1, text.substr(colon + 1).find('?'));
  const auto at = address.rfind('@');
  return at != std::string_view::npos && at != 0 && at + 1 != address.size();
}

//   1*DIGIT [ "k" / "m" / "g" / "t" ]
std::optional<std::uint64_t> read_size(std::string_view text) {
  constexpr std::array<char, 4> units{'k', 'm', 'g', 't'};
  unsigned shift = 0;
  if (!text.empty() && ascii::is_alpha(text.back())) {
    const auto unit = std::ranges::find(units, ascii::lower(text.back()));
    if (unit == units.end()) return std::nullopt;
    shift = 10U * static_cast<unsigned>(unit - units.begin() + 1);
    text.remove_suffix(1);
  }
  const auto value = ascii::parse_unsigned(text);
  if (!value || *value > std::numeric_limits<std::uint64_t>::max() >> shift) return std::nullopt;
  return *value << shift;
}

std::vector<ReportUri> read_uris(std::string_view value) {
  std::vector<ReportUri> uris;
  for (auto text : ascii::split(value, ',')) {
    text = trim(text);
    ReportUri uri;
    if (const auto mark = text.find('!'); mark != std::string_view::npos) {
      uri.most_octets = read_size(text.substr(mark + 1));
      if (!uri.most_octets) continue;
      text = text.substr(0, mark);
    }
    if (text.empty() || !is_uri(text) || uris.size() == most_uris) continue;
    uri.uri = text;
    uris.push_back(std::move(uri));
  }
  return uris;
}

std::vector<char> read_options(std::string_view value) {
  constexpr std::string_view known = "01ds";
  std::vector<char> options;
  for (const auto part : ascii::split(value, ':')) {
    const auto option = trim(part);
    if (option.size() != 1 || !known.contains(ascii::lower(option.front()))) return {'0'};
    const char letter = ascii::lower(option.front());
    if (std::ranges::find(options, letter) == options.end()) options.push_back(letter);
  }
  return options;
}

struct Requests {
  std::optional<std::string_view> p;
  std::optional<std::string_view> sp;
  std::optional<std::string_view> np;
};

void read_value(Record& record, Requests& requests, const TagView& tag) {
  const auto named = [&](std::string_view name) { return ascii::equals_ignoring_case(tag.name, name); };
  if (named("p")) requests.p = tag.value;
  if (named("sp")) requests.sp = tag.value;
  if (named("np")) requests.np = tag.value;
  if (named("psd")) record.psd = is(tag.value, 'y') ? Psd::yes : is(tag.value, 'n') ? Psd::no : Psd::unknown;
  if (named("t")) record.testing = is(tag.value, 'y');
  if (named("adkim")) record.adkim = is(tag.value, 's') ? Alignment::strict : Alignment::relaxed;
  if (named("aspf")) record.aspf = is(tag.value, 's') ? Alignment::strict : Alignment::relaxed;
  if (named("rua")) record.rua = read_uris(tag.value);
  if (named("ruf")) record.ruf = read_uris(tag.value);
  if (named("fo")) record.fo = read_options(tag.value);
}

// RFC 9989 4.10.1
void settle(Record& record, const Requests& requests) {
  const auto read = [](const std::optional<std::string_view>& value) {
    return value ? read_policy(*value) : std::nullopt;
  };
  const auto p = read(requests.p);
  record.sp = read(requests.sp);
  record.np = read(requests.np);
  record.without_policy = !p || (requests.sp && !record.sp) || (requests.np && !record.np);
  record.p = p.value_or(Policy::none);
  if (!record.without_policy) return;
  record.p = Policy::none;
  record.sp.reset();
  record.np.reset();
}

bool shows(char c) { return c == '\t' || (c >= 0x20 && c < 0x7f); }

}  // namespace

std::string_view name_of(Policy policy) {
  switch (policy) {
    case Policy::none:
      return "none";
    case Policy::quarantine:
      return "quarantine";
    case Policy::reject:
      return "reject";
  }
  return "none";
}

bool is_record(std::string_view text) {
  const auto tag = read_tag(text.substr(0, text.find(';')));
  return tag && text.front() != ' ' && text.front() != '\t' && is(tag->name, 'v') && tag->value == version;
}

Outcome<Record> parse_record(std::string_view text) {
  if (text.size() > longest_record) return failure(ErrorKind::too_large, "DMARC record over 16384 octets");
  if (!is_record(text)) return failure(ErrorKind::malformed, "no v=DMARC1 in front");
  if (!std::ranges::all_of(text, shows))
    return failure(ErrorKind::malformed, "DMARC record with octets that are not printable ASCII");
  Record record;
  record.text = text;
  Requests requests;
  std::vector<std::string> names;
  for (const auto spec : ascii::split(text, ';')) {
    const auto tag = read_tag(spec);
    if (!tag) continue;
    auto name = ascii::to_lower(tag->name);
    if (std::ranges::find(names, name) != names.end())  // RFC 6376 3.2
      return failure(ErrorKind::malformed, "tag '" + ascii::printable(name, 20) + "' twice");
    if (names.size() == most_tags) return failure(ErrorKind::too_large, "DMARC record of over 64 tags");
    names.push_back(std::move(name));
    read_value(record, requests, *tag);
  }
  settle(record, requests);
  return record;
}

}  // namespace scop::dmarc
