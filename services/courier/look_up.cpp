#include "courier/look_up.hpp"

#include "courier/limits.hpp"
#include "resolving/look_up.hpp"

namespace scop::courier {

namespace {

dns::Answer nothing() {
  dns::Answer answer;
  answer.rcode = dns::Rcode::no_error;
  return answer;
}

// The half that runs beside its caller.
struct Other {
  explicit Other(asio::io_context& io) : timer(io, Deadline::max()) {}
  dns::Answer answer;
  bool done = false;
  Timer timer;
};

Task<> look_up_into(std::shared_ptr<Other> other, pipe::Channel& resolver, std::string name, dns::Type type,
                    std::string trace) {
  other->answer = co_await look_up(resolver, std::move(name), type, std::move(trace));
  other->done = true;
  other->timer.cancel();
}

}  // namespace

Task<dns::Answer> look_up(pipe::Channel& resolver, std::string name, dns::Type type, std::string trace) {
  dns::Question question{std::move(name), type};
  return resolving::look_up(resolver, std::move(question), std::move(trace), in(limits::look_up));
}

Task<HostAnswers> look_up_host(asio::io_context& io, pipe::Channel& resolver, std::string host, bool v4,
                               bool v6, std::string trace) {
  HostAnswers answers{nothing(), nothing()};
  const auto other = std::make_shared<Other>(io);
  if (v6) asio::co_spawn(io, look_up_into(other, resolver, host, dns::Type::aaaa, trace), asio::detached);
  if (v4) answers.a = co_await look_up(resolver, std::move(host), dns::Type::a, std::move(trace));
  if (!v6) co_return answers;
  if (!other->done) {
    other->timer.expires_at(in(limits::look_up));
    boost::system::error_code ignored;
    co_await other->timer.async_wait(asio::redirect_error(use_task, ignored));
  }
  if (other->done)
    answers.aaaa = std::move(other->answer);
  else
    answers.aaaa = dns::Answer();
  co_return answers;
}

}  // namespace scop::courier
