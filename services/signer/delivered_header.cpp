#include "signer/delivered_header.hpp"

#include <set>

#include "core/ascii.hpp"

namespace scop::signer {

namespace {

// The attack: a value with "\r\n" in it that becomes a second field, or the end of the header.
bool is_one_field(const std::string& raw) {
  const auto parsed = message::parse_header(raw);
  return parsed && parsed->malformed.empty() && parsed->fields.size() == 1 &&
         parsed->fields.front().raw == raw;
}

Outcome<> prepend_to(std::string& text, const v1::Findings& findings) {
  for (const auto& field : findings.prepend()) {
    const auto raw = field.name() + ':' + field.value() + "\r\n";
    if (!message::is_field_name(field.name()) || !is_one_field(raw)) {
      return failure(ErrorKind::malformed, "a field to prepend is not exactly one field");
    }
    if (ascii::equals_ignoring_case(field.name(), "DKIM-Signature")) {
      return failure(ErrorKind::malformed, "a DKIM-Signature that is not the signer's");
    }
    text += raw;
  }
  return {};
}

}  // namespace

Outcome<> deliver(std::string_view octets, const v1::Findings& findings, DeliveredHeader& into) {
  const auto original = message::parse_header(octets);
  if (!original) return std::unexpected(original.error());
  if (!original->malformed.empty()) return failure(ErrorKind::malformed, "a header line that is no field");
  std::set<std::uint32_t> removed(findings.remove().begin(), findings.remove().end());
  if (!removed.empty() && *removed.rbegin() >= original->fields.size()) {
    return failure(ErrorKind::malformed, "a field to remove is not there");
  }
  if (auto added = prepend_to(into.text, findings); !added) return added;
  std::uint32_t index = 0;
  for (const auto& field : original->fields) {
    if (!removed.contains(index++)) into.text += field.raw;
  }
  if (!into.text.empty() && !into.text.ends_with("\r\n")) into.text += "\r\n";
  auto header = message::parse_header(into.text);
  if (!header) return std::unexpected(header.error());
  into.header = std::move(*header);
  return {};
}

}  // namespace scop::signer
