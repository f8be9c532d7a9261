// Other processes, new ones, and code of one's own.
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "attempt.hpp"

namespace scop::attack {

namespace {

pid_t pid_in(Words words) { return static_cast<pid_t>(std::atoi(words[0].c_str())); }

std::string read_memory_file(Words words) {
  const auto file =
      ::syscall(SYS_openat, AT_FDCWD, fmt::format("/proc/{}/mem", pid_in(words)).c_str(), O_RDWR);
  if (file >= 0) ::close(static_cast<int>(file));
  return told(file);
}
// EFAULT would mean that only the address was wrong.
std::string transfer(long call, Words words) {
  std::array<char, 8> room{};
  const iovec local{room.data(), room.size()};
  const iovec remote{reinterpret_cast<void*>(0x1000), room.size()};  // NOLINT(performance-no-int-to-ptr)
  const auto moved = ::syscall(call, pid_in(words), &local, 1UL, &remote, 1UL, 0UL);
  return moved < 0 && errno == EFAULT ? "done: EFAULT" : told(moved);
}
std::string read_memory(Words words) { return transfer(SYS_process_vm_readv, words); }
std::string write_memory(Words words) { return transfer(SYS_process_vm_writev, words); }
std::string trace(Words words) {
  const auto attached = ::syscall(SYS_ptrace, PTRACE_ATTACH, pid_in(words), 0, 0);
  const auto outcome = told(attached);
  if (attached == 0) ::syscall(SYS_ptrace, PTRACE_DETACH, pid_in(words), 0, 0);
  return outcome;
}
std::string send_signal(Words words) { return told(::syscall(SYS_kill, pid_in(words), 0)); }
std::string send_thread_signal(Words words) {
  return told(::syscall(SYS_tgkill, pid_in(words), pid_in(words), 0));
}
std::string take_descriptor(Words words) {
  const auto handle = ::syscall(SYS_pidfd_open, pid_in(words), 0U);
  if (handle < 0) return told(handle);
  return told(::syscall(SYS_pidfd_getfd, handle, 0, 0U));
}
std::string read_environment(Words words) {
  const auto file =
      ::syscall(SYS_openat, AT_FDCWD, fmt::format("/proc/{}/environ", pid_in(words)).c_str(), O_RDONLY);
  if (file >= 0) ::close(static_cast<int>(file));
  return told(file);
}
std::string limit_other(Words words) {
  rlimit limit{};
  const rlimit nothing{0, 0};
  return told(::syscall(SYS_prlimit64, pid_in(words), RLIMIT_NOFILE, &nothing, &limit));
}

// A program that is run replaces us: where it could be, that is seen by its exit status.
std::string execute(Words) {
  std::array<char*, 2> arguments{const_cast<char*>("true"), nullptr};
  return told(::syscall(SYS_execve, "/bin/true", arguments.data(), nullptr));
}
std::string execute_at(Words) {
  std::array<char*, 2> arguments{const_cast<char*>("true"), nullptr};
  return told(::syscall(SYS_execveat, AT_FDCWD, "/bin/true", arguments.data(), nullptr, 0));
}
std::string execute_memory(Words) {
  const auto file = ::syscall(SYS_memfd_create, "x", 0U);
  if (file < 0) return told(file);
  std::array<char*, 2> arguments{const_cast<char*>("x"), nullptr};
  return told(::syscall(SYS_execveat, file, "", arguments.data(), nullptr, AT_EMPTY_PATH));
}
std::string map_executable(Words) {
  void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  return told(page == MAP_FAILED ? -1 : 0);
}
std::string make_executable(Words) {
  void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return told(-1);
  return told(::mprotect(page, 4096, PROT_READ | PROT_EXEC));
}
std::string map_own_file(Words words) {
  const auto file = ::syscall(SYS_openat, AT_FDCWD, words[0].c_str(), O_RDWR | O_CREAT, 0700);
  if (file < 0) return told(file);
  void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, static_cast<int>(file), 0);
  return told(page == MAP_FAILED ? -1 : 0);
}
// An overflow brings code in as data, and jumps there.
std::string run_data(Words) {
  void* page = ::mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED) return told(-1);
#if defined(__x86_64__)
  std::memset(page, 0xc3, 1);  // ret
#elif defined(__aarch64__)
  const unsigned ret = 0xd65f03c0;
  std::memcpy(page, &ret, sizeof ret);
#endif
  void (*code)() = nullptr;
  std::memcpy(&code, &page, sizeof code);
  code();
  return "done";
}
std::string all_readable_is_executable(Words) {
  constexpr unsigned long read_implies_exec = 0x0400000;
  return told(::syscall(SYS_personality, read_implies_exec));
}

std::string reap(long child) {
  if (child == 0) ::_exit(0);
  if (child > 0) ::waitpid(static_cast<pid_t>(child), nullptr, 0);
  return told(child);
}
std::string fork_process(Words) {
  return reap(::syscall(SYS_clone, static_cast<unsigned long>(SIGCHLD), 0UL, 0UL, 0UL, 0UL));
}
std::string fork_in_namespace(Words) {
  return reap(::syscall(SYS_clone, static_cast<unsigned long>(SIGCHLD) | CLONE_NEWUSER | CLONE_NEWNET, 0UL,
                        0UL, 0UL, 0UL));
}
std::string fork_by_clone3(Words) {
  clone_args arguments{};
  arguments.exit_signal = SIGCHLD;
  return reap(::syscall(SYS_clone3, &arguments, sizeof arguments));
}
std::string become_dumpable(Words) { return told(::syscall(SYS_prctl, PR_SET_DUMPABLE, 1, 0, 0, 0)); }

constexpr std::array attempts{Attempt{"proc_mem", 1, read_memory_file},
                              Attempt{"process_vm_readv", 1, read_memory},
                              Attempt{"process_vm_writev", 1, write_memory},
                              Attempt{"ptrace", 1, trace},
                              Attempt{"kill", 1, send_signal},
                              Attempt{"tgkill", 1, send_thread_signal},
                              Attempt{"pidfd_getfd", 1, take_descriptor},
                              Attempt{"environ", 1, read_environment},
                              Attempt{"prlimit", 1, limit_other},
                              Attempt{"execve", 0, execute},
                              Attempt{"execveat", 0, execute_at},
                              Attempt{"memfd_exec", 0, execute_memory},
                              Attempt{"mmap_exec", 0, map_executable},
                              Attempt{"mprotect_exec", 0, make_executable},
                              Attempt{"mmap_file_exec", 1, map_own_file},
                              Attempt{"run_data", 0, run_data},
                              Attempt{"personality", 0, all_readable_is_executable},
                              Attempt{"fork", 0, fork_process},
                              Attempt{"fork_newuser", 0, fork_in_namespace},
                              Attempt{"clone3", 0, fork_by_clone3},
                              Attempt{"dumpable", 0, become_dumpable}};

}  // namespace

std::span<const Attempt> on_processes() { return attempts; }

}  // namespace scop::attack
