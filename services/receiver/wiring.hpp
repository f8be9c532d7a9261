// What all sessions of the daemon share. Made by the service, outlives them.
#pragma once

#include <memory>

#include "edge/world.hpp"
#include "receiver/defences.hpp"
#include "settings/receiver.hpp"

namespace scop::receiver {

struct World {
  settings::Receiver settings;
  std::unique_ptr<Defences> defences;
  edge::World edge;
  pipe::Channel* accounts = nullptr;
  pipe::Channel* resolver = nullptr;
  pipe::Channel* spamfilter = nullptr;
};

}  // namespace scop::receiver
