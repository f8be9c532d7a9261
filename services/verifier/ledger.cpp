#include "verifier/ledger.hpp"

#include <array>

namespace scop::verifier {

namespace {

// A report covers one day (UTC) of one policy domain.
constexpr std::array<std::string_view, 1> schema{R"sql(
create table row (
  domain text not null,
  day integer not null,
  row blob not null,
  count integer not null,
  primary key (domain, day, row)
) without rowid;
create table report (
  domain text not null,
  day integer not null,
  state text not null,
  tries integer not null default 0,
  next integer not null default 0,
  primary key (domain, day)
) without rowid;
)sql"};

constexpr std::int64_t most_rows_a_day = 20'000;  // of one domain; what is beyond is not counted

Outcome<> count(store::Database& db, const v1::ReportRow& row, std::int64_t day) {
  const auto octets = row.SerializeAsString();
  auto known = db.run("update row set count = count + 1 where domain = ?1 and day = ?2 and row = ?3",
                      row.policy_domain(), day, store::Blob{octets});
  if (!known || db.changes() > 0) return known;
  return db.run(
      "insert into row (domain, day, row, count) select ?1, ?2, ?3, 1 "
      "where (select count(*) from row where domain = ?1 and day = ?2) < ?4",
      row.policy_domain(), day, store::Blob{octets}, most_rows_a_day);
}

}  // namespace

Outcome<std::unique_ptr<Ledger>> Ledger::open(asio::io_context& io, const Log& log,
                                              const std::filesystem::path& file) {
  auto database = store::Database::open(file, {.exclusive = true});
  if (!database) return std::unexpected(std::move(database.error()));
  if (auto migrated = database->migrate(schema); !migrated)
    return std::unexpected(std::move(migrated.error()));
  return std::make_unique<Ledger>(io, log, std::move(*database));
}

Ledger::Ledger(asio::io_context& io, const Log& log, store::Database database)
    : io_(io), log_(log), writer_(io, std::move(database)) {}

void Ledger::note(v1::ReportRow row, Time when) {
  asio::co_spawn(io_, write(std::move(row), when), asio::detached);
}

Task<> Ledger::write(v1::ReportRow row, Time when) {
  const auto day = std::chrono::floor<std::chrono::days>(when).time_since_epoch().count();
  const auto written = co_await writer_.write(
      [row = std::move(row), day](store::Database& db) { return count(db, row, day); });
  if (!written) log_.warning("report data lost", {{"reason", written.error().what}});
}

}  // namespace scop::verifier
