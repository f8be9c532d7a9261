// check_host() of RFC 7208, sans I/O: who may send for a domain. Pure: the same answers give the same
// verdict, in whatever order they come. Time is the caller's: who has waited long enough answers SERVFAIL.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "dns/address.hpp"
#include "dns/answer.hpp"
#include "dns/question.hpp"
#include "spf/result.hpp"

namespace scop::spf {

// RFC 7208 4.6.4, and our own where it names none.
struct Limits {
  unsigned lookups = 10;          // terms that cost a look-up: one more is a permerror
  unsigned void_lookups = 2;      // terms whose look-up finds nothing: one more is a permerror
  unsigned names = 10;            // of one mx (more: permerror) or ptr (more: ignored)
  std::size_t record = 16'384;    // octets; a longer one is a permerror
  std::size_t explanation = 512;  // octets; a longer one is dropped
  std::size_t steps = 200;
};

struct Input {
  dns::Address client;    // an IPv4-mapped one is taken as IPv4
  std::string mail_from;  // reverse-path without <>; "" is the null sender: postmaster@helo is checked
  std::string helo;
  Identity identity = Identity::mail_from;  // helo: checks postmaster@helo, whatever mail_from is (2.3)
  std::string receiver = "unknown";         // our name, for the macro %{r}
  std::chrono::sys_seconds now{};           // for the macro %{t}
  Limits limits;
};

//   Evaluation spf(input);
//   while (!spf.done())
//     for (const auto& question : spf.wanted()) spf.answer(question, look_up(question));
//   spf.result()
class Evaluation {
 public:
  explicit Evaluation(Input input);
  ~Evaluation();
  Evaluation(Evaluation&&) noexcept;
  Evaluation& operator=(Evaluation&&) noexcept;

  // Not yet answered, each once, what evaluation waits for first; the others are what will be needed if it
  // goes on (at most as many terms as the limit leaves). Who asks several at once may answer each when it
  // comes and look again: what was asked and is not answered is named again. Empty once done.
  std::vector<dns::Question> wanted() const;
  // An answer to a question never wanted, or answered before, changes nothing. A bogus answer is a temperror.
  void answer(const dns::Question& question, const dns::Answer& answer);
  bool done() const;
  // Once done.
  const Verdict& result() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scop::spf
