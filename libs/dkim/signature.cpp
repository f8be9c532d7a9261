#include "dkim/signature.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "dkim/tag_list.hpp"
#include "message/header.hpp"

namespace scop::dkim {

namespace {

using Tags = std::vector<TagView>;

std::unexpected<Error> malformed(std::string what) { return failure(ErrorKind::malformed, std::move(what)); }
std::unexpected<Error> unsupported(std::string what) {
  return failure(ErrorKind::unsupported, std::move(what));
}

std::optional<Canonical> parse_form(std::string_view name) {
  if (name == "simple") return Canonical::simple;
  if (name == "relaxed") return Canonical::relaxed;
  return std::nullopt;
}

//   sig-c-tag = header-form ["/" body-form]           ; the body's default is simple
bool parse_forms(const Tags& tags, Signature& signature) {
  const auto value = value_of(tags, "c");
  if (!value) return true;
  const auto slash = value->find('/');
  const auto header = parse_form(value->substr(0, slash));
  const auto body =
      slash == std::string_view::npos ? Canonical::simple : parse_form(value->substr(slash + 1));
  if (!header || !body) return false;
  signature.header_form = *header;
  signature.body_form = *body;
  return true;
}

//   dkim-quoted-printable = *(FWS / hex-octet / dkim-safe-char)      ; RFC 6376 2.11
std::optional<std::string> decode_quoted_printable(std::string_view text) {
  const auto packed = without_spaces(text);
  std::string out;
  for (std::string_view rest = packed; !rest.empty();) {
    if (rest.front() != '=') {
      out += rest.front();
      rest.remove_prefix(1);
      continue;
    }
    const auto octet = from_hex(rest.substr(1, 2));
    if (!octet || octet->size() != 1) return std::nullopt;
    out += *octet;
    rest.remove_prefix(3);
  }
  return out;
}

// i= must be of d= or below it (RFC 6376 3.5).
bool parse_identity(const Tags& tags, Signature& signature) {
  const auto value = value_of(tags, "i");
  if (!value) {
    signature.identity = '@' + signature.domain;
    return true;
  }
  const auto decoded = decode_quoted_printable(*value);
  if (!decoded) return false;
  const auto at = decoded->rfind('@');
  if (at == std::string::npos) return false;
  const auto domain = ascii::to_lower(std::string_view(*decoded).substr(at + 1));
  signature.identity = decoded->substr(0, at + 1) + domain;
  return domain == signature.domain || domain.ends_with('.' + signature.domain);
}

//   sig-h-tag = hdr-name *( [FWS] ":" [FWS] hdr-name )
Outcome<> parse_signed_names(const Tags& tags, Signature& signature) {
  const auto value = value_of(tags, "h");
  if (!value || value->empty()) return malformed("h= is missing or empty");
  const auto names = split_colons(*value);
  if (names.size() > most_signed_names) return failure(ErrorKind::too_large, "h= names too many fields");
  for (const auto name : names) {
    if (!message::is_field_name(name)) return malformed("h= holds what is no field name");
    signature.signed_names.emplace_back(name);
  }
  const bool from =
      std::ranges::any_of(names, [](auto name) { return ascii::equals_ignoring_case(name, "from"); });
  if (!from) return malformed("h= does not hold From");
  return {};
}

// Numbers of up to 12 digits are whole; longer ones (RFC 6376 3.5 allows up to 76) count as very far away.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  if (text.empty() || text.size() > 76 || !std::ranges::all_of(text, ascii::is_digit)) return std::nullopt;
  constexpr std::uint64_t far = 999'999'999'999;
  return std::min(ascii::parse_unsigned(text).value_or(far), far);
}

Outcome<> parse_times(const Tags& tags, Signature& signature) {
  for (const auto& [name, into] :
       {std::pair{"t", &signature.signed_at}, std::pair{"x", &signature.expires}}) {
    const auto value = value_of(tags, name);
    if (!value) continue;
    const auto number = parse_number(*value);
    if (!number) return malformed(std::string(name) + "= is not a time");
    *into = Seconds(std::chrono::seconds(*number));
  }
  // RFC 6376 3.5 of x=: greater than t= where both are there.
  if (signature.signed_at && signature.expires && *signature.expires <= *signature.signed_at) {
    return malformed("x= is not after t=");
  }
  return {};
}

Outcome<> parse_body_length(const Tags& tags, Signature& signature) {
  const auto value = value_of(tags, "l");
  if (!value) return {};
  // Not cut to what fits: a length beyond any body must not look like one that is there.
  if (value->empty() || value->size() > 76 || !std::ranges::all_of(*value, ascii::is_digit)) {
    return malformed("l= is not a length");
  }
  signature.body_length = ascii::parse_unsigned(*value).value_or(UINT64_MAX);
  return {};
}

Outcome<> parse_octets(const Tags& tags, std::string_view name, std::string& into) {
  const auto value = value_of(tags, name);
  auto octets = value ? from_base64_with_spaces(*value) : std::nullopt;
  if (!octets || octets->empty()) return malformed(std::string(name) + "= is missing or not base64");
  into = std::move(*octets);
  return {};
}

Outcome<> parse_who(const Tags& tags, SignatureForm form, Signature& signature) {
  signature.domain = ascii::to_lower(value_of(tags, "d").value_or(""));
  signature.selector = value_of(tags, "s").value_or("");
  if (!is_domain_name(signature.domain)) return malformed("d= is missing or no domain");
  if (!is_domain_name(signature.selector)) return malformed("s= is missing or no selector");
  if (form == SignatureForm::arc) {
    signature.identity = '@' + signature.domain;
  } else if (!parse_identity(tags, signature)) {
    return malformed("i= is not of d=");
  }
  return {};
}

Outcome<> parse_how(const Tags& tags, SignatureForm form, Signature& signature) {
  if (form == SignatureForm::dkim && value_of(tags, "v") != "1") return unsupported("v= is not 1");
  const auto algorithm = parse_algorithm(value_of(tags, "a").value_or(""));
  if (!algorithm) return unsupported("a= is missing or unknown");
  signature.algorithm = *algorithm;
  if (!parse_forms(tags, signature)) return unsupported("c= is unknown");
  if (const auto queries = value_of(tags, "q")) {
    const auto list = split_colons(*queries);
    if (std::ranges::find(list, "dns/txt") == list.end()) return unsupported("q= does not hold dns/txt");
  }
  return {};
}

// Joins `parts` with `separator`, folding before column 76.
class Folder {
 public:
  explicit Folder(std::size_t column) : column_(column) {}
  void add(std::string_view part, bool spaced) {
    if (column_ + part.size() + (spaced ? 1 : 0) > 76) {
      text_ += "\r\n ";
      column_ = 1;
    } else if (spaced) {
      text_ += ' ';
      ++column_;
    }
    text_ += part;
    column_ += part.size();
  }
  std::string text_;

 private:
  std::size_t column_;
};

}  // namespace

bool is_domain_name(std::string_view name) {
  if (name.empty() || name.size() > 253) return false;
  for (const auto label : ascii::split(name, '.')) {
    const bool fits = !label.empty() && label.size() <= 63 && label.front() != '-' && label.back() != '-';
    if (!fits ||
        !std::ranges::all_of(label, [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; })) {
      return false;
    }
  }
  return true;
}

Outcome<Signature> parse_signature(std::string_view value, SignatureForm form) {
  const auto tags = parse_tag_list(value);
  if (!tags) return std::unexpected(tags.error());
  Signature signature;
  auto outcome = parse_how(*tags, form, signature);
  if (outcome) outcome = parse_who(*tags, form, signature);
  if (outcome) outcome = parse_signed_names(*tags, signature);
  if (outcome) outcome = parse_times(*tags, signature);
  if (outcome) outcome = parse_body_length(*tags, signature);
  if (outcome) outcome = parse_octets(*tags, "bh", signature.body_hash);
  if (outcome) outcome = parse_octets(*tags, "b", signature.signature);
  if (!outcome) return std::unexpected(std::move(outcome.error()));
  return signature;
}

std::string format_unsigned(const Signature& signature) {
  Folder out(std::string_view("DKIM-Signature:").size());
  const auto seconds = [](Seconds time) { return std::to_string(time.time_since_epoch().count()); };
  out.add("v=1;", true);
  out.add("a=" + std::string(name_of(signature.algorithm)) + ';', true);
  out.add("c=" + std::string(name_of(signature.header_form)) + '/' +
              std::string(name_of(signature.body_form)) + ';',
          true);
  out.add("d=" + signature.domain + ';', true);
  out.add("s=" + signature.selector + ';', true);
  if (signature.signed_at) out.add("t=" + seconds(*signature.signed_at) + ';', true);
  if (signature.expires) out.add("x=" + seconds(*signature.expires) + ';', true);
  for (std::size_t i = 0; i < signature.signed_names.size(); ++i) {
    const bool last = i + 1 == signature.signed_names.size();
    out.add((i == 0 ? "h=" : "") + signature.signed_names[i] + (last ? ';' : ':'), i == 0);
  }
  out.add("bh=" + to_base64(signature.body_hash) + ';', true);
  return out.text_ + "\r\n b=";
}

std::string fold_signature(std::string_view octets) {
  const auto text = to_base64(octets);
  std::string out;
  std::size_t room = 76 - std::string_view(" b=").size();
  for (std::string_view rest = text; !rest.empty(); room = 75) {
    if (!out.empty()) out += "\r\n ";
    out += rest.substr(0, room);
    rest.remove_prefix(std::min(room, rest.size()));
  }
  return out;
}

Outcome<std::string> without_signature(std::string_view raw) {
  const auto colon = raw.find(':');
  if (colon == std::string_view::npos) return malformed("not a field");
  const auto tags = parse_tag_list(raw.substr(colon + 1));
  if (!tags) return std::unexpected(tags.error());
  const auto found = std::ranges::find(*tags, "b", &TagView::name);
  if (found == tags->end()) return malformed("b= is missing");
  std::string out(raw.substr(0, colon + 1 + found->begin));
  return out.append(raw.substr(colon + 1 + found->end));
}

}  // namespace scop::dkim
