#include "accounts/records.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "accounts/address.hpp"
#include "accounts/directory.hpp"
#include "accounts/limits.hpp"
#include "core/ascii.hpp"
#include "core/id.hpp"

namespace scop::accounts::records {

namespace {

constexpr std::uint64_t most_octets = 1ULL << 60U;

// One of the statements that must touch exactly what they name.
Outcome<> touched(store::Database& database, Outcome<> done, const std::string& otherwise) {
  if (!done) return done;
  if (database.changes() == 0) return failure(ErrorKind::not_found, otherwise);
  return {};
}

std::string no_user(std::string_view login) {
  return fmt::format("there is no user {}: see `scop user list`", ascii::printable(login));
}

Outcome<> require_domain(store::Database& database, std::string_view domain) {
  const auto known = Directory(database).has_domain(domain);
  if (!known) return std::unexpected(known.error());
  if (*known) return {};
  return failure(ErrorKind::not_found,
                 fmt::format("{} is no domain of this mesh: `scop domain add {}` makes it one",
                             ascii::printable(domain), ascii::printable(domain)));
}

Outcome<> require_account(store::Database& database, std::string_view login) {
  const auto account = Directory(database).find_account(login);
  if (!account) return std::unexpected(account.error());
  if (!*account) return failure(ErrorKind::not_found, no_user(login));
  return {};
}

Outcome<Address> stored_form(std::string_view text, bool may_be_catch_all) {
  if (may_be_catch_all && text.starts_with('@')) {
    Address catch_all{.local = {}, .domain = read_domain(text.substr(1))};
    if (const auto why = objection_to_domain(catch_all.domain); !why.empty()) {
      return failure(ErrorKind::malformed, fmt::format("{}: {}", ascii::printable(text), why));
    }
    return catch_all;
  }
  auto address = read_address(text);
  if (!address) {
    return failure(ErrorKind::malformed,
                   fmt::format("{}: not an address such as ann@example.org", ascii::printable(text)));
  }
  for (const auto why : {objection_to_local(address->local), objection_to_domain(address->domain)}) {
    if (!why.empty())
      return failure(ErrorKind::malformed, fmt::format("{}: {}", ascii::printable(text), why));
  }
  return std::move(*address);
}

Outcome<> exists_as_alias(store::Database& database, const std::string& login) {
  auto rows = database.query("SELECT 1 FROM alias WHERE address = ?", login);
  if (!rows) return std::unexpected(rows.error());
  const auto more = rows->next();
  if (!more) return std::unexpected(more.error());
  if (!*more) return {};
  return failure(ErrorKind::conflict,
                 fmt::format("{} is an alias: `scop alias remove {}` first", login, login));
}

Outcome<std::size_t> count(store::Database& database, std::string_view sql, std::string_view key) {
  auto rows = database.query(sql, key);
  if (!rows) return std::unexpected(rows.error());
  const auto more = rows->next();
  if (!more) return std::unexpected(more.error());
  return *more ? static_cast<std::size_t>(rows->integer(0)) : 0;
}

}  // namespace

Outcome<> add_domain(store::Database& database, std::string_view domain, Time now) {
  const auto name = read_domain(domain);
  if (const auto why = objection_to_domain(name); !why.empty()) {
    return failure(ErrorKind::malformed, fmt::format("{}: {}", ascii::printable(domain), why));
  }
  auto done =
      database.run("INSERT INTO domain (name, created) VALUES (?, ?) ON CONFLICT DO NOTHING", name, now);
  if (done && database.changes() == 0)
    return failure(ErrorKind::conflict, fmt::format("{} is there already", name));
  return done;
}

Outcome<> add_account(store::Database& database, std::string_view login, std::string_view hash, Time now) {
  const auto address = stored_form(login, false);
  if (!address) return std::unexpected(address.error());
  if (auto fits = require_domain(database, address->domain); !fits) return fits;
  if (auto free = exists_as_alias(database, address->text()); !free) return free;
  auto done = database.run(
      "INSERT INTO account (login, domain, password, created) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
      address->text(), address->domain, hash, now);
  if (done && database.changes() == 0) {
    return failure(
        ErrorKind::conflict,
        fmt::format("{} is there already: `scop user passwd` changes the password", address->text()));
  }
  return done;
}

Outcome<> set_password(store::Database& database, std::string_view login, std::string_view hash) {
  return touched(database, database.run("UPDATE account SET password = ? WHERE login = ?", hash, login),
                 no_user(login));
}

Outcome<> replace_hash(store::Database& database, std::string_view login, std::string_view old,
                       std::string_view hash) {
  return database.run("UPDATE account SET password = ? WHERE login = ? AND password = ?", hash, login, old);
}

Outcome<> set_disabled(store::Database& database, std::string_view login, bool disabled) {
  return touched(database,
                 database.run("UPDATE account SET disabled = ? WHERE login = ?", disabled ? 1 : 0, login),
                 no_user(login));
}

Outcome<> set_quota(store::Database& database, std::string_view login, std::uint64_t octets) {
  if (octets > most_octets) return failure(ErrorKind::malformed, "a quota is at most 1 EB");
  return touched(database, database.run("UPDATE account SET quota = ? WHERE login = ?", octets, login),
                 no_user(login));
}

Outcome<> note_usage(store::Database& database, std::string_view login, std::uint64_t octets) {
  return touched(
      database,
      database.run("UPDATE account SET used = ? WHERE login = ?", std::min(octets, most_octets), login),
      no_user(login));
}

Outcome<> remove_account(store::Database& database, std::string_view login) {
  return touched(database, database.run("DELETE FROM account WHERE login = ?", login), no_user(login));
}

Outcome<> add_app_password(store::Database& database, std::string_view login, std::string_view name,
                           const scram::StoredKeys& keys, Time now) {
  if (name.empty() || name.size() > 64 || !ascii::is_utf8(name)) {
    return failure(ErrorKind::malformed, "an app password's name has 1 to 64 octets of UTF-8");
  }
  if (auto known = require_account(database, login); !known) return known;
  const auto there = count(database, "SELECT count(*) FROM app_password WHERE login = ?", login);
  if (!there) return std::unexpected(there.error());
  if (*there >= limits::app_passwords) {
    return failure(ErrorKind::exhausted,
                   fmt::format("{} has {} app passwords: remove one first", login, *there));
  }
  auto done = database.run(
      "INSERT INTO app_password (login, name, stored_key, server_key, created) VALUES (?, ?, ?, ?, ?) "
      "ON CONFLICT DO NOTHING",
      login, name, store::Blob{keys.stored_key}, store::Blob{keys.server_key}, now);
  if (done && database.changes() == 0) {
    return failure(ErrorKind::conflict, fmt::format("{} has an app password \"{}\" already", login, name));
  }
  return done;
}

Outcome<> remove_app_password(store::Database& database, std::string_view login, std::string_view name) {
  return touched(
      database, database.run("DELETE FROM app_password WHERE login = ? AND name = ?", login, name),
      fmt::format("{} has no app password \"{}\"", ascii::printable(login), ascii::printable(name)));
}

namespace {

Outcome<> write_targets(store::Database& database, const std::string& address,
                        const std::vector<std::string>& targets) {
  for (const auto& target : targets) {
    const auto form = stored_form(target, false);
    if (!form) return std::unexpected(form.error());
    // Elsewhere letters of a local part may matter: only its domain is folded.
    const auto text = target.substr(0, target.rfind('@') + 1) + form->domain;
    const auto ours = Directory(database).has_domain(form->domain);
    if (!ours) return std::unexpected(ours.error());
    if (form->text() == address)
      return failure(ErrorKind::malformed, address + " cannot be an alias for itself");
    auto done =
        database.run("INSERT INTO alias_target (address, target) VALUES (?, ?) ON CONFLICT DO NOTHING",
                     address, *ours ? form->text() : text);
    if (!done) return done;
  }
  return {};
}

Outcome<> write_senders(store::Database& database, const std::string& address,
                        const std::vector<std::string>& senders) {
  for (const auto& sender : senders) {
    const auto login = ascii::to_lower(sender);
    if (auto known = require_account(database, login); !known) return known;
    auto done = database.run("INSERT INTO alias_sender (address, login) VALUES (?, ?) ON CONFLICT DO NOTHING",
                             address, login);
    if (!done) return done;
  }
  return {};
}

Outcome<> check_bounds(store::Database& database, const std::string& address) {
  const auto targets = count(database, "SELECT count(*) FROM alias_target WHERE address = ?", address);
  if (!targets) return std::unexpected(targets.error());
  const auto senders = count(database, "SELECT count(*) FROM alias_sender WHERE address = ?", address);
  if (!senders) return std::unexpected(senders.error());
  if (*targets > limits::alias_targets || *senders > limits::alias_senders) {
    return failure(ErrorKind::exhausted, fmt::format("an alias has at most {} targets and {} senders",
                                                     limits::alias_targets, limits::alias_senders));
  }
  return {};
}

}  // namespace

Outcome<> add_alias(store::Database& database, std::string_view text, const std::vector<std::string>& targets,
                    const std::vector<std::string>& senders, Time now) {
  const auto form = stored_form(text, true);
  if (!form) return std::unexpected(form.error());
  const auto address = form->text();
  if (targets.empty() && senders.empty()) {
    return failure(ErrorKind::malformed,
                   "an alias needs a target (who gets its mail) or a sender (who may use it)");
  }
  if (auto fits = require_domain(database, form->domain); !fits) return fits;
  const auto account = Directory(database).find_account(address);
  if (!account) return std::unexpected(account.error());
  if (*account)
    return failure(ErrorKind::conflict, fmt::format("{} is a user: its mail stays with it", address));
  if (auto done =
          database.run("INSERT INTO alias (address, domain, created) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                       address, form->domain, now);
      !done) {
    return done;
  }
  if (auto done = write_targets(database, address, targets); !done) return done;
  if (auto done = write_senders(database, address, senders); !done) return done;
  return check_bounds(database, address);
}

Outcome<> remove_alias(store::Database& database, std::string_view text,
                       const std::vector<std::string>& targets, const std::vector<std::string>& senders) {
  const auto form = stored_form(text, true);
  if (!form) return std::unexpected(form.error());
  const auto address = form->text();
  const auto none = fmt::format("there is no alias {}: see `scop alias list`", address);
  if (targets.empty() && senders.empty()) {
    return touched(database, database.run("DELETE FROM alias WHERE address = ?", address), none);
  }
  for (const auto& target : targets) {
    auto done =
        touched(database,
                database.run("DELETE FROM alias_target WHERE address = ? AND lower(target) = lower(?)",
                             address, target),
                fmt::format("{} has no target {}", address, ascii::printable(target)));
    if (!done) return done;
  }
  for (const auto& sender : senders) {
    auto done = touched(database,
                        database.run("DELETE FROM alias_sender WHERE address = ? AND login = ?", address,
                                     ascii::to_lower(sender)),
                        fmt::format("{} has no sender {}", address, ascii::printable(sender)));
    if (!done) return done;
  }
  return database.run(
      "DELETE FROM alias WHERE address = ? AND NOT EXISTS (SELECT 1 FROM alias_target WHERE address = ?) "
      "AND NOT EXISTS (SELECT 1 FROM alias_sender WHERE address = ?)",
      address, address, address);
}

Outcome<std::string> lasting_secret(store::Database& database, std::string_view name) {
  const auto fresh = random_octets(32);
  if (auto done = database.run("INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING", name,
                               store::Blob{fresh});
      !done) {
    return std::unexpected(done.error());
  }
  auto rows = database.query("SELECT value FROM secret WHERE name = ?", name);
  if (!rows) return std::unexpected(rows.error());
  const auto more = rows->next();
  if (!more) return std::unexpected(more.error());
  if (!*more) return failure(ErrorKind::broken, "the secret just written is not there");
  return rows->text(0);
}

}  // namespace scop::accounts::records
