#include "spamfilter/clamd.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "net/endpoint.hpp"
#include "spamfilter/clamd_reply.hpp"
#include "spamfilter/limits.hpp"

namespace scop::spamfilter {

namespace {

// The operation's deadline: the socket is shut and every wait on it ends.
template <class Socket>
class Guard {
 public:
  Guard(Timer& timer, Socket& socket, Deadline deadline, bool& passed) : timer_(timer) {
    timer_.expires_at(deadline);
    timer_.async_wait([&socket, &passed](const boost::system::error_code& error) {
      if (error) return;
      passed = true;
      boost::system::error_code ignored;
      socket.close(ignored);
    });
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  ~Guard() { timer_.cancel(); }

 private:
  Timer& timer_;
};

std::string with_length(std::string_view chunk) {
  std::string out;
  out.reserve(chunk.size() + 4);
  for (unsigned shift = 32; shift > 0; shift -= 8)
    out += static_cast<char>(chunk.size() >> (shift - 8) & 0xffU);
  return out.append(chunk);
}

}  // namespace

Outcome<ClamdEndpoint> parse_clamd_endpoint(std::string_view text) {
  if (text.starts_with('/')) return ClamdEndpoint(asio::local::stream_protocol::endpoint(std::string(text)));
  const auto endpoint = net::parse_endpoint(text);
  if (!endpoint) return std::unexpected(endpoint.error());
  return ClamdEndpoint(*endpoint);
}

Scan::Scan(asio::io_context& io, ClamdEndpoint endpoint)
    : endpoint_(std::move(endpoint)), socket_(io), timer_(io) {}

void Scan::fail(const boost::system::error_code& error) {
  if (state_) {
    state_ = timed_out_ ? failure(ErrorKind::timed_out, "clamd is too slow")
                        : failure(ErrorKind::unavailable, "clamd: " + error.message());
  }
}

Task<> Scan::open(Deadline deadline) {
  opened_ = true;
  boost::system::error_code error;
  const Guard guard(timer_, socket_, deadline, timed_out_);
  co_await socket_.async_connect(endpoint_, asio::redirect_error(use_task, error));
  if (error) co_return fail(error);
  using std::string_view_literals::operator""sv;
  co_await asio::async_write(socket_, asio::buffer("zINSTREAM\0"sv), asio::redirect_error(use_task, error));
  if (error) fail(error);
}

Task<> Scan::send(std::string octets, Deadline deadline) {
  boost::system::error_code error;
  const Guard guard(timer_, socket_, deadline, timed_out_);
  co_await asio::async_write(socket_, asio::buffer(octets), asio::redirect_error(use_task, error));
  // It has perhaps answered before it closed: over its StreamMaxLength it does.
  if (error && timed_out_) fail(error);
}

Task<> Scan::feed(std::string_view chunk, Deadline deadline) {
  if (!opened_) co_await open(deadline);
  if (state_ && !chunk.empty()) co_await send(with_length(chunk), deadline);
}

Task<Outcome<std::string>> Scan::read_answer(Deadline deadline) {
  std::string answer;
  boost::system::error_code error;
  const Guard guard(timer_, socket_, deadline, timed_out_);
  co_await asio::async_read_until(socket_, asio::dynamic_buffer(answer, limits::clamd_answer_octets), '\0',
                                  asio::redirect_error(use_task, error));
  if (error && (answer.empty() || error != asio::error::eof)) {
    fail(error);
    co_return std::unexpected(state_.error());
  }
  co_return parse_clamd_reply(std::string_view(answer).substr(0, answer.find('\0')));
}

Task<Outcome<std::string>> Scan::finish(Deadline deadline) {
  if (!opened_) co_await open(deadline);
  if (state_) co_await send(with_length({}), deadline);
  if (!state_) co_return std::unexpected(state_.error());
  co_return co_await read_answer(deadline);
}

}  // namespace scop::spamfilter
