#include "arc/validator.hpp"

#include <algorithm>
#include <utility>

#include "dkim/key_choice.hpp"
#include "dkim/public_key.hpp"
#include "dkim/signed_header.hpp"

namespace scop::arc {

namespace {

std::string label(std::string_view name, std::size_t instance) {
  return std::string(name) + " i=" + std::to_string(instance);
}

// Hash of what instance `at + 1`'s seal covers: `before` holds all earlier sets.
Outcome<std::string> sealed_hash(const SetView& set, const dkim::Digest& before) {
  const auto bare = dkim::without_signature(set.seal->raw);
  if (!bare) return std::unexpected(bare.error());
  auto digest = before.copy();
  digest.update(dkim::canonical_field(set.results->raw, dkim::Canonical::relaxed));
  digest.update(dkim::canonical_field(set.signature->raw, dkim::Canonical::relaxed));
  dkim::feed_signature_field(*bare, dkim::Canonical::relaxed, digest);
  return digest.finish();
}

}  // namespace

void Validator::fail(std::string reason, bool temporary) {
  verdict_.status = ChainStatus::fail;
  verdict_.reason = std::move(reason);
  verdict_.temporary = temporary;
}

std::vector<std::string> Validator::header(const message::HeaderView& header) {
  verdict_.sets = highest_instance(header);
  const auto sets = collect_sets(header);
  if (!sets) {
    fail(sets.error().what);
    return {};
  }
  if (sets->empty()) return {};
  verdict_.status = ChainStatus::pass;  // until something says otherwise
  if (!take_seals(*sets) || !take_signature(header, sets->back())) {
    claims_.clear();
    return {};
  }
  std::vector<std::string> wanted;
  for (const auto& claim : claims_) {
    if (std::ranges::find(wanted, claim.key_name) == wanted.end()) wanted.push_back(claim.key_name);
  }
  return wanted;
}

// RFC 8617 5.2, steps 2, 3.C and the hashes of step 6.
bool Validator::take_seals(const std::vector<SetView>& sets) {
  dkim::Digest before(dkim::Hash::sha256);
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const auto what = label(seal_name, i + 1);
    auto seal = parse_seal(sets[i].seal->value);
    auto hash = sealed_hash(sets[i], before);
    if (!seal || !hash) {
      fail(what + ": " + (seal ? hash.error().what : seal.error().what));
      return false;
    }
    const auto wanted = i == 0 ? ChainStatus::none : ChainStatus::pass;
    if (seal->status != wanted) {
      fail(what + " says cv=" + std::string(name_of(seal->status)));
      return false;
    }
    feed_set(sets[i], before);
    auto name = dkim::key_name(seal->signature.selector, seal->signature.domain);
    verdict_.sealers.push_back(seal->signature.domain);
    verdict_.results.emplace_back(sets[i].results->value);
    claims_.insert(claims_.begin(), {what, std::move(seal->signature), std::move(*hash), std::move(name)});
  }
  return true;
}

// RFC 8617 5.2, step 4: the newest message signature alone must verify.
bool Validator::take_signature(const message::HeaderView& header, const SetView& newest) {
  const auto what = label(signature_name, claims_.size());
  auto signature = dkim::parse_signature(newest.signature->value, dkim::SignatureForm::arc);
  const auto bare = dkim::without_signature(newest.signature->raw);
  if (!signature || !bare) {
    fail(what + ": " + (signature ? bare.error().what : signature.error().what));
    return false;
  }
  if (signature->expires && *signature->expires < now_) {
    fail(what + " has expired");
    return false;
  }
  dkim::Digest digest(dkim::hash_of(signature->algorithm));
  dkim::feed_signed_fields(header.fields, signature->signed_names, signature->header_form, digest);
  dkim::feed_signature_field(*bare, signature->header_form, digest);
  body_.emplace(signature->body_form, dkim::hash_of(signature->algorithm), signature->body_length);
  auto name = dkim::key_name(signature->selector, signature->domain);
  claims_.insert(claims_.begin(), {what, std::move(*signature), digest.finish(), std::move(name)});
  return true;
}

void Validator::body(std::string_view chunk) {
  if (body_) body_->feed(chunk);
}

void Validator::key(std::string_view name, const dkim::KeyAnswer& answer) {
  keys_.insert_or_assign(std::string(name), answer);
}

bool Validator::body_fits() {
  const auto& signature = claims_.front().signature;
  if (body_->finish() != signature.body_hash) {
    fail(claims_.front().what + ": body has changed");
  } else if (signature.body_length && *signature.body_length != body_->length()) {
    fail(claims_.front().what + ": l= leaves the end of the body unsigned");
  }
  return verdict_.status == ChainStatus::pass;
}

void Validator::judge(const Claim& claim) {
  const auto answer = keys_.find(claim.key_name);
  if (answer == keys_.end() || answer->second.kind == dkim::KeyAnswer::Kind::temporary_failure) {
    return fail(claim.what + ": key not to be had for now", true);
  }
  const auto record = dkim::first_key(answer->second.records);
  if (!record) return fail(claim.what + ": " + record.error().what);
  if (const auto why = dkim::mismatch(*record, claim.signature); !why.empty()) {
    return fail(claim.what + ": " + why);
  }
  const auto key = dkim::PublicKey::from_octets(record->type, record->public_key);
  if (!key) return fail(claim.what + ": " + key.error().what);
  // RFC 8301 3.1 and 3.2.
  if (claim.signature.algorithm == dkim::Algorithm::rsa_sha1) return fail(claim.what + ": rsa-sha1");
  if (record->type == dkim::KeyType::rsa && key->bits() < dkim::least_rsa_bits) {
    return fail(claim.what + ": RSA key of fewer than 1024 bits");
  }
  if (!key->verifies(dkim::Hash::sha256, claim.hash, claim.signature.signature)) {
    fail(claim.what + ": signature does not fit");
  }
}

ChainVerdict Validator::finish() {
  if (!claims_.empty() && body_fits()) {
    for (const auto& claim : claims_) {
      judge(claim);
      if (verdict_.status == ChainStatus::fail) break;
    }
  }
  return std::move(verdict_);
}

}  // namespace scop::arc
