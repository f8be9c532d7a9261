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

std::string encode(const std::string& octets, const TransferForm& form) {
  if (const auto* base64 = std::get_if<Base64Form>(&form)) return encode_base64(octets, *base64);
  if (const auto* quoted = std::get_if<QuotedForm>(&form)) return encode_quoted(octets, *quoted);
  if (const auto* irregular = std::get_if<Irregular>(&form)) return irregular->text;
  return octets;
}

}  // namespace scop::mime
