// What all sessions of the daemon share. Made by the service, outlives them.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "daemon/service.hpp"
#include "net/tls.hpp"
#include "settings/submission.hpp"
#include "smtp_session/profile.hpp"
#include "submission/addresses.hpp"

namespace scop::submission {

struct World {
  settings::Submission settings;
  smtp_session::Profile profile;
  std::string host;
  std::string domain;
  asio::io_context* io = nullptr;
  const Log* log = nullptr;
  pipe::Channel* accounts = nullptr;
  pipe::Channel* signer = nullptr;
  std::string grant_key;  // accounts' public key, 32 octets
  std::optional<net::TlsContext> tls;
  AddressCounts addresses;
  std::uint64_t held_octets = 0;  // of messages under way
  bool draining = false;
};

}  // namespace scop::submission
