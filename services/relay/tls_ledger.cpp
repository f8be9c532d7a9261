#include "tls_ledger.hpp"

#include <fmt/ranges.h>

#include "core/ascii.hpp"
#include "crypto/digest.hpp"

namespace scop::relay::tls_ledger {

namespace {

using store::Blob;
using store::Database;
using store::Rows;

// The primary key orders by day and domain: a domain's rows of a day stand together.
constexpr std::size_t key_octets = 16;

std::string key_of(std::string_view facts) { return crypto::sha256(facts).substr(0, key_octets); }

Outcome<bool> add(Database& db, const TlsCount& count, std::string_view key) {
  auto done = db.run("UPDATE tls_count SET sessions = sessions + ? WHERE day = ? AND domain = ? AND key = ?",
                     count.sessions, count.day, count.domain, Blob{key});
  if (!done) return std::unexpected(std::move(done.error()));
  return db.changes() > 0;
}

Outcome<std::int64_t> number(Outcome<Rows> rows) {
  if (!rows) return std::unexpected(std::move(rows.error()));
  const auto row = rows->next();
  if (!row) return std::unexpected(row.error());
  return *row ? rows->integer(0) : 0;
}

// No URI of a record holds a space (RFC 8460 3).
std::vector<std::string> words(const std::string& text) {
  if (text.empty()) return {};
  std::vector<std::string> all;
  for (const auto word : ascii::split(text, ' ')) all.emplace_back(word);
  return all;
}

Day day_of(const Rows& row) {
  return {.domain = row.text(0),
          .day = row.integer(1),
          .sessions = static_cast<std::uint64_t>(row.integer(2)),
          .state = row.text(3),
          .tries = row.integer(4),
          .next = row.integer(5),
          .uris = words(row.text(6)),
          .settled = words(row.text(7)),
          .delivered = row.boolean(8)};
}

Outcome<std::vector<Day>> read_days(Outcome<Rows> rows) {
  if (!rows) return std::unexpected(std::move(rows.error()));
  std::vector<Day> found;
  for (;;) {
    const auto row = rows->next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return found;
    found.push_back(day_of(*rows));
  }
}

}  // namespace

Outcome<> count(Database& db, const TlsCount& count) {
  for (const bool in_full : {true, false}) {
    const auto& facts = in_full ? count.facts : count.outline;
    const auto key = key_of(facts);
    const auto known = add(db, count, key);
    if (!known) return std::unexpected(known.error());
    if (*known) return {};
    const auto of_domain = number(
        db.query("SELECT count(*) FROM tls_count WHERE day = ? AND domain = ?", count.day, count.domain));
    if (!of_domain) return std::unexpected(of_domain.error());
    if (in_full && *of_domain >= most_rows_of_domain) continue;
    const auto of_day = number(db.query("SELECT count(*) FROM tls_count WHERE day = ?", count.day));
    if (!of_day) return std::unexpected(of_day.error());
    if (*of_day >= most_rows_of_day) return {};
    return db.run("INSERT INTO tls_count VALUES (?,?,?,?,?)", count.day, count.domain, Blob{key}, Blob{facts},
                  count.sessions);
  }
  return {};
}

Outcome<std::vector<Day>> unreported(Database& db, std::int64_t last_day) {
  return read_days(db.query(R"(
SELECT domain, day, sessions, ifnull(state, ''), ifnull(tries, 0), ifnull(next, 0), ifnull(uris, ''), ifnull(settled, ''),
  ifnull(delivered, 0)
FROM (SELECT domain, day, sum(sessions) AS sessions FROM tls_count WHERE day <= ? GROUP BY day, domain)
LEFT JOIN tls_report USING (day, domain) ORDER BY day, domain)",
                            last_day));
}

Outcome<std::vector<Day>> days(Database& db, std::int64_t most) {
  return read_days(db.query(R"(
SELECT domain, day, sum(sessions), max(state), max(tries), max(next), max(uris), max(settled), max(delivered) FROM (
  SELECT domain, day, sessions, '' AS state, 0 AS tries, 0 AS next, '' AS uris, '' AS settled, 0 AS delivered FROM tls_count
  UNION ALL SELECT domain, day, 0, state, tries, next, uris, settled, delivered FROM tls_report)
GROUP BY day, domain ORDER BY day DESC, domain LIMIT ?)",
                            most));
}

Outcome<std::vector<Row>> rows(Database& db, std::string_view domain, std::int64_t day) {
  std::vector<Row> found;
  auto rows = db.query("SELECT key, facts, sessions FROM tls_count WHERE day = ? AND domain = ? ORDER BY key",
                       day, domain);
  if (!rows) return std::unexpected(std::move(rows.error()));
  for (;;) {
    const auto row = rows->next();
    if (!row) return std::unexpected(row.error());
    if (!*row) return found;
    found.push_back({rows->text(0), rows->text(1), static_cast<std::uint64_t>(rows->integer(2))});
  }
}

Outcome<> keep(Database& db, const Day& day) {
  return db.run("INSERT OR REPLACE INTO tls_report VALUES (?,?,?,?,?,?,?,?)", day.day, day.domain, day.state,
                day.tries, day.next, fmt::format("{}", fmt::join(day.uris, " ")),
                fmt::format("{}", fmt::join(day.settled, " ")), day.delivered);
}

Outcome<> finish(Database& db, const Day& day, const std::vector<Row>& reported) {
  auto done = keep(db, day);
  for (const auto& row : reported) {
    // Sessions of a day that is not over may have come in between.
    if (done)
      done = db.run("UPDATE tls_count SET sessions = sessions - ? WHERE day = ? AND domain = ? AND key = ?",
                    row.sessions, day.day, day.domain, Blob{row.key});
  }
  if (done)
    done =
        db.run("DELETE FROM tls_count WHERE day = ? AND domain = ? AND sessions <= 0", day.day, day.domain);
  if (done)
    done = db.run("DELETE FROM tls_report WHERE day < ? OR (day < ? AND state = ?)",
                  day.day - days_to_remember, day.day - unwanted_days_to_remember, not_wanted);
  return done;
}

}  // namespace scop::relay::tls_ledger
