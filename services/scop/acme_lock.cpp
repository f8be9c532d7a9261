#include "scop/acme_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <thread>

#include "core/clock.hpp"

namespace scop::command::acme {

Outcome<files::Descriptor> take_lock(const World& world, std::chrono::milliseconds patience) {
  const auto file = world.folder / "lock";
  files::Descriptor descriptor(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!descriptor.is_open()) return std::unexpected(files::error_of(errno, "opening", file));
  const auto deadline = in(patience);
  while (::flock(descriptor.number(), LOCK_EX | LOCK_NB) != 0) {
    if (std::chrono::steady_clock::now() >= deadline)
      return failure(ErrorKind::conflict, "another `scop acme` works on the certificates of this instance");
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return descriptor;
}

}  // namespace scop::command::acme
