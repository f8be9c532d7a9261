// The administrator's methods: hash where there is a password, write as one job, forget what was cached.
#pragma once

#include "accounts/authenticator.hpp"

namespace scop::accounts {

class Admin {
 public:
  Admin(Directory& directory, store::Writer& writer, files::Pool& pool, const Log& log,
        Authenticator& authenticator, char separator, std::string domain);

  Task<pipe::Result<v1::AdminReply>> add_domain(v1::DomainRequest request);
  Task<pipe::Result<v1::AdminReply>> add_user(v1::UserRequest request);
  Task<pipe::Result<v1::AdminReply>> set_password(v1::UserRequest request);
  Task<pipe::Result<v1::AdminReply>> set_disabled(v1::UserRequest request);
  Task<pipe::Result<v1::AdminReply>> set_quota(v1::UserRequest request);
  Task<pipe::Result<v1::AdminReply>> remove_user(v1::UserRequest request);
  Task<pipe::Result<v1::AppPasswordReply>> add_app_password(v1::AppPasswordRequest request);
  Task<pipe::Result<v1::AdminReply>> remove_app_password(v1::AppPasswordRequest request);
  Task<pipe::Result<v1::AdminReply>> add_alias(v1::AliasRequest request);
  Task<pipe::Result<v1::AdminReply>> remove_alias(v1::AliasRequest request);

  pipe::Result<v1::DomainList> list_domains();
  pipe::Result<v1::UserList> list_users();
  pipe::Result<v1::AliasList> list_aliases();

 private:
  using Job = store::Writer::Job<void>;
  // Logs `what` was done to `whom`, and forgets what was known of `whom` as a login.
  Task<pipe::Result<v1::AdminReply>> write(Job job, std::string_view what, std::string whom);
  Task<Outcome<std::string>> hash(v1::UserRequest& request);

  Directory& directory_;
  store::Writer& writer_;
  files::Pool& pool_;
  const Log& log_;
  Authenticator& authenticator_;
  char separator_;
  std::string domain_;
};

}  // namespace scop::accounts
