#include "ledger.hpp"

#include <algorithm>
#include <array>

#include "tls_ledger.hpp"

namespace scop::relay::ledger {

namespace {

using store::Blob;
using store::Database;
using store::Rows;

constexpr std::array<std::string_view, 4> steps{R"(
CREATE TABLE message (
  number INTEGER PRIMARY KEY, id BLOB NOT NULL, trace TEXT NOT NULL, role INTEGER NOT NULL, origin TEXT NOT NULL,
  received INTEGER NOT NULL, size INTEGER NOT NULL, reverse_path TEXT NOT NULL, ret INTEGER NOT NULL,
  envid TEXT NOT NULL, eight_bit INTEGER NOT NULL, smtputf8 INTEGER NOT NULL, requiretls INTEGER NOT NULL,
  held INTEGER NOT NULL, spool TEXT NOT NULL);
CREATE TABLE content (number INTEGER PRIMARY KEY, octets BLOB NOT NULL);
CREATE TABLE recipient (
  message INTEGER NOT NULL, position INTEGER NOT NULL, address TEXT NOT NULL, notify INTEGER NOT NULL,
  orcpt TEXT NOT NULL, depth INTEGER NOT NULL, state INTEGER NOT NULL, attempts INTEGER NOT NULL,
  spared INTEGER NOT NULL, owes INTEGER NOT NULL, delay_told INTEGER NOT NULL, next_attempt INTEGER,
  changed INTEGER NOT NULL, status TEXT NOT NULL, reply TEXT NOT NULL, mx TEXT NOT NULL,
  PRIMARY KEY (message, position)) WITHOUT ROWID;
CREATE INDEX recipient_due ON recipient (next_attempt) WHERE next_attempt IS NOT NULL;
CREATE TABLE seen (id BLOB PRIMARY KEY, edge TEXT NOT NULL, digest BLOB NOT NULL, committed INTEGER NOT NULL)
  WITHOUT ROWID;
CREATE INDEX seen_committed ON seen (committed))",
                                                R"(
ALTER TABLE message ADD COLUMN path_proved INTEGER NOT NULL DEFAULT 0;
ALTER TABLE message ADD COLUMN arc_results TEXT NOT NULL DEFAULT '';
ALTER TABLE message ADD COLUMN arc_chain TEXT NOT NULL DEFAULT '';
ALTER TABLE recipient ADD COLUMN junk INTEGER NOT NULL DEFAULT 0)",
                                                R"(
CREATE TABLE metered (mailbox TEXT PRIMARY KEY) WITHOUT ROWID)",
                                                tls_ledger::schema_step};

constexpr std::string_view message_columns =
    "SELECT number, id, trace, role, origin, received, size, reverse_path, ret, envid, eight_bit, smtputf8, "
    "requiretls, held, spool, path_proved, arc_results, arc_chain FROM message WHERE number = ?";
constexpr std::string_view recipient_columns =
    "SELECT position, address, notify, orcpt, depth, state, attempts, spared, owes, delay_told, "
    "next_attempt, changed, "
    "status, reply, mx, junk FROM recipient WHERE message = ? ORDER BY position";

Outcome<> put(Database& db, std::int64_t message, const QueuedRecipient& r, bool held) {
  const auto next = r.is_finished() || held ? std::optional<Time>{} : std::optional<Time>{r.next_attempt};
  return db.run("INSERT OR REPLACE INTO recipient VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", message,
                r.position, r.address, r.notify, r.orcpt, r.depth, static_cast<int>(r.state), r.attempts,
                r.spared, r.owes, r.delay_told, next, r.changed, r.status, r.reply, r.mx, r.junk);
}

QueuedMessage message_of(const Rows& row) {
  QueuedMessage m;
  m.number = row.integer(0);
  m.id = Id::from_octets(row.view(1)).value_or(Id{});
  m.trace = row.text(2);
  m.role = static_cast<int>(row.integer(3));
  m.origin = row.text(4);
  m.received = row.time(5);
  m.size = static_cast<std::uint64_t>(row.integer(6));
  m.reverse_path = row.text(7);
  m.ret = static_cast<int>(row.integer(8));
  m.envid = row.text(9);
  m.eight_bit = row.boolean(10);
  m.smtputf8 = row.boolean(11);
  m.requiretls = row.boolean(12);
  m.held = row.boolean(13);
  m.spool = row.text(14);
  m.path_proved = row.boolean(15);
  m.arc_results = row.text(16);
  m.arc_chain = row.text(17);
  return m;
}

QueuedRecipient recipient_of(const Rows& row) {
  QueuedRecipient r;
  r.position = row.integer(0);
  r.address = row.text(1);
  r.notify = static_cast<std::uint32_t>(row.integer(2));
  r.orcpt = row.text(3);
  r.depth = static_cast<unsigned>(row.integer(4));
  r.state = static_cast<State>(row.integer(5));
  r.attempts = static_cast<unsigned>(row.integer(6));
  r.spared = static_cast<unsigned>(row.integer(7));
  r.owes = static_cast<unsigned>(row.integer(8));
  r.delay_told = row.boolean(9);
  r.next_attempt = row.time(10);
  r.changed = row.time(11);
  r.status = row.text(12);
  r.reply = row.text(13);
  r.mx = row.text(14);
  r.junk = row.boolean(15);
  return r;
}

Outcome<> remove(Database& db, std::int64_t number) {
  for (const std::string_view sql :
       {"DELETE FROM recipient WHERE message = ?", "DELETE FROM content WHERE number = ?",
        "DELETE FROM message WHERE number = ?"}) {
    if (auto done = db.run(sql, number); !done) return done;
  }
  return {};
}

// Runs a query and hands each row to `take`.
template <class Take, class... Values>
Outcome<> each(Database& db, std::string_view sql, const Take& take, const Values&... values) {
  auto rows = db.query(sql, values...);
  if (!rows) return std::unexpected(std::move(rows.error()));
  for (;;) {
    auto row = rows->next();
    if (!row) return std::unexpected(std::move(row.error()));
    if (!*row) return {};
    take(*rows);
  }
}

}  // namespace

std::span<const std::string_view> schema() { return steps; }

Outcome<Entered> enter(Database& db, const Entry& entry) {
  const auto& m = entry.message;
  std::optional<bool> same;
  if (auto done = each(
          db, "SELECT digest = ? AND edge = ? FROM seen WHERE id = ?",
          [&](const Rows& row) { same = row.boolean(0); }, Blob{entry.digest}, entry.edge,
          Blob{m.id.octets()});
      !done) {
    return std::unexpected(std::move(done.error()));
  }
  if (same) return *same ? Entered::known : Entered::other;
  auto done = db.run("INSERT INTO message VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)", m.number,
                     Blob{m.id.octets()}, m.trace, m.role, m.origin, m.received, m.size, m.reverse_path,
                     m.ret, m.envid, m.eight_bit, m.smtputf8, m.requiretls, m.held, m.spool, m.path_proved,
                     m.arc_results, m.arc_chain);
  if (done) done = db.run("INSERT INTO content VALUES (?,?)", m.number, Blob{entry.octets});
  for (const auto& recipient : m.recipients) {
    if (done) done = put(db, m.number, recipient, m.held);
  }
  if (done) {
    done = db.run("INSERT INTO seen VALUES (?,?,?,?)", Blob{m.id.octets()}, entry.edge, Blob{entry.digest},
                  m.received);
  }
  if (!done) return std::unexpected(std::move(done.error()));
  return Entered::fresh;
}

Outcome<std::optional<Seen>> seen(Database& db, const Id& id) {
  std::optional<Seen> found;
  auto done = each(
      db, "SELECT edge, committed FROM seen WHERE id = ?",
      [&](const Rows& row) { found = Seen{row.text(0), row.time(1)}; }, Blob{id.octets()});
  if (!done) return std::unexpected(std::move(done.error()));
  return found;
}

Outcome<> forget_seen(Database& db, Time before) {
  return db.run("DELETE FROM seen WHERE committed < ?", before);
}

Outcome<> record(Database& db, const Record& record) {
  for (const auto& count : record.tls) {
    if (auto counted = tls_ledger::count(db, count); !counted) return counted;
  }
  if (record.finished) return remove(db, record.message);
  // The administrator may have dropped it meanwhile.
  bool there = false;
  auto done =
      each(db, "SELECT 1 FROM message WHERE number = ?", [&](const Rows&) { there = true; }, record.message);
  if (!done || !there) return done;
  for (const auto& recipient : record.recipients) {
    if (auto kept = put(db, record.message, recipient, record.held); !kept) return kept;
  }
  return {};
}

Outcome<std::int64_t> last_number(Database& db) {
  std::int64_t number = 0;
  auto done = each(db, "SELECT ifnull(max(number), 0) FROM message",
                   [&](const Rows& row) { number = row.integer(0); });
  if (!done) return std::unexpected(std::move(done.error()));
  return number;
}

Outcome<Due> due(Database& db, Time now, Time latest, std::size_t rows) {
  Due found;
  std::set<std::int64_t> known;
  const auto take = [&](const Rows& row) {
    if (known.insert(row.integer(0)).second) found.messages.push_back(row.integer(0));
  };
  auto done = each(db, "SELECT message FROM recipient WHERE next_attempt <= ? ORDER BY next_attempt LIMIT ?",
                   take, now, rows);
  if (done)
    done = each(db, "SELECT message FROM recipient WHERE next_attempt > ? LIMIT ?", take, latest, rows);
  if (done) {
    done = each(
        db, "SELECT min(next_attempt) FROM recipient WHERE next_attempt > ?",
        [&](const Rows& row) {
          if (!row.is_null(0)) found.next = row.time(0);
        },
        now);
  }
  if (!done) return std::unexpected(std::move(done.error()));
  return found;
}

Outcome<std::vector<QueuedMessage>> load(Database& db, const std::vector<std::int64_t>& numbers) {
  std::vector<QueuedMessage> messages;
  for (const auto number : numbers) {
    const auto before = messages.size();
    auto done =
        each(db, message_columns, [&](const Rows& row) { messages.push_back(message_of(row)); }, number);
    if (done && messages.size() > before) {
      done = each(
          db, recipient_columns,
          [&](const Rows& row) { messages.back().recipients.push_back(recipient_of(row)); }, number);
    }
    if (!done) return std::unexpected(std::move(done.error()));
  }
  return messages;
}

Outcome<std::string> content(Database& db, std::int64_t number) {
  std::optional<std::string> octets;
  auto done = each(
      db, "SELECT octets FROM content WHERE number = ?", [&](const Rows& row) { octets = row.text(0); },
      number);
  if (!done) return std::unexpected(std::move(done.error()));
  if (!octets) return failure(ErrorKind::not_found, "the message has no content");
  return std::move(*octets);
}

Outcome<std::set<std::string, std::less<>>> spool_names(Database& db) {
  std::set<std::string, std::less<>> names;
  auto done = each(db, "SELECT spool FROM message WHERE spool <> ''",
                   [&](const Rows& row) { names.insert(row.text(0)); });
  if (!done) return std::unexpected(std::move(done.error()));
  return names;
}

Outcome<std::vector<std::string>> metered(Database& db) {
  std::vector<std::string> mailboxes;
  auto done =
      each(db, "SELECT mailbox FROM metered", [&](const Rows& row) { mailboxes.emplace_back(row.text(0)); });
  if (!done) return std::unexpected(std::move(done.error()));
  return mailboxes;
}

Outcome<> keep_metered(Database& db, std::string_view mailbox, bool metered) {
  return metered ? db.run("INSERT OR IGNORE INTO metered VALUES (?)", mailbox)
                 : db.run("DELETE FROM metered WHERE mailbox = ?", mailbox);
}

Outcome<std::vector<std::int64_t>> find(Database& db, std::string_view matching, std::size_t limit) {
  std::vector<std::int64_t> numbers;
  auto done = each(
      db,
      "SELECT number FROM message WHERE ?1 = '' OR instr(lower(hex(id)), lower(?1)) OR "
      "instr(lower(reverse_path), lower(?1)) OR EXISTS (SELECT 1 FROM recipient WHERE message = number AND "
      "instr(lower(address), lower(?1))) ORDER BY number LIMIT ?2",
      [&](const Rows& row) { numbers.push_back(row.integer(0)); }, matching, limit);
  if (!done) return std::unexpected(std::move(done.error()));
  return numbers;
}

Outcome<std::uint64_t> count(Database& db) {
  std::uint64_t messages = 0;
  auto done = each(db, "SELECT count(*) FROM message",
                   [&](const Rows& row) { messages = static_cast<std::uint64_t>(row.integer(0)); });
  if (!done) return std::unexpected(std::move(done.error()));
  return messages;
}

Outcome<std::vector<std::pair<Id, Time>>> finished(Database& db, std::size_t limit) {
  std::vector<std::pair<Id, Time>> ids;
  auto done = each(
      db,
      "SELECT id, committed FROM seen WHERE id NOT IN (SELECT id FROM message) "
      "ORDER BY committed DESC LIMIT ?",
      [&](const Rows& row) { ids.emplace_back(Id::from_octets(row.view(0)).value_or(Id{}), row.time(1)); },
      limit);
  if (!done) return std::unexpected(std::move(done.error()));
  return ids;
}

Outcome<> hold(Database& db, std::int64_t number, bool held, Time now) {
  if (auto done = db.run("UPDATE message SET held = ? WHERE number = ?", held, number); !done) return done;
  return db.run("UPDATE recipient SET next_attempt = ? WHERE message = ? AND (state = 0 OR owes <> 0)",
                held ? std::optional<Time>{} : std::optional<Time>{now}, number);
}

Outcome<> retry(Database& db, std::int64_t number, Time now) {
  return db.run("UPDATE recipient SET next_attempt = ? WHERE message = ? AND next_attempt IS NOT NULL", now,
                number);
}

Outcome<> drop(Database& db, std::int64_t number) { return remove(db, number); }

}  // namespace scop::relay::ledger
