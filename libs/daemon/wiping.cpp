#include "daemon/wiping.hpp"

#include <malloc.h>
#include <openssl/crypto.h>
#include <strings.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>

#ifdef SCOP_SANITIZED
#include <sanitizer/allocator_interface.h>
#endif

namespace scop::daemon {

namespace {

bool wipes_all =
    false;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): operator delete takes no other

std::size_t size_of(void* memory) { return ::malloc_usable_size(memory); }

void wipe_and_free(void* memory) {
  if (memory == nullptr) return;
  ::explicit_bzero(memory, size_of(memory));
  std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc): OpenSSL's and C++'s own
}

void* give(std::size_t size, const char* /*file*/, int /*line*/) { return std::malloc(size); }
void take(void* memory, const char* /*file*/, int /*line*/) { wipe_and_free(memory); }
void* give_more(void* memory, std::size_t size, const char* file, int line) {
  if (memory != nullptr && size != 0 && size_of(memory) >= size) return memory;
  void* more = size == 0 ? nullptr : give(size, file, line);
  if (more != nullptr && memory != nullptr) std::memcpy(more, memory, std::min(size, size_of(memory)));
  if (more != nullptr || size == 0) take(memory, file, line);
  return more;
}

#ifdef SCOP_SANITIZED
void before_free(const volatile void* memory) {
  if (!wipes_all || memory == nullptr) return;
  ::explicit_bzero(const_cast<void*>(memory), ::__sanitizer_get_allocated_size(memory));
}
void after_malloc(const volatile void*, std::size_t) {}
#endif

}  // namespace

void wipe_memory_of_openssl() { ::CRYPTO_set_mem_functions(give, give_more, take); }

void wipe_all_memory() {
#ifdef SCOP_SANITIZED
  ::__sanitizer_install_malloc_and_free_hooks(after_malloc, before_free);
#endif
  wipes_all = true;
}

namespace {

[[maybe_unused]] void give_back(void* memory) noexcept {
  if (wipes_all) return wipe_and_free(memory);
  std::free(memory);  // NOLINT(cppcoreguidelines-no-malloc): what operator new had from malloc
}

}  // namespace

}  // namespace scop::daemon

// AddressSanitizer has its own, and the hook above.
#ifndef SCOP_SANITIZED
void operator delete(void* memory) noexcept { scop::daemon::give_back(memory); }
void operator delete[](void* memory) noexcept { scop::daemon::give_back(memory); }
void operator delete(void* memory, std::size_t) noexcept { scop::daemon::give_back(memory); }
void operator delete[](void* memory, std::size_t) noexcept { scop::daemon::give_back(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { scop::daemon::give_back(memory); }
void operator delete[](void* memory, std::align_val_t) noexcept { scop::daemon::give_back(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  scop::daemon::give_back(memory);
}
void operator delete[](void* memory, std::size_t, std::align_val_t) noexcept {
  scop::daemon::give_back(memory);
}
#endif
