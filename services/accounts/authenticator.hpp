// Who is it? Passwords and SCRAM against the directory, behind the throttles; what it answers is signed.
// Chosen passwords cost argon2id on the pool, app passwords PBKDF2; an unknown login costs the same as a
// known one. A right app password is let in even under a throttle: it cannot be guessed, and nobody can lock
// its owner out.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "accounts/grants.hpp"
#include "accounts/scram_exchanges.hpp"
#include "credentials/password.hpp"
#include "credentials/rate.hpp"
#include "credentials/throttle.hpp"
#include "credentials/verified.hpp"
#include "files/pool.hpp"
#include "log/log.hpp"
#include "pipe/status.hpp"
#include "scop/v1/accounts.pb.h"
#include "settings/accounts.hpp"
#include "store/writer.hpp"

namespace scop::accounts {

struct Secrets {
  Secret grant_key;
  Secret scram_secret;     // of the salts
  std::string dummy_hash;  // what an unknown login's password is checked against
};

class Authenticator {
 public:
  Authenticator(Directory& directory, store::Writer& writer, files::Pool& pool, const Log& log,
                const settings::Accounts& settings, std::string domain, Secrets secrets);

  Task<pipe::Result<v1::AuthenticateReply>> by_password(std::string daemon, v1::AuthenticateRequest request);
  pipe::Result<v1::ScramBeginReply> scram_begin(const std::string& daemon,
                                                const v1::ScramBeginRequest& request);
  pipe::Result<v1::AuthenticateReply> scram_finish(const std::string& daemon,
                                                   const v1::ScramFinishRequest& request);

  // The account's password, app passwords or state have changed.
  void forget(std::string_view login) { verified_.forget(login); }
  std::string scram_salt(std::string_view login) const {
    return scram::salt_of(secrets_.scram_secret, login);
  }
  credentials::Cost cost() const;

 private:
  struct Attempt {
    std::string daemon;
    std::string login;
    std::string client_address;
    bool is_app_password = false;
    std::string throttle_key() const { return is_app_password ? daemon + " app" : daemon; }
  };
  struct Check {
    bool fits = false;
    std::string better_hash;  // of the same password at today's cost
  };

  Task<Outcome<Check>> check_chosen(std::string hash, const Secret& password);
  Task<Outcome<Check>> check_app(const Attempt& attempt, const Secret& password);
  Task<Outcome<Check>> check(const Attempt& attempt, const std::optional<Account>& account,
                             const Secret& password);
  Task<pipe::Result<v1::AuthenticateReply>> decide(const Attempt& attempt, const Secret& password);
  Outcome<std::optional<Account>> active_account(std::string_view login);
  bool is_guessing_too_fast(const std::string& daemon, Deadline now);

  pipe::Result<v1::AuthenticateReply> granted(const Attempt& attempt, std::string_view how);
  v1::AuthenticateReply refused(const Attempt& attempt, bool is_known, std::string_view how);
  v1::AuthenticateReply throttled(const Attempt& attempt, std::chrono::seconds wait);

  Directory& directory_;
  store::Writer& writer_;
  files::Pool& pool_;
  const Log& log_;
  settings::Accounts settings_;
  std::string domain_;
  Secrets secrets_;
  credentials::Throttle throttle_;
  credentials::Verified verified_;
  std::map<std::string, credentials::Rate, std::less<>>
      failure_rates_;  // by calling daemon: the topology bounds them
  ScramExchanges exchanges_;
};

}  // namespace scop::accounts
