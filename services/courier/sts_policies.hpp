// The MTA-STS policies of the domains that mail goes to (RFC 8461): looked up, fetched, remembered in memory
// and in the state folder. A policy that is known holds until its max_age is over, whatever fails meanwhile
// (3.3, 5.1).
#pragma once

#include <expected>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "asio/task.hpp"
#include "core/recent.hpp"
#include "courier/sts_file.hpp"
#include "https_client/fetch.hpp"
#include "log/log.hpp"
#include "mta_sts/cache.hpp"
#include "mta_sts/record.hpp"
#include "pipe/channel.hpp"
#include "settings/courier.hpp"
#include "tls_policy/failure.hpp"

namespace scop::courier {

struct StsFinding {
  std::optional<mta_sts::Policy> policy;
  std::string id;
  // Where there is no policy although the domain announces one.
  tls_policy::Failure failure = tls_policy::Failure::none;
  std::string why;
};

class StsPolicies {
 public:
  // How octets are fetched: courier/https.hpp.
  using OverHttps = std::function<Task<Outcome<https_client::Response>>(
      https_client::Request, https_client::Limits, std::string trace)>;
  StsPolicies(asio::io_context& io, const Log& log, pipe::Channel& resolver, OverHttps over_https,
              const settings::Courier& settings, const std::filesystem::path& state);

  void start();  // reads what was kept; begins to refresh what ages
  // `domain` in A-labels. Waits for a fetch where the domain announces a policy that is not known yet.
  Task<StsFinding> find(std::string domain, std::string trace);
  // Without asking anybody.
  StsFinding known(const std::string& domain) const;
  Task<> drain();  // writes what is not on disk yet

 private:
  struct Fetch;
  struct Failed {
    std::string id;
    Deadline until;  // then another try makes sense
    StsFinding finding;
  };
  Task<StsFinding> fetched(std::string domain, std::string id, std::string trace);
  Task<> fetch(std::shared_ptr<Fetch> fetch, std::string domain, std::string id, std::string trace);
  Task<std::expected<mta_sts::Policy, StsFinding>> ask(std::string domain, std::string trace);
  void refresh_beside(const std::string& domain, const std::string& id, std::string trace);
  Task<> refresh_ageing();

  asio::io_context& io_;
  const Log& log_;
  pipe::Channel& resolver_;
  OverHttps over_https_;
  std::uint16_t port_;
  std::chrono::milliseconds timeout_;
  mta_sts::Cache cache_;
  StsFile file_;
  Recent<Failed> failed_;
  std::map<std::string, std::shared_ptr<Fetch>> under_way_;
};

}  // namespace scop::courier
