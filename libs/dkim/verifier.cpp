#include "dkim/verifier.hpp"

#include <algorithm>
#include <utility>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "dkim/key_choice.hpp"
#include "dkim/signed_header.hpp"

namespace scop::dkim {

namespace {

void settle(SignatureVerdict& verdict, Result result, std::string reason) {
  verdict.result = result;
  verdict.reason = std::move(reason);
}

constexpr std::size_t most_considered = 250;  // signatures, where there are too many

bool is_at_or_below(std::string_view domain, std::string_view top) {
  return ascii::equals_ignoring_case(domain, top) ||
         (domain.size() > top.size() && domain[domain.size() - top.size() - 1] == '.' &&
          ascii::equals_ignoring_case(domain.substr(domain.size() - top.size()), top));
}

}  // namespace

std::string_view name_of(Result result) {
  switch (result) {
    case Result::pass:
      return "pass";
    case Result::fail:
      return "fail";
    case Result::neutral:
      return "neutral";
    case Result::policy:
      return "policy";
    case Result::temperror:
      return "temperror";
    case Result::permerror:
      return "permerror";
  }
  return "";
}

struct Verifier::Candidate {
  SignatureVerdict verdict;
  std::optional<Signature> signature;  // empty: judged already
  std::string header_hash;
  std::size_t body = 0;  // index in bodies_
  std::string key_name;
};

struct Verifier::Body {
  Canonical form;
  Hash algorithm;
  std::optional<std::uint64_t> limit;
  BodyHash hash;
  std::string digest;
};

Verifier::Verifier(VerifyingPolicy policy, Seconds now) : policy_(policy), now_(now) {}
Verifier::~Verifier() = default;
Verifier::Verifier(Verifier&&) noexcept = default;

std::size_t Verifier::body_for(const Signature& signature) {
  const auto hash = hash_of(signature.algorithm);
  for (std::size_t i = 0; i < bodies_.size(); ++i) {
    const auto& body = bodies_[i];
    if (body.form == signature.body_form && body.algorithm == hash && body.limit == signature.body_length)
      return i;
  }
  bodies_.push_back({signature.body_form,
                     hash,
                     signature.body_length,
                     BodyHash(signature.body_form, hash, signature.body_length),
                     {}});
  return bodies_.size() - 1;
}

std::vector<bool> Verifier::choose(std::span<const message::FieldView* const> fields,
                                   std::string_view author) const {
  std::vector<bool> chosen(fields.size(), fields.size() <= policy_.most_signatures);
  if (fields.size() <= policy_.most_signatures) return chosen;
  std::size_t left = policy_.most_signatures;
  for (std::size_t i = 0; i < std::min(fields.size(), most_considered) && left > 0 && !author.empty(); ++i) {
    const auto signature = parse_signature(fields[i]->value);
    chosen[i] =
        signature && (is_at_or_below(signature->domain, author) || is_at_or_below(author, signature->domain));
    if (chosen[i]) --left;
  }
  for (std::size_t i = 0; i < fields.size() && left > 0; ++i) {
    if (chosen[i]) continue;
    chosen[i] = true;
    --left;
  }
  return chosen;
}

std::vector<std::string> Verifier::header(const message::HeaderView& header, std::string_view author_domain) {
  std::vector<std::string> wanted;
  const auto fields = message::find_all(header, "DKIM-Signature");
  const auto chosen = choose(fields, author_domain);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto* field = fields[i];
    auto& candidate = candidates_.emplace_back();
    if (!chosen[i]) {
      settle(candidate.verdict, Result::policy, "too many signatures");
      continue;
    }
    auto signature = parse_signature(field->value);
    const auto bare = without_signature(field->raw);
    if (!signature || !bare) {
      settle(candidate.verdict, Result::neutral, signature ? bare.error().what : signature.error().what);
      continue;
    }
    candidate.verdict.domain = signature->domain;
    candidate.verdict.selector = signature->selector;
    candidate.verdict.identity = signature->identity;
    candidate.verdict.algorithm = name_of(signature->algorithm);
    candidate.verdict.signature_start = to_base64(signature->signature).substr(0, 8);
    candidate.verdict.signed_names = signature->signed_names;
    if (signature->expires && *signature->expires < now_) {
      settle(candidate.verdict, Result::policy, "signature expired");
      continue;
    }
    Digest digest(hash_of(signature->algorithm));
    feed_signed_fields(header.fields, signature->signed_names, signature->header_form, digest);
    feed_signature_field(*bare, signature->header_form, digest);
    candidate.header_hash = digest.finish();
    candidate.body = body_for(*signature);
    candidate.key_name = key_name(signature->selector, signature->domain);
    if (std::ranges::find(wanted, candidate.key_name) == wanted.end()) wanted.push_back(candidate.key_name);
    candidate.signature = std::move(*signature);
  }
  return wanted;
}

void Verifier::body(std::string_view chunk) {
  for (auto& body : bodies_) body.hash.feed(chunk);
}

void Verifier::key(std::string_view name, const KeyAnswer& answer) {
  keys_.insert_or_assign(std::string(name), answer);
}

void Verifier::judge(Candidate& candidate) {
  auto& verdict = candidate.verdict;
  const auto& signature = *candidate.signature;
  const auto answer = keys_.find(candidate.key_name);
  if (answer == keys_.end() || answer->second.kind == KeyAnswer::Kind::temporary_failure) {
    return settle(verdict, Result::temperror, "key not to be had for now");
  }
  if (answer->second.kind == KeyAnswer::Kind::none) return settle(verdict, Result::permerror, "no key");
  const auto record = first_key(answer->second.records);
  if (!record) return settle(verdict, Result::permerror, record.error().what);
  verdict.testing = record->testing;
  if (auto why = mismatch(*record, signature); !why.empty())
    return settle(verdict, Result::permerror, std::move(why));
  const auto key = PublicKey::from_octets(record->type, record->public_key);
  if (!key) return settle(verdict, Result::permerror, key.error().what);
  verdict.key_bits = key->bits();
  const auto& body = bodies_[candidate.body];
  if (signature.body_length && *signature.body_length > body.hash.length()) {
    return settle(verdict, Result::fail, "body is shorter than l=");
  }
  if (body.digest != signature.body_hash) return settle(verdict, Result::fail, "body has changed");
  if (!key->verifies(hash_of(signature.algorithm), candidate.header_hash, signature.signature)) {
    return settle(verdict, Result::fail, "signature does not fit the header");
  }
  // RFC 8301 3.1 and 3.2: what verifies but must not count.
  if (record->type == KeyType::rsa && key->bits() < least_rsa_bits) {
    return settle(verdict, Result::policy, "RSA key of fewer than 1024 bits");
  }
  if (signature.algorithm == Algorithm::rsa_sha1 && !policy_.sha1_may_pass) {
    return settle(verdict, Result::policy, "rsa-sha1 is not accepted");
  }
  verdict.unsigned_octets = signature.body_length ? body.hash.length() - *signature.body_length : 0;
  if (verdict.unsigned_octets > 0 && !policy_.partial_body_may_pass) {
    return settle(verdict, Result::policy, "l= leaves the end of the body unsigned");
  }
  settle(verdict, Result::pass, {});
}

std::vector<SignatureVerdict> Verifier::finish() {
  for (auto& body : bodies_) body.digest = body.hash.finish();
  std::vector<SignatureVerdict> verdicts;
  for (auto& candidate : candidates_) {
    if (candidate.signature) judge(candidate);
    verdicts.push_back(std::move(candidate.verdict));
  }
  return verdicts;
}

}  // namespace scop::dkim
