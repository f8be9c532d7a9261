// One connection to a mail host: performs the client machine's steps on a stream. Every wait has its RFC
// 5321 4.5.3.2 limit, and the attempt's own end.
#pragma once

#include <optional>
#include <string>

#include "courier/body.hpp"
#include "net/stream.hpp"
#include "smtp_client/session.hpp"

namespace scop::courier {

// Where to connect, and what must be true there.
struct Target {
  std::string host;  // for SNI, certificate and reports
  net::Endpoint endpoint;
  smtp_client::Policy policy;
  const net::TlsContext* tls = nullptr;
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
  std::string tls_text() const;  // "TLSv1.3 TLS_AES_256_GCM_SHA384 verified"; empty: clear text

 private:
  using Step = smtp_client::Step;
  Task<Step> perform(Step step, Deadline end);
  Task<Step> read_reply(Deadline deadline);
  Task<Step> start_tls(Deadline end);
  Task<pipe::Result<Step>> send_message(Body& body, Deadline end);
  Task<Outcome<>> write_block(std::string octets, Deadline end);
  Task<Step> lost_while_sending(ErrorKind kind);

  net::Stream stream_;
  Target target_;
  const smtp_client::Timeouts& timeouts_;
  smtp_client::Session session_;
};

}  // namespace scop::courier
