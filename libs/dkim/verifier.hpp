// Verifies a message's DKIM signatures (RFC 6376 6, RFC 8301, RFC 8463). Sans I/O: header() tells which key
// records are wanted, key() takes the answers in any order, body() takes chunks, finish() judges. Memory does
// not grow with the body. Results are words of RFC 8601 2.7.1.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "dkim/body_hash.hpp"
#include "dkim/key_record.hpp"
#include "dkim/public_key.hpp"
#include "dkim/signature.hpp"
#include "message/header.hpp"

namespace scop::dkim {

struct VerifyingPolicy {
  std::size_t most_signatures = 10;  // that are looked at: the author's first, then from the top
  // A body longer than l= may pass: anyone may append to it (RFC 6376 8.2).
  bool partial_body_may_pass = false;
  // RFC 8301 3.1 forbids it; for old test vectors alone.
  bool sha1_may_pass = false;
};

enum class Result { pass, fail, neutral, policy, temperror, permerror };
std::string_view name_of(Result result);

struct SignatureVerdict {
  Result result = Result::neutral;
  std::string reason;  // empty with pass
  std::string domain;  // d=; empty where the field does not parse
  std::string selector;
  std::string identity;         // i=
  std::string algorithm;        // "rsa-sha256"
  std::string signature_start;  // the first 8 characters of b= (RFC 6008)
  unsigned key_bits = 0;
  bool testing = false;               // t=y in the key record
  std::uint64_t unsigned_octets = 0;  // of the body, behind l=
  std::vector<std::string> signed_names;
};

// What the resolver said of a key record's name.
struct KeyAnswer {
  enum class Kind { found, none, temporary_failure };
  Kind kind = Kind::none;
  std::vector<std::string> records;  // TXT records, each with its strings joined
};

class Verifier {
 public:
  Verifier(VerifyingPolicy policy, Seconds now);
  ~Verifier();
  Verifier(Verifier&&) noexcept;

  // Once, first. The views are not kept. Returns the names to ask TXT of, each once. Where there are too many
  // signatures, those of the author's domain, or of one above or below it, are looked at before others:
  // nobody can bury the one that counts for DMARC.
  std::vector<std::string> header(const message::HeaderView& header, std::string_view author_domain = {});
  void body(std::string_view chunk);
  void key(std::string_view name, const KeyAnswer& answer);
  // One verdict per DKIM-Signature field, from the top. A key never answered is a temporary failure.
  std::vector<SignatureVerdict> finish();

 private:
  struct Candidate;
  struct Body;
  std::vector<bool> choose(std::span<const message::FieldView* const> fields, std::string_view author) const;
  void judge(Candidate& candidate);
  std::size_t body_for(const Signature& signature);

  VerifyingPolicy policy_;
  Seconds now_;
  std::vector<Candidate> candidates_;
  std::vector<Body> bodies_;
  std::map<std::string, KeyAnswer, std::less<>> keys_;
};

}  // namespace scop::dkim
