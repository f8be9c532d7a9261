#include "accounts/schema.hpp"

#include <array>

namespace scop::accounts {

namespace {

// Names are stored folded (address.hpp); times are milliseconds since 1970.
constexpr std::array<std::string_view, 2> steps{R"sql(
CREATE TABLE domain (
  name TEXT PRIMARY KEY,
  created BIGINT NOT NULL
);
CREATE TABLE account (
  login TEXT PRIMARY KEY,
  domain TEXT NOT NULL REFERENCES domain (name),
  password TEXT NOT NULL,              -- argon2id
  disabled INTEGER NOT NULL DEFAULT 0,
  created BIGINT NOT NULL
);
CREATE INDEX account_of_domain ON account (domain, created);
CREATE TABLE app_password (            -- the only ones with SCRAM keys: they are beyond guessing
  login TEXT NOT NULL REFERENCES account (login) ON DELETE CASCADE,
  name TEXT NOT NULL,
  stored_key BLOB NOT NULL,
  server_key BLOB NOT NULL,
  created BIGINT NOT NULL,
  PRIMARY KEY (login, name)
);
CREATE TABLE alias (
  address TEXT PRIMARY KEY,            -- "@domain": the catch-all
  domain TEXT NOT NULL REFERENCES domain (name),
  created BIGINT NOT NULL
);
CREATE TABLE alias_target (
  address TEXT NOT NULL REFERENCES alias (address) ON DELETE CASCADE,
  target TEXT NOT NULL,
  PRIMARY KEY (address, target)
);
CREATE TABLE alias_sender (
  address TEXT NOT NULL REFERENCES alias (address) ON DELETE CASCADE,
  login TEXT NOT NULL REFERENCES account (login) ON DELETE CASCADE,
  PRIMARY KEY (address, login)
);
CREATE INDEX alias_of_sender ON alias_sender (login);
CREATE TABLE secret (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
);
)sql",
                                                R"sql(
ALTER TABLE account ADD COLUMN quota BIGINT NOT NULL DEFAULT 0;    -- octets; 0: none
ALTER TABLE account ADD COLUMN used BIGINT NOT NULL DEFAULT 0;     -- octets, by the last report
)sql"};

}  // namespace

std::span<const std::string_view> schema() { return steps; }

}  // namespace scop::accounts
