// The queue's tables. Jobs for the store's writer: each runs inside a transaction, and may be repeated.
//
//   message ─┬─ content (small: all octets; large: the header, the body in a spool file)
//            └─ recipient (next_attempt set: something is to be done for it at that time)
//   tls_count, tls_report: see tls_ledger.hpp
//   seen: every id committed in the last seven days, bound to its edge and to the digest of envelope and
//   octets
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "queued.hpp"
#include "store/database.hpp"
#include "tls_results.hpp"

namespace scop::relay::ledger {

std::span<const std::string_view> schema();

enum class Entered { fresh, known, other };  // known: the same before; other: the id with another digest
struct Entry {
  const QueuedMessage& message;
  std::string_view octets;
  std::string_view edge;
  std::string_view digest;
};
Outcome<Entered> enter(store::Database& database, const Entry& entry);

struct Seen {
  std::string edge;
  Time committed{};
};
Outcome<std::optional<Seen>> seen(store::Database& database, const Id& id);
Outcome<> forget_seen(store::Database& database, Time before);

// What became of recipients of one message. Those not yet stored (expansions) are inserted.
struct Record {
  std::int64_t message = 0;
  bool finished = false;  // nothing is left to be done for any recipient: the message goes, content and all
  bool held = false;      // nothing is to become due
  std::vector<QueuedRecipient> recipients;
  std::vector<TlsCount> tls;  // sessions of the attempt, for reports
};
Outcome<> record(store::Database& database, const Record& record);

Outcome<std::int64_t> last_number(store::Database& database);
struct Due {
  std::vector<std::int64_t> messages;  // in the order of their time, each once
  std::optional<Time> next;            // when the first one becomes due that is not
};
// A time beyond `latest` comes from a clock that jumped back: due.
Outcome<Due> due(store::Database& database, Time now, Time latest, std::size_t rows);
Outcome<std::vector<QueuedMessage>> load(store::Database& database, const std::vector<std::int64_t>& numbers);
Outcome<std::string> content(store::Database& database, std::int64_t number);
Outcome<std::set<std::string, std::less<>>> spool_names(store::Database& database);

// The mailboxes that have a quota.
Outcome<std::vector<std::string>> metered(store::Database& database);
Outcome<> keep_metered(store::Database& database, std::string_view mailbox, bool metered);

// For the administrator. `matching`: part of an address or of an id in hex; empty: all.
Outcome<std::vector<std::int64_t>> find(store::Database& database, std::string_view matching,
                                        std::size_t limit);
Outcome<std::uint64_t> count(store::Database& database);
Outcome<std::vector<std::pair<Id, Time>>> finished(store::Database& database, std::size_t limit);
Outcome<> hold(store::Database& database, std::int64_t number, bool held, Time now);
Outcome<> retry(store::Database& database, std::int64_t number, Time now);
Outcome<> drop(store::Database& database, std::int64_t number);

}  // namespace scop::relay::ledger
