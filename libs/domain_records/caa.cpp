#include "domain_records/caa.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"

namespace scop::domain_records {

namespace {

constexpr std::size_t longest_tag = 15;

bool is_tag(std::string_view tag) {
  return !tag.empty() && tag.size() <= longest_tag && std::ranges::all_of(tag, ascii::is_alnum);
}

std::unexpected<Error> bad(std::string_view what) { return failure(ErrorKind::malformed, std::string(what)); }

}  // namespace

Outcome<Caa> read_caa(std::string_view rdata) {
  if (rdata.size() < 2) return bad("CAA RDATA is too short");
  const auto length = static_cast<std::size_t>(static_cast<unsigned char>(rdata[1]));
  if (rdata.size() < 2 + length || !is_tag(rdata.substr(2, length))) return bad("CAA without a tag");
  return Caa{static_cast<std::uint8_t>(rdata[0]), ascii::to_lower(rdata.substr(2, length)),
             std::string(rdata.substr(2 + length))};
}

Outcome<std::string> to_rdata(const Caa& caa) {
  if (!is_tag(caa.tag)) return bad("a CAA tag is up to 15 letters and digits");
  std::string out{static_cast<char>(caa.flags), static_cast<char>(caa.tag.size())};
  return out + caa.tag + caa.value;
}

Outcome<Caa> caa_from_text(std::string_view text) {
  Caa caa;
  auto space = std::min(text.find(' '), text.size());
  if (const auto flags = ascii::parse_unsigned(text.substr(0, space))) {
    if (*flags > 255) return bad("CAA flags are at most 255");
    caa.flags = static_cast<std::uint8_t>(*flags);
    text = ascii::trim(text.substr(space));
    space = std::min(text.find(' '), text.size());
  }
  caa.tag = ascii::to_lower(text.substr(0, space));
  auto value = ascii::trim(text.substr(space));
  if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
    value = value.substr(1, value.size() - 2);
  caa.value = value;
  if (!is_tag(caa.tag)) return bad("a CAA record wants a tag and a value, such as: issue letsencrypt.org");
  if (caa.value.empty()) return bad("the CAA tag " + caa.tag + " wants a value; \";\" means nobody");
  return caa;
}

std::string to_text(const Caa& caa) {
  std::string quoted;
  for (const char c : caa.value) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c >= 0x20 && c < 0x7f) {
      quoted += c;
    } else {
      quoted += fmt::format("\\{:03}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return fmt::format("{} {} \"{}\"", caa.flags, caa.tag, quoted);
}

std::string issuer_of(const Caa& caa) {
  return ascii::to_lower(ascii::trim(std::string_view(caa.value).substr(0, caa.value.find(';'))));
}

}  // namespace scop::domain_records
