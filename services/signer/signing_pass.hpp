// One message through the signer, as a machine: the parts of a Pass go in, in their order; an ending comes
// out, or the Findings to forward. Opens nothing, waits for nothing; order, size and digest are carry()'s.
//   envelope ──▶ data* ──▶ findings
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "arc/sealer.hpp"
#include "dkim/signer.hpp"
#include "scop/v1/stage.pb.h"
#include "signer/delivered_header.hpp"
#include "signer/key_ring.hpp"
#include "signer/rules.hpp"

namespace scop::signer {

// What the signer goes by; shared by all passes that began under it.
struct Desk {
  KeyRing keys;
  std::set<std::string> between_keys;  // domains whose new keys are being published, and no key signs
  dkim::SigningPolicy policy;
  std::string grant_key;  // 32 octets, of accounts
  std::string postmaster;
  std::string domain;  // the mesh's own: whose key seals forwards
  std::string host;    // authserv-id of what we found ourselves
  bool pass_unsigned = false;
};

using stage::Ending;
using stage::Stepped;
using stage::Void;

class SigningPass {
 public:
  SigningPass(Desk& desk, std::string caller)
      : desk_(desk), keys_(&desk), caller_(std::move(caller)), signer_(desk.policy) {}

  // Signs with this desk's keys: a key may be compromised while a message is under way.
  void use_keys_of(Desk& desk) { keys_ = &desk; }

  // The envelope as the relay gets it: without the grant, which is no business of its own.
  Stepped<v1::Envelope> envelope(v1::Envelope envelope, Time now);
  Stepped<> data(std::string_view chunk);
  // The stream has ended behind these Findings. What to forward: the signatures on top, a verdict for each.
  Stepped<v1::Findings> finish(v1::Findings findings, Time now);

  const std::string& login() const { return grant_.login; }
  const std::vector<std::string>& signed_for() const { return signed_for_; }  // "example.org r2026a"

 private:
  Stepped<> sign(const message::HeaderView& header, const std::vector<std::string>& domains,
                 v1::Findings& findings, Time now);
  Ruled<std::vector<std::string>> check(const message::HeaderView& header) const;
  // Adds the next ARC Set; what cannot be sealed (no key, a chain that has failed) goes as it is.
  void seal(const message::HeaderView& header, v1::Findings& findings, Time now);
  void feed_body(std::string_view chunk);
  void take_header(std::string_view chunk);

  // Those that sign for the domains; or why not.
  Stepped<std::vector<dkim::SigningKeyView>> keys_of(const std::vector<std::string>& domains,
                                                     v1::Findings& findings);

  Desk& desk_;
  Desk* keys_;
  std::string caller_;
  v1::Role role_ = v1::ROLE_UNKNOWN;
  std::string reverse_path_;
  grant::Grant grant_;
  v1::ArcEvidence evidence_;
  dkim::Signer signer_;
  std::optional<arc::Sealer> sealer_;  // of forwards
  std::string header_;
  bool header_done_ = false;
  std::vector<std::string> signed_for_;
};

}  // namespace scop::signer
