#include "judge/judge.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <cstring>
#include <deque>

#include "judge/warden.hpp"

namespace scop::judge {

namespace {

using Channel = asio::basic_stream_socket<asio::local::stream_protocol, Executor>;
using Control = asio::basic_stream_socket<asio::local::stream_protocol, Executor>;

// A request from ask() until its response.
struct Case {
  Case(asio::io_context& io, std::string octets) : request(std::move(octets)), settled(io) {}
  std::string request;
  Outcome<std::string> response = failure(ErrorKind::timed_out, "the judge did not answer in time");
  Timer settled;
  bool is_settled = false;
  bool sent = false;  // to the judge of now

  void settle(Outcome<std::string> result) {
    if (std::exchange(is_settled, true)) return;
    response = std::move(result);
    settled.cancel();
  }
};

using CasePtr = std::shared_ptr<Case>;

struct Newcomer {
  pid_t process = 0;
  int channel = -1;
};

std::optional<Newcomer> take_newcomer(int control) {
  Announcement text;
  iovec part{&text, sizeof text};
  alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
  msghdr message{};
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  message.msg_control = room.data();
  message.msg_controllen = room.size();
  if (::recvmsg(control, &message, MSG_CMSG_CLOEXEC) != static_cast<ssize_t>(sizeof text))
    return std::nullopt;
  const auto* rights = CMSG_FIRSTHDR(&message);
  if (rights == nullptr || rights->cmsg_type != SCM_RIGHTS) return std::nullopt;
  Newcomer newcomer{.process = text.process};
  std::memcpy(&newcomer.channel, CMSG_DATA(rights), sizeof newcomer.channel);
  return newcomer;
}

}  // namespace

struct Judge::State : std::enable_shared_from_this<Judge::State> {
  State(asio::io_context& the_io, const Log& the_log, Terms the_terms, int control_socket)
      : io(the_io),
        log(the_log),
        terms(std::move(the_terms)),
        control(the_io.get_executor(), asio::local::stream_protocol(), control_socket),
        wake(the_io) {}

  Task<> keep();
  Task<> serve(std::shared_ptr<Channel> channel);
  Task<> send(std::shared_ptr<Channel> channel);
  Task<> watch(CasePtr begun);
  void lose_judge();
  void end();

  asio::io_context& io;
  const Log& log;
  Terms terms;
  Control control;
  Timer wake;  // the sender's: cancelled when there is something to send
  std::deque<CasePtr> cases;
  std::shared_ptr<Channel> judge;
  std::uint64_t deaths = 0;
  pid_t process = 0;
  bool ending = false;
};

// One judge after the other.
Task<> Judge::State::keep() {
  const auto self = shared_from_this();
  while (!ending) {
    boost::system::error_code error;
    co_await control.async_wait(Control::wait_read, asio::redirect_error(use_task, error));
    if (error || ending) co_return;
    const auto newcomer = take_newcomer(control.native_handle());
    if (!newcomer) {
      log.error("no judge any more", {{"judge", terms.name}, {"do", "restart the daemon"}});
      co_return;
    }
    process = newcomer->process;
    judge = std::make_shared<Channel>(io.get_executor(), asio::local::stream_protocol(), newcomer->channel);
    asio::co_spawn(io, send(judge), asio::detached);
    co_await serve(judge);
    lose_judge();
  }
}

void Judge::State::lose_judge() {
  boost::system::error_code ignored;
  if (judge) judge->close(ignored);
  judge.reset();
  process = 0;
  wake.cancel();
  if (ending) return;
  ++deaths;
  log.error("judge died", {{"judge", terms.name}, {"deaths", deaths}});
  // The first one killed it; it is not asked again.
  if (!cases.empty() && cases.front()->sent) {
    cases.front()->settle(failure(ErrorKind::broken, "the judge died over this request"));
    cases.pop_front();
  }
  for (const auto& waiting : cases) waiting->sent = false;
}

// Responses, in the order of requests; comes back when the judge is gone.
Task<> Judge::State::serve(std::shared_ptr<Channel> channel) {
  for (;;) {
    std::uint32_t size = 0;
    boost::system::error_code error;
    co_await asio::async_read(*channel, asio::buffer(&size, sizeof size),
                              asio::redirect_error(use_task, error));
    if (error || size > terms.most_octets || cases.empty() || !cases.front()->sent) co_return;
    std::string response(size, '\0');
    co_await asio::async_read(*channel, asio::buffer(response), asio::redirect_error(use_task, error));
    if (error || cases.empty()) co_return;
    cases.front()->settle(std::move(response));
    cases.pop_front();
    if (!cases.empty() && cases.front()->sent) asio::co_spawn(io, watch(cases.front()), asio::detached);
  }
}

Task<> Judge::State::send(std::shared_ptr<Channel> channel) {
  const auto self = shared_from_this();
  boost::system::error_code error;
  while (!ending && judge == channel) {
    const auto next = std::ranges::find_if(cases, [](const CasePtr& one) { return !one->sent; });
    if (next == cases.end()) {
      wake.expires_after(std::chrono::hours(24));
      co_await wake.async_wait(asio::redirect_error(use_task, error));
      continue;
    }
    const auto one = *next;
    one->sent = true;
    if (one == cases.front()) asio::co_spawn(io, watch(one), asio::detached);
    const auto size = static_cast<std::uint32_t>(one->request.size());
    const std::array<asio::const_buffer, 2> parts{
        asio::const_buffer(&size, sizeof size), asio::const_buffer(one->request.data(), one->request.size())};
    co_await asio::async_write(*channel, parts, asio::redirect_error(use_task, error));
    if (error) co_return;  // serve() notices too
  }
}

// A judge that thinks for too long is ended by the warden.
Task<> Judge::State::watch(CasePtr begun) {
  const auto self = shared_from_this();
  const auto of = process;
  Timer patience(io, terms.patience);
  boost::system::error_code error;
  co_await patience.async_wait(asio::redirect_error(use_task, error));
  if (ending || process != of || cases.empty() || cases.front() != begun) co_return;
  log.warning("judge takes too long and is ended", {{"judge", terms.name}});
  [[maybe_unused]] const auto told =
      ::send(control.native_handle(), &kill_judge, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void Judge::State::end() {
  ending = true;
  boost::system::error_code ignored;
  control.close(ignored);
  if (judge) judge->close(ignored);
  wake.cancel();
  for (const auto& waiting : cases) waiting->settle(failure(ErrorKind::cancelled, "shutting down"));
  cases.clear();
}

Outcome<std::unique_ptr<Judge>> Judge::start(asio::io_context& io, const Log& log, Terms terms,
                                             const std::function<Handler()>& make) {
  std::array<int, 2> pair{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0) {
    return failure(ErrorKind::broken, fmt::format("socketpair: {}", std::strerror(errno)));
  }
  const auto warden = ::fork();
  if (warden < 0) return failure(ErrorKind::broken, fmt::format("fork: {}", std::strerror(errno)));
  if (warden == 0) run_warden(pair[1], terms, make);
  ::close(pair[1]);
  auto state = std::make_shared<State>(io, log, std::move(terms), pair[0]);
  return std::unique_ptr<Judge>(new Judge(std::move(state)));
}

Judge::~Judge() { state_->end(); }

void Judge::begin() { asio::co_spawn(state_->io, state_->keep(), asio::detached); }

Task<Outcome<std::string>> Judge::ask(std::string request, Deadline deadline) {
  const auto state = state_;
  if (state->ending) co_return failure(ErrorKind::cancelled, "shutting down");
  if (request.size() > state->terms.most_octets) {
    co_return failure(ErrorKind::too_large, "too much for the judge");
  }
  if (state->cases.size() >= state->terms.most_waiting) {
    co_return failure(ErrorKind::exhausted, "too many wait for the judge");
  }
  const auto mine = std::make_shared<Case>(state->io, std::move(request));
  state->cases.push_back(mine);
  state->wake.cancel();
  mine->settled.expires_at(deadline);
  boost::system::error_code ignored;
  if (!mine->is_settled) co_await mine->settled.async_wait(asio::redirect_error(use_task, ignored));
  // One that nobody waits for and that was never sent need not be judged.
  if (!mine->is_settled && !mine->sent) std::erase(state->cases, mine);
  co_return std::move(mine->response);
}

std::uint64_t Judge::deaths() const { return state_->deaths; }
pid_t Judge::process() const { return state_->process; }

}  // namespace scop::judge
