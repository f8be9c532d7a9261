// Builds the relay's world: every part and what it borrows from the others.
#pragma once

#include <memory>

#include "administration.hpp"
#include "daemon/service.hpp"
#include "dispatch.hpp"
#include "files/pool.hpp"
#include "files/postman.hpp"
#include "files/spool.hpp"
#include "intake.hpp"
#include "metrics/registry.hpp"
#include "queue_size.hpp"
#include "settings/relay.hpp"
#include "store/writer.hpp"
#include "tls_reporting.hpp"

namespace scop::relay {

struct WorldSettings {
  std::string host;
  std::string domain;  // the mesh's own: of rewritten senders
  std::string postmaster;
  std::filesystem::path state;
  settings::Relay relay;
};

// Everything behind the pipe, in the order in which it is built. Tests build it with fake neighbours.
class World {
 public:
  // Opens queue and spool, and sweeps spool files that no row names.
  static Outcome<std::unique_ptr<World>> open(asio::io_context& io, const Log& log,
                                              const WorldSettings& settings, Neighbours& neighbours);
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void start();
  Task<> drain(Deadline deadline);
  Intake& intake() { return intake_; }
  Administration& administration() { return administration_; }
  TlsReporting* tls_reporting() { return tls_reporting_ ? &*tls_reporting_ : nullptr; }
  store::WriterCounts written() const { return writer_.counts(); }
  void count(metrics::Registry& registry);  // before start()

 private:
  World(asio::io_context& io, const Log& log, const WorldSettings& settings, Neighbours& neighbours,
        store::Database database, files::Spool spool, std::int64_t last_number, Secret srs_secret);

  asio::io_context& io_;
  files::Spool spool_;
  store::Writer writer_;
  files::Pool pool_;
  files::Postman postman_;
  Desk desk_;
  Addresses addresses_;
  Routing routing_;
  LocalDelivery local_;
  LmtpDelivery lmtp_;
  RemoteDelivery remote_;
  Forwards forwards_;
  Notices notices_;
  Quotas quotas_;
  Dispatch dispatch_;
  Intake intake_;
  Administration administration_;
  QueueSize queue_size_;
  std::optional<TlsReporting> tls_reporting_;  // where [relay] tls_reports says so
};

std::unique_ptr<daemon::Service> make_service();

}  // namespace scop::relay
