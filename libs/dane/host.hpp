// The TLSA records that count for one mail host (RFC 7672 2.1 and 2.2): which names to ask for, and what the
// answers mean. A pure decision, driven by resolving::settle; the addresses are asked beside, since their
// security decides where TLSA records may be.
//
//   addresses          the name is      TLSA base domains, in this order (2.2.2, 2.2.3)
//   secure             no alias         the name
//   secure             an alias         where it leads, the name
//   insecure           no alias         –
//   insecure           a secure alias   the name
//   insecure           another alias    –
//
//   TLSA answer of a base domain (2.1.1)   verdict
//   bogus, SERVFAIL, none in time          unknown
//   secure, a usable record                records
//   secure, only others                    unusable
//   none, or insecure                      that of the next base domain; behind the last one: none
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dns/answer.hpp"
#include "dns/question.hpp"
#include "dns/rdata.hpp"

namespace scop::dane {

inline constexpr std::size_t most_records = 100;  // of one base domain

struct Verdict {
  enum class Kind : std::uint8_t {
    none,      // no DANE here
    records,   // mail goes to who matches one of them, or not at all
    unusable,  // TLS is mandatory, with whomever (2.2: the records are there, and say nothing that we can
               // use)
    unknown,   // somebody may hide records: the host must not be used now
  };
  Kind kind = Kind::none;
  std::string base;                // the TLSA base domain, for records and unusable
  std::vector<dns::Tlsa> records;  // the usable ones; for unusable: those that can be read at all
  dns::Question failed;            // for unknown
  dns::Answer failure;
  bool operator==(const Verdict&) const = default;
};

class Host {
 public:
  struct Wish {
    std::uint16_t port = 25;
    bool v4 = true;
    bool v6 = true;
    bool tlsa = true;  // false: the addresses alone
  };
  // `name` in lower case and A-labels, without the last dot.
  Host(std::string name, Wish wish) : name_(std::move(name)), wish_(wish) {}

  std::vector<dns::Question> wanted() const;
  void answer(const dns::Question& question, const dns::Answer& answer);
  bool done() const { return standing().missing.empty(); }

  // Of a family that was not asked: an empty NOERROR; of one that did not answer: SERVFAIL.
  dns::Answer a() const { return addresses(dns::Type::a, wish_.v4); }
  dns::Answer aaaa() const { return addresses(dns::Type::aaaa, wish_.v6); }
  // Before done(): what is missing failed.
  Verdict verdict() const;

 private:
  struct Standing {
    std::vector<dns::Question> missing;
    Verdict verdict;
  };
  Standing standing() const;
  Standing by_base_domains(const std::vector<std::string>& bases) const;
  const dns::Answer* find(const std::string& name, dns::Type type) const;
  const dns::Answer* telling_addresses() const;
  dns::Answer addresses(dns::Type type, bool wished) const;
  std::string owner_of(const std::string& base) const;

  std::string name_;
  Wish wish_;
  std::map<dns::Question, dns::Answer> answers_;
};

}  // namespace scop::dane
