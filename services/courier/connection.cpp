#include "courier/connection.hpp"

#include <fmt/format.h>

#include "courier/limits.hpp"
#include "smtp/dot_stuffing.hpp"

namespace scop::courier {

using smtp_client::Loss;
using smtp_client::Need;

namespace {

Loss loss_of(ErrorKind kind) { return kind == ErrorKind::timed_out ? Loss::timed_out : Loss::closed; }

}  // namespace

Task<bool> Connection::open(Deadline end) {
  auto step = session_.connected();
  if (target_.policy.implicit_tls) {
    if (auto started = co_await shake_hands(end); !started) {
      session_.tls_failed(started.error().what);
      co_return false;
    }
    session_.began_in_tls(tls_outcome_.problem == net::PeerProblem::none);
  }
  step = co_await perform(std::move(step), end);
  note_missing_tls(step.need == Need::ready);
  co_return step.need == Need::ready;
}

// RFC 8460 4.3.1.1: a host that had its say and gave no TLS.
void Connection::note_missing_tls(bool ready) {
  if (tls_outcome_.stage != TlsOutcome::Stage::not_reached ||
      target_.policy.tls == smtp_client::TlsPolicy::off)
    return;
  if (!ready && session_.capabilities().host.empty()) return;
  tls_outcome_.stage = TlsOutcome::Stage::not_offered;
  tls_outcome_.why = session_.capabilities().starttls ? "STARTTLS was refused" : "STARTTLS is not offered";
}

// Writes and reads until the machine wants what only its caller has.
Task<Connection::Step> Connection::perform(Step step, Deadline end) {
  Deadline deadline = end;
  for (;;) {
    if (!step.send.empty()) {
      const auto written =
          co_await stream_.write(step.send, std::min(end, in(limit_of(step.wait, timeouts_))));
      if (!written) {
        step = session_.lost(loss_of(written.error().kind));
        continue;
      }
    }
    if (step.need == Need::reply) {
      if (!step.keep_deadline) deadline = std::min(end, in(limit_of(step.wait, timeouts_)));
      step = co_await read_reply(deadline);
    } else if (step.need == Need::tls) {
      step = co_await start_tls(end);
    } else {
      co_return step;
    }
  }
}

Task<Connection::Step> Connection::read_reply(Deadline deadline) {
  std::array<char, limits::read_octets> buffer{};
  const auto got = co_await stream_.read_some(buffer, deadline);
  if (!got) co_return session_.lost(loss_of(got.error().kind));
  co_return session_.received({buffer.data(), *got});
}

Task<Connection::Step> Connection::start_tls(Deadline end) {
  const auto started = co_await shake_hands(end);
  if (!started) co_return session_.tls_failed(started.error().what);
  co_return session_.tls_established(tls_outcome_.problem == net::PeerProblem::none);
}

Task<Outcome<>> Connection::shake_hands(Deadline end) {
  net::TlsPeer peer{target_.tls.server_name, target_.tls.names, {}};
  if (target_.tls.level == tls_policy::Level::dane) peer.tlsa = target_.tls.records;
  const auto started =
      co_await stream_.start_tls_to(*target_.context, peer, std::min(end, in(timeouts_.tls)));
  tls_outcome_.stage = started ? TlsOutcome::Stage::established : TlsOutcome::Stage::failed;
  tls_outcome_.problem = stream_.peer_problem();
  tls_outcome_.why = started ? stream_.tls_info().peer_problem : started.error().what;
  if (tls_outcome_.problem == net::PeerProblem::no_tlsa_match)
    tls_outcome_.why = fmt::format("the certificate of {} matches none of its TLSA records", target_.host);
  if (started) co_return Outcome<>{};
  co_return failure(started.error().kind, tls_outcome_.why);
}

Task<pipe::Result<>> Connection::transact(smtp_client::Transaction transaction, Body& body, Deadline end) {
  auto step = co_await perform(session_.begin(std::move(transaction)), end);
  if (step.need != Need::message) co_return pipe::Result<>();
  auto sent = co_await send_message(body, end);
  if (!sent) {
    // No end mark has left: the host drops what it has (RFC 5321 4.1.1.4).
    stream_.close();
    session_.lost(Loss::closed);
    co_return std::unexpected(std::move(sent.error()));
  }
  co_await perform(std::move(*sent), end);
  co_return pipe::Result<>();
}

Task<pipe::Result<Connection::Step>> Connection::send_message(Body& body, Deadline end) {
  smtp::DotStuffer stuffer;
  std::string out;
  for (;;) {
    auto octets = co_await body.next();
    if (!octets) co_return std::unexpected(std::move(octets.error()));
    const bool last = !*octets;
    const bool clean = last ? stuffer.finish(out) : stuffer.feed(**octets, out);
    if (!clean) co_return pipe::fail(pipe::Code::invalid_argument, "the message has a bare CR or LF");
    if (last) session_.end_mark_leaving();
    if (last || out.size() >= limits::write_octets) {
      const auto written = co_await write_block(std::exchange(out, {}), end);
      if (!written) co_return co_await lost_while_sending(written.error().kind);
    }
    if (last) co_return session_.message_sent();
  }
}

Task<Outcome<>> Connection::write_block(std::string octets, Deadline end) {
  co_return co_await stream_.write(octets, std::min(end, in(timeouts_.block)));
}

// Who refuses in the middle of a message says so before closing: that reply is better than "connection lost".
Task<Connection::Step> Connection::lost_while_sending(ErrorKind kind) {
  std::array<char, limits::read_octets> buffer{};
  const auto got = co_await stream_.read_some(buffer, in(limits::last_words));
  if (got) {
    auto step = session_.received({buffer.data(), *got});
    if (step.need == Need::hang_up) co_return step;
  }
  co_return session_.lost(loss_of(kind));
}

Task<> Connection::say_farewell() {
  const auto deadline = in(limits::farewell);
  if (co_await stream_.write("QUIT\r\n", deadline)) {
    std::array<char, limits::read_octets> buffer{};
    co_await stream_.read_some(buffer, deadline);
  }
  stream_.close();
}

std::string Connection::tls_text() const {
  if (!stream_.is_tls()) return {};
  const auto info = stream_.tls_info();
  const bool verified = tls_outcome_.problem == net::PeerProblem::none;
  auto text = info.version + " " + info.cipher + (verified ? " verified" : " unverified");
  if (verified && !target_.tls.verified_by.empty()) text += " by " + target_.tls.verified_by;
  return text;
}

}  // namespace scop::courier
