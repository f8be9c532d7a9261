#include "accounts/admin.hpp"

#include "accounts/address.hpp"
#include "accounts/records.hpp"
#include "credentials/app_password.hpp"

namespace scop::accounts {

namespace {

using pipe::Code;

std::unexpected<pipe::Status> unavailable(const Error& error) {
  return pipe::fail(Code::unavailable, error.what);
}

v1::AdminReply declined(const Error& error) {
  v1::AdminReply reply;
  reply.set_reason(error.what);
  return reply;
}

// What the administrator can do something about; else it is the daemon that is in trouble.
bool is_for_the_administrator(ErrorKind kind) {
  return kind == ErrorKind::malformed || kind == ErrorKind::conflict || kind == ErrorKind::not_found ||
         kind == ErrorKind::exhausted;
}

std::vector<std::string> to_texts(const google::protobuf::RepeatedPtrField<std::string>& field) {
  return {field.begin(), field.end()};
}

}  // namespace

Admin::Admin(Directory& directory, store::Writer& writer, files::Pool& pool, const Log& log,
             Authenticator& authenticator, char separator, std::string domain)
    : directory_(directory),
      writer_(writer),
      pool_(pool),
      log_(log),
      authenticator_(authenticator),
      separator_(separator),
      domain_(std::move(domain)) {}

Task<pipe::Result<v1::AdminReply>> Admin::write(Job job, std::string_view what, std::string whom) {
  const auto done = co_await writer_.write(std::move(job));
  if (!done && !is_for_the_administrator(done.error().kind)) co_return unavailable(done.error());
  if (!done) co_return declined(done.error());
  authenticator_.forget(whom);
  log_.info(what, {{"name", whom}});
  v1::AdminReply reply;
  reply.set_done(true);
  co_return reply;
}

Task<Outcome<std::string>> Admin::hash(v1::UserRequest& request) {
  auto password = std::make_shared<Secret>(*request.mutable_password());
  wipe(*request.mutable_password());
  if (const auto why = credentials::objection_to(password->reveal()); !why.empty()) {
    co_return failure(ErrorKind::malformed, std::string(why));
  }
  co_return co_await pool_.run<std::string>([password, cost = authenticator_.cost()] {
    return credentials::hash_password(password->reveal(), cost);
  });
}

Task<pipe::Result<v1::AdminReply>> Admin::add_domain(v1::DomainRequest request) {
  auto job = [request](store::Database& database) {
    return records::add_domain(database, request.domain(), now());
  };
  co_return co_await write(std::move(job), "domain added", request.domain());
}

Task<pipe::Result<v1::AdminReply>> Admin::add_user(v1::UserRequest request) {
  const auto login = canonical_login(request.login(), domain_);
  const auto hashed = co_await hash(request);
  if (!hashed) co_return declined(hashed.error());
  auto job = [login, hashed = *hashed](store::Database& database) {
    return records::add_account(database, login, hashed, now());
  };
  co_return co_await write(std::move(job), "user added", login);
}

Task<pipe::Result<v1::AdminReply>> Admin::set_password(v1::UserRequest request) {
  const auto login = canonical_login(request.login(), domain_);
  const auto hashed = co_await hash(request);
  if (!hashed) co_return declined(hashed.error());
  auto job = [login, hashed = *hashed](store::Database& database) {
    return records::set_password(database, login, hashed);
  };
  co_return co_await write(std::move(job), "password changed", login);
}

Task<pipe::Result<v1::AdminReply>> Admin::set_disabled(v1::UserRequest request) {
  const auto login = canonical_login(request.login(), domain_);
  auto job = [login, disabled = request.disabled()](store::Database& database) {
    return records::set_disabled(database, login, disabled);
  };
  co_return co_await write(std::move(job), request.disabled() ? "user disabled" : "user enabled", login);
}

Task<pipe::Result<v1::AdminReply>> Admin::set_quota(v1::UserRequest request) {
  const auto login = canonical_login(request.login(), domain_);
  auto job = [login, quota = request.quota()](store::Database& database) {
    return records::set_quota(database, login, quota);
  };
  co_return co_await write(std::move(job), "quota set", login);
}

Task<pipe::Result<v1::AdminReply>> Admin::remove_user(v1::UserRequest request) {
  const auto login = canonical_login(request.login(), domain_);
  auto job = [login](store::Database& database) { return records::remove_account(database, login); };
  co_return co_await write(std::move(job), "user removed", login);
}

Task<pipe::Result<v1::AppPasswordReply>> Admin::add_app_password(v1::AppPasswordRequest request) {
  const auto login = canonical_login(request.login(), domain_);
  auto password = std::make_shared<Secret>(credentials::make_app_password());
  const auto keys = co_await pool_.run<scram::StoredKeys>(
      [password, salt = authenticator_.scram_salt(login)]() -> Outcome<scram::StoredKeys> {
        return credentials::app_password_keys(password->reveal(), salt);
      });
  if (!keys) co_return unavailable(keys.error());
  auto job = [login, name = request.name(), keys = *keys](store::Database& database) {
    return records::add_app_password(database, login, name, keys, now());
  };
  auto written = co_await write(std::move(job), "app password added", login);
  if (!written) co_return std::unexpected(written.error());
  v1::AppPasswordReply reply;
  if (written->done()) reply.set_password(std::string(password->reveal()));
  *reply.mutable_reply() = std::move(*written);
  co_return reply;
}

Task<pipe::Result<v1::AdminReply>> Admin::remove_app_password(v1::AppPasswordRequest request) {
  const auto login = canonical_login(request.login(), domain_);
  auto job = [login, name = request.name()](store::Database& database) {
    return records::remove_app_password(database, login, name);
  };
  co_return co_await write(std::move(job), "app password removed", login);
}

Task<pipe::Result<v1::AdminReply>> Admin::add_alias(v1::AliasRequest request) {
  auto job = [request](store::Database& database) {
    return records::add_alias(database, request.address(), to_texts(request.targets()),
                              to_texts(request.senders()), now());
  };
  co_return co_await write(std::move(job), "alias added", request.address());
}

Task<pipe::Result<v1::AdminReply>> Admin::remove_alias(v1::AliasRequest request) {
  auto job = [request](store::Database& database) {
    return records::remove_alias(database, request.address(), to_texts(request.targets()),
                                 to_texts(request.senders()));
  };
  co_return co_await write(std::move(job), "alias removed", request.address());
}

pipe::Result<v1::DomainList> Admin::list_domains() {
  auto domains = directory_.domains();
  if (!domains) return unavailable(domains.error());
  v1::DomainList list;
  for (auto& domain : *domains) list.add_domains(std::move(domain));
  return list;
}

pipe::Result<v1::UserList> Admin::list_users() {
  auto accounts = directory_.accounts();
  if (!accounts) return unavailable(accounts.error());
  v1::UserList list;
  for (const auto& account : *accounts) {
    auto& user = *list.add_users();
    user.set_login(account.login);
    user.set_disabled(account.disabled);
    user.set_quota(account.quota);
    user.set_usage(account.used);
    user.set_created(std::chrono::floor<std::chrono::seconds>(account.created).time_since_epoch().count());
    const auto passwords = directory_.app_passwords(account.login);
    if (!passwords) return unavailable(passwords.error());
    for (const auto& password : *passwords) user.add_app_passwords(password.name);
    const auto addresses = send_as(directory_, account.login, separator_);
    if (!addresses) return unavailable(addresses.error());
    for (const auto& address : *addresses) user.add_send_as(address);
  }
  return list;
}

pipe::Result<v1::AliasList> Admin::list_aliases() {
  const auto aliases = directory_.aliases();
  if (!aliases) return unavailable(aliases.error());
  v1::AliasList list;
  for (const auto& alias : *aliases) {
    auto& one = *list.add_aliases();
    one.set_address(alias.address);
    for (const auto& target : alias.targets) one.add_targets(target);
    for (const auto& sender : alias.senders) one.add_senders(sender);
  }
  return list;
}

}  // namespace scop::accounts
