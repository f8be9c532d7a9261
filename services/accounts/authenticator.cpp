#include "accounts/authenticator.hpp"

#include "accounts/address.hpp"
#include "accounts/limits.hpp"
#include "accounts/records.hpp"
#include "core/base64.hpp"
#include "core/id.hpp"
#include "credentials/app_password.hpp"

namespace scop::accounts {

namespace {

using pipe::Code;
using v1::AuthenticateReply;

constexpr std::size_t nonce_octets = 18;

Deadline clock_now() { return std::chrono::steady_clock::now(); }

std::unexpected<pipe::Status> unavailable(const Error& error) {
  return pipe::fail(Code::unavailable, error.what);
}

scram::Mechanism mechanism_of(const v1::ScramBeginRequest& request) {
  return {.plus = request.plus(),
          .plus_offered = request.plus_offered(),
          .binding_name = request.channel_binding_name(),
          .binding = request.channel_binding()};
}

}  // namespace

Authenticator::Authenticator(Directory& directory, store::Writer& writer, files::Pool& pool, const Log& log,
                             const settings::Accounts& settings, std::string domain, Secrets secrets)
    : directory_(directory),
      writer_(writer),
      pool_(pool),
      log_(log),
      settings_(settings),
      domain_(std::move(domain)),
      secrets_(std::move(secrets)),
      throttle_(
          {.free_failures = settings.failures_before_throttle, .longest_wait = settings.longest_throttle}),
      verified_(settings.verified_cache) {}

credentials::Cost Authenticator::cost() const {
  return {.memory = settings_.argon2_memory, .passes = settings_.argon2_passes};
}

bool Authenticator::is_guessing_too_fast(const std::string& daemon, Deadline now) {
  return failure_rates_.try_emplace(daemon, settings_.failures_per_second, now).first->second.is_spent(now);
}

Outcome<std::optional<Account>> Authenticator::active_account(std::string_view login) {
  auto account = directory_.find_account(login);
  if (account && *account && (*account)->disabled) return std::nullopt;
  return account;
}

// What is said, and logged, in the end.

pipe::Result<AuthenticateReply> Authenticator::granted(const Attempt& attempt, std::string_view how) {
  const GrantRules rules{.separator = settings_.subaddress_separator, .lifetime = settings_.grant_lifetime};
  auto grant = make_grant(directory_, secrets_.grant_key, attempt.login, attempt.daemon, rules, now());
  if (!grant) return unavailable(grant.error());
  throttle_.succeeded(attempt.throttle_key(), attempt.login);
  log_.info("authenticated", {{"login", attempt.login},
                              {"how", how},
                              {"caller", attempt.daemon},
                              {"client", attempt.client_address}});
  AuthenticateReply reply;
  reply.set_result(AuthenticateReply::GRANTED);
  reply.set_signed_grant(std::move(*grant));
  reply.set_login(attempt.login);
  return reply;
}

AuthenticateReply Authenticator::refused(const Attempt& attempt, bool is_known, std::string_view how) {
  const auto now = clock_now();
  throttle_.failed(attempt.throttle_key(), attempt.login, now);
  failure_rates_.try_emplace(attempt.daemon, settings_.failures_per_second, now).first->second.take(now);
  // People type their password where the name belongs: only names that exist are logged.
  log_.info("authentication refused", {{"login", is_known ? attempt.login : "(no such user)"},
                                       {"how", how},
                                       {"caller", attempt.daemon},
                                       {"client", attempt.client_address}});
  AuthenticateReply reply;
  reply.set_result(AuthenticateReply::REFUSED);
  return reply;
}

AuthenticateReply Authenticator::throttled(const Attempt& attempt, std::chrono::seconds wait) {
  log_.info("authentication throttled",
            {{"caller", attempt.daemon}, {"client", attempt.client_address}, {"retry_after", wait.count()}});
  AuthenticateReply reply;
  reply.set_result(AuthenticateReply::THROTTLED);
  reply.set_retry_after(static_cast<std::uint32_t>(wait.count()));
  return reply;
}

// Passwords.

Task<Outcome<Authenticator::Check>> Authenticator::check_chosen(std::string hash, const Secret& password) {
  // The job runs while this coroutine waits: it may borrow the password.
  const auto* borrowed = &password;
  auto job = [hash = std::move(hash), borrowed, cost = cost()]() -> Outcome<Check> {
    Check check{.fits = credentials::fits_password(hash, borrowed->reveal())};
    if (check.fits && credentials::is_outdated(hash, cost)) {
      check.better_hash = credentials::hash_password(borrowed->reveal(), cost).value_or("");
    }
    return check;
  };
  co_return co_await pool_.run<Check>(std::move(job));
}

Task<Outcome<Authenticator::Check>> Authenticator::check_app(const Attempt& attempt, const Secret& password) {
  const auto* borrowed = &password;
  auto job = [salt = scram_salt(attempt.login), borrowed]() -> Outcome<scram::StoredKeys> {
    return credentials::app_password_keys(borrowed->reveal(), salt);
  };
  const auto keys = co_await pool_.run<scram::StoredKeys>(std::move(job));
  if (!keys) co_return std::unexpected(keys.error());
  const auto stored = directory_.app_passwords(attempt.login);
  if (!stored) co_return std::unexpected(stored.error());
  Check check;
  for (const auto& one : *stored) {
    check.fits |= equal_in_constant_time(one.keys.stored_key, keys->stored_key);
  }
  co_return check;
}

Task<Outcome<Authenticator::Check>> Authenticator::check(const Attempt& attempt,
                                                         const std::optional<Account>& account,
                                                         const Secret& password) {
  if (attempt.is_app_password) co_return co_await check_app(attempt, password);
  auto checked = co_await check_chosen(account ? account->password : secrets_.dummy_hash, password);
  if (checked && !account) *checked = Check{};
  if (!checked || checked->better_hash.empty()) co_return checked;
  auto job = [login = attempt.login, old = account->password, hash = checked->better_hash](
                 store::Database& database) { return records::replace_hash(database, login, old, hash); };
  if (const auto written = co_await writer_.write(std::move(job)); !written) {
    log_.warning("a password could not be hashed anew", {{"why", written.error().what}});
  }
  co_return checked;
}

Task<pipe::Result<AuthenticateReply>> Authenticator::decide(const Attempt& attempt, const Secret& password) {
  const auto account = active_account(attempt.login);
  if (!account) co_return unavailable(account.error());
  if (*account && verified_.knows(attempt.login, password.reveal(), clock_now()))
    co_return granted(attempt, "password, known");
  if (is_guessing_too_fast(attempt.daemon, clock_now()))
    co_return throttled(attempt, std::chrono::seconds(1));

  const std::string_view how = attempt.is_app_password ? "app password" : "password";
  const auto checked = co_await check(attempt, *account, password);
  if (!checked) co_return unavailable(checked.error());
  // The account may have been disabled, or its password changed, meanwhile.
  const auto still = active_account(attempt.login);
  if (!still) co_return unavailable(still.error());
  const bool is_same =
      *still && *account && ((*still)->password == (*account)->password || !checked->better_hash.empty());
  if (!checked->fits || !is_same) co_return refused(attempt, account->has_value(), how);
  const auto& hash = (*still)->password;
  if (hash == (*account)->password || hash == checked->better_hash) {
    verified_.add(attempt.login, password.reveal(), clock_now());
  }
  co_return granted(attempt, how);
}

Task<pipe::Result<AuthenticateReply>> Authenticator::by_password(std::string daemon,
                                                                 v1::AuthenticateRequest request) {
  const Secret password(*request.mutable_password());
  wipe(*request.mutable_password());
  const Attempt attempt{.daemon = std::move(daemon),
                        .login = canonical_login(request.login(), domain_),
                        .client_address = request.client_address(),
                        .is_app_password = credentials::is_app_password(password.reveal())};
  if (attempt.login.empty() || attempt.login.size() > limits::login_octets ||
      password.reveal().size() > credentials::most_password) {
    co_return refused(
        Attempt{.daemon = attempt.daemon, .login = "?", .client_address = attempt.client_address}, false,
        "out of bounds");
  }
  const auto key = attempt.throttle_key();
  const auto wait = throttle_.begin(key, attempt.login, clock_now());
  if (wait > std::chrono::seconds(0) && !attempt.is_app_password) co_return throttled(attempt, wait);

  auto reply = co_await decide(attempt, password);
  if (!reply || reply->result() == AuthenticateReply::THROTTLED) throttle_.gave_up(key, attempt.login);
  if (reply && reply->result() == AuthenticateReply::REFUSED && wait > std::chrono::seconds(0)) {
    co_return throttled(attempt, wait);
  }
  co_return reply;
}

// SCRAM.

pipe::Result<v1::ScramBeginReply> Authenticator::scram_begin(const std::string& daemon,
                                                             const v1::ScramBeginRequest& request) {
  v1::ScramBeginReply reply;
  const auto mechanism = mechanism_of(request);
  const auto first = scram::accept_first(request.client_first(), mechanism);
  const auto login = first ? canonical_login(first->user_name, domain_) : std::string();
  if (login.empty() || login.size() > limits::login_octets ||
      (!first->authorization_name.empty() && canonical_login(first->authorization_name, domain_) != login)) {
    log_.info("SCRAM refused", {{"why", first ? "no such name" : first.error().what},
                                {"caller", daemon},
                                {"client", request.client_address()}});
    reply.set_result(AuthenticateReply::MALFORMED);
    return reply;
  }
  if (is_guessing_too_fast(daemon, clock_now())) {
    reply.set_result(AuthenticateReply::THROTTLED);
    reply.set_retry_after(1);
    return reply;
  }
  auto begun = scram::begin(*first, mechanism, scram_salt(login), scram::least_iterations,
                            to_base64(random_octets(nonce_octets)));
  reply.set_result(AuthenticateReply::GRANTED);
  reply.set_server_first(begun.server_first);
  reply.set_exchange(exchanges_.keep({.daemon = daemon,
                                      .login = login,
                                      .client_address = request.client_address(),
                                      .exchange = std::move(begun.exchange)},
                                     clock_now()));
  return reply;
}

pipe::Result<AuthenticateReply> Authenticator::scram_finish(const std::string& daemon,
                                                            const v1::ScramFinishRequest& request) {
  AuthenticateReply malformed;
  malformed.set_result(AuthenticateReply::MALFORMED);
  const auto open = exchanges_.take(request.exchange(), daemon, clock_now());
  if (!open) return malformed;
  const Attempt attempt{.daemon = daemon,
                        .login = open->login,
                        .client_address = open->client_address,
                        .is_app_password = true};

  const auto account = active_account(attempt.login);
  if (!account) return unavailable(account.error());
  const auto stored = directory_.app_passwords(attempt.login);
  if (!stored) return unavailable(stored.error());
  std::vector<scram::StoredKeys> keys;
  if (*account) {
    for (const auto& one : *stored) keys.push_back(one.keys);
  }
  const auto finished = scram::finish(open->exchange, request.client_final(), keys);
  if (!finished) {
    log_.info("SCRAM refused",
              {{"why", finished.error().what}, {"caller", daemon}, {"client", attempt.client_address}});
    return malformed;
  }
  const auto wait = throttle_.wait(attempt.throttle_key(), attempt.login, clock_now());
  if (!*finished && wait > std::chrono::seconds(0)) return throttled(attempt, wait);
  if (!*finished) return refused(attempt, account->has_value(), "scram");
  auto reply = granted(attempt, "scram");
  if (reply) reply->set_server_final((*finished)->server_final);
  return reply;
}

}  // namespace scop::accounts
