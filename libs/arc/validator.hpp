// Validates a message's Authenticated Received Chain (RFC 8617 5.2). Sans I/O, in dkim::Verifier's manner:
// header() tells which key records are wanted, key() takes the answers in any order, body() takes chunks,
// finish() judges. Nothing is asked for a chain whose structure is broken.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "arc/seal.hpp"
#include "arc/sets.hpp"
#include "dkim/body_hash.hpp"
#include "dkim/verifier.hpp"
#include "message/header.hpp"

namespace scop::arc {

struct ChainVerdict {
  ChainStatus status = ChainStatus::none;
  unsigned sets = 0;       // as far as they could be counted
  std::string reason;      // of a failure
  bool temporary = false;  // a key could not be had for now; RFC 8617 5.2.1 makes it a failure still
  std::vector<std::string> results;  // ARC-Authentication-Results' values, instance 1 first
  std::vector<std::string> sealers;  // d= of each seal, instance 1 first; all of them verified with pass
};

class Validator {
 public:
  explicit Validator(dkim::Seconds now) : now_(now) {}

  // Once, first. The views are not kept. Returns the names to ask TXT of, each once.
  std::vector<std::string> header(const message::HeaderView& header);
  void body(std::string_view chunk);
  void key(std::string_view name, const dkim::KeyAnswer& answer);
  ChainVerdict finish();

 private:
  // One signature with the hash that it must fit.
  struct Claim {
    std::string what;  // "ARC-Seal i=2"
    dkim::Signature signature;
    std::string hash;
    std::string key_name;
  };
  void fail(std::string reason, bool temporary = false);
  bool take_seals(const std::vector<SetView>& sets);
  bool take_signature(const message::HeaderView& header, const SetView& newest);
  bool body_fits();
  void judge(const Claim& claim);

  dkim::Seconds now_;
  ChainVerdict verdict_;
  std::vector<Claim> claims_;  // the message signature first, then the seals, newest first
  std::optional<dkim::BodyHash> body_;
  std::map<std::string, dkim::KeyAnswer, std::less<>> keys_;
};

}  // namespace scop::arc
