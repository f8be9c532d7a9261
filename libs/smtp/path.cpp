#include "smtp/path.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "smtp/limits.hpp"

namespace scop::smtp {

namespace {

// RFC 5322 3.2.3 with RFC 6531 3.3: octets of UTF-8 beyond ASCII are atext; the whole is checked to be UTF-8.
constexpr bool is_atext(char c) {
  return ascii::is_alnum(c) || ascii::is_8bit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").contains(c);
}

bool is_dot_string(std::string_view text) {
  bool wants_atom = true;
  for (const char c : text) {
    if (c == '.' ? wants_atom : !is_atext(c)) return false;
    wants_atom = c == '.';
  }
  return !wants_atom;
}

std::unexpected<Error> bad(std::string what) { return failure(ErrorKind::malformed, std::move(what)); }

// Quoted-string = DQUOTE *( qtextSMTP / quoted-pairSMTP ) DQUOTE
Outcome<std::string> take_quoted_string(std::string_view& text) {
  std::string content;
  for (std::size_t i = 1; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') {
      text.remove_prefix(i + 1);
      return content;
    }
    if (c == '\\') {
      if (++i == text.size()) break;
      c = text[i];
    }
    if (ascii::is_control(c)) return bad("a control character in a quoted local part");
    content += c;
  }
  return bad("a quoted local part without its end");
}

Outcome<std::string> take_local_part(std::string_view& text) {
  if (text.starts_with('"')) {
    auto content = take_quoted_string(text);
    if (content && content->empty()) return bad("an empty local part");
    return content;
  }
  const auto end = std::ranges::find_if_not(text, [](char c) { return c == '.' || is_atext(c); });
  const auto length = static_cast<std::size_t>(end - text.begin());
  std::string atoms(text.substr(0, length));
  if (!is_dot_string(atoms)) return bad("a local part that is neither atoms with dots between nor quoted");
  text.remove_prefix(length);
  return atoms;
}

Outcome<std::string> take_domain(std::string_view& text) {
  const bool literal = text.starts_with('[');
  const auto stop = literal ? text.find(']') : text.find_first_of(">, :\t");
  if (literal && stop == std::string_view::npos) return bad("an address literal without its end");
  const std::string domain(text.substr(0, literal ? stop + 1 : stop));
  if (literal ? !is_address_literal(domain) : !is_domain(domain)) return bad("a domain that is none");
  text.remove_prefix(domain.size());
  return domain;
}

Outcome<Path> take_mailbox(std::string_view& text) {
  auto local = take_local_part(text);
  if (!local) return std::unexpected(std::move(local.error()));
  if (!text.starts_with('@')) return bad("an address without '@' and domain");
  text.remove_prefix(1);
  auto domain = take_domain(text);
  if (!domain) return std::unexpected(std::move(domain.error()));
  Path path{std::move(*local), std::move(*domain)};
  if (path.local_part.size() > limits::local_part)
    return failure(ErrorKind::too_large, "a local part over 64 octets");
  if (!ascii::is_utf8(path.local_part)) return bad("a local part that is not UTF-8");
  return path;
}

// A-d-l = At-domain *( "," At-domain ) ":"; RFC 5321 C: must be accepted, should be ignored.
Outcome<> skip_source_route(std::string_view& text) {
  if (!text.starts_with('@')) return {};
  for (;;) {
    if (!text.starts_with('@')) return bad("a source route without '@'");
    text.remove_prefix(1);
    if (auto domain = take_domain(text); !domain) return std::unexpected(std::move(domain.error()));
    if (text.empty()) return bad("a source route without ':'");
    const char next = text.front();
    text.remove_prefix(1);
    if (next == ':') return {};
    if (next != ',') return bad("a source route without ':'");
  }
}

Outcome<Path> take_bracketed(std::string_view& text, bool forward) {
  if (!text.starts_with('<')) return bad("a path without angle brackets");
  const auto before = text.size();
  text.remove_prefix(1);
  if (!forward && text.starts_with('>')) {
    text.remove_prefix(1);
    return Path{};
  }
  constexpr std::string_view postmaster = "postmaster>";
  if (forward && ascii::starts_with_ignoring_case(text, postmaster)) {
    text.remove_prefix(postmaster.size());
    return Path{"postmaster", {}};
  }
  if (auto skipped = skip_source_route(text); !skipped) return std::unexpected(std::move(skipped.error()));
  auto path = take_mailbox(text);
  if (!path) return path;
  if (!text.starts_with('>')) return bad("a path without its closing angle bracket");
  text.remove_prefix(1);
  if (before - text.size() > limits::path) return failure(ErrorKind::too_large, "a path over 256 octets");
  return path;
}

bool is_ip(int family, std::string_view text) {
  std::array<unsigned char, 16> address{};
  return ::inet_pton(family, std::string(text).c_str(), address.data()) == 1;
}

}  // namespace

bool is_domain(std::string_view text) {
  if (text.empty() || text.size() > limits::domain || !ascii::is_utf8(text)) return false;
  return std::ranges::all_of(ascii::split(text, '.'), [](std::string_view label) {
    return !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label,
                               [](char c) { return ascii::is_alnum(c) || c == '-' || ascii::is_8bit(c); });
  });
}

bool is_address_literal(std::string_view text) {
  if (!text.starts_with('[') || !text.ends_with(']') || text.size() > limits::domain) return false;
  const auto content = text.substr(1, text.size() - 2);
  if (content.contains('\0')) return false;
  if (ascii::starts_with_ignoring_case(content, "IPv6:")) return is_ip(AF_INET6, content.substr(5));
  const auto colon = content.find(':');
  if (colon == std::string_view::npos) return is_ip(AF_INET, content);
  // General-address-literal = Standardized-tag ":" 1*dcontent; Ldh-str, then %d33-90 / %d94-126
  const auto tag = content.substr(0, colon);
  const auto rest = content.substr(colon + 1);
  return !tag.empty() && tag.back() != '-' && !rest.empty() &&
         std::ranges::all_of(tag, [](char c) { return ascii::is_alnum(c) || c == '-'; }) &&
         std::ranges::all_of(rest,
                             [](char c) { return c > ' ' && c < 0x7f && c != '[' && c != ']' && c != '\\'; });
}

std::string Path::address() const {
  if (is_null()) return {};
  std::string out;
  if (is_dot_string(local_part)) {
    out = local_part;
  } else {
    out = '"';
    for (const char c : local_part) {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
    out += '"';
  }
  if (domain.empty()) return out;
  out += '@';
  return out += domain;
}

std::string Path::text() const { return '<' + address() + '>'; }

bool Path::needs_smtputf8() const { return !ascii::is_all_ascii(local_part) || !ascii::is_all_ascii(domain); }

Outcome<Path> take_reverse_path(std::string_view& text) { return take_bracketed(text, false); }
Outcome<Path> take_forward_path(std::string_view& text) { return take_bracketed(text, true); }

Outcome<Path> parse_mailbox(std::string_view text) {
  if (text.size() > limits::path - 2) return failure(ErrorKind::too_large, "an address over 254 octets");
  auto path = take_mailbox(text);
  if (path && !text.empty()) return bad("something behind an address");
  return path;
}

}  // namespace scop::smtp
