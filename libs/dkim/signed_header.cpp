#include "dkim/signed_header.hpp"

#include <unordered_map>

#include "core/ascii.hpp"

namespace scop::dkim {

void feed_signed_fields(std::span<const message::FieldView> header, const std::vector<std::string>& names,
                        Canonical form, Digest& digest) {
  // Per name the fields from the top; the last is taken first. Linear in the header and in h=.
  std::unordered_map<std::string, std::vector<const message::FieldView*>> by_name;
  for (const auto& field : header) by_name[ascii::to_lower(field.name)].push_back(&field);
  for (const auto& name : names) {
    const auto found = by_name.find(ascii::to_lower(name));
    if (found == by_name.end() || found->second.empty()) continue;
    digest.update(canonical_field(found->second.back()->raw, form));
    found->second.pop_back();
  }
}

void feed_signature_field(std::string_view raw_without_signature, Canonical form, Digest& digest) {
  std::string_view raw = raw_without_signature;
  if (raw.ends_with("\r\n")) raw.remove_suffix(2);
  const auto canonical = canonical_field(raw, form);
  digest.update(std::string_view(canonical).substr(0, canonical.size() - 2));
}

}  // namespace scop::dkim
