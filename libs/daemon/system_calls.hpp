// The system calls that every daemon may make once it is up, by name. What is not here or in a service's own
// list ends the process. No execve, ptrace, mount, unshare, bpf, io_uring, kill, listen, chmod by path,
// memfd.
#pragma once

#include <span>
#include <string_view>

namespace scop::daemon {

std::span<const std::string_view> base_system_calls();
// For a judge, instead of all the others.
std::span<const std::string_view> computing_system_calls();
// For daemons that may connect; others have neither.
std::span<const std::string_view> connecting_system_calls();
// What AddressSanitizer needs beside them, in builds that have it; else empty.
std::span<const std::string_view> sanitizer_system_calls();
// What a process does before its own list stands, and what seccomp.cpp allows by argument alone. For filters
// that are put around a daemon from outside, by systemd or a container engine: these and the base list.
std::span<const std::string_view> boot_system_calls();

}  // namespace scop::daemon
