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

Outcome<std::vector<DayState>> read_days(store::Database& db) {
  auto rows = db.query(
      "select r.domain, r.day, sum(r.count), coalesce(p.state, 'collecting'), coalesce(p.tries, 0), "
      "coalesce(p.next, 0) from row r left join report p on p.domain = r.domain and p.day = r.day "
      "group by r.domain, r.day union all "
      "select domain, day, 0, state, tries, next from report p where not exists "
      "(select 1 from row r where r.domain = p.domain and r.day = p.day) order by 2, 1 limit 10000");
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::vector<DayState> days;
  for (;;) {
    const auto more = rows->next();
    if (!more) return std::unexpected(more.error());
    if (!*more) return days;
    days.push_back({rows->text(0), rows->integer(1), static_cast<std::uint64_t>(rows->integer(2)),
                    rows->text(3), rows->integer(4), rows->integer(5)});
  }
}

Outcome<DayOfDomain> read_rows(store::Database& db, const std::string& domain, std::int64_t day) {
  auto rows = db.query("select row, count from row where domain = ?1 and day = ?2", domain, day);
  if (!rows) return std::unexpected(std::move(rows.error()));
  DayOfDomain kept{domain, day, {}};
  for (;;) {
    const auto more = rows->next();
    if (!more) return std::unexpected(more.error());
    if (!*more) return kept;
    DayOfDomain::Counted counted;
    const auto octets = rows->view(0);
    if (!counted.row.ParseFromArray(octets.data(), static_cast<int>(octets.size()))) continue;
    counted.count = static_cast<std::uint64_t>(rows->integer(1));
    kept.rows.push_back(std::move(counted));
  }
}

Outcome<> set_state(store::Database& db, const std::string& domain, std::int64_t day,
                    const std::string& state, std::int64_t next) {
  return db.run(
      "insert into report (domain, day, state, tries, next) values (?1, ?2, ?3, 1, ?4) "
      "on conflict do update set state = ?3, tries = tries + 1, next = ?4",
      domain, day, state, next);
}

constexpr std::int64_t days_to_remember = 30;

}  // namespace

Outcome<std::unique_ptr<Ledger>> Ledger::open(asio::io_context& io, const Log& log,
                                              const std::filesystem::path& file) {
  auto database = store::Database::open(file);
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

Task<Outcome<std::vector<DayState>>> Ledger::days() {
  co_return co_await writer_.write<std::vector<DayState>>([](store::Database& db) { return read_days(db); });
}

Task<Outcome<DayOfDomain>> Ledger::read(std::string domain, std::int64_t day) {
  co_return co_await writer_.write<DayOfDomain>(
      [domain, day](store::Database& db) { return read_rows(db, domain, day); });
}

Task<Outcome<>> Ledger::finish(std::string domain, std::int64_t day, std::string state) {
  co_return co_await writer_.write([domain, day, state](store::Database& db) {
    auto done = db.run("delete from row where domain = ?1 and day = ?2", domain, day);
    if (done) done = set_state(db, domain, day, state, 0);
    if (done) done = db.run("delete from report where day < ?1", day - days_to_remember);
    return done;
  });
}

Task<Outcome<>> Ledger::postpone(std::string domain, std::int64_t day, std::string why, std::int64_t next) {
  co_return co_await writer_.write([domain, day, why, next](store::Database& db) {
    return set_state(db, domain, day, "waiting: " + why, next);
  });
}

}  // namespace scop::verifier
