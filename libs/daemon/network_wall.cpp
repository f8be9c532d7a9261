#include "daemon/network_wall.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/bpf.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "core/ascii.hpp"

namespace scop::daemon {

namespace {

namespace fs = std::filesystem;

std::unexpected<Error> system_failure(std::string_view what) {
  return failure(ErrorKind::unavailable, fmt::format("{}: {}", what, std::strerror(errno)));
}

// Where the second hierarchy of control groups is mounted whole: /sys/fs/cgroup, beside the first one
// /sys/fs/cgroup/unified.
Outcome<fs::path> hierarchy() {
  std::ifstream mounts("/proc/self/mountinfo");
  for (std::string line; std::getline(mounts, line);) {
    const auto fields = ascii::split(line, ' ');
    if (line.contains(" - cgroup2 ") && fields.size() > 4 && fields[3] == "/") return fs::path(fields[4]);
  }
  return failure(ErrorKind::unavailable, "no cgroup2 file system is mounted");
}

Outcome<fs::path> own_group() {
  auto root = hierarchy();
  if (!root) return root;
  std::ifstream groups("/proc/self/cgroup");
  for (std::string line; std::getline(groups, line);) {
    if (line.starts_with("0::/")) return *root / line.substr(4);
  }
  return failure(ErrorKind::unavailable, "/proc/self/cgroup names no group of the second version");
}

// What earlier lives of this daemon have left: an empty group goes, one with a process in it stays.
void sweep(const fs::path& parent, const std::string& prefix) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(parent, ignored)) {
    if (entry.path().filename().string().starts_with(prefix)) ::rmdir(entry.path().c_str());
  }
}

bool move_into(int group) {
  const files::Descriptor processes(::openat(group, "cgroup.procs", O_WRONLY | O_CLOEXEC));
  return processes.is_open() && ::write(processes.number(), "0", 1) == 1;
}

bpf_insn load_word(std::uint8_t into, std::size_t at) {
  return {.code = BPF_LDX | BPF_MEM | BPF_W,
          .dst_reg = into,
          .src_reg = BPF_REG_1,
          .off = static_cast<__s16>(at),
          .imm = 0};
}
bpf_insn jump_if_equal(std::uint8_t what, int value, std::size_t steps) {
  return {.code = BPF_JMP | BPF_JEQ | BPF_K,
          .dst_reg = what,
          .src_reg = 0,
          .off = static_cast<__s16>(steps),
          .imm = value};
}
bpf_insn set_verdict(int value) {
  return {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .src_reg = 0, .off = 0, .imm = value};
}
constexpr bpf_insn leave{.code = BPF_JMP | BPF_EXIT, .dst_reg = 0, .src_reg = 0, .off = 0, .imm = 0};

// Equal to one of the ports, or UDP: 1, which lets connect(2) go on; else 0, which is EPERM.
std::vector<bpf_insn> program_for(std::span<const std::uint16_t> ports, bool udp) {
  // The kernel refuses programs with parts that are never reached.
  if (ports.empty() && !udp) return {set_verdict(0), leave};
  std::vector<bpf_insn> code{load_word(BPF_REG_2, offsetof(bpf_sock_addr, user_port))};
  const std::size_t ends_of_refusal = ports.size() + (udp ? 2 : 0);
  const auto to_allow = [&] { return ends_of_refusal + 1 - code.size() + 1; };
  for (const auto port : ports) code.push_back(jump_if_equal(BPF_REG_2, htons(port), to_allow()));
  if (udp) {
    code.push_back(load_word(BPF_REG_3, offsetof(bpf_sock_addr, protocol)));
    code.push_back(jump_if_equal(BPF_REG_3, IPPROTO_UDP, to_allow()));
  }
  code.insert(code.end(), {set_verdict(0), leave, set_verdict(1), leave});
  return code;
}

Outcome<> attach(int group, bpf_attach_type where, const std::vector<bpf_insn>& code) {
  static constexpr char license[] = "Apache-2.0";  // it calls no helper that asks for more
  bpf_attr load{};
  load.prog_type = BPF_PROG_TYPE_CGROUP_SOCK_ADDR;
  load.expected_attach_type = where;
  load.insns = reinterpret_cast<std::uintptr_t>(code.data());
  load.insn_cnt = static_cast<__u32>(code.size());
  load.license = reinterpret_cast<std::uintptr_t>(license);
  const files::Descriptor program(static_cast<int>(::syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof load)));
  if (!program.is_open()) return system_failure("loading a BPF program");
  bpf_attr place{};
  place.target_fd = static_cast<__u32>(group);
  place.attach_bpf_fd = static_cast<__u32>(program.number());
  place.attach_type = where;
  place.attach_flags = BPF_F_ALLOW_MULTI;  // beside what others have set up above us
  if (::syscall(SYS_bpf, BPF_PROG_ATTACH, &place, sizeof place) != 0)
    return system_failure("attaching a BPF program to the control group");
  return {};
}

}  // namespace

Outcome<NetworkWall> NetworkWall::enter(std::string_view daemon) {
  const auto parent = own_group();
  if (!parent) return std::unexpected(parent.error());
  const auto prefix = fmt::format("scop-{}-", daemon);
  sweep(*parent, prefix);
  const auto folder = *parent / fmt::format("{}{}", prefix, ::getpid());
  constexpr int tries = 3;  // another daemon of this name may sweep in between
  for (int i = 0; i < tries; ++i) {
    if (::mkdir(folder.c_str(), 0755) != 0 && errno != EEXIST) break;
    files::Descriptor group(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (group.is_open() && move_into(group.number())) return NetworkWall(std::move(group));
  }
  return system_failure("control group " + folder.string());
}

Outcome<> NetworkWall::put_up(std::span<const std::uint16_t> ports, bool udp) const {
  const auto code = program_for(ports, udp);
  for (const auto where : {BPF_CGROUP_INET4_CONNECT, BPF_CGROUP_INET6_CONNECT}) {
    if (auto attached = attach(group_.number(), where, code); !attached) return attached;
  }
  return {};
}

}  // namespace scop::daemon
