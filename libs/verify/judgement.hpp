// What was found about one message, and what follows from it: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "arc/validator.hpp"
#include "dkim/verifier.hpp"
#include "dmarc/evaluation.hpp"
#include "dns/address.hpp"
#include "spf/result.hpp"
#include "verify/iprev.hpp"

namespace scop::verify {

struct Policy {
  std::string authserv_id;           // of the field that we write
  std::vector<std::string> own_ids;  // beside it: no stranger's results may carry them
  bool enforce = true;               // DMARC: else it only labels
  bool defer_temperror = false;      // 451 where DMARC cannot be judged for now; else such mail is taken
  std::vector<std::string> trusted_sealers;  // d= of ARC seals, lower case, whose results may override DMARC
  dkim::VerifyingPolicy dkim;
};

// What the edge saw.
struct Envelope {
  std::optional<dns::Address> client;
  std::string helo;
  std::string reverse_path;  // without <>; empty: the null sender
  dkim::Seconds now{};
};

enum class Disposition : std::uint8_t { inbox, junk, refuse, defer };
std::string_view name_of(Disposition disposition);

struct Decision {
  Disposition disposition = Disposition::inbox;
  // With refuse and defer: the SMTP reply, one line of ASCII.
  unsigned code = 0;
  std::string enhanced;
  std::string text;
  std::string reason;       // for the log, one line
  bool overridden = false;  // DMARC's wish was not followed because of a trusted ARC chain
  bool operator==(const Decision&) const = default;
};

// One thing that was looked at, for people: printable.
struct Step {
  std::string method;  // "spf", "dkim", …
  std::string what;
  std::string outcome;
};

struct Judgement {
  spf::Verdict spf;                  // of MAIL FROM, with the null sender of HELO
  std::optional<spf::Verdict> helo;  // of HELO, beside the other
  std::vector<dkim::SignatureVerdict> dkim;
  arc::ChainVerdict arc;
  dmarc::Verdict dmarc;
  IprevVerdict iprev;
  Decision decision;
  std::string header_problem;              // why the header could not be read; empty: it could
  std::string field;                       // Authentication-Results' value, as it stands behind the colon
  std::string results;                     // the same without the authserv-id, one line: for ARC
  std::vector<std::uint32_t> remove;       // indexes of strangers' Authentication-Results in our name
  std::vector<std::uint32_t> spam_fields;  // indexes of X-Spam-* fields: the filter may remove those
  std::vector<Step> steps;
};

}  // namespace scop::verify
