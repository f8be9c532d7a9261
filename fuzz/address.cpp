// Address lists: what is read is written so that it is read again; the strict form takes nothing the other
// does not.
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "message/address.hpp"
#include "message/content_type.hpp"
#include "message/message_id.hpp"
#include "message/unstructured.hpp"

using namespace scop;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto strict = message::parse_addresses(text, message::AddressForm::strict);
  const auto obsolete = message::parse_addresses(text, message::AddressForm::obsolete);
  if (strict) ENSURE(obsolete && *strict == *obsolete);
  for (const auto& mailbox : message::mailboxes_of(obsolete.value_or(std::vector<message::Address>{}))) {
    const auto again = message::parse_addr_spec(message::addr_spec(mailbox));
    ENSURE(again && again->local_part == mailbox.local_part && again->domain == mailbox.domain);
    const auto whole = message::parse_mailbox(message::to_text(mailbox), message::AddressForm::strict);
    ENSURE(whole && whole->domain == mailbox.domain);
  }
  static_cast<void>(message::parse_message_id(text));
  static_cast<void>(message::parse_content_type(text));
  const auto folded = message::fold_unstructured("Subject", text.substr(0, 2'000));
  ENSURE(ascii::is_all_ascii(folded) && folded.find('\0') == std::string::npos);
  for (std::size_t i = 0; i < folded.size(); ++i) {  // one field, whatever the text holds
    if (folded[i] == '\n')
      ENSURE(i > 0 && folded[i - 1] == '\r' && i + 1 < folded.size() && ascii::is_wsp(folded[i + 1]));
    if (folded[i] == '\r') ENSURE(i + 1 < folded.size() && folded[i + 1] == '\n');
  }
  return 0;
}
