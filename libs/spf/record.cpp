#include "spf/record.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"

namespace scop::spf {

namespace {

constexpr std::string_view version = "v=spf1";

struct KnownMechanism {
  std::string_view name;
  Mechanism mechanism;
};
constexpr std::array known_mechanisms{
    KnownMechanism{"all", Mechanism::all}, KnownMechanism{"include", Mechanism::include},
    KnownMechanism{"a", Mechanism::a},     KnownMechanism{"mx", Mechanism::mx},
    KnownMechanism{"ptr", Mechanism::ptr}, KnownMechanism{"ip4", Mechanism::ip4},
    KnownMechanism{"ip6", Mechanism::ip6}, KnownMechanism{"exists", Mechanism::exists}};

std::unexpected<Error> bad(std::string_view what, std::string_view term) {
  return failure(ErrorKind::malformed, std::string(what) + " '" + ascii::printable(term, 80) + "'");
}

//   name = ALPHA *( ALPHA / DIGIT / "-" / "_" / "." )
std::string_view name_at_front(std::string_view term) {
  if (term.empty() || !ascii::is_alpha(term.front())) return {};
  const auto belongs = [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_' || c == '.'; };
  return term.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(term, belongs) - term.begin()));
}

std::optional<Result> qualifier_of(char c) {
  switch (c) {
    case '+':
      return Result::pass;
    case '-':
      return Result::fail;
    case '~':
      return Result::softfail;
    case '?':
      return Result::neutral;
    default:
      return std::nullopt;
  }
}

//   "0" / %x31-39 *DIGIT, at most `most`
std::optional<unsigned> prefix_length(std::string_view digits, unsigned most) {
  if (digits.size() > 3 || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
  const auto value = ascii::parse_unsigned(digits);
  return value && *value <= most ? std::optional(static_cast<unsigned>(*value)) : std::nullopt;
}

// Takes "/" 1*DIGIT from the end; nullopt, and nothing taken, where it is not there.
std::optional<std::string_view> take_digits_behind_slash(std::string_view& text) {
  const auto last = text.find_last_not_of("0123456789");
  if (last == std::string_view::npos || text.at(last) != '/' || last + 1 == text.size()) return std::nullopt;
  const auto digits = text.substr(last + 1);
  text = text.substr(0, last);
  return digits;
}

//   dual-cidr-length = [ "/" ip4-cidr ] [ "//" ip6-cidr ], taken from the end; false where one is out of
//   range
bool take_dual_cidr(std::string_view& text, Directive& directive) {
  auto digits = take_digits_behind_slash(text);
  if (digits && text.ends_with('/')) {
    text.remove_suffix(1);
    const auto length = prefix_length(*digits, 128);
    if (!length) return false;
    directive.prefix_v6 = *length;
    digits = take_digits_behind_slash(text);
  }
  if (!digits) return true;
  const auto length = prefix_length(*digits, 32);
  directive.prefix_v4 = length.value_or(0);
  return length.has_value();
}

bool read_network(std::string_view text, Directive& directive) {
  const bool v6 = directive.mechanism == Mechanism::ip6;
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    const auto length = prefix_length(text.substr(slash + 1), v6 ? 128 : 32);
    if (!length) return false;
    (v6 ? directive.prefix_v6 : directive.prefix_v4) = *length;
    text = text.substr(0, slash);
  }
  const auto network = dns::Address::from_text(text);
  if (!network || network->is_v6() != v6) return false;
  directive.network = *network;
  return true;
}

// `rest` is what stands behind the mechanism's name.
Outcome<> read_arguments(std::string_view rest, Directive& directive) {
  using enum Mechanism;
  const auto kind = directive.mechanism;
  if (kind == all) return rest.empty() ? Outcome<>() : bad("an argument of all:", rest);
  if (kind == ip4 || kind == ip6) {
    if (rest.starts_with(':') && read_network(rest.substr(1), directive)) return {};
    return bad("no network:", rest);
  }
  if ((kind == a || kind == mx) && !take_dual_cidr(rest, directive)) return bad("prefix length of", rest);
  if (rest.empty()) {
    return kind == include || kind == exists ? Outcome<>(bad("no domain in", directive.text)) : Outcome<>();
  }
  if (!rest.starts_with(':')) return bad("no domain:", rest);
  auto domain = parse_domain_spec(rest.substr(1));
  if (!domain) return std::unexpected(std::move(domain.error()));
  directive.domain = std::move(*domain);
  return {};
}

Outcome<Directive> read_directive(std::string_view term) {
  Directive directive;
  directive.text = term;
  if (const auto qualifier = qualifier_of(term.front())) {
    directive.qualifier = *qualifier;
    term.remove_prefix(1);
  }
  const auto name = name_at_front(term);
  const auto known = std::ranges::find_if(known_mechanisms, [&](const KnownMechanism& candidate) {
    return ascii::equals_ignoring_case(candidate.name, name);
  });
  if (known == known_mechanisms.end()) return bad("unknown mechanism", directive.text);
  directive.mechanism = known->mechanism;
  if (auto read = read_arguments(term.substr(name.size()), directive); !read)
    return std::unexpected(read.error());
  return directive;
}

Outcome<> set_once(std::optional<Modifier>& modifier, std::string_view term, std::string_view value) {
  if (modifier) return bad("twice:", term);
  auto domain = parse_domain_spec(value);
  if (!domain) return std::unexpected(std::move(domain.error()));
  modifier = Modifier{std::move(*domain), std::string(term)};
  return {};
}

//   modifier = ( "redirect" / "exp" ) "=" domain-spec / name "=" macro-string
Outcome<> read_modifier(Record& record, std::string_view term, std::string_view name) {
  const auto value = term.substr(name.size() + 1);
  if (ascii::equals_ignoring_case(name, "redirect")) return set_once(record.redirect, term, value);
  if (ascii::equals_ignoring_case(name, "exp")) return set_once(record.explanation, term, value);
  const auto unknown = parse_macro_string(value);
  return unknown ? Outcome<>() : std::unexpected(unknown.error());
}

Outcome<> read_term(Record& record, std::string_view term) {
  const auto name = name_at_front(term);
  if (!name.empty() && term.substr(name.size()).starts_with('=')) return read_modifier(record, term, name);
  auto directive = read_directive(term);
  if (!directive) return std::unexpected(std::move(directive.error()));
  record.directives.push_back(std::move(*directive));
  return {};
}

}  // namespace

bool is_record(std::string_view text) {
  return ascii::starts_with_ignoring_case(text, version) &&
         (text.size() == version.size() || text.at(version.size()) == ' ');
}

Outcome<Record> parse_record(std::string_view text) {
  if (!is_record(text)) return failure(ErrorKind::malformed, "no v=spf1");
  Record record;
  for (const auto term : ascii::split(text.substr(version.size()), ' ')) {
    if (term.empty()) continue;
    if (auto read = read_term(record, term); !read) return std::unexpected(read.error());
  }
  const auto all = std::ranges::find(record.directives, Mechanism::all, &Directive::mechanism);
  if (all != record.directives.end()) {
    record.directives.erase(all + 1, record.directives.end());
    record.redirect.reset();
  }
  return record;
}

}  // namespace scop::spf
