#include "resolver/dns_port.hpp"

#include <fmt/format.h>

#include <boost/asio/ip/v6_only.hpp>

#include "dns/message.hpp"
#include "dns/reply.hpp"
#include "resolver/limits.hpp"

namespace scop::resolver {

namespace {

// Zone transfers, ANY, and the other types that are no types of records (RFC 6895 3.1).
bool is_record_type(dns::Type type) {
  const auto number = static_cast<unsigned>(type);
  return number != 0 && type != dns::Type::opt && (number < 128 || number > 255);
}

std::string with_length(const std::string& message) {
  std::string out{static_cast<char>(message.size() >> 8U), static_cast<char>(message.size() & 0xffU)};
  return out + message;
}

// EDNS's error, for who shall know why (RFC 8914 3).
std::optional<dns::ExtendedError> error_of(const Resolved& resolved) {
  const auto code = resolved.extended_error();
  if (!code) return std::nullopt;
  return dns::ExtendedError{static_cast<dns::InfoCode>(*code), resolved.found->answer.why};
}

std::string to_reply(const dns::Query& query, const Resolved& resolved, std::size_t most) {
  const auto& answer = resolved.found->answer;
  const auto& packet = resolved.found->packet;
  const bool bogus = answer.validation == dns::Validation::bogus;
  if (packet.empty() || (bogus && !query.checking_disabled))
    return dns::empty_reply(query, packet.empty() ? answer.rcode : dns::Rcode::serv_fail, false, false,
                            error_of(resolved));
  dns::AnswerState state{.secure = answer.validation == dns::Validation::secure,
                         .age = resolved.age,
                         .ttl = std::nullopt,
                         .error = error_of(resolved)};
  if (resolved.stale) state.ttl = resolved.ttl;
  return dns::fit_reply(query, packet, state, most);
}

Task<Outcome<std::string>> read_exactly(net::Stream& stream, std::size_t count, Deadline deadline) {
  std::string octets(count, '\0');
  for (std::size_t have = 0; have < count;) {
    auto got = co_await stream.read_some(std::span(octets).subspan(have), deadline);
    if (!got) co_return std::unexpected(std::move(got.error()));
    have += *got;
  }
  co_return octets;
}

}  // namespace

struct DnsPort::State {
  State(asio::io_context& context, const Log& to, net::Listener listening)
      : io(context), log(to), udp(context), listener(std::move(listening)) {}
  asio::io_context& io;
  const Log& log;
  UdpSocket udp;
  net::Listener listener;
  Resolution* resolution = nullptr;
  std::chrono::milliseconds timeout{};
  std::size_t udp_queries = 0;
  std::size_t tcp_connections = 0;
  bool stopped = false;
};

Outcome<DnsPort> DnsPort::bind(asio::io_context& io, const Log& log, const net::Endpoint& endpoint) {
  auto listener = net::Listener::bind(io, endpoint);
  if (!listener) return std::unexpected(std::move(listener.error()));
  auto state = std::make_shared<State>(io, log, std::move(*listener));
  // Port 0: both protocols on the one that the kernel gave for TCP.
  const auto local = state->listener.local();
  const asio::ip::udp::endpoint at(local.address(), local.port());
  boost::system::error_code error;
  state->udp.open(at.protocol(), error);
  if (!error && at.address().is_v6()) state->udp.set_option(asio::ip::v6_only(true), error);
  if (!error) state->udp.bind(at, error);
  if (error) {
    return failure(ErrorKind::unavailable,
                   fmt::format("UDP on {}: {}", net::to_text(local), error.message()));
  }
  return DnsPort(std::move(state));
}

net::Endpoint DnsPort::local() const { return state_->listener.local(); }

void DnsPort::start(Resolution& resolution, std::chrono::milliseconds timeout) {
  state_->resolution = &resolution;
  state_->timeout = timeout;
  asio::co_spawn(state_->io, serve_udp(state_), asio::detached);
  state_->listener.start([weak = std::weak_ptr(state_)](net::Stream stream) {
    const auto state = weak.lock();
    if (!state || state->stopped || state->tcp_connections >= limits::tcp_connections) return;
    asio::co_spawn(state->io, serve_tcp(state, std::move(stream)), asio::detached);
  });
}

void DnsPort::stop() {
  state_->stopped = true;
  state_->listener.stop();
  boost::system::error_code ignored;
  state_->udp.close(ignored);
}

Task<std::string> DnsPort::reply_to(std::shared_ptr<State> state, std::string octets, bool tcp) {
  auto query = dns::parse_query(octets);
  if (!query) {
    const auto id = dns::query_id(octets);
    co_return id ? dns::format_error(*id) : std::string();
  }
  if (query->opcode != 0) co_return dns::empty_reply(*query, dns::Rcode::not_imp);
  if (query->edns_version != 0) co_return dns::empty_reply(*query, dns::Rcode::no_error);
  if (query->class_number != 1 || !is_record_type(query->type))
    co_return dns::empty_reply(*query, dns::Rcode::refused);
  auto resolved = state->resolution->at_once(query->name, query->type);
  if (!resolved) resolved = co_await state->resolution->look_up(query->name, query->type, in(state->timeout));
  co_return to_reply(*query, *resolved, tcp ? limits::reply_octets : query->udp_size);
}

Task<> DnsPort::serve_udp(std::shared_ptr<State> state) {
  std::string buffer(limits::udp_query_octets, '\0');
  while (!state->stopped) {
    asio::ip::udp::endpoint peer;
    boost::system::error_code error;
    const auto size = co_await state->udp.async_receive_from(asio::buffer(buffer), peer,
                                                             asio::redirect_error(use_task, error));
    if (error == asio::error::operation_aborted || error == asio::error::bad_descriptor) break;
    if (error || state->udp_queries >= limits::udp_queries) continue;
    asio::co_spawn(state->io, answer_udp(state, buffer.substr(0, size), peer), asio::detached);
  }
}

Task<> DnsPort::answer_udp(std::shared_ptr<State> state, std::string octets, asio::ip::udp::endpoint peer) {
  ++state->udp_queries;
  const auto reply = co_await reply_to(state, std::move(octets), false);
  boost::system::error_code ignored;
  // Never waits: a full socket buffer drops the reply, as a network would.
  if (!reply.empty() && !state->stopped) state->udp.send_to(asio::buffer(reply), peer, MSG_DONTWAIT, ignored);
  --state->udp_queries;
}

Task<> DnsPort::serve_tcp(std::shared_ptr<State> state, net::Stream stream) {
  ++state->tcp_connections;
  while (!state->stopped) {
    const auto deadline = in(limits::tcp_idle);
    const auto length = co_await read_exactly(stream, 2, deadline);
    if (!length) break;
    const auto size = static_cast<std::size_t>(static_cast<unsigned char>((*length)[0])) << 8U |
                      static_cast<unsigned char>((*length)[1]);
    if (size > limits::tcp_query_octets) break;
    auto octets = co_await read_exactly(stream, size, deadline);
    if (!octets) break;
    const auto reply = co_await reply_to(state, std::move(*octets), true);
    if (reply.empty() || !co_await stream.write(with_length(reply), in(limits::tcp_idle))) break;
  }
  --state->tcp_connections;
}

}  // namespace scop::resolver
