#include "fixup/fields.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "message/address.hpp"
#include "message/unstructured.hpp"
#include "smtp/limits.hpp"

namespace scop::fixup {

namespace {

constexpr std::size_t preferred_line = 78;

constexpr std::array<std::string_view, 7> address_fields{"From", "Sender",      "Reply-To", "To",
                                                         "Cc",   "Resent-From", "Resent-To"};
// Structured fields whose values have no place for an encoded word (RFC 2047 5).
constexpr std::array<std::string_view, 13> structured_fields{"Content-Type",
                                                             "Content-Disposition",
                                                             "Content-Transfer-Encoding",
                                                             "Content-ID",
                                                             "MIME-Version",
                                                             "Date",
                                                             "Message-ID",
                                                             "In-Reply-To",
                                                             "References",
                                                             "Received",
                                                             "List-ID",
                                                             "DKIM-Signature",
                                                             "Autocrypt"};

bool is_one_of(std::string_view name, auto names) {
  return std::ranges::any_of(names, [&](auto known) { return ascii::equals_ignoring_case(name, known); });
}

// " =?UTF-8?B?…?=" folded; the first word is short enough to stand beside the name (RFC 2047 2: 76 columns).
std::string encoded_text(std::string_view name, std::string_view text) {
  constexpr std::size_t columns = 76;
  constexpr std::size_t around_word = 12;  // "=?UTF-8?B?" "?="
  const auto used = name.size() + 2 + around_word;
  std::size_t first = used + 8 > columns ? 0 : (columns - used) / 4 * 3;
  first = std::min(first, text.size());
  while (first > 0 && first < text.size() && (static_cast<unsigned char>(text[first]) & 0xc0U) == 0x80)
    --first;
  std::string out;
  if (first > 0) out = " " + message::encode_words(text.substr(0, first));
  if (first < text.size()) out += "\r\n " + message::encode_words(text.substr(first));
  return out;
}

std::optional<std::string> addresses_without_utf8(const message::FieldView& field) {
  const auto addresses = message::parse_addresses(field.value);
  if (!addresses) return std::nullopt;
  std::string out(field.name);
  out += ':';
  bool first = true;
  for (const auto& address : *addresses) {
    if (address.is_group) return std::nullopt;
    for (const auto& mailbox : address.mailboxes) {
      if (!ascii::is_all_ascii(mailbox.local_part) || !ascii::is_all_ascii(mailbox.domain))
        return std::nullopt;
      out += first ? " " : ",\r\n ";
      out += message::to_text(mailbox);
      first = false;
    }
  }
  return out + "\r\n";
}

}  // namespace

std::optional<std::string> without_utf8(const message::FieldView& field) {
  if (is_one_of(field.name, address_fields)) return addresses_without_utf8(field);
  if (is_one_of(field.name, structured_fields)) return std::nullopt;
  return std::string(field.name) + ":" + encoded_text(field.name, message::unfold(field.value)) + "\r\n";
}

std::optional<std::string> refolded(std::string_view raw) {
  std::string text(raw);
  if (text.ends_with("\r\n")) text.resize(text.size() - 2);
  std::string out;
  std::string_view rest = text;
  bool continued = false;
  while (!rest.empty()) {
    const auto line_end = std::min(rest.find("\r\n"), rest.size());
    auto line = rest.substr(0, line_end);
    rest.remove_prefix(std::min(line_end + 2, rest.size()));
    while (line.size() > smtp::limits::text_line) {
      // The white space goes to the next line. A line of white space alone would be taken for the header's
      // end by some (RFC 5322 3.2.2), so something else must come before it and behind it.
      const auto first_word = line.find_first_not_of(" \t", continued ? 0 : line.find(':') + 1);
      auto at = line.find_last_of(" \t", preferred_line);
      if (at == std::string_view::npos || at <= first_word) at = line.find_first_of(" \t", first_word);
      if (first_word == std::string_view::npos || at == std::string_view::npos ||
          at > smtp::limits::text_line)
        return std::nullopt;
      if (line.find_first_not_of(" \t", at) == std::string_view::npos) return std::nullopt;
      out += line.substr(0, at);
      out += "\r\n";
      line.remove_prefix(at);
      continued = true;
    }
    out += line;
    out += "\r\n";
    continued = true;
  }
  return out;
}

}  // namespace scop::fixup
