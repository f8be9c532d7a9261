// What all sessions of the daemon share. Made by the service, outlives them.
#pragma once

#include <string>

#include "edge/world.hpp"
#include "settings/submission.hpp"

namespace scop::submission {

struct World {
  settings::Submission settings;
  edge::World edge;
  pipe::Channel* accounts = nullptr;
  std::string grant_key;  // accounts' public key, 32 octets
};

}  // namespace scop::submission
