// One connection to a mail host: performs the client machine's steps on a stream. Every wait has its RFC
// 5321 4.5.3.2 limit, and the attempt's own end.
#pragma once

#include <optional>
#include <string>

#include "courier/body.hpp"
#include "net/stream.hpp"
#include "net/tls_peer.hpp"
#include "smtp_client/session.hpp"
#include "tls_policy/host_policy.hpp"

namespace scop::courier {

// Where to connect, and what must be true there.
struct Target {
  std::string host;  // for reports
  net::Endpoint endpoint;
  smtp_client::Policy policy;
  tls_policy::HostPolicy tls;
  const net::TlsContext* context = nullptr;  // the one for that policy
};

// How far TLS came on a connection.
struct TlsOutcome {
  enum class Stage : std::uint8_t {
    not_reached,  // the session ended before TLS was its turn, or TLS is off
    not_offered,  // no STARTTLS, or it was refused
    failed,       // no handshake
    established,
  };
  Stage stage = Stage::not_reached;
  net::PeerProblem problem =
      net::PeerProblem::none;  // of failed; of established: what a policy would object to
  std::string why;             // the problem in words
};

class Connection {
 public:
  Connection(net::Stream stream, Target target, const smtp_client::Timeouts& timeouts)
      : stream_(std::move(stream)),
        target_(std::move(target)),
        timeouts_(timeouts),
        session_(target_.policy) {}

  // Greeting to readiness. False: trouble() says why.
  Task<bool> open(Deadline end);
  // A whole transaction. An error is the relay's stream breaking: the next hop has got no end mark.
  Task<pipe::Result<>> transact(smtp_client::Transaction transaction, Body& body, Deadline end);
  // Says QUIT and listens for a moment.
  Task<> say_farewell();

  const smtp_client::Trouble& trouble() const { return *session_.trouble(); }
  const smtp_client::Report& report() const { return session_.report(); }
  bool reusable() const { return session_.reusable(); }
  unsigned transactions() const { return session_.transactions(); }
  const Target& target() const { return target_; }
  net::Endpoint local() const { return stream_.local(); }
  std::string tls_text() const;  // "TLSv1.3 TLS_AES_256_GCM_SHA384 verified by dane"; empty: clear text
  const TlsOutcome& tls_outcome() const { return tls_outcome_; }
  const smtp::Capabilities& capabilities() const { return session_.capabilities(); }

 private:
  using Step = smtp_client::Step;
  Task<Step> perform(Step step, Deadline end);
  Task<Step> read_reply(Deadline deadline);
  Task<Step> start_tls(Deadline end);
  Task<Outcome<>> shake_hands(Deadline end);
  void note_missing_tls(bool ready);
  Task<pipe::Result<Step>> send_message(Body& body, Deadline end);
  Task<Outcome<>> write_block(std::string octets, Deadline end);
  Task<Step> lost_while_sending(ErrorKind kind);

  net::Stream stream_;
  Target target_;
  const smtp_client::Timeouts& timeouts_;
  smtp_client::Session session_;
  TlsOutcome tls_outcome_;
};

}  // namespace scop::courier
