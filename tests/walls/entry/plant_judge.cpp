// The entry in a judge: a request that begins with the mark is an attempt, its response the outcome.
#include "attempt.hpp"
#include "judge/judge.hpp"
#include "judge/warden.hpp"
#include "orders.hpp"

namespace scop::judge {

namespace {

Handler obeying(Handler handler) {
  return [handler = std::move(handler)](std::string_view request) {
    if (!request.starts_with(attack::attempt_mark)) return handler(request);
    return attack::perform(attack::words_of(request.substr(attack::attempt_mark.size())));
  };
}

Task<std::string> ask(Judge& judge, std::string line) {
  const auto answer =
      co_await judge.ask(std::string(attack::attempt_mark) + line, in(std::chrono::seconds(20)));
  co_return answer ? *answer : "died: " + answer.error().what;
}

}  // namespace

[[noreturn]] void warden(int control, const Terms& terms, const std::function<Handler()>& make) asm(
    "__real__ZN4scop5judge10run_wardenEiRKNS0_5TermsERKSt8functionIFS4_IFNSt7__cxx1112basic_stringIcSt11char_"
    "traitsIcESaIcEEESt17basic_string_viewIcS8_EEEvEE");
[[noreturn]] void attacked_warden(int control, const Terms& terms, const std::function<Handler()>& make) asm(
    "__wrap__ZN4scop5judge10run_wardenEiRKNS0_5TermsERKSt8functionIFS4_IFNSt7__cxx1112basic_stringIcSt11char_"
    "traitsIcESaIcEEESt17basic_string_viewIcS8_EEEvEE");
void attacked_warden(int control, const Terms& terms, const std::function<Handler()>& make) {
  warden(control, terms, [&make] { return obeying(make()); });
}

void begun(Judge* judge) asm("__real__ZN4scop5judge5Judge5beginEv");
void begin(Judge* judge) asm("__wrap__ZN4scop5judge5Judge5beginEv");
void begin(Judge* judge) {
  begun(judge);
  attack::judge() = [judge](std::string line) { return ask(*judge, std::move(line)); };
}

}  // namespace scop::judge
