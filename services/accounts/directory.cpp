#include "accounts/directory.hpp"

namespace scop::accounts {

namespace {

Account account_of(const store::Rows& rows) {
  return {.login = rows.text(0),
          .password = rows.text(1),
          .disabled = rows.boolean(2),
          .created = rows.time(3),
          .quota = static_cast<std::uint64_t>(rows.integer(4)),
          .used = static_cast<std::uint64_t>(rows.integer(5))};
}

}  // namespace

template <class... Values>
Outcome<std::vector<std::string>> Directory::texts(std::string_view sql, const Values&... values) {
  auto rows = database_.query(sql, values...);
  if (!rows) return std::unexpected(rows.error());
  std::vector<std::string> found;
  for (;;) {
    const auto more = rows->next();
    if (!more) return std::unexpected(more.error());
    if (!*more) return found;
    found.push_back(rows->text(0));
  }
}

Outcome<bool> Directory::has_domain(std::string_view domain) {
  auto found = texts("SELECT name FROM domain WHERE name = ?", domain);
  if (!found) return std::unexpected(found.error());
  return !found->empty();
}

Outcome<std::optional<Account>> Directory::find_account(std::string_view login) {
  auto rows = database_.query(
      "SELECT login, password, disabled, created, quota, used FROM account WHERE login = ?", login);
  if (!rows) return std::unexpected(rows.error());
  const auto more = rows->next();
  if (!more) return std::unexpected(more.error());
  if (!*more) return std::nullopt;
  return account_of(*rows);
}

Outcome<std::vector<AppPassword>> Directory::app_passwords(std::string_view login) {
  auto rows = database_.query(
      "SELECT name, stored_key, server_key FROM app_password WHERE login = ? ORDER BY name", login);
  if (!rows) return std::unexpected(rows.error());
  std::vector<AppPassword> found;
  for (;;) {
    const auto more = rows->next();
    if (!more) return std::unexpected(more.error());
    if (!*more) return found;
    found.push_back(
        {.name = rows->text(0), .keys = {.stored_key = rows->text(1), .server_key = rows->text(2)}});
  }
}

Outcome<std::vector<std::string>> Directory::targets(std::string_view alias) {
  return texts("SELECT target FROM alias_target WHERE address = ? ORDER BY target", alias);
}

Outcome<std::vector<std::string>> Directory::sendable_aliases(std::string_view login) {
  return texts("SELECT address FROM alias_sender WHERE login = ? ORDER BY address", login);
}

Outcome<std::optional<std::string>> Directory::oldest_account(std::string_view domain) {
  auto found = texts(
      "SELECT login FROM account WHERE domain = ? AND disabled = 0 ORDER BY created, login LIMIT 1", domain);
  if (!found) return std::unexpected(found.error());
  if (found->empty()) return std::nullopt;
  return std::move(found->front());
}

Outcome<std::vector<std::string>> Directory::domains() {
  return texts("SELECT name FROM domain ORDER BY name");
}

Outcome<std::vector<Account>> Directory::accounts() {
  auto rows = database_.query(
      "SELECT login, password, disabled, created, quota, used FROM account ORDER BY domain, login");
  if (!rows) return std::unexpected(rows.error());
  std::vector<Account> found;
  for (;;) {
    const auto more = rows->next();
    if (!more) return std::unexpected(more.error());
    if (!*more) return found;
    found.push_back(account_of(*rows));
  }
}

Outcome<std::vector<Alias>> Directory::aliases() {
  auto addresses = texts("SELECT address FROM alias ORDER BY domain, address");
  if (!addresses) return std::unexpected(addresses.error());
  std::vector<Alias> found;
  for (auto& address : *addresses) {
    auto targets_of = targets(address);
    if (!targets_of) return std::unexpected(targets_of.error());
    auto senders = texts("SELECT login FROM alias_sender WHERE address = ? ORDER BY login", address);
    if (!senders) return std::unexpected(senders.error());
    found.push_back(
        {.address = std::move(address), .targets = std::move(*targets_of), .senders = std::move(*senders)});
  }
  return found;
}

}  // namespace scop::accounts
