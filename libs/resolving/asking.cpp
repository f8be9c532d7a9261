#include "resolving/asking.hpp"

namespace scop::resolving {

struct Asking::Arrivals {
  std::vector<std::pair<dns::Question, dns::Answer>> answers;
  std::size_t under_way = 0;
  Timer* waiting = nullptr;

  static Task<> fetch(std::shared_ptr<Arrivals> arrivals, pipe::Channel& resolver, dns::Question question,
                      std::string trace, Deadline deadline) {
    auto answer = co_await look_up(resolver, question, std::move(trace), deadline);
    arrivals->answers.emplace_back(std::move(question), std::move(answer));
    --arrivals->under_way;
    if (arrivals->waiting != nullptr) arrivals->waiting->cancel();
  }
};

Asking::Asking(pipe::Channel& resolver, std::string trace, Deadline deadline)
    : resolver_(resolver),
      trace_(std::move(trace)),
      deadline_(deadline),
      arrivals_(std::make_shared<Arrivals>()) {}

Task<> Asking::ask(const std::vector<dns::Question>& questions) {
  const auto executor = co_await asio::this_coro::executor;
  for (const auto& question : questions) {
    if (!asked_.insert(question).second) continue;
    ++arrivals_->under_way;
    asio::co_spawn(executor, Arrivals::fetch(arrivals_, resolver_, question, trace_, deadline_),
                   asio::detached);
  }
}

Task<std::vector<std::pair<dns::Question, dns::Answer>>> Asking::next() {
  if (arrivals_->answers.empty() && arrivals_->under_way > 0) {
    Timer timer(co_await asio::this_coro::executor, deadline_);
    arrivals_->waiting = &timer;
    boost::system::error_code ignored;
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
    arrivals_->waiting = nullptr;
  }
  co_return std::exchange(arrivals_->answers, {});
}

}  // namespace scop::resolving
