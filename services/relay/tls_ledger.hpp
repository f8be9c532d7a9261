// The tables of TLS results and of the reports made of them; jobs for the store's writer, as in ledger.hpp.
//
//   tls_count: sessions of a day and domain that were alike   tls_report: what became of a day's report
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.hpp"
#include "tls_results.hpp"

namespace scop::relay::tls_ledger {

inline constexpr std::string_view schema_step = R"(
CREATE TABLE tls_count (
  day INTEGER NOT NULL, domain TEXT NOT NULL, key BLOB NOT NULL, facts BLOB NOT NULL, sessions INTEGER NOT NULL,
  PRIMARY KEY (day, domain, key)) WITHOUT ROWID;
CREATE TABLE tls_report (
  day INTEGER NOT NULL, domain TEXT NOT NULL, state TEXT NOT NULL, tries INTEGER NOT NULL, next INTEGER NOT NULL,
  uris TEXT NOT NULL, settled TEXT NOT NULL, delivered INTEGER NOT NULL,
  PRIMARY KEY (day, domain)) WITHOUT ROWID)";

inline constexpr std::int64_t most_rows_of_domain = 100;  // a day; beyond them only kinds of failure count
inline constexpr std::int64_t most_rows_of_day = 20'000;  // beyond them new ones are not counted
inline constexpr std::int64_t days_to_remember = 30;
inline constexpr std::int64_t unwanted_days_to_remember = 2;  // most domains want none
inline constexpr std::string_view not_wanted = "not wanted";

Outcome<> count(store::Database& database, const TlsCount& count);

// A domain's day, with sessions or with a report made lately.
struct Day {
  std::string domain;
  std::int64_t day = 0;
  std::uint64_t sessions = 0;  // not reported yet
  std::string state;           // "sent", "not wanted", "failed: …", "waiting: …"; empty: never tried
  std::int64_t tries = 0;
  std::int64_t next = 0;             // seconds since 1970: not before
  std::vector<std::string> uris;     // of the record, as it was last
  std::vector<std::string> settled;  // of these: took it, or never will
  bool delivered = false;            // one of them took it
};
// With sessions that are not reported yet, up to this day.
Outcome<std::vector<Day>> unreported(store::Database& database, std::int64_t last_day);
// For the operator, the latest first.
Outcome<std::vector<Day>> days(store::Database& database, std::int64_t most);

struct Row {
  std::string key;
  std::string facts;
  std::uint64_t sessions = 0;
};
Outcome<std::vector<Row>> rows(store::Database& database, std::string_view domain, std::int64_t day);

// Makes state, tries, next, uris and settled durable.
Outcome<> keep(store::Database& database, const Day& day);
// The same, and these rows are reported: their sessions no longer count. What is old goes.
Outcome<> finish(store::Database& database, const Day& day, const std::vector<Row>& reported);

}  // namespace scop::relay::tls_ledger
