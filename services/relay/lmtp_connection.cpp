#include "lmtp_connection.hpp"

#include <algorithm>
#include <array>

#include "limits.hpp"
#include "smtp/dot_stuffing.hpp"

namespace scop::relay {

namespace {

using smtp_client::Loss;
using smtp_client::Need;

constexpr std::size_t write_octets = 64U << 10U;
constexpr smtp_client::Timeouts timeouts{.connect = limits::lmtp_wait,
                                         .greeting = limits::lmtp_wait,
                                         .ehlo = limits::lmtp_wait,
                                         .tls = limits::lmtp_wait,
                                         .mail = limits::lmtp_wait,
                                         .rcpt = limits::lmtp_wait,
                                         .data = limits::lmtp_wait,
                                         .block = limits::lmtp_wait,
                                         .final_reply = limits::lmtp_final_wait};

Loss loss_of(ErrorKind kind) { return kind == ErrorKind::timed_out ? Loss::timed_out : Loss::closed; }

smtp_client::Policy policy_of(std::string helo) {
  smtp_client::Policy policy;
  policy.helo = std::move(helo);
  policy.tls = smtp_client::TlsPolicy::off;
  policy.lmtp = true;
  return policy;
}

}  // namespace

LmtpConnection::LmtpConnection(net::Stream stream, std::string helo)
    : stream_(std::move(stream)), session_(policy_of(std::move(helo))) {}

Task<bool> LmtpConnection::open(Deadline end) {
  const auto step = co_await perform(session_.connected(), end);
  co_return step.need == Need::ready;
}

// Writes and reads until the machine wants what only its caller has.
Task<LmtpConnection::Step> LmtpConnection::perform(Step step, Deadline end) {
  Deadline deadline = end;
  for (;;) {
    const auto limit = std::min(end, in(limit_of(step.wait, timeouts)));
    if (!step.send.empty()) {
      const auto written = co_await stream_.write(step.send, limit);
      if (!written) {
        step = session_.lost(loss_of(written.error().kind));
        continue;
      }
    }
    if (step.need != Need::reply) co_return step;
    if (!step.keep_deadline) deadline = limit;
    step = co_await read_reply(deadline);
  }
}

Task<LmtpConnection::Step> LmtpConnection::read_reply(Deadline deadline) {
  std::array<char, 4096> buffer{};
  const auto got = co_await stream_.read_some(buffer, deadline);
  if (!got) co_return session_.lost(loss_of(got.error().kind));
  co_return session_.received({buffer.data(), *got});
}

Task<Outcome<>> LmtpConnection::transact(smtp_client::Transaction transaction, Pieces pieces, Deadline end) {
  const auto step = co_await perform(session_.begin(std::move(transaction)), end);
  if (step.need != Need::message) co_return Outcome<>{};
  auto sent = co_await send_message(std::move(pieces), end);
  if (!sent) {
    stream_.close();
    session_.lost(Loss::closed);
    co_return std::unexpected(std::move(sent.error()));
  }
  co_await perform(std::move(*sent), end);
  co_return Outcome<>{};
}

Task<Outcome<LmtpConnection::Step>> LmtpConnection::send_message(Pieces pieces, Deadline end) {
  smtp::DotStuffer stuffer;
  std::string out;
  for (;;) {
    auto octets = co_await pieces();
    if (!octets) co_return std::unexpected(std::move(octets.error()));
    const bool last = !*octets;
    const bool clean = last ? stuffer.finish(out) : stuffer.feed(**octets, out);
    if (!clean) co_return failure(ErrorKind::malformed, "the message has a bare CR or LF");
    if (last) session_.end_mark_leaving();
    if (last || out.size() >= write_octets) {
      const auto written = co_await stream_.write(std::exchange(out, {}), std::min(end, in(timeouts.block)));
      if (!written) co_return session_.lost(loss_of(written.error().kind));
    }
    if (last) co_return session_.message_sent();
  }
}

}  // namespace scop::relay
