#include "accounts/jail.hpp"

namespace scop::accounts {

// No network but its pipe, no file but its own state: the credential database has no other way out.
daemon::Walls walls(std::uint64_t argon2_memory, unsigned argon2_threads) {
  return {.open_files = 1024, .memory = (512ULL << 20U) + argon2_memory * argon2_threads};
}

}  // namespace scop::accounts
