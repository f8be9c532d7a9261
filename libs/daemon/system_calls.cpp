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

constexpr std::array booting{// the loader, threads and processes (judges and their warden)
                             "execve"sv, "arch_prctl"sv, "set_tid_address"sv, "mmap"sv, "mprotect"sv,
                             "clone"sv, "clone3"sv, "fork"sv, "wait4"sv, "waitid"sv, "kill"sv, "tgkill"sv,
                             "pidfd_open"sv, "close_range"sv, "rt_sigaction"sv, "sigaltstack"sv,
                             // sockets: ports are opened, systemd is told
                             "socket"sv, "socketpair"sv, "bind"sv, "listen"sv, "connect"sv, "sendto"sv,
                             "sendmsg"sv, "sendmmsg"sv, "ioctl"sv,
                             // the walls themselves
                             "prctl"sv, "prlimit64"sv, "capget"sv, "capset"sv, "landlock_create_ruleset"sv,
                             "landlock_add_rule"sv, "landlock_restrict_self"sv, "seccomp"sv, "mlock2"sv,
                             "mlockall"sv};

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
std::span<const std::string_view> boot_system_calls() { return booting; }

}  // namespace scop::daemon
