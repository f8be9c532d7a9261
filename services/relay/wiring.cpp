#include "wiring.hpp"

#include "service.hpp"

namespace scop::relay {

namespace {

queueing::Schedule schedule_of(const settings::Relay& relay) {
  return {.waits = relay.retry,
          .longest_wait = relay.longest_wait,
          .expire = relay.expire,
          .delay_notice = relay.delay_warning};
}

queueing::DestinationLimits limits_of(const settings::Relay& relay) {
  return {.total = relay.attempts,
          .first = std::min(5U, relay.attempts_per_destination),
          .most = relay.attempts_per_destination};
}

constexpr store::Options queue_file{.spool = true, .checkpoint_pages = 4000};

}  // namespace

World::World(asio::io_context& io, const Log& log, const WorldSettings& settings, Neighbours& neighbours,
             store::Database database, files::Spool spool, std::int64_t last_number, Secret srs_secret)
    : io_(io),
      spool_(std::move(spool)),
      writer_(io, std::move(database)),
      pool_(io, 2),
      postman_(io),
      desk_(io, {settings.relay.messages_in_memory, schedule_of(settings.relay)}, log, writer_, pool_,
            spool_),
      addresses_(neighbours, settings.domain, std::move(srs_secret)),
      routing_(log, desk_, addresses_),
      local_({settings.relay.mail_folder, settings.relay.subaddress_folders}, settings.host, desk_, postman_,
             spool_),
      lmtp_(io, settings.relay.lmtp, settings.host, settings.relay.subaddress_folders, log, desk_, pool_,
            spool_),
      remote_(io, limits_of(settings.relay), log, desk_, neighbours, pool_, spool_,
              settings.relay.tls_reports),
      forwards_(settings.host, log, desk_, neighbours, addresses_, pool_, spool_),
      notices_({settings.host, settings.postmaster}, log, desk_, neighbours),
      quotas_(io, {settings.relay.mail_folder, settings.relay.quota_recount}, log, desk_, writer_,
              neighbours),
      dispatch_(io, log, desk_, routing_, local_, lmtp_, forwards_, remote_, notices_, quotas_),
      intake_({settings.host, settings.relay.max_message, settings.relay.free_floor}, log, writer_, pool_,
              spool_, addresses_, last_number,
              [this](QueuedMessage message, Octets octets) {
                desk_.take(std::move(message), std::move(octets));
              }),
      administration_(log, writer_, desk_, remote_, pool_, spool_),
      queue_size_(io, log, writer_) {
  if (settings.relay.tls_reports)
    tls_reporting_.emplace(io, TlsReportingSettings{settings.host, settings.domain, settings.postmaster}, log,
                           writer_, neighbours);
}

Outcome<std::unique_ptr<World>> World::open(asio::io_context& io, const Log& log,
                                            const WorldSettings& settings, Neighbours& neighbours) {
  auto database = store::Database::open(settings.state / "queue.db", queue_file);
  if (!database) return std::unexpected(std::move(database.error()));
  if (auto migrated = database->migrate(ledger::schema()); !migrated)
    return std::unexpected(migrated.error());
  auto last = ledger::last_number(*database);
  if (!last) return std::unexpected(std::move(last.error()));
  auto wanted = ledger::spool_names(*database);
  if (!wanted) return std::unexpected(std::move(wanted.error()));
  auto spool = files::Spool::open(settings.state / "spool");
  if (!spool) return std::unexpected(std::move(spool.error()));
  const auto swept = spool->sweep([&](std::string_view name) { return wanted->contains(name); });
  if (swept > 0) log.info("spool files without a message removed", {{"files", swept}});
  auto secret = lasting_secret(settings.state / "srs.key");
  if (!secret) return std::unexpected(std::move(secret.error()));
  std::error_code error;
  std::filesystem::create_directories(settings.relay.mail_folder, error);
  if (error)
    return std::unexpected(files::error_of(error.value(), "create folder", settings.relay.mail_folder));
  return std::unique_ptr<World>(new World(io, log, settings, neighbours, std::move(*database),
                                          std::move(*spool), *last, std::move(*secret)));
}

void World::start() {
  writer_.start();
  pool_.start();
  postman_.start();
  dispatch_.start();
  quotas_.start();
  queue_size_.start();
  if (tls_reporting_) tls_reporting_->start();
}

Task<> World::drain(Deadline deadline) {
  if (tls_reporting_) tls_reporting_->stop();
  // Calls under way go on to their commit; what they commit then waits on disk.
  co_await dispatch_.drain(deadline - std::chrono::seconds{1});
  while (intake_.under_way() > 0 && std::chrono::steady_clock::now() < deadline) {
    Timer timer(io_, std::chrono::milliseconds{20});
    boost::system::error_code error;
    co_await timer.async_wait(asio::redirect_error(use_task, error));
  }
  quotas_.stop();
  queue_size_.stop();
  postman_.stop();
  pool_.stop();
  writer_.stop();
}

std::unique_ptr<daemon::Service> make_service() { return std::make_unique<RelayService>(); }

}  // namespace scop::relay
