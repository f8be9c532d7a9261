// The kernel itself: namespaces, mounts, privileges, its big interfaces.
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/filter.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/timex.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <ctime>

#include "attempt.hpp"

namespace scop::attack {

namespace {

std::string mount_tmpfs(Words words) {
  return told(::syscall(SYS_mount, "none", words[0].c_str(), "tmpfs", 0UL, nullptr));
}
std::string unmount(Words words) { return told(::syscall(SYS_umount2, words[0].c_str(), MNT_DETACH)); }
std::string open_tree(Words words) { return told(::syscall(SYS_open_tree, AT_FDCWD, words[0].c_str(), 1U)); }
std::string change_root(Words words) { return told(::syscall(SYS_chroot, words[0].c_str())); }
std::string pivot_root(Words words) {
  return told(::syscall(SYS_pivot_root, words[0].c_str(), words[0].c_str()));
}
std::string unshare_user(Words) { return told(::syscall(SYS_unshare, CLONE_NEWUSER)); }
std::string unshare_net(Words) { return told(::syscall(SYS_unshare, CLONE_NEWNET)); }
std::string unshare_mount(Words) { return told(::syscall(SYS_unshare, CLONE_NEWNS)); }
std::string enter_namespace(Words) { return told(::syscall(SYS_setns, 0, CLONE_NEWNET)); }

std::string become_root(Words) { return told(::syscall(SYS_setresuid, 0, 0, 0)); }
std::string become_group(Words) { return told(::syscall(SYS_setresgid, 0, 0, 0)); }
std::string join_groups(Words) {
  const gid_t group = 0;
  return told(::syscall(SYS_setgroups, 1, &group));
}
std::string take_capabilities(Words) {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> all{};
  for (auto& part : all) part.effective = part.permitted = ~0U;
  return told(::syscall(SYS_capset, &header, all.data()));
}
std::string keep_capabilities(Words) {
  return told(::syscall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0));
}

std::string add_key(Words) { return told(::syscall(SYS_add_key, "user", "scop", "x", 1UL, -5)); }
std::string use_keys(Words) { return told(::syscall(SYS_keyctl, 0, -3, 1)); }
std::string load_program(Words) {
  bpf_attr attributes{};
  attributes.map_type = BPF_MAP_TYPE_ARRAY;
  attributes.key_size = 4;
  attributes.value_size = 8;
  attributes.max_entries = 1;
  return told(::syscall(SYS_bpf, BPF_MAP_CREATE, &attributes, sizeof attributes));
}
std::string watch_performance(Words) {
  perf_event_attr attributes{};
  attributes.type = PERF_TYPE_SOFTWARE;
  attributes.size = sizeof attributes;
  return told(::syscall(SYS_perf_event_open, &attributes, 0, -1, -1, 0UL));
}
std::string handle_faults(Words) { return told(::syscall(SYS_userfaultfd, 0)); }
std::string make_ring(Words) {
  std::array<char, 256> parameters{};
  return told(::syscall(SYS_io_uring_setup, 1U, parameters.data()));
}
std::string watch_files(Words) { return told(::syscall(SYS_inotify_init1, 0)); }
std::string load_module(Words) { return told(::syscall(SYS_init_module, nullptr, 0UL, "")); }
std::string load_kernel(Words) { return told(::syscall(SYS_kexec_load, 0UL, 0UL, nullptr, 0UL)); }
std::string restart_machine(Words) {
  // The third magic number is wrong on purpose: EINVAL would mean that it might have been done.
  const auto restarted = ::syscall(SYS_reboot, LINUX_REBOOT_MAGIC1, 0, LINUX_REBOOT_CMD_CAD_OFF, nullptr);
  return restarted < 0 && errno == EINVAL ? "done: EINVAL" : told(restarted);
}
std::string set_clock(Words) {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return told(::syscall(SYS_clock_settime, CLOCK_REALTIME, &now));
}
std::string set_host_name(Words) { return told(::syscall(SYS_sethostname, "x", 1UL)); }
std::string read_kernel_log(Words) {
  std::array<char, 64> room{};
  return told(::syscall(SYS_syslog, 3, room.data(), static_cast<int>(room.size())));
}
std::string type_on_terminal(Words) { return told(::syscall(SYS_ioctl, 0, TIOCSTI, "x")); }
std::string port_access(Words) {
#ifdef SYS_iopl
  return told(::syscall(SYS_iopl, 3));
#else
  return "ENOSYS";
#endif
}

std::string silence_refusals(Words) {
  struct {
    void* handler = reinterpret_cast<void*>(1);  // SIG_IGN
    unsigned long flags = 0;
    void* restorer = nullptr;
    unsigned long mask = 0;
  } action;
  return told(::syscall(SYS_rt_sigaction, SIGSYS, &action, nullptr, 8UL));
}
std::string loosen_filter(Words) {
  sock_filter everything{BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW};
  sock_fprog program{1, &everything};
  return told(::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
}
// 32-bit calls have other numbers: a filter that does not look would be passed by. Kills at once.
std::string call_as_32_bit(Words) {
#if defined(__x86_64__)
  long result = 20;  // getpid
  asm volatile("int $0x80" : "+a"(result) : : "memory");
  return result > 0 ? "done" : told_error(static_cast<int>(-result));
#else
  return "ENOSYS";
#endif
}
std::string call_as_x32(Words) {
#if defined(__x86_64__)
  constexpr long x32 = 0x40000000;
  return told(::syscall(x32 | SYS_getpid));
#else
  return "ENOSYS";
#endif
}

constexpr std::array attempts{Attempt{"mount", 1, mount_tmpfs},
                              Attempt{"umount", 1, unmount},
                              Attempt{"open_tree", 1, open_tree},
                              Attempt{"chroot", 1, change_root},
                              Attempt{"pivot_root", 1, pivot_root},
                              Attempt{"unshare_user", 0, unshare_user},
                              Attempt{"unshare_net", 0, unshare_net},
                              Attempt{"unshare_mount", 0, unshare_mount},
                              Attempt{"setns", 0, enter_namespace},
                              Attempt{"setuid", 0, become_root},
                              Attempt{"setgid", 0, become_group},
                              Attempt{"setgroups", 0, join_groups},
                              Attempt{"capset", 0, take_capabilities},
                              Attempt{"ambient", 0, keep_capabilities},
                              Attempt{"add_key", 0, add_key},
                              Attempt{"keyctl", 0, use_keys},
                              Attempt{"bpf", 0, load_program},
                              Attempt{"perf_event_open", 0, watch_performance},
                              Attempt{"userfaultfd", 0, handle_faults},
                              Attempt{"io_uring", 0, make_ring},
                              Attempt{"inotify", 0, watch_files},
                              Attempt{"init_module", 0, load_module},
                              Attempt{"kexec", 0, load_kernel},
                              Attempt{"reboot", 0, restart_machine},
                              Attempt{"clock", 0, set_clock},
                              Attempt{"hostname", 0, set_host_name},
                              Attempt{"kernel_log", 0, read_kernel_log},
                              Attempt{"tiocsti", 0, type_on_terminal},
                              Attempt{"iopl", 0, port_access},
                              Attempt{"sigsys_handler", 0, silence_refusals},
                              Attempt{"seccomp", 0, loosen_filter},
                              Attempt{"int80", 0, call_as_32_bit},
                              Attempt{"x32", 0, call_as_x32}};

}  // namespace

std::span<const Attempt> on_the_system() { return attempts; }

}  // namespace scop::attack
