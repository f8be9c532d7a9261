// DMARC (RFC 9989, before it RFC 7489), sans I/O: does an authenticated domain align with the author's, and
// what does the author's domain want done where none does. Policies and organizational domains are found by
// the DNS tree walk (RFC 9989 4.10), at most eight questions a domain; there is no public suffix list.
//
// From fields with none, or with several domains (RFC 9989 5.3.1 and 11.5 leave them open, after RFC
// 7489 6.6.1): none, or one that is no domain name: permerror, disposition quarantine; several: each is
// judged and the strictest failure decides, pass only if each that has a policy passes; more than
// Limits::authors: permerror, disposition quarantine. So that nobody escapes a policy by a second address.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dmarc/record.hpp"
#include "dns/answer.hpp"
#include "dns/question.hpp"

namespace scop::dmarc {

enum class Result : std::uint8_t { none, pass, fail, temperror, permerror };
std::string_view name_of(Result result);  // the words of RFC 7489 11.2

// What another mechanism said about a domain. Only `pass` can align; with a `temperror` that would have
// aligned, and no pass that does, DMARC is a temperror too.
enum class Standing : std::uint8_t { fail, pass, temperror };

struct Identifier {
  std::string domain;  // d= of a signature; the domain SPF checked
  Standing standing = Standing::fail;
  bool operator==(const Identifier&) const = default;
};

struct Limits {
  std::size_t authors = 4;      // distinct From domains
  std::size_t signatures = 10;  // of those that passed or had a temporary error; the others are not aligned
  std::size_t steps = 200;
};

struct Input {
  // Of each address in each From field, in order; U-labels or A-labels, any letter case. An address without a
  // domain, or a field that does not parse: an empty string.
  std::vector<std::string> from_domains;
  Identifier spf;  // MAIL FROM's check, for a null sender HELO's (RFC 9989 4.4.2); domain empty: not checked
  std::vector<Identifier> dkim;  // one per signature, in any order
  Limits limits;
};

struct Aligned {
  Identifier identifier;
  bool aligned = false;               // by domain alone; it counts with Standing::pass
  std::string organizational_domain;  // empty where it was not needed
  bool operator==(const Aligned&) const = default;
};

// As in spf::Step.
struct Step {
  std::string domain;
  std::string tested;
  std::string outcome;
  bool operator==(const Step&) const = default;
};

enum class PolicySource : std::uint8_t { none, p, sp, np };
std::string_view name_of(PolicySource source);  // "", "p", "sp", "np"

struct Verdict {
  Result result = Result::none;
  std::string domain;                 // the author's, A-labels; of several the one that decided
  std::string organizational_domain;  // the author's; empty where no policy applies
  std::string record_domain;          // where the record was found
  Record record;                      // with a policy found
  PolicySource source = PolicySource::none;
  Policy policy = Policy::none;       // what that tag asks for
  Policy disposition = Policy::none;  // what is to be done: with fail, the policy, one level lower with t=y
  bool testing = false;
  Aligned spf;
  std::vector<Aligned> dkim;  // in the input's order
  bool spf_pass = false;      // aligned and passed: what aggregate reports call policy_evaluated
  bool dkim_pass = false;
  std::string reason;  // one line, never empty once done
  unsigned lookups = 0;
  std::vector<Step> steps;
  bool operator==(const Verdict&) const = default;
};

// Used like spf::Evaluation.
class Evaluation {
 public:
  explicit Evaluation(Input input);
  ~Evaluation();
  Evaluation(Evaluation&&) noexcept;
  Evaluation& operator=(Evaluation&&) noexcept;

  std::vector<dns::Question> wanted() const;
  void answer(const dns::Question& question, const dns::Answer& answer);
  bool done() const;
  const Verdict& result() const;  // once done

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scop::dmarc
