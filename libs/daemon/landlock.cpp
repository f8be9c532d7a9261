#include "daemon/landlock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "core/ascii.hpp"

namespace scop::daemon {

namespace {

// The kernel's structures and bits under our own names: Debian 12's headers end at ABI 2.
struct RulesetAttributes {
  std::uint64_t handled_files = 0;
  std::uint64_t handled_network = 0;  // ABI 4
  std::uint64_t scoped = 0;           // ABI 6
};

struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed;
  std::int32_t parent;
};

struct NetworkPort {
  std::uint64_t allowed;
  std::uint64_t port;
};

constexpr int rule_path_beneath = 1;
constexpr int rule_network_port = 2;
constexpr unsigned ask_version = 1;

constexpr std::uint64_t execute = 1U << 0U, write_file = 1U << 1U, read_file = 1U << 2U,
                        read_folder = 1U << 3U, remove_folder = 1U << 4U, remove_file = 1U << 5U,
                        make_folder = 1U << 7U, make_file = 1U << 8U, refer = 1U << 13U,
                        truncate_file = 1U << 14U;
constexpr std::uint64_t files_of_abi_1 = (1U << 13U) - 1;
constexpr std::uint64_t ioctl_device = 1U << 15U;
constexpr std::uint64_t bind_tcp = 1U << 0U, connect_tcp = 1U << 1U;
constexpr std::uint64_t scope_abstract_sockets = 1U << 0U, scope_signals = 1U << 1U;

constexpr std::uint64_t to_read = read_file | read_folder;
constexpr std::uint64_t to_write =
    to_read | write_file | remove_folder | remove_file | make_folder | make_file | refer | truncate_file;
constexpr std::uint64_t of_files = execute | write_file | read_file | truncate_file | ioctl_device;

std::uint64_t handled_files(int abi) {
  auto bits = files_of_abi_1;
  if (abi >= 2) bits |= refer;
  if (abi >= 3) bits |= truncate_file;
  if (abi >= 5) bits |= ioctl_device;
  return bits;
}

std::size_t size_of_attributes(int abi) {
  if (abi >= 6) return sizeof(RulesetAttributes);
  return abi >= 4 ? offsetof(RulesetAttributes, scoped) : offsetof(RulesetAttributes, handled_network);
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int get() const { return number_; }

 private:
  int number_;
};

std::unexpected<Error> system_failure(std::string_view what) {
  return failure(ErrorKind::broken, fmt::format("Landlock: {}: {}", what, std::strerror(errno)));
}

Outcome<> allow_path(int ruleset, const std::filesystem::path& path, std::uint64_t rights,
                     bool may_be_absent) {
  const Descriptor at(::open(path.c_str(), O_PATH | O_CLOEXEC));
  if (at.get() < 0) {
    if (may_be_absent) return {};
    return system_failure(path.string());
  }
  struct stat status{};
  if (::fstat(at.get(), &status) != 0) return system_failure(path.string());
  if (!S_ISDIR(status.st_mode)) rights &= of_files;
  const PathBeneath rule{rights, at.get()};
  if (::syscall(SYS_landlock_add_rule, ruleset, rule_path_beneath, &rule, 0U) != 0)
    return system_failure(path.string());
  return {};
}

Outcome<> allow_port(int ruleset, std::uint64_t rights, std::uint16_t port) {
  const NetworkPort rule{rights, port};
  if (::syscall(SYS_landlock_add_rule, ruleset, rule_network_port, &rule, 0U) == 0) return {};
  return system_failure(fmt::format("port {}", port));
}

Outcome<> allow_all(int ruleset, const LandlockRules& rules, std::uint64_t files, std::uint64_t network) {
  for (const auto& path : rules.read) {
    if (auto allowed = allow_path(ruleset, path, to_read & files, true); !allowed) return allowed;
  }
  for (const auto& path : rules.write) {
    if (auto allowed = allow_path(ruleset, path, to_write & files, false); !allowed) return allowed;
  }
  for (const auto& path : rules.execute) {
    if (auto allowed = allow_path(ruleset, path, (to_read | execute) & files, true); !allowed) return allowed;
  }
  if ((network & connect_tcp) != 0) {
    for (const auto port : rules.connect_ports) {
      if (auto allowed = allow_port(ruleset, connect_tcp, port); !allowed) return allowed;
    }
  }
  // Port 0 lets a source address be chosen; a port of one's own stays refused (and seccomp refuses listen).
  if (rules.source_address && (network & bind_tcp) != 0) return allow_port(ruleset, bind_tcp, 0);
  return {};
}

std::vector<MissingWall> missing_at(int abi, const LandlockRules& rules) {
  std::vector<MissingWall> missing;
  const auto why = fmt::format("this kernel's Landlock has ABI {}", abi);
  if (abi < 2) {
    missing.push_back({"moves between folders", why + ", moves within the own state are refused too",
                       "run Linux 5.19 or newer"});
  }
  const bool is_silent =
      rules.connect_ports.empty() && !rules.connect_anywhere;  // then seccomp refuses connect itself
  if (abi < 4 && !rules.connect_anywhere && !is_silent) {
    missing.push_back({"TCP ports", why + ", rules for ports need 4",
                       "start it as root, which holds them by a control group, run Linux 6.7 or newer, or "
                       "deploy/compose, whose networks hold the "
                       "same rules"});
  }
  return missing;
}

}  // namespace

int landlock_abi() {
  const auto found = ::syscall(SYS_landlock_create_ruleset, nullptr, 0UL, ask_version);
  const int abi = found < 0 ? 0 : static_cast<int>(found);
  const char* asked = std::getenv("SCOP_LANDLOCK_ABI");
  if (asked == nullptr) return abi;
  const auto forced = ascii::parse_unsigned(asked);
  return forced && *forced < static_cast<std::uint64_t>(abi) ? static_cast<int>(*forced) : abi;
}

Outcome<LandlockStanding> put_up_landlock(const LandlockRules& rules, int abi) {
  if (abi <= 0) {
    return LandlockStanding{0,
                            {{"files and TCP ports", "this kernel has no Landlock, or it is off",
                              "run Linux 5.19 or newer with landlock in the kernel parameter lsm="}}};
  }
  RulesetAttributes attributes{.handled_files = handled_files(abi)};
  if (abi >= 4) attributes.handled_network = rules.connect_anywhere ? bind_tcp : bind_tcp | connect_tcp;
  if (abi >= 6) attributes.scoped = scope_abstract_sockets | scope_signals;
  const Descriptor ruleset(
      static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size_of_attributes(abi), 0U)));
  if (ruleset.get() < 0) return system_failure("cannot make a ruleset");
  auto allowed = allow_all(ruleset.get(), rules, attributes.handled_files, attributes.handled_network);
  if (!allowed) return std::unexpected(std::move(allowed.error()));
  if (::syscall(SYS_landlock_restrict_self, ruleset.get(), 0U) != 0)
    return system_failure("cannot restrict this process");
  return LandlockStanding{abi, missing_at(abi, rules)};
}

}  // namespace scop::daemon
