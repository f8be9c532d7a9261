// As much as can be had of what all share. "done" means: more than any daemon may have, and no end of it.
#include <fcntl.h>
#include <fmt/format.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <vector>

#include "attempt.hpp"

namespace scop::attack {

namespace {

constexpr std::size_t mebi = 1UL << 20U;

// Untouched pages: it is the promise that is limited, not the use.
std::string take_memory(int flags) {
  constexpr std::size_t block = 64 * mebi, most = 32'768 * mebi;
  std::vector<void*> blocks;
  blocks.reserve(most / block);
  int error = 0;
  while (blocks.size() * block < most) {
    void* got = ::mmap(nullptr, block, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (got == MAP_FAILED) {
      error = errno;
      break;
    }
    blocks.push_back(got);
  }
  for (void* got : blocks) ::munmap(got, block);
  if (error == 0) return fmt::format("done, {} MiB", most / mebi);
  return fmt::format("{} after {} MiB", told_error(error), blocks.size() * block / mebi);
}
std::string take_private_memory(Words) { return take_memory(MAP_PRIVATE); }
std::string take_shared_memory(Words) { return take_memory(MAP_SHARED); }

std::string take_descriptors(Words) {
  constexpr std::size_t most = 100'000;
  std::vector<int> taken;
  int error = 0;
  while (taken.size() < most) {
    const int one = ::dup(2);
    if (one < 0) {
      error = errno;
      break;
    }
    taken.push_back(one);
  }
  for (const int one : taken) ::close(one);
  return error == 0 ? fmt::format("done, {}", most)
                    : fmt::format("{} after {}", told_error(error), taken.size());
}

void* wait_for_end(void* stop) {
  while (!static_cast<std::atomic<bool>*>(stop)->load()) ::usleep(2'000);
  return nullptr;
}

std::string take_threads(Words) {
  constexpr std::size_t most = 2'000;
  std::atomic<bool> stop = false;
  std::vector<pthread_t> threads;
  pthread_attr_t small;
  ::pthread_attr_init(&small);
  ::pthread_attr_setstacksize(&small, 64 << 10);
  int error = 0;
  while (threads.size() < most) {
    pthread_t one{};
    error = ::pthread_create(&one, &small, wait_for_end, &stop);
    if (error != 0) break;
    threads.push_back(one);
  }
  stop = true;
  for (const auto one : threads) ::pthread_join(one, nullptr);
  ::pthread_attr_destroy(&small);
  return error == 0 ? fmt::format("done, {}", most)
                    : fmt::format("{} after {}", told_error(error), threads.size());
}

// Sparse: no disk is filled by the test.
std::string grow_file(Words words) {
  constexpr off_t tebi = 1LL << 40U;
  const auto file = ::syscall(SYS_openat, AT_FDCWD, words[0].c_str(), O_RDWR | O_CREAT, 0600);
  if (file < 0) return told(file);
  const auto grown = ::ftruncate(static_cast<int>(file), tebi);
  const auto outcome = told(grown);
  ::close(static_cast<int>(file));
  ::unlink(words[0].c_str());
  return outcome;
}

std::string raise_limit(Words) {
  const rlimit64 all{RLIM64_INFINITY, RLIM64_INFINITY};
  return told(::syscall(SYS_prlimit64, 0, RLIMIT_DATA, &all, nullptr));
}

constexpr std::array attempts{
    Attempt{"memory", 0, take_private_memory},   Attempt{"shared_memory", 0, take_shared_memory},
    Attempt{"descriptors", 0, take_descriptors}, Attempt{"threads", 0, take_threads},
    Attempt{"large_file", 1, grow_file},         Attempt{"setrlimit", 0, raise_limit}};

}  // namespace

std::span<const Attempt> on_limits() { return attempts; }

}  // namespace scop::attack
