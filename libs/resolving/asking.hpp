// Gives a decision the answers that it wants: everything that is wanted is asked at the same time, until the
// decision is done or the deadline is there.
#pragma once

#include <concepts>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "resolving/look_up.hpp"

namespace scop::resolving {

template <class T>
concept Decision = requires(T decision, const dns::Question& question, const dns::Answer& answer) {
  { decision.wanted() } -> std::same_as<std::vector<dns::Question>>;
  decision.answer(question, answer);
  { decision.done() } -> std::convertible_to<bool>;
};

// Questions under way; each is asked once.
class Asking {
 public:
  Asking(pipe::Channel& resolver, std::string trace, Deadline deadline);

  Task<> ask(const std::vector<dns::Question>& questions);
  // Those that have come, at least one; empty: the deadline is there, or nothing is under way.
  Task<std::vector<std::pair<dns::Question, dns::Answer>>> next();

 private:
  struct Arrivals;
  pipe::Channel& resolver_;
  std::string trace_;
  Deadline deadline_;
  std::set<dns::Question> asked_;
  std::shared_ptr<Arrivals> arrivals_;  // held by the calls under way too
};

// False: the deadline came first.
template <Decision T>
Task<bool> settle(pipe::Channel& resolver, T& decision, std::string trace, Deadline deadline) {
  Asking asking(resolver, std::move(trace), deadline);
  while (!decision.done()) {
    co_await asking.ask(decision.wanted());
    const auto answers = co_await asking.next();
    if (answers.empty()) co_return false;
    for (const auto& [question, answer] : answers) decision.answer(question, answer);
  }
  co_return true;
}

}  // namespace scop::resolving
