// A grant of accounts, an envelope of submission and Findings that fit, for the signer's tests.
#pragma once

#include <string>

#include "dkim/digest.hpp"
#include "grant/grant.hpp"
#include "grant/keys.hpp"
#include "scop/v1/stage.pb.h"

namespace scop::signer {

inline constexpr Time noon{std::chrono::seconds(1'700'000'000)};

struct Accounts {
  grant::KeyPair keys = grant::make_keys();
  grant::Grant grant{.login = "ann@example.org",
                     .send_as = {"ann@example.org", "ann+*@example.org", "@team.example.org"},
                     .expires = std::chrono::floor<std::chrono::seconds>(noon) + std::chrono::hours(1),
                     .edge = "submission"};

  v1::Envelope envelope(std::string reverse_path = "ann@example.org") const {
    v1::Envelope made;
    made.set_id(std::string(16, 'i'));
    made.set_role(v1::ROLE_SUBMITTED);
    made.set_grant(grant::sign(grant, keys.secret_key));
    made.set_reverse_path(std::move(reverse_path));
    made.add_recipients()->set_address("bob@example.net");
    return made;
  }
};

inline v1::Findings findings_of(std::string_view message) {
  dkim::Digest digest(dkim::Hash::sha256);
  digest.update(message);
  v1::Findings made;
  made.set_size(message.size());
  made.set_sha256(digest.finish());
  return made;
}

inline void prepend(v1::Findings& findings, std::string name, std::string value) {
  auto* field = findings.add_prepend();
  field->set_name(std::move(name));
  field->set_value(std::move(value));
}

}  // namespace scop::signer
