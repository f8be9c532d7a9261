// Paths, mailboxes, xtext and the addresses of ORCPT: what is read is written so that it is read as the same,
// and taken from the front of the text without a look behind it.
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "smtp/path.hpp"
#include "smtp/xtext.hpp"

using namespace scop;

namespace {

// How a path reads must not depend on what stands behind it.
void same_in_front(Outcome<smtp::Path> (*take)(std::string_view&), std::string_view text) {
  auto rest = text;
  const auto path = take(rest);
  if (!path) return;
  ENSURE(rest.size() < text.size() && text.ends_with(rest));
  auto again = path->text();
  again += " NEXT=1";
  std::string_view left = again;
  const auto read = take(left);
  ENSURE(read && *read == *path && left == " NEXT=1");
  ENSURE(again.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  same_in_front(smtp::take_reverse_path, text);
  same_in_front(smtp::take_forward_path, text);
  if (const auto mailbox = smtp::parse_mailbox(text)) {
    ENSURE(smtp::is_domain(mailbox->domain) || smtp::is_address_literal(mailbox->domain));
    ENSURE(smtp::parse_mailbox(mailbox->address()) == *mailbox);
    ENSURE(mailbox->needs_smtputf8() == !ascii::is_all_ascii(mailbox->address()));
  }
  const auto encoded = smtp::to_xtext(text);
  ENSURE(smtp::from_xtext(encoded) == text);
  for (const char c : encoded) ENSURE(c > ' ' && c < 0x7f && c != '=');
  if (const auto decoded = smtp::from_xtext(text))
    ENSURE(smtp::from_xtext(smtp::to_xtext(*decoded)) == decoded);
  if (const auto orcpt = smtp::decode_orcpt(text)) {
    const auto again = smtp::encode_orcpt(*orcpt);
    ENSURE(ascii::is_all_ascii(again) && smtp::decode_orcpt(again) == orcpt);
  }
  return 0;
}
