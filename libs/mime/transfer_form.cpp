#include "mime/transfer_form.hpp"

namespace scop::mime {

std::string_view text_of(LineEnd end) {
  switch (end) {
    case LineEnd::none:
      return "";
    case LineEnd::lf:
      return "\n";
    case LineEnd::crlf:
      return "\r\n";
  }
  return "";
}

Decoded decode(message::TransferEncoding encoding, std::string_view text) {
  switch (encoding) {
    case message::TransferEncoding::base64:
      return decode_base64(text);
    case message::TransferEncoding::quoted_printable:
      return decode_quoted(text);
    default:
      return {std::string(text), {}};
  }
}

void append_encoded(std::string& text, std::string_view octets, const TransferForm& form) {
  if (const auto* base64 = std::get_if<Base64Form>(&form)) return append_base64(text, octets, *base64);
  if (const auto* quoted = std::get_if<QuotedForm>(&form)) return append_quoted(text, octets, *quoted);
  const auto* irregular = std::get_if<Irregular>(&form);
  text += irregular == nullptr ? octets : std::string_view(irregular->text);
}

}  // namespace scop::mime
