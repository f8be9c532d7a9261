// Adds the next ARC Set to a message (RFC 8617 5.1): the body in chunks, then the header as it will be
// delivered, without the new set.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "arc/seal.hpp"
#include "arc/sets.hpp"
#include "core/error.hpp"
#include "dkim/body_hash.hpp"
#include "dkim/signer.hpp"
#include "message/header.hpp"

namespace scop::arc {

// What the sealer itself found when the message came.
struct Evidence {
  std::string authserv_id;
  std::string results;  // authres-payload behind the authserv-id: "spf=pass …; dkim=pass …"
  ChainStatus chain = ChainStatus::none;
};

// The values as they stand behind the colon: folded, without the last CRLF. On top of the message in the
// order seal, signature, results.
struct NewSet {
  unsigned instance = 0;
  std::string results;
  std::string signature;
  std::string seal;
};

class Sealer {
 public:
  Sealer() : body_(dkim::Canonical::relaxed, dkim::Hash::sha256) {}

  void body(std::string_view chunk) { body_.feed(chunk); }

  // Signs the fields of `names` as often as they are named; relaxed/relaxed. conflict: the chain has ended
  // with cv=fail or with 50 sets, nothing may be added (RFC 8617 5.1.2). Spends the object.
  Outcome<NewSet> seal(const message::HeaderView& header, const Evidence& evidence,
                       const std::vector<std::string>& names, const dkim::SigningKeyView& key,
                       dkim::Seconds now);

 private:
  dkim::BodyHash body_;
};

// The ARC-Seal over the sets before and a new one whose other two fields are there.
Outcome<std::string> sign_seal(const std::vector<SetView>& earlier, const NewSet& set, ChainStatus status,
                               const dkim::SigningKeyView& key, dkim::Seconds now);

// The names for h=: those of a DKIM signature, and each DKIM-Signature (RFC 8617 4.1.2).
std::vector<std::string> names_to_seal(const message::HeaderView& header);

}  // namespace scop::arc
