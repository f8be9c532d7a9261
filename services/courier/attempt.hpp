// One Attempt call: find the hosts, reach one, carry one transaction, report. Keeps nothing behind itself but
// a connection that waits a moment for the next one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "courier/body.hpp"
#include "courier/connection.hpp"
#include "courier/envelope.hpp"
#include "courier/look_up.hpp"
#include "courier/pool.hpp"
#include "courier/report.hpp"
#include "courier/sender_check.hpp"
#include "log/log.hpp"
#include "mx/addresses.hpp"
#include "mx/hosts.hpp"
#include "settings/courier.hpp"

namespace scop::courier {

// What all attempts share; outlives them.
struct World {
  asio::io_context& io;
  const Log& log;
  pipe::Channel& resolver;
  settings::Courier settings;
  smtp_client::Timeouts timeouts;
  std::vector<std::string> own_hosts;
  mx::AddressRules mx_rules;     // for addresses that a stranger's MX names
  mx::AddressRules route_rules;  // for those that the administrator names
  std::optional<asio::ip::address> source_v4;
  std::optional<asio::ip::address> source_v6;
  std::vector<std::optional<smtp_client::Credentials>> credentials;  // of settings.routes, by index
  net::TlsContext opportunistic;
  net::TlsContext verifying;
  Pool pool;
  SenderCheck sender_check;
};

class Attempt {
 public:
  Attempt(World& world, Body& body, v1::AttemptEnvelope envelope, Deadline end);
  Task<pipe::Result<v1::AttemptReport>> run();

 private:
  // How to speak to a host, whoever it is.
  struct Manner {
    std::uint16_t port = 25;
    settings::RouteTls tls = settings::RouteTls::opportunistic;
    const smtp_client::Credentials* credentials = nullptr;
    const mx::AddressRules* rules = nullptr;
  };
  enum class Progress { go_on, decided };

  Task<> by_route(const settings::Route& route);
  Task<> by_mx(std::string domain);
  Task<> to_literal(dns::Address address);
  Task<Progress> try_hosts(std::vector<std::string> hosts, Manner manner);
  // Over a connection that is open already.
  Task<Progress> try_idle(std::string host, Manner manner);
  // No name: no look-up.
  Task<Progress> try_literal(std::string host, dns::Address address, Manner manner);
  Task<Progress> try_host(std::string host, Manner manner);
  Task<Progress> try_address(std::string host, dns::Address address, Manner manner);
  Task<Progress> try_fresh(std::string host, dns::Address address, Manner manner, bool without_tls);
  Task<Progress> use(Pool::Held held, std::string key);
  // Whether SPF has anything against the sender leaving by this connection; then that is noted.
  Task<bool> may_leave_by(const Connection& connection);
  Target target_of(const std::string& host, const dns::Address& address, const Manner& manner,
                   bool without_tls) const;
  std::string key_of(const std::string& host, const Manner& manner) const;
  void note(Ending ending);
  void log(std::chrono::steady_clock::time_point began) const;

  World& world_;
  Body& body_;
  v1::AttemptEnvelope envelope_;
  Deadline end_;
  Plan plan_;
  v1::AttemptReport report_;
  std::optional<Ending> ending_;        // of the hosts so far: the last temporary trouble, else the last one
  std::optional<pipe::Status> broken_;  // the relay's stream
  bool by_route_ = false;               // a smarthost's address is what the world sees then, not ours
  std::size_t addresses_tried_ = 0;
};

}  // namespace scop::courier
