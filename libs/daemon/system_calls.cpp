#include "daemon/system_calls.hpp"

#include <array>

namespace scop::daemon {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::array base{
    // octets in and out of what is open
    "read"sv, "write"sv, "readv"sv, "writev"sv, "pread64"sv, "pwrite64"sv, "preadv"sv, "pwritev"sv, "lseek"sv,
    "close"sv, "dup"sv, "dup2"sv, "dup3"sv, "fcntl"sv, "pipe2"sv, "fstat"sv, "fstatfs"sv, "flock"sv,
    "fsync"sv, "fdatasync"sv, "ftruncate"sv, "fallocate"sv, "fadvise64"sv, "sync_file_range"sv, "fchmod"sv,
    "getdents64"sv,
    // names: Landlock says which
    "open"sv, "openat"sv, "stat"sv, "lstat"sv, "newfstatat"sv, "statx"sv, "statfs"sv, "access"sv,
    "faccessat"sv, "faccessat2"sv, "readlink"sv, "readlinkat"sv, "getcwd"sv, "mkdir"sv, "mkdirat"sv,
    "rmdir"sv, "unlink"sv, "unlinkat"sv, "rename"sv, "renameat"sv, "renameat2"sv, "link"sv, "linkat"sv,
    "utimensat"sv, "umask"sv,
    // connections that are there or are accepted
    "accept"sv, "accept4"sv, "recvfrom"sv, "recvmsg"sv, "recvmmsg"sv, "shutdown"sv, "getsockname"sv,
    "getpeername"sv, "getsockopt"sv, "setsockopt"sv,
    // waiting
    "poll"sv, "ppoll"sv, "select"sv, "pselect6"sv, "epoll_create1"sv, "epoll_ctl"sv, "epoll_wait"sv,
    "epoll_pwait"sv, "eventfd2"sv, "timerfd_create"sv, "timerfd_settime"sv, "timerfd_gettime"sv,
    "nanosleep"sv, "clock_nanosleep"sv, "clock_gettime"sv, "clock_getres"sv, "gettimeofday"sv, "time"sv,
    "sched_yield"sv, "restart_syscall"sv,
    // memory; mmap and mprotect stand in seccomp.cpp: never executable
    "munmap"sv, "mremap"sv, "brk"sv, "madvise"sv, "mlock"sv, "munlock"sv,
    // threads
    "futex"sv, "set_robust_list"sv, "rseq"sv, "exit"sv, "exit_group"sv, "sched_getaffinity"sv,
    "rt_sigprocmask"sv, "rt_sigreturn"sv, "membarrier"sv,
    // about oneself
    "getpid"sv, "gettid"sv, "getppid"sv, "getuid"sv, "geteuid"sv, "getgid"sv, "getegid"sv, "getrlimit"sv,
    "getrusage"sv, "times"sv, "uname"sv, "sysinfo"sv, "getrandom"sv, "getcpu"sv};

constexpr std::array computing{
    "read"sv,         "write"sv,           "readv"sv,        "writev"sv,       "close"sv,
    "fstat"sv,        "clock_gettime"sv,   "clock_getres"sv, "gettimeofday"sv, "time"sv,
    "sched_yield"sv,  "restart_syscall"sv, "munmap"sv,       "mremap"sv,       "brk"sv,
    "madvise"sv,      "futex"sv,           "exit"sv,         "exit_group"sv,   "rt_sigprocmask"sv,
    "rt_sigreturn"sv, "getpid"sv,          "gettid"sv,       "getrandom"sv,    "getcpu"sv};

constexpr std::array connecting{"connect"sv};

#ifdef SCOP_SANITIZED
constexpr std::array sanitizer{
    "sigaltstack"sv,      "mincore"sv,    "sched_getparam"sv, "sched_getscheduler"sv,
    "process_vm_readv"sv, "munlockall"sv, "arch_prctl"sv,     "pipe2"sv};
#else
constexpr std::array<std::string_view, 0> sanitizer{};
#endif

}  // namespace

std::span<const std::string_view> base_system_calls() { return base; }
std::span<const std::string_view> computing_system_calls() { return computing; }
std::span<const std::string_view> connecting_system_calls() { return connecting; }
std::span<const std::string_view> sanitizer_system_calls() { return sanitizer; }

}  // namespace scop::daemon
