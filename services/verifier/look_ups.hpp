// The DNS through the resolver's pipe, with a small cache of what was asked a moment ago.
#pragma once

#include <list>
#include <map>
#include <string>
#include <vector>

#include "asio/task.hpp"
#include "dns/answer.hpp"
#include "dns/question.hpp"
#include "pipe/channel.hpp"

namespace scop::verifier {

class Cache {
 public:
  const dns::Answer* find(const dns::Question& question, Deadline now);
  // Failures and large answers are not kept; the oldest goes where there are too many.
  void keep(const dns::Question& question, const dns::Answer& answer, Deadline now);

 private:
  struct Entry {
    dns::Answer answer;
    Deadline until;
    std::list<dns::Question>::iterator age;
  };
  std::map<dns::Question, Entry> entries_;
  std::list<dns::Question> ages_;  // oldest first
};

struct Answered {
  dns::Question question;
  dns::Answer answer;
};

// The look-ups of one message: any number at a time.
class LookUps {
 public:
  LookUps(asio::io_context& io, pipe::Channel& resolver, Cache& cache, std::string trace);
  ~LookUps();
  LookUps(const LookUps&) = delete;
  LookUps& operator=(const LookUps&) = delete;

  void ask(dns::Question question);  // one that is under way is not asked again
  bool waiting() const;
  std::vector<Answered> take();                  // what has come
  Task<> until_one_has_come(Deadline deadline);  // or nothing is under way, or the deadline has passed

 private:
  struct State;
  static Task<> look_up(std::shared_ptr<State> state, dns::Question question);
  std::shared_ptr<State> state_;
};

}  // namespace scop::verifier
