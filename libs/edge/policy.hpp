// What one kind of edge decides of its own: about a client (Policy, one for each session) and about a message
// (Preparation). edge::Client performs the dialogue and asks.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "asio/task.hpp"
#include "core/id.hpp"
#include "log/log.hpp"
#include "net/stream.hpp"
#include "scop/v1/stage.pb.h"
#include "smtp/reply.hpp"
#include "smtp_session/session.hpp"

namespace scop::edge {

// The connection that a session is about.
struct Visit {
  net::Stream stream;
  std::string address;  // of the client, as the proxy says where there is one
  std::string tls;      // "TLSv1.3 TLS_AES_256_GCM_SHA384"; empty: in clear

  bool has_channel_binding() const { return stream.is_tls() && stream.tls_info().version == "TLSv1.3"; }
};

class Preparation {
 public:
  virtual ~Preparation() = default;
  // `held` is the message, or its first part with the whole header: changed in place, or refused.
  virtual std::optional<smtp::Reply> header(std::string& held, const Id& id) = 0;
  // A message held whole that has a line over 998 octets.
  virtual std::optional<smtp::Reply> long_lines(std::string& message) = 0;
  // What the envelope says beside the transaction: role, client, protocol.
  virtual void complete(v1::Envelope& envelope) const = 0;
  // For the log: "Date added, Bcc dropped".
  virtual std::string changes() const = 0;
};

class Policy {
 public:
  using Opened = std::expected<std::unique_ptr<Preparation>, smtp::Reply>;
  virtual ~Policy() = default;

  // Before the greeting. A reply is the last word.
  virtual Task<std::optional<smtp::Reply>> admit() = 0;
  // 250, or why not; 421 ends the session.
  virtual Task<smtp::Reply> judge_sender(smtp::Mail mail) = 0;
  virtual Task<smtp::Reply> judge_recipient(smtp::Rcpt recipient) = 0;
  // Answers CheckPassword, BeginScram and FinishScram; never asked where the profile offers no AUTH.
  virtual Task<smtp_session::Event> authenticate(smtp_session::Action question) = 0;
  // A message begins; `session` has its transaction until the final reply.
  virtual Task<Opened> open_message(const smtp_session::Session& session) = 0;
  virtual void message_ended(const smtp::Reply& reply) = 0;
  virtual void session_ended(const smtp_session::Session& session) = 0;
  // For the log lines of messages and of the session: "login" → …
  virtual std::vector<LogPair> notes() const = 0;
};

}  // namespace scop::edge
