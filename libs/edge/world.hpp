// What all sessions of one edge share. Made by the service, outlives them.
#pragma once

#include <optional>
#include <string>

#include "asio/task.hpp"

#include "log/log.hpp"
#include "net/address_counts.hpp"
#include "net/tls.hpp"
#include "pipe/channel.hpp"
#include "settings/public_server.hpp"
#include "smtp_session/profile.hpp"

namespace scop::edge {

struct World {
  settings::PublicServer bounds;
  smtp_session::Profile profile;
  std::string host;
  std::string domain;
  asio::io_context* io = nullptr;
  const Log* log = nullptr;
  pipe::Channel* next = nullptr;  // the stage that takes the messages
  std::optional<net::TlsContext> tls;
  net::AddressCounts addresses;
  std::uint64_t held_octets = 0;  // of messages under way
  bool draining = false;
};

}  // namespace scop::edge
