// One message judged by every method at once, sans I/O: the envelope first, then the message's octets in
// chunks of any size, answers of the DNS at any time and in any order. Memory does not grow with the body.
//
//   Inquiry inquiry(policy, envelope);
//   for each chunk: inquiry.octets(chunk);   inquiry.end();
//   while (!inquiry.done())
//     for (const auto& question : inquiry.wanted()) inquiry.answer(question, look_up(question));
//   inquiry.finish()
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "dns/answer.hpp"
#include "dns/question.hpp"
#include "verify/judgement.hpp"

namespace scop::verify {

class Inquiry {
 public:
  Inquiry(Policy policy, Envelope envelope);
  ~Inquiry();
  Inquiry(Inquiry&&) noexcept;
  Inquiry& operator=(Inquiry&&) noexcept;

  // CRLF line ends.
  void octets(std::string_view chunk);
  void end();  // of the message

  // Each once, not answered yet; more come with the header, with answers and with the end. Bounded: SPF's
  // limits twice, 10 + 51 keys, 11 of iprev, DMARC's tree walks.
  std::vector<dns::Question> wanted() const;
  void answer(const dns::Question& question, const dns::Answer& answer);
  bool done() const;

  // After end(). What is not answered by now counts as SERVFAIL. Spends the object.
  Judgement finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scop::verify
