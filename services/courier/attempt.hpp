// One Attempt call: find the hosts, reach one, carry one transaction, report. Keeps nothing behind itself but
// a connection that waits a moment for the next one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "courier/body.hpp"
#include "courier/connection.hpp"
#include "courier/envelope.hpp"
#include "courier/report.hpp"
#include "courier/way.hpp"
#include "courier/world.hpp"

namespace scop::courier {

// What connections to a host have in common in the pool, whatever was asked of them.
std::string host_key(const std::string& host, std::uint16_t port);

class Attempt {
 public:
  Attempt(World& world, Body& body, v1::AttemptEnvelope envelope, Deadline end);
  Task<pipe::Result<v1::AttemptReport>> run();

 private:
  // How to speak to a host, whoever it is.
  struct Manner {
    std::uint16_t port = 25;
    bool implicit_tls = false;
    const smtp_client::Credentials* credentials = nullptr;
    const mx::AddressRules* rules = nullptr;
    tls_policy::HostPolicy tls;
  };
  enum class Progress { go_on, decided };

  Task<> by_route(const settings::Route& route);
  Task<> by_mx(std::string domain);
  Task<> to_literal(dns::Address address);
  Task<> try_hosts(std::vector<std::string> hosts);
  Task<Progress> try_mx_host(std::string host);
  // Over a connection that is open already.
  Task<Progress> try_idle(std::string host, const Manner& manner);
  Task<Progress> try_named(std::string host, const Manner& manner);
  Task<Progress> try_addresses(std::string host, std::vector<dns::Address> addresses, const Manner& manner);
  Task<Progress> try_address(std::string host, dns::Address address, const Manner& manner);
  Task<Progress> try_fresh(std::string host, dns::Address address, const Manner& manner, bool without_tls);
  Task<Progress> use(Pool::Held held, std::string key);
  // Whether SPF has anything against the sender leaving by this connection; then that is noted.
  Task<bool> may_leave_by(const Connection& connection);
  Target target_of(const std::string& host, const dns::Address& address, const Manner& manner,
                   bool without_tls) const;
  Manner to_mx(tls_policy::HostPolicy tls) const;
  // Why this transaction must not go over a connection that is open otherwise.
  std::optional<Ending> objection_to(const Connection& connection) const;
  void note(Ending ending);
  void note_session(const Connection& connection);
  bool exhausted() const;
  static std::string key_of(const std::string& host, const Manner& manner);
  void log(std::chrono::steady_clock::time_point began) const;

  World& world_;
  Body& body_;
  v1::AttemptEnvelope envelope_;
  Deadline end_;
  Plan plan_;
  Wishes wishes_;
  tls_policy::Domain tls_;  // by MX: what is known of the domain
  v1::AttemptReport report_;
  std::optional<Ending> ending_;        // of the hosts so far: the last temporary trouble, else the last one
  std::optional<pipe::Status> broken_;  // the relay's stream
  bool by_route_ = false;               // a smarthost's address is what the world sees then, not ours
  std::size_t addresses_tried_ = 0;
};

}  // namespace scop::courier
