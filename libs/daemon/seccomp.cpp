#include "daemon/seccomp.hpp"

#include <fmt/format.h>
#include <linux/sched.h>
#include <netinet/in.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <span>

#include "daemon/refusal.hpp"
#include "daemon/system_calls.hpp"

namespace scop::daemon {

namespace {

using Argument = scmp_arg_cmp;

Argument is(unsigned index, std::uint64_t value) { return {index, SCMP_CMP_EQ, value, 0}; }
Argument is_not(unsigned index, std::uint64_t value) { return {index, SCMP_CMP_NE, value, 0}; }
Argument masked(unsigned index, std::uint64_t mask, std::uint64_t value) {
  return {index, SCMP_CMP_MASKED_EQ, mask, value};
}

class Filter {
 public:
  Filter() : context_(::seccomp_init(SCMP_ACT_TRAP), ::seccomp_release) {}

  void allow(std::string_view name, std::initializer_list<Argument> arguments = {}) {
    add(SCMP_ACT_ALLOW, name, arguments);
  }
  void refuse_with(int error, std::string_view name, std::initializer_list<Argument> arguments = {}) {
    add(SCMP_ACT_ERRNO(static_cast<std::uint32_t>(error)), name, arguments);
  }
  void allow_all(std::span<const std::string_view> names) {
    for (const auto name : names) allow(name);
  }

  Outcome<std::size_t> load() {
    if (!context_) return failure(ErrorKind::broken, "seccomp: no filter could be made");
    if (!problem_.empty()) return failure(ErrorKind::broken, "seccomp: " + problem_);
    ::seccomp_attr_set(context_.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
    ::seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a binary tree: the list is long
    const int loaded = ::seccomp_load(context_.get());
    if (loaded != 0) return failure(ErrorKind::broken, fmt::format("seccomp: {}", std::strerror(-loaded)));
    return calls_;
  }

 private:
  void add(std::uint32_t action, std::string_view name, std::span<const Argument> arguments) {
    if (!context_ || !problem_.empty()) return;
    const int number = ::seccomp_syscall_resolve_name(std::string(name).c_str());
    if (number == __NR_SCMP_ERROR) {
      problem_ = fmt::format("no system call is named {}", name);
      return;
    }
    if (number < 0) return;  // another architecture's: "open" on arm64
    const int added = ::seccomp_rule_add_array(context_.get(), action, number,
                                               static_cast<unsigned>(arguments.size()), arguments.data());
    if (added != 0 && added != -EEXIST) problem_ = fmt::format("{}: {}", name, std::strerror(-added));
    ++calls_;
  }

  std::unique_ptr<void, void (*)(scmp_filter_ctx)> context_;
  std::string problem_;
  std::size_t calls_ = 0;
};

// Only threads of this process, in no new namespace. clone3 hides its flags behind a pointer: glibc falls
// back.
void add_threads(Filter& filter) {
  constexpr std::uint64_t thread = CLONE_THREAD | CLONE_VM;
  constexpr std::uint64_t namespaces = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
                                       CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET;
  filter.allow("clone", {masked(0, thread | namespaces, thread)});
  filter.refuse_with(ENOSYS, "clone3");
  filter.allow("prctl", {is(0, PR_SET_NAME)});
  filter.allow("tgkill", {is(0, static_cast<std::uint64_t>(::getpid()))});  // abort()
  filter.allow("rt_sigaction", {is_not(0, SIGSYS)});                        // the refusal's own handler stays
}

// Written memory is never executed: what an overflow brings in cannot run as it is.
void add_memory(Filter& filter) {
  // Shared memory without a file counts for no limit of ours (RLIMIT_DATA is for private memory).
  filter.allow("mmap", {masked(2, PROT_EXEC, 0), masked(3, MAP_SHARED, 0)});
  filter.allow("mmap", {masked(2, PROT_EXEC, 0), masked(3, MAP_ANONYMOUS | MAP_SHARED, MAP_SHARED)});
  filter.allow("mprotect", {masked(2, PROT_EXEC, 0)});
  filter.allow("prlimit64", {is(2, 0)});  // asking, not setting
}

void add_ioctl(Filter& filter) {
  filter.allow("ioctl", {is(1, FIONBIO)});
  filter.allow("ioctl", {is(1, FIONREAD)});
  filter.refuse_with(ENOTTY, "ioctl", {is(1, TCGETS)});
}

// MSG_FASTOPEN connects without connect(2), past Landlock's rule for ports. Said as "not supported", not as
// an attack: libunbound tries it on every TCP query and then connects.
void add_sending(Filter& filter) {
  filter.refuse_with(EOPNOTSUPP, "sendto", {masked(3, MSG_FASTOPEN, MSG_FASTOPEN)});
  filter.refuse_with(EOPNOTSUPP, "sendmsg", {masked(2, MSG_FASTOPEN, MSG_FASTOPEN)});
  filter.refuse_with(EOPNOTSUPP, "sendmmsg", {masked(3, MSG_FASTOPEN, MSG_FASTOPEN)});
  filter.allow("sendto", {masked(3, MSG_FASTOPEN, 0)});
  filter.allow("sendmsg", {masked(2, MSG_FASTOPEN, 0)});
  filter.allow("sendmmsg", {masked(3, MSG_FASTOPEN, 0)});
}

// Plain TCP and UDP alone: IPPROTO_MPTCP or SMC would pass Landlock's rules for TCP.
void add_sockets(Filter& filter, const SystemCallRules& rules) {
  constexpr std::uint64_t type_mask = ~static_cast<std::uint64_t>(SOCK_CLOEXEC | SOCK_NONBLOCK);
  const auto allow_kind = [&](int family, int type, int protocol) {
    for (const int named : {0, protocol}) {
      filter.allow("socket", {is(0, static_cast<std::uint64_t>(family)),
                              masked(1, type_mask, static_cast<std::uint64_t>(type)),
                              is(2, static_cast<std::uint64_t>(named))});
    }
  };
  for (const int family : {AF_INET, AF_INET6}) {
    if (rules.connect) allow_kind(family, SOCK_STREAM, IPPROTO_TCP);
    if (rules.udp) allow_kind(family, SOCK_DGRAM, IPPROTO_UDP);
  }
  if (rules.connect || rules.udp) filter.allow_all(connecting_system_calls());
  if (rules.bind || rules.udp) filter.allow("bind");
}

void add_more(Filter& filter, const SystemCallRules& rules) {
  for (const auto name : rules.more) {
    if (name == "socket:unix") {
      filter.allow("socket", {is(0, AF_UNIX)});
      filter.allow_all(connecting_system_calls());
    } else {
      filter.allow(name);
    }
  }
}

}  // namespace

Outcome<std::size_t> put_up_seccomp(const SystemCallRules& rules, std::string_view daemon, LogForm form) {
  if (auto announced = announce_refused_calls(daemon, form); !announced) {
    return std::unexpected(std::move(announced.error()));
  }
  Filter filter;
  filter.allow_all(sanitizer_system_calls());
  if (rules.compute_only) {
    filter.allow_all(computing_system_calls());
    filter.allow("tgkill", {is(0, static_cast<std::uint64_t>(::getpid()))});  // abort()
    filter.allow("rt_sigaction", {is_not(0, SIGSYS)});
    add_memory(filter);
    return filter.load();
  }
  filter.allow_all(base_system_calls());
  if (::geteuid() == 0) filter.allow("fchown");  // SQLite gives its files to itself when run as root
  add_threads(filter);
  add_memory(filter);
  add_ioctl(filter);
  add_sending(filter);
  add_sockets(filter, rules);
  add_more(filter, rules);
  return filter.load();
}

}  // namespace scop::daemon
