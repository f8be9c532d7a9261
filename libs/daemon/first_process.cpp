#include "daemon/first_process.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <net/route.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <memory>
#include <thread>

#include "core/ascii.hpp"

namespace scop::daemon {

namespace {

namespace fs = std::filesystem;

std::string_view from_environment(const char* name) {
  const char* text = std::getenv(name);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

std::unexpected<Error> system_failure(std::string_view what) {
  return failure(ErrorKind::broken, fmt::format("microVM: {}: {}", what, std::strerror(errno)));
}

Outcome<> mount_at(const char* kind, const char* source, const std::string& folder, unsigned long flags) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (::mount(source, folder.c_str(), kind, flags, nullptr) == 0) return {};
  return system_failure(fmt::format("cannot mount {} ({}) at {}", source, kind, folder));
}

Outcome<> load_module(const fs::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return system_failure(file.string());
  const auto loaded = ::syscall(SYS_finit_module, descriptor, "", 0);
  const bool is_there = loaded == 0 || errno == EEXIST;
  ::close(descriptor);
  if (!is_there) return system_failure("cannot load " + file.string());
  return {};
}

Outcome<> load_modules() {
  std::vector<fs::path> modules;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/modules", error)) modules.push_back(entry.path());
  std::ranges::sort(modules);
  for (const auto& module : modules) {
    if (auto loaded = load_module(module); !loaded) return loaded;
  }
  fs::remove_all("/modules", error);
  return {};
}

// Drivers find their devices a little after the module is loaded.
template <class Found>
bool wait_until(Found found) {
  constexpr int tries = 2000;
  for (int at = 0; at < tries; ++at) {
    if (found()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return false;
}

class ControlSocket {
 public:
  ControlSocket() : descriptor_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {}
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;
  ~ControlSocket() { ::close(descriptor_); }
  bool ask(unsigned long what, void* argument) const { return ::ioctl(descriptor_, what, argument) == 0; }

 private:
  int descriptor_;
};

ifreq request_for(const std::string& interface) {
  ifreq request{};
  interface.copy(static_cast<char*>(request.ifr_name), IFNAMSIZ - 1);
  return request;
}

void put_address(sockaddr& where, in_addr_t address) {
  where = std::bit_cast<sockaddr>(
      sockaddr_in{.sin_family = AF_INET, .sin_port = 0, .sin_addr = {address}, .sin_zero = {}});
}

std::vector<std::string> interface_names() {
  std::vector<std::string> names;
  const std::unique_ptr<struct if_nameindex, decltype(&::if_freenameindex)> all(::if_nameindex(),
                                                                                &::if_freenameindex);
  if (!all) return names;
  for (const struct if_nameindex* each = all.get(); each->if_index != 0; ++each)  // NOLINT
    names.emplace_back(each->if_name);
  return names;
}

std::string interface_with(const ControlSocket& socket, const std::string& hardware) {
  for (const auto& name : interface_names()) {
    auto request = request_for(name);
    if (!socket.ask(SIOCGIFHWADDR, &request)) continue;
    const auto octets = std::bit_cast<std::array<std::uint8_t, sizeof(sockaddr)>>(request.ifr_hwaddr);
    const auto text = fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", octets[2], octets[3],
                                  octets[4], octets[5], octets[6], octets[7]);
    if (text == hardware) return name;
  }
  return {};
}

bool switch_on(const ControlSocket& socket, const std::string& interface) {
  auto request = request_for(interface);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  return socket.ask(SIOCSIFFLAGS, &request);
}

Outcome<> give_address(const ControlSocket& socket, const InterfaceAddress& wanted) {
  std::string name;
  if (!wait_until([&] { return !(name = interface_with(socket, wanted.hardware)).empty(); }))
    return failure(ErrorKind::broken, "microVM: no network interface has the address " + wanted.hardware);
  auto request = request_for(name);
  put_address(request.ifr_addr, ::inet_addr(wanted.address.c_str()));
  if (!socket.ask(SIOCSIFADDR, &request)) return system_failure("address of " + name);
  request = request_for(name);
  put_address(request.ifr_netmask, htonl(~0U << (32 - wanted.bits)));
  if (!socket.ask(SIOCSIFNETMASK, &request)) return system_failure("netmask of " + name);
  if (!switch_on(socket, name)) return system_failure("switching on " + name);
  return {};
}

Outcome<> set_gateway(const ControlSocket& socket, std::string_view gateway) {
  rtentry route{};
  put_address(route.rt_dst, INADDR_ANY);
  put_address(route.rt_genmask, INADDR_ANY);
  put_address(route.rt_gateway, ::inet_addr(std::string(gateway).c_str()));
  route.rt_flags = RTF_UP | RTF_GATEWAY;
  if (!socket.ask(SIOCADDRT, &route)) return system_failure(fmt::format("route by {}", gateway));
  return {};
}

Outcome<> set_up_network() {
  const auto wanted = read_interface_addresses(from_environment("SCOP_NET"));
  if (!wanted) return std::unexpected(wanted.error());
  const ControlSocket socket;
  if (!switch_on(socket, "lo")) return system_failure("switching on lo");
  for (const auto& each : *wanted) {
    if (auto given = give_address(socket, each); !given) return given;
  }
  const auto gateway = from_environment("SCOP_GATEWAY");
  return gateway.empty() ? Outcome<>() : set_gateway(socket, gateway);
}

Outcome<> mount_state() {
  const std::string folder(from_environment("SCOP_STATE"));
  if (folder.empty()) return {};
  constexpr const char* disk = "/dev/vda";
  struct stat status{};
  if (!wait_until([&] { return ::stat(disk, &status) == 0; }))
    return failure(ErrorKind::broken, "microVM: there is no disk /dev/vda for the state");
  return mount_at("ext4", disk, folder, MS_NOSUID | MS_NODEV | MS_NOEXEC);
}

}  // namespace

Outcome<std::vector<InterfaceAddress>> read_interface_addresses(std::string_view text) {
  std::vector<InterfaceAddress> addresses;
  if (text.empty()) return addresses;
  for (const auto entry : ascii::split(text, ',')) {
    const auto equals = entry.find('=');
    const auto slash = entry.find('/');
    const auto wrong = [&] {
      return failure(ErrorKind::malformed, fmt::format("SCOP_NET: '{}' is not MAC=ADDRESS/BITS", entry));
    };
    if (equals == std::string_view::npos || slash == std::string_view::npos || slash < equals) return wrong();
    const auto bits = ascii::parse_unsigned(entry.substr(slash + 1));
    InterfaceAddress address{ascii::to_lower(entry.substr(0, equals)),
                             std::string(entry.substr(equals + 1, slash - equals - 1)),
                             static_cast<unsigned>(bits.value_or(0))};
    in_addr parsed{};
    if (!bits || *bits == 0 || *bits > 32 || ::inet_pton(AF_INET, address.address.c_str(), &parsed) != 1 ||
        address.hardware.size() != 17) {
      return wrong();
    }
    addresses.push_back(std::move(address));
  }
  return addresses;
}

bool is_first_process() { return ::getpid() == 1 && from_environment("SCOP_MICROVM") == "1"; }

Outcome<> come_up() {
  constexpr unsigned long plain = MS_NOSUID | MS_NOEXEC;
  if (auto mounted = mount_at("proc", "proc", "/proc", plain | MS_NODEV); !mounted) return mounted;
  if (auto mounted = mount_at("devtmpfs", "dev", "/dev", plain); !mounted) return mounted;
  // Where the wall around TCP ports stands on kernels whose Landlock has none (network_wall.hpp).
  if (auto mounted = mount_at("sysfs", "sys", "/sys", plain | MS_NODEV); !mounted) return mounted;
  if (auto mounted = mount_at("cgroup2", "groups", "/sys/fs/cgroup", plain | MS_NODEV); !mounted)
    return mounted;
  if (auto mounted = mount_at("tmpfs", "tmp", "/tmp", plain | MS_NODEV); !mounted) return mounted;
  if (auto loaded = load_modules(); !loaded) return loaded;
  if (auto mounted = mount_state(); !mounted) return mounted;
  return set_up_network();
}

}  // namespace scop::daemon
