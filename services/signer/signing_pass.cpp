#include "signer/signing_pass.hpp"

#include <utility>

#include "core/ascii.hpp"

namespace scop::signer {

namespace {

using stage::refused;
using stage::voided;

v1::Verdict verdict(std::string_view result, std::string reason) {
  v1::Verdict made;
  made.set_judge("signer");
  made.set_method("dkim-sign");
  made.set_result(std::string(result));
  made.set_reason(std::move(reason));
  return made;
}

Refusal no_key(const std::string& domain) {
  return refusal(550, "5.7.20",
                 "There is no DKIM key for " + domain + ", and unsigned mail is not sent from here");
}

// A matter of minutes, where the primary answers: later is better than unsigned or not at all.
Refusal between_keys(const std::string& domain) {
  return refusal(451, "4.3.0", "New DKIM keys of " + domain + " are being published; try again later");
}

}  // namespace

Stepped<v1::Envelope> SigningPass::envelope(v1::Envelope envelope, Time now) {
  if (!may_bring(caller_, envelope)) {
    return voided(caller_ + " may not bring a message of role " + std::to_string(envelope.role()), true);
  }
  role_ = envelope.role();
  reverse_path_ = envelope.reverse_path();
  if (role_ == v1::ROLE_SUBMITTED) {
    auto grant = check_grant(envelope, caller_, desk_.grant_key, now);
    if (!grant) return refused(std::move(grant.error()));
    grant_ = std::move(*grant);
  }
  if (role_ == v1::ROLE_FORWARD) {
    if (const auto good = check_forward(envelope, desk_.domain); !good) return refused(good.error());
    evidence_ = envelope.arc();
    sealer_.emplace();
    envelope.clear_arc();
  }
  envelope.clear_grant();
  return envelope;
}

Stepped<> SigningPass::data(std::string_view chunk) {
  if (header_done_) {
    feed_body(chunk);
    return {};
  }
  take_header(chunk);
  if (!header_done_ && header_.size() > message::most_header_octets + 2) {
    return refused(refusal(552, "5.3.4", "The message's header is too large"));
  }
  return {};
}

void SigningPass::feed_body(std::string_view chunk) {
  if (sealer_) {
    sealer_->body(chunk);
  } else {
    signer_.body(chunk);
  }
}

void SigningPass::take_header(std::string_view chunk) {
  const auto searched = header_.size();
  header_ += chunk;
  const auto body = message::find_body(header_, searched);
  if (body == std::string::npos) return;
  header_done_ = true;
  feed_body(std::string_view(header_).substr(body));
  header_.resize(body);
}

Ruled<std::vector<std::string>> SigningPass::check(const message::HeaderView& header) const {
  if (role_ == v1::ROLE_SUBMITTED) return check_submitted(header, grant_);
  if (role_ == v1::ROLE_REPORT && caller_ == "relay")
    return check_tls_report(header, reverse_path_, desk_.postmaster);
  if (role_ == v1::ROLE_REPORT) return check_report(header, reverse_path_, desk_.postmaster);
  return check_bounce(header, desk_.postmaster);
}

Stepped<v1::Findings> SigningPass::finish(v1::Findings findings, Time now) {
  DeliveredHeader delivered;
  if (auto header = deliver(header_, findings, delivered); !header) {
    // What strangers write is accepted already; it cannot be sealed and goes as it is.
    if (role_ == v1::ROLE_FORWARD) {
      *findings.add_verdicts() = verdict("unsealed", header.error().what);
      return findings;
    }
    if (header.error().kind == ErrorKind::too_large) {
      return refused(refusal(552, "5.3.4", "The message's header is too large", header.error().what));
    }
    return refused(refusal(550, "5.6.0", "The message's header is malformed", header.error().what));
  }
  if (role_ == v1::ROLE_FORWARD) {
    seal(delivered.header, findings, now);
    return findings;
  }
  auto domains = check(delivered.header);
  if (!domains) return refused(std::move(domains.error()));
  if (auto done = sign(delivered.header, *domains, findings, now); !done)
    return std::unexpected(std::move(done.error()));
  return findings;
}

void SigningPass::seal(const message::HeaderView& header, v1::Findings& findings, Time now) {
  const auto keys = keys_->keys.of(desk_.domain);
  const auto chain = arc::parse_chain_status(evidence_.chain());
  if (keys.empty() || !chain) {
    *findings.add_verdicts() =
        verdict("unsealed", keys.empty() ? "no key for " + desk_.domain : "nothing is known of its chain");
    return;
  }
  const arc::Evidence evidence{.authserv_id = desk_.host, .results = evidence_.results(), .chain = *chain};
  const auto& key = keys.front();
  auto set = sealer_->seal(header, evidence, arc::names_to_seal(header), key,
                           std::chrono::floor<std::chrono::seconds>(now));
  if (!set) {
    *findings.add_verdicts() = verdict("unsealed", set.error().what);
    return;
  }
  const auto prepended = std::move(*findings.mutable_prepend());
  findings.clear_prepend();
  const std::pair<const char*, std::string*> fields[] = {{"ARC-Seal", &set->seal},
                                                         {"ARC-Message-Signature", &set->signature},
                                                         {"ARC-Authentication-Results", &set->results}};
  for (const auto& [name, value] : fields) {
    auto* field = findings.add_prepend();
    field->set_name(name);
    field->set_value(std::move(*value));
  }
  for (const auto& field : prepended) *findings.add_prepend() = field;
  *findings.add_verdicts() = verdict("sealed", "i=" + std::to_string(set->instance));
}

Stepped<std::vector<dkim::SigningKeyView>> SigningPass::keys_of(const std::vector<std::string>& domains,
                                                                v1::Findings& findings) {
  std::vector<dkim::SigningKeyView> keys;
  for (const auto& domain : domains) {
    const auto of_domain = keys_->keys.of(domain);
    if (of_domain.empty() && keys_->between_keys.contains(domain)) return refused(between_keys(domain));
    if (of_domain.empty() && !desk_.pass_unsigned) return refused(no_key(domain));
    if (of_domain.empty()) *findings.add_verdicts() = verdict("unsigned", "no key for " + domain);
    for (const auto& key : of_domain) keys.push_back(key);
  }
  return keys;
}

Stepped<> SigningPass::sign(const message::HeaderView& header, const std::vector<std::string>& domains,
                            v1::Findings& findings, Time now) {
  const auto chosen = keys_of(domains, findings);
  if (!chosen) return std::unexpected(chosen.error());
  const auto& keys = *chosen;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(now);
  auto values = signer_.sign(header.fields, keys, seconds);
  if (!values) return refused(refusal(451, "4.3.0", "Signing failed; try again later", values.error().what));
  const auto prepended = std::move(*findings.mutable_prepend());
  findings.clear_prepend();
  for (std::size_t i = 0; i < keys.size(); ++i) {
    auto* field = findings.add_prepend();
    field->set_name("DKIM-Signature");
    field->set_value(std::move((*values)[i]));
    const auto& [domain, selector, key] = keys[i];
    *findings.add_verdicts() = verdict("signed", "d=" + std::string(domain) + " s=" + std::string(selector) +
                                                     " a=" + std::string(dkim::name_of(key.algorithm())));
    signed_for_.push_back(std::string(domain) + ' ' + std::string(selector));
  }
  for (const auto& field : prepended) *findings.add_prepend() = field;
  return {};
}

}  // namespace scop::signer
