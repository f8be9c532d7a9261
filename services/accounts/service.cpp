#include "accounts/service.hpp"

#include "accounts/address.hpp"
#include "accounts/admin.hpp"
#include "accounts/authenticator.hpp"
#include "accounts/jail.hpp"
#include "accounts/limits.hpp"
#include "accounts/recipients.hpp"
#include "accounts/records.hpp"
#include "accounts/resolve.hpp"
#include "accounts/schema.hpp"
#include "core/ascii.hpp"
#include "credentials/allowance.hpp"
#include "files/descriptor.hpp"
#include "grant/keys.hpp"

namespace scop::accounts {

namespace {

using pipe::Call;
using pipe::Result;
namespace methods = pipe::methods;

v1::ResolveReply::Kind to_wire(Resolution::Kind kind) {
  switch (kind) {
    case Resolution::Kind::not_ours:
      return v1::ResolveReply::NOT_OURS;
    case Resolution::Kind::no_such_user:
      return v1::ResolveReply::NO_SUCH_USER;
    case Resolution::Kind::mailbox:
      return v1::ResolveReply::MAILBOX;
    case Resolution::Kind::addresses:
      return v1::ResolveReply::ADDRESSES;
    case Resolution::Kind::disabled:
      return v1::ResolveReply::DISABLED;
  }
  return v1::ResolveReply::NO_SUCH_USER;
}

Outcome<Secret> read_grant_key(const std::filesystem::path& file) {
  auto content = files::read_whole(file, 1024);
  if (!content) return failure(content.error().kind, content.error().what + "; `scop init` makes it");
  const Secret text(std::move(*content));
  auto key = grant::secret_key_from_file(text.reveal());
  if (!key) return failure(key.error().kind, file.string() + ": " + key.error().what);
  return key;
}

// Before any thread: the tables, the own domain, the secret of the salts.
Outcome<Secret> prepare(store::Database& database, std::string_view domain) {
  if (auto done = database.migrate(schema()); !done) return std::unexpected(done.error());
  if (auto added = records::add_domain(database, domain, now());
      !added && added.error().kind != ErrorKind::conflict) {
    return std::unexpected(added.error());
  }
  auto secret = records::lasting_secret(database, "scram salts");
  if (!secret) return std::unexpected(secret.error());
  return Secret(std::move(*secret));
}

}  // namespace

// Everything that lives from open() on, in the order in which it is built.
struct AccountsService::World {
  World(asio::io_context& io, const Log& log, const settings::Accounts& settings, const settings::Mesh& mesh,
        store::Database reader, store::Database writing, Secrets secrets)
      : database(std::move(reader)),
        directory(database),
        writer(io, std::move(writing)),
        pool(io, settings.argon2_threads, limits::checks_waiting),
        authenticator(directory, writer, pool, log, settings, mesh.domain, std::move(secrets)),
        admin(directory, writer, pool, log, authenticator, settings.subaddress_separator, mesh.domain),
        allowance({.messages_per_hour = settings.messages_per_hour,
                   .recipients_per_hour = settings.recipients_per_hour}),
        resolve_rules{.separator = settings.subaddress_separator,
                      .postmaster_user = settings.postmaster_user,
                      .domain = mesh.domain},
        recipients(directory, resolve_rules, {}) {}

  Result<v1::ReserveReply> reserve(const v1::ReserveRequest& request);
  Result<v1::ResolveReply> resolve_address(const v1::ResolveRequest& request);
  Result<v1::CheckRecipientReply> check_recipient(const Call& call, const v1::CheckRecipientRequest& request);
  Result<v1::LookupReply> look_up(const v1::LookupRequest& request);
  Task<Result<v1::Nothing>> take_usage(v1::UsageReport report);
  void serve(pipe::Server& server);
  void serve_admin(pipe::Server& server);

  store::Database database;
  Directory directory;
  store::Writer writer;
  files::Pool pool;
  Authenticator authenticator;
  Admin admin;
  credentials::Allowance allowance;
  ResolveRules resolve_rules;
  Recipients recipients;
};

Result<v1::ReserveReply> AccountsService::World::reserve(const v1::ReserveRequest& request) {
  v1::ReserveReply reply;
  const auto login = ascii::to_lower(request.login());
  const auto account = directory.find_account(login);
  if (!account) return pipe::fail(pipe::Code::unavailable, account.error().what);
  // Disabled since it logged in: nothing more leaves.
  if (!*account || (*account)->disabled) {
    reply.set_retry_after(3600);
    return reply;
  }
  const auto wait =
      allowance.take(login, request.messages(), request.recipients(), std::chrono::steady_clock::now());
  reply.set_granted(wait == std::chrono::seconds(0));
  reply.set_retry_after(static_cast<std::uint32_t>(wait.count()));
  return reply;
}

Result<v1::ResolveReply> AccountsService::World::resolve_address(const v1::ResolveRequest& request) {
  auto resolution = resolve(directory, request.address(), resolve_rules);
  if (!resolution) return pipe::fail(pipe::Code::unavailable, resolution.error().what);
  v1::ResolveReply reply;
  reply.set_kind(to_wire(resolution->kind));
  reply.set_mailbox(std::move(resolution->mailbox));
  reply.set_detail(std::move(resolution->detail));
  reply.set_quota(resolution->quota);
  reply.set_full(resolution->full);
  for (auto& address : resolution->addresses) reply.add_addresses(std::move(address));
  return reply;
}

Result<v1::CheckRecipientReply> AccountsService::World::check_recipient(
    const Call& call, const v1::CheckRecipientRequest& request) {
  auto reply = recipients.check(call.caller, request, std::chrono::steady_clock::now());
  if (!reply) return pipe::fail(pipe::Code::unavailable, reply.error().what);
  return std::move(*reply);
}

Result<v1::LookupReply> AccountsService::World::look_up(const v1::LookupRequest& request) {
  const auto account = directory.find_account(canonical_login(request.login(), resolve_rules.domain));
  if (!account) return pipe::fail(pipe::Code::unavailable, account.error().what);
  v1::LookupReply reply;
  if (!*account) return reply;
  reply.set_found(true);
  reply.set_login((*account)->login);
  reply.set_disabled((*account)->disabled);
  reply.set_quota((*account)->quota);
  return reply;
}

// Of a mailbox that was removed meanwhile: nothing.
Task<Result<v1::Nothing>> AccountsService::World::take_usage(v1::UsageReport report) {
  auto job = [login = report.mailbox(), octets = report.octets()](store::Database& database) -> Outcome<> {
    auto noted = records::note_usage(database, login, octets);
    if (!noted && noted.error().kind == ErrorKind::not_found) return {};
    return noted;
  };
  const auto done = co_await writer.write(std::move(job));
  if (!done) co_return pipe::fail(pipe::Code::unavailable, done.error().what);
  co_return v1::Nothing();
}

// The lambdas are no coroutines themselves where a coroutine would outlive what they captured.
void AccountsService::World::serve(pipe::Server& server) {
  server.on_unary(methods::authenticate, [this](Call call, v1::AuthenticateRequest request) {
    return authenticator.by_password(std::move(call.caller), std::move(request));
  });
  server.on_unary(methods::scram_begin,
                  [this](Call call, v1::ScramBeginRequest request) -> Task<Result<v1::ScramBeginReply>> {
                    co_return authenticator.scram_begin(call.caller, request);
                  });
  server.on_unary(methods::scram_finish,
                  [this](Call call, v1::ScramFinishRequest request) -> Task<Result<v1::AuthenticateReply>> {
                    co_return authenticator.scram_finish(call.caller, request);
                  });
  server.on_unary(methods::reserve,
                  [this](Call, v1::ReserveRequest request) -> Task<Result<v1::ReserveReply>> {
                    co_return reserve(request);
                  });
  server.on_unary(methods::resolve,
                  [this](Call, v1::ResolveRequest request) -> Task<Result<v1::ResolveReply>> {
                    co_return resolve_address(request);
                  });
  server.on_unary(methods::look_up_user,
                  [this](Call, v1::LookupRequest request) -> Task<Result<v1::LookupReply>> {
                    co_return look_up(request);
                  });
  server.on_unary(methods::report_usage,
                  [this](Call, v1::UsageReport report) { return take_usage(std::move(report)); });
  server.on_unary(
      methods::check_recipient,
      [this](Call call, v1::CheckRecipientRequest request) -> Task<Result<v1::CheckRecipientReply>> {
        co_return check_recipient(call, request);
      });
}

void AccountsService::World::serve_admin(pipe::Server& server) {
  server.on_unary(methods::add_domain,
                  [this](Call, v1::DomainRequest request) { return admin.add_domain(std::move(request)); });
  server.on_unary(methods::add_user,
                  [this](Call, v1::UserRequest request) { return admin.add_user(std::move(request)); });
  server.on_unary(methods::set_password,
                  [this](Call, v1::UserRequest request) { return admin.set_password(std::move(request)); });
  server.on_unary(methods::set_disabled,
                  [this](Call, v1::UserRequest request) { return admin.set_disabled(std::move(request)); });
  server.on_unary(methods::set_quota,
                  [this](Call, v1::UserRequest request) { return admin.set_quota(std::move(request)); });
  server.on_unary(methods::remove_user,
                  [this](Call, v1::UserRequest request) { return admin.remove_user(std::move(request)); });
  server.on_unary(methods::add_app_password, [this](Call, v1::AppPasswordRequest request) {
    return admin.add_app_password(std::move(request));
  });
  server.on_unary(methods::remove_app_password, [this](Call, v1::AppPasswordRequest request) {
    return admin.remove_app_password(std::move(request));
  });
  server.on_unary(methods::add_alias,
                  [this](Call, v1::AliasRequest request) { return admin.add_alias(std::move(request)); });
  server.on_unary(methods::remove_alias,
                  [this](Call, v1::AliasRequest request) { return admin.remove_alias(std::move(request)); });
  server.on_unary(methods::hosted_domains, [this](Call, v1::Nothing) -> Task<Result<v1::DomainList>> {
    co_return admin.list_domains();
  });
  server.on_unary(methods::list_domains, [this](Call, v1::Nothing) -> Task<Result<v1::DomainList>> {
    co_return admin.list_domains();
  });
  server.on_unary(methods::list_users,
                  [this](Call, v1::Nothing) -> Task<Result<v1::UserList>> { co_return admin.list_users(); });
  server.on_unary(methods::list_aliases, [this](Call, v1::Nothing) -> Task<Result<v1::AliasList>> {
    co_return admin.list_aliases();
  });
}

AccountsService::AccountsService() = default;
AccountsService::~AccountsService() = default;

void AccountsService::configure(const config::Document& document) {
  settings_ = settings::read_accounts(document);
}

Outcome<> AccountsService::bind(daemon::Boot&) { return {}; }

Outcome<> AccountsService::open(daemon::Boot& boot) {
  auto grant_key = read_grant_key(boot.state() / "grant.key");
  if (!grant_key) return std::unexpected(grant_key.error());
  const auto file = boot.state() / "accounts.db";
  auto writing = store::Database::open(file);
  if (!writing) return std::unexpected(writing.error());
  auto scram_secret = prepare(*writing, boot.mesh().domain);
  if (!scram_secret) return std::unexpected(scram_secret.error());
  auto reader = store::Database::open(file);
  if (!reader) return std::unexpected(reader.error());
  auto dummy =
      credentials::dummy_hash({.memory = settings_.argon2_memory, .passes = settings_.argon2_passes});
  world_ = std::make_unique<World>(boot.io(), boot.log(), settings_, boot.mesh(), std::move(*reader),
                                   std::move(*writing),
                                   Secrets{.grant_key = std::move(*grant_key),
                                           .scram_secret = std::move(*scram_secret),
                                           .dummy_hash = std::move(dummy)});
  world_->serve(boot.server());
  world_->serve_admin(boot.server());
  return {};
}

daemon::Walls AccountsService::walls() const {
  return accounts::walls(settings_.argon2_memory, settings_.argon2_threads);
}

void AccountsService::start() {
  world_->writer.start();
  world_->pool.start();
}

// Calls under way still need pool and writer, and the server waits for them; what they have been told is on
// disk.
Task<> AccountsService::drain(Deadline) { co_return; }

}  // namespace scop::accounts
