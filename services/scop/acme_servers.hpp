// Asking and updating DNS servers one after the other, waited for; which zone a name is in.
#pragma once

#include <string>
#include <vector>

#include "primary/primary.hpp"
#include "scop/acme_world.hpp"

namespace scop::command::acme {

class Servers {
 public:
  // `key_file` empty: updates are not possible. not_found: no primary is configured, where one is wanted.
  static Outcome<Servers> open(const World& world, const std::filesystem::path& key_file,
                               std::string_view key_name);

  bool can_update() const { return primary_ && primary_->key; }
  // From the primary; without one from the others, or else from the system's resolvers.
  Outcome<dns_update::Reply> ask(const std::string& name, dns::Type type) const;
  // From each server that the world may ask.
  Outcome<std::vector<dns_update::Reply>> ask_all(const std::string& name, dns::Type type) const;
  Outcome<> update(const std::string& name, std::vector<dns_update::Change> changes) const;

 private:
  Outcome<std::string> zone_of(const std::string& name) const;
  std::optional<primary::Server> primary_;
  std::vector<primary::Server> others_;
  bool recursive_ = false;
};

}  // namespace scop::command::acme
