// The library as one thing that can be changed while it works: new look-ups go to the newest context, those
// under way end in theirs. Its own caches cannot be emptied in part: a new context is how they are emptied.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "resolver/unbound.hpp"
#include "settings/resolver.hpp"

namespace scop::resolver {

class Library {
 public:
  Library(asio::io_context& io, std::filesystem::path state) : io_(io), state_(std::move(state)) {}

  // Reads what the settings name. The old context stays where the new one cannot be made.
  Outcome<> use(const settings::Resolver& settings, const std::vector<std::uint16_t>& tunnels);
  void start();
  void stop();

  Task<Found> look_up(std::string name, dns::Type type, Deadline deadline);

  // Of everything that decides what an answer is: answers kept under another one are worth nothing.
  const std::string& settings_digest() const { return digest_; }

 private:
  asio::io_context& io_;
  std::filesystem::path state_;
  LibraryLog log_;
  std::string digest_;
  bool running_ = false;
  std::shared_ptr<Unbound> newest_;
};

}  // namespace scop::resolver
