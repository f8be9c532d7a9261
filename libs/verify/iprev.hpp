// iprev (RFC 8601 3): does the client's address have a name that has the address? Sans I/O, in
// spf::Evaluation's manner.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dns/address.hpp"
#include "dns/answer.hpp"
#include "dns/question.hpp"

namespace scop::verify {

enum class IprevResult : std::uint8_t { none, pass, fail, temperror, permerror };
std::string_view name_of(IprevResult result);  // RFC 8601 2.7.3; none: no address was given

struct IprevVerdict {
  IprevResult result = IprevResult::none;
  std::string name;    // the confirmed one, else the first of the PTR records
  std::string reason;  // one line, never empty once done
  bool operator==(const IprevVerdict&) const = default;
};

// "1.2.0.192.in-addr.arpa"; IPv4-mapped IPv6 as IPv4.
std::string reverse_name(const dns::Address& address);

class Iprev {
 public:
  static constexpr std::size_t most_names = 10;  // of PTR; the rest is not looked at

  explicit Iprev(std::optional<dns::Address> client);

  std::vector<dns::Question> wanted() const;
  void answer(const dns::Question& question, const dns::Answer& answer);
  bool done() const { return done_; }
  const IprevVerdict& result() const { return verdict_; }

 private:
  void take_names(const dns::Answer& answer);
  void judge();
  void end(IprevResult result, std::string name, std::string reason);

  std::optional<dns::Address> client_;
  std::string reverse_;
  bool reversed_ = false;  // the PTR answer has come
  std::vector<std::string> names_;
  std::map<std::string, std::optional<dns::Answer>> forward_;
  IprevVerdict verdict_;
  bool done_ = false;
};

}  // namespace scop::verify
