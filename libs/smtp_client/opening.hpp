// From a fresh connection to a session that can take transactions (RFC 5321 3.1, 3.2; RFC 3207; RFC 4954). A
// machine:
//
//   state      on                      does                              → state
//   greeting   220                     EHLO                              → ehlo
//   greeting   other                                                     → failed
//   ehlo       250, TLS wanted+offered STARTTLS                          → starttls
//   ehlo       250, TLS required, not offered                            → failed
//   ehlo       250, credentials, TLS   AUTH PLAIN                        → auth
//   ehlo       250                                                       → ready
//   ehlo       5xx                     HELO (LMTP has none)              → helo
//   helo       250                     (as ehlo, with no capabilities)
//   starttls   220                     (handshake)                       → handshake
//   starttls   other, opportunistic    (as ehlo without STARTTLS)
//   handshake  established             EHLO; what was announced is void  → ehlo
//   handshake  failed                                                    → failed, clear text may be tried
//   auth       235                                                       → ready
//   any        421, other                                                → failed
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/secret.hpp"
#include "smtp/capabilities.hpp"
#include "smtp_client/own_reply.hpp"
#include "smtp_client/step.hpp"

namespace scop::smtp_client {

enum class TlsPolicy { off, opportunistic, require };

struct Credentials {
  std::string login;
  std::string password;
};

struct Policy {
  std::string helo;
  TlsPolicy tls = TlsPolicy::opportunistic;
  bool implicit_tls = false;                 // the connection is under TLS before the greeting (RFC 8314)
  const Credentials* credentials = nullptr;  // borrowed; used under TLS only
  bool lmtp = false;                         // RFC 2033: LHLO, and a reply for each recipient
};

// Why a session did not open.
struct Trouble {
  smtp::Reply reply;
  bool ours = false;
  bool permanent = false;
  bool handshake_failed = false;  // and clear text is allowed: try again without TLS
};

class Opening {
 public:
  explicit Opening(Policy policy) : policy_(std::move(policy)), tls_(policy_.implicit_tls) {}

  Step connected() const { return {{}, Need::reply, Wait::greeting}; }
  Step on_reply(const smtp::Reply& reply);
  Step tls_established();
  Step tls_failed(std::string_view what);
  Step lost(Loss loss);

  bool ready() const { return state_ == State::ready; }
  bool in_tls() const { return tls_; }
  bool is_lmtp() const { return policy_.lmtp; }
  const smtp::Capabilities& capabilities() const { return capabilities_; }
  const std::optional<Trouble>& trouble() const { return trouble_; }

 private:
  enum class State { greeting, ehlo, helo, starttls, handshake, auth, ready, failed };
  Step say_ehlo();
  Step on_hello();
  Step go_on_in_clear_or_fail(smtp::Reply reply, bool ours);
  Step authenticate();
  Step become_ready();
  Step fail(smtp::Reply reply, bool ours);
  Wait waiting_for() const;

  Policy policy_;
  bool tls_;
  State state_ = State::greeting;
  smtp::Capabilities capabilities_;
  std::optional<Trouble> trouble_;
};

}  // namespace scop::smtp_client
