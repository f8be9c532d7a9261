#include "dkim/signer.hpp"

#include <algorithm>
#include <utility>

#include "core/ascii.hpp"
#include "dkim/signed_header.hpp"

namespace scop::dkim {

namespace {

std::size_t occurrences(std::span<const message::FieldView> header, std::string_view name) {
  return static_cast<std::size_t>(std::ranges::count_if(
      header, [&](const auto& field) { return ascii::equals_ignoring_case(field.name, name); }));
}

}  // namespace

std::vector<std::string> names_to_sign(const SigningPolicy& policy,
                                       std::span<const message::FieldView> header) {
  std::vector<std::string> names;
  for (const auto& name : policy.oversigned) names.insert(names.end(), occurrences(header, name) + 1, name);
  for (const auto& name : policy.signed_where_present)
    names.insert(names.end(), occurrences(header, name), name);
  return names;
}

Outcome<std::vector<std::string>> Signer::sign(std::span<const message::FieldView> header,
                                               std::span<const SigningKeyView> keys, Seconds now) {
  Signature signature;
  signature.header_form = policy_.header_form;
  signature.body_form = policy_.body_form;
  signature.signed_names = names_to_sign(policy_, header);
  signature.body_hash = body_.finish();
  signature.signed_at = now;
  if (policy_.lifetime) signature.expires = now + *policy_.lifetime;
  Digest fields(Hash::sha256);
  feed_signed_fields(header, signature.signed_names, policy_.header_form, fields);
  std::vector<std::string> values;
  for (const auto& [domain, selector, key] : keys) {
    signature.algorithm = key.algorithm();
    signature.domain = domain;
    signature.selector = selector;
    auto value = format_unsigned(signature);
    auto digest = fields.copy();
    feed_signature_field("DKIM-Signature:" + value, policy_.header_form, digest);
    const auto octets = key.sign(digest.finish());
    if (!octets) return std::unexpected(octets.error());
    values.push_back(std::move(value) + fold_signature(*octets));
  }
  return values;
}

}  // namespace scop::dkim
