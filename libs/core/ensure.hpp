// ENSURE(condition): an invariant of our own code, checked in release too. No peer's input may reach a false
// one.
#pragma once

namespace scop {
[[noreturn]] void ensure_failed(const char* condition, const char* file, int line);
}

#define ENSURE(condition) \
  ((condition) ? static_cast<void>(0) : ::scop::ensure_failed(#condition, __FILE__, __LINE__))
