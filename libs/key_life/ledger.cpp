#include "key_life/ledger.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "dkim/signature.hpp"

namespace scop::key_life {

namespace {

constexpr std::string_view head = "scop-key-life ";
constexpr std::uint64_t version = 1;
constexpr std::uint64_t most_milliseconds = 253'402'300'800'000;  // the year 10000

std::string_view flags_of(const Key& key) {
  if (key.settled) return key.urgent ? "settled,urgent" : "settled";
  return key.urgent ? "urgent" : "-";
}

bool is_record(std::string_view text) {
  return text.size() <= most_record && std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; });
}

std::optional<Span> span_from_text(std::string_view text) {
  const auto number = ascii::parse_unsigned(text);
  // One form alone: what is read is written back as it was.
  if (!number || *number > most_milliseconds || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  return Span(static_cast<Span::rep>(*number));
}

std::optional<dkim::KeyType> type_from_text(std::string_view text) {
  for (const auto type : {dkim::KeyType::rsa, dkim::KeyType::ed25519}) {
    if (text == dkim::name_of(type)) return type;
  }
  return std::nullopt;
}

// The text up to the next space, which is left out.
std::string_view take_word(std::string_view& rest) {
  const auto end = std::min(rest.find(' '), rest.size());
  const auto word = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return word;
}

bool take_flags(std::string_view text, Key& key) {
  key.settled = text.starts_with("settled");
  key.urgent = text.ends_with("urgent");
  return text == flags_of(key);
}

std::optional<Key> read_key(std::string_view rest) {
  Key key;
  key.selector = take_word(rest);
  const auto type = type_from_text(take_word(rest));
  const auto stage = stage_from_text(take_word(rest));
  const auto since = span_from_text(take_word(rest));
  const auto age = span_from_text(take_word(rest));
  const auto wait = span_from_text(take_word(rest));
  const bool flags = take_flags(take_word(rest), key);
  if (!type || !stage || !since || !age || !wait || !flags || !dkim::is_domain_name(key.selector) ||
      rest.empty() || !is_record(rest)) {
    return std::nullopt;
  }
  key.type = *type;
  key.stage = *stage;
  key.since = Time(*since);
  key.age = *age;
  key.wait = *wait;
  if (rest != "-") key.record = rest;
  // A key that nobody could publish.
  if (key.record.empty() && key.stage != Stage::making && key.stage != Stage::removing) return std::nullopt;
  return key;
}

// The next line without its LF; nullopt: there is none.
std::optional<std::string_view> take_line(std::string_view& rest) {
  const auto end = rest.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const auto line = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return line;
}

bool take_last(std::string_view selector, Ledger& ledger) {
  const std::size_t at = selector.starts_with('e') ? 1 : 0;
  if (!dkim::is_domain_name(selector) || !ledger.last.at(at).empty()) return false;
  if (at == 0 && (!selector.starts_with('r') || !ledger.last[1].empty())) return false;
  ledger.last.at(at) = selector;
  return true;
}

bool take_key(std::string_view line, Ledger& ledger) {
  auto key = read_key(line);
  const auto same = [&](const Key& other) { return other.selector == key->selector; };
  if (!key || ledger.keys.size() == most_keys || std::ranges::any_of(ledger.keys, same)) return false;
  ledger.keys.push_back(std::move(*key));
  return true;
}

bool take_entry(std::string_view line, Ledger& ledger) {
  const auto kind = take_word(line);
  if (kind == "last") return ledger.keys.empty() && take_last(line, ledger);
  return kind == "key" && take_key(line, ledger);
}

std::unexpected<Error> bad_line(std::size_t number) {
  return failure(ErrorKind::malformed, fmt::format("line {} is not as the signer writes it", number));
}

}  // namespace

std::string to_text(const Ledger& ledger) {
  auto text = fmt::format("{}{}\nat {}\n", head, version, ledger.at.time_since_epoch().count());
  for (const auto& selector : ledger.last) {
    if (!selector.empty()) text += fmt::format("last {}\n", selector);
  }
  for (const auto& key : ledger.keys) {
    text += fmt::format("key {} {} {} {} {} {} {} {}\n", key.selector, dkim::name_of(key.type),
                        name_of(key.stage), key.since.time_since_epoch().count(), key.age.count(),
                        key.wait.count(), flags_of(key), key.record.empty() ? "-" : key.record);
  }
  return text + "end\n";
}

Outcome<Ledger> parse_ledger(std::string_view text) {
  if (text.size() > most_ledger) return failure(ErrorKind::too_large, "a ledger of keys");
  Ledger ledger;
  auto line = take_line(text);
  if (!line || !line->starts_with(head)) return bad_line(1);
  const auto found = ascii::parse_unsigned(line->substr(head.size()));
  if (!found) return bad_line(1);
  if (*found != version) return failure(ErrorKind::unsupported, fmt::format("is of version {}", *found));
  if (*line != fmt::format("{}{}", head, version)) return bad_line(1);
  line = take_line(text);
  const auto at = line && line->starts_with("at ") ? span_from_text(line->substr(3)) : std::nullopt;
  if (!at) return bad_line(2);
  ledger.at = Time(*at);
  for (std::size_t number = 3;; ++number) {
    line = take_line(text);
    if (!line) return bad_line(number);
    if (*line == "end" && text.empty()) return ledger;
    if (!take_entry(*line, ledger)) return bad_line(number);
  }
}

}  // namespace scop::key_life
