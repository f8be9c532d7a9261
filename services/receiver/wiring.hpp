// What all sessions of the daemon share. Made by the service, outlives them.
#pragma once

#include "edge/world.hpp"
#include "settings/receiver.hpp"

namespace scop::receiver {

struct World {
  settings::Receiver settings;
  edge::World edge;
  pipe::Channel* accounts = nullptr;
  pipe::Channel* resolver = nullptr;
  pipe::Channel* spamfilter = nullptr;
};

}  // namespace scop::receiver
