// Signs one message with several keys in one pass (RFC 6376 5): the body in chunks, then the header as it
// will be delivered. The body hash and the hash of the signed fields are shared by all keys.
#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "dkim/body_hash.hpp"
#include "dkim/key.hpp"
#include "dkim/signature.hpp"
#include "message/header.hpp"

namespace scop::dkim {

struct SigningPolicy {
  Canonical header_form = Canonical::relaxed;
  Canonical body_form = Canonical::relaxed;
  // In h= once more than they occur: one added later breaks the signature (RFC 6376 8.15).
  std::vector<std::string> oversigned{"From",
                                      "Subject",
                                      "Date",
                                      "To",
                                      "Cc",
                                      "Reply-To",
                                      "Sender",
                                      "Message-ID",
                                      "In-Reply-To",
                                      "References",
                                      "MIME-Version",
                                      "Content-Type",
                                      "Content-Transfer-Encoding"};
  // In h= as often as they occur.
  std::vector<std::string> signed_where_present{
      "List-Id",     "List-Unsubscribe", "List-Unsubscribe-Post", "List-Post",     "Resent-From", "Resent-To",
      "Resent-Date", "Autocrypt",        "Content-Disposition",   "Auto-Submitted"};
  std::optional<std::chrono::seconds> lifetime;  // x= is t= and this
};

struct SigningKeyView {
  std::string_view domain;
  std::string_view selector;
  DkimKey& key;
};

class Signer {
 public:
  explicit Signer(const SigningPolicy& policy) : policy_(policy), body_(policy.body_form, Hash::sha256) {}

  void body(std::string_view chunk) { body_.feed(chunk); }

  // The values of the DKIM-Signature fields, one per key in their order, as they stand behind the colon.
  // `header` from the top, as delivered. Spends the object.
  Outcome<std::vector<std::string>> sign(std::span<const message::FieldView> header,
                                         std::span<const SigningKeyView> keys, Seconds now);

 private:
  const SigningPolicy& policy_;
  BodyHash body_;
};

// The names for h=: RFC 6376 5.4.
std::vector<std::string> names_to_sign(const SigningPolicy& policy,
                                       std::span<const message::FieldView> header);

}  // namespace scop::dkim
