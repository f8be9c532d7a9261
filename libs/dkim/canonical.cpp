#include "dkim/canonical.hpp"

#include "core/ascii.hpp"

namespace scop::dkim {

namespace {

constexpr std::string_view crlf = "\r\n";

// White space of the relaxed form's runs: CRLF appears in a field only where it is folded.
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

bool is_visible(char c) { return static_cast<unsigned char>(c) > ' '; }

std::size_t plain_length_simple(std::string_view chunk) {
  // Everything but the CR and LF at the end; a bare LF there is taken one by one.
  auto length = chunk.size();
  while (length > 0 && (chunk[length - 1] == '\r' || chunk[length - 1] == '\n')) --length;
  return length;
}

// Steps over single spaces between visible octets and over line ends between visible octets.
std::size_t plain_length_relaxed(std::string_view chunk) {
  std::size_t at = 0;
  std::size_t plain = 0;
  while (at < chunk.size()) {
    const char c = chunk[at];
    if (is_visible(c)) {
      plain = ++at;
    } else if (c == ' ' && at > 0 && at + 1 < chunk.size() && is_visible(chunk[at + 1])) {
      plain = at += 2;
    } else if (c == '\r' && at > 0 && at + 2 < chunk.size() && chunk[at + 1] == '\n' &&
               is_visible(chunk[at + 2])) {
      plain = at += 3;
    } else {
      break;
    }
  }
  return plain;
}

std::string relaxed_field(std::string_view raw) {
  const auto colon = raw.find(':');
  auto name = raw.substr(0, colon);
  while (!name.empty() && is_space(name.back())) name.remove_suffix(1);
  std::string out = ascii::to_lower(name);
  out += ':';
  bool space = false;
  bool begun = false;
  for (const char c : colon == std::string_view::npos ? std::string_view() : raw.substr(colon + 1)) {
    if (is_space(c)) {
      space = true;
      continue;
    }
    if (space && begun) out += ' ';
    out += c;
    space = false;
    begun = true;
  }
  return out += crlf;
}

}  // namespace

std::string_view name_of(Canonical form) { return form == Canonical::simple ? "simple" : "relaxed"; }

std::string canonical_field(std::string_view raw, Canonical form) {
  if (form == Canonical::relaxed) return relaxed_field(raw);
  std::string out(raw);
  if (!out.ends_with(crlf)) out += crlf;
  return out;
}

std::size_t BodyCanonicalizer::plain_length(std::string_view chunk) const {
  return relaxed_ ? plain_length_relaxed(chunk) : plain_length_simple(chunk);
}

}  // namespace scop::dkim
