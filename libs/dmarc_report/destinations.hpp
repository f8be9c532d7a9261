// Who may get a domain's reports (RFC 7489 7.1), sans I/O: addresses inside the policy's organization always,
// others where they publish <policy domain>._report._dmarc.<their domain>. Otherwise anyone could have
// reports sent to a stranger.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "dmarc/record.hpp"
#include "dns/answer.hpp"
#include "dns/question.hpp"

namespace scop::dmarc_report {

struct Destination {
  std::string address;  // of a mailto: URI, percent signs decoded
  std::optional<std::uint64_t> most_octets;
  bool operator==(const Destination&) const = default;
};

struct Refused {
  std::string uri;
  std::string why;
  bool temporary = false;  // a look-up failed: worth trying again
  bool operator==(const Refused&) const = default;
};

inline constexpr std::size_t most_destinations = 10;  // the rest is refused

class Destinations {
 public:
  // `policy_domain`: where the record was found; `organizational_domain`: of it, empty where it is the same.
  Destinations(std::string policy_domain, std::string organizational_domain,
               const std::vector<dmarc::ReportUri>& rua);

  std::vector<dns::Question> wanted() const;
  void answer(const dns::Question& question, const dns::Answer& answer);
  bool done() const { return wanted().empty(); }
  // Once done.
  const std::vector<Destination>& allowed() const { return allowed_; }
  const std::vector<Refused>& refused() const { return refused_; }

 private:
  struct Waiting {
    Destination destination;
    std::string uri;
    std::string domain;
  };
  void settle(const Waiting& waiting, const dns::Answer& answer);

  std::multimap<dns::Question, Waiting> waiting_;
  std::vector<Destination> allowed_;
  std::vector<Refused> refused_;
};

}  // namespace scop::dmarc_report
