#include "scop/process_look.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <filesystem>

#include "core/ascii.hpp"
#include "files/descriptor.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_table = 16U << 20U;

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < line.size();) {
    const auto begin = line.find_first_not_of(" \t", at);
    if (begin == std::string_view::npos) break;
    at = std::min(line.find_first_of(" \t", begin), line.size());
    words.push_back(line.substr(begin, at - begin));
  }
  return words;
}

std::optional<std::uint64_t> hexadecimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, value, 16);
  if (error != std::errc() || at != end) return std::nullopt;
  return value;
}

// "0100007F": words of 32 bits in the order of this machine.
std::string address_of(std::string_view text) {
  std::array<std::uint32_t, 4> words{};
  const auto count = text.size() / 8;
  if (count != 1 && count != 4) return {};
  for (std::size_t i = 0; i < count; ++i)
    words.at(i) = static_cast<std::uint32_t>(hexadecimal(text.substr(i * 8, 8)).value_or(0));
  std::array<char, INET6_ADDRSTRLEN> buffer{};
  ::inet_ntop(count == 1 ? AF_INET : AF_INET6, words.data(), buffer.data(), buffer.size());
  return buffer.data();
}

std::set<std::uint64_t> sockets_of(pid_t process, std::error_code& error) {
  std::set<std::uint64_t> inodes;
  for (const auto& entry : fs::directory_iterator(fmt::format("/proc/{}/fd", process), error)) {
    std::error_code gone;
    const auto target = fs::read_symlink(entry.path(), gone).string();
    if (gone || !target.starts_with("socket:[")) continue;
    if (const auto inode = ascii::parse_unsigned(std::string_view(target).substr(8, target.size() - 9)))
      inodes.insert(*inode);
  }
  return inodes;
}

std::optional<std::vector<risk::Listener>> listeners_of(pid_t process) {
  std::error_code error;
  const auto inodes = sockets_of(process, error);
  if (error) return std::nullopt;
  std::vector<risk::Listener> all;
  for (const auto* table : {"tcp", "tcp6", "udp", "udp6"}) {
    const auto text = files::read_whole(fmt::format("/proc/{}/net/{}", process, table), most_table);
    if (!text) continue;  // a kernel without IPv6
    const auto found = read_listeners(*text, std::string_view(table).starts_with("udp"), inodes);
    all.insert(all.end(), found.begin(), found.end());
  }
  return all;
}

}  // namespace

std::optional<risk::Process> read_process_status(std::string_view text) {
  risk::Process process;
  unsigned seen = 0;
  for (const auto line : ascii::split(text, '\n')) {
    const auto colon = std::min(line.find(':'), line.size());
    const auto key = line.substr(0, colon);
    const auto words = words_of(line.substr(std::min(colon + 1, line.size())));
    if (key == "Groups") {
      for (const auto word : words)
        process.groups.push_back(static_cast<gid_t>(ascii::parse_unsigned(word).value_or(0)));
    }
    if (words.empty()) continue;
    if (key == "Uid" || key == "Gid") {
      const auto effective = ascii::parse_unsigned(words.size() > 1 ? words[1] : words[0]).value_or(0);
      (key == "Uid" ? process.user : process.group) = static_cast<uid_t>(effective);
      ++seen;
    } else if (key.starts_with("Cap") && key != "CapBnd") {
      process.capabilities |= hexadecimal(words[0]).value_or(~0ULL);
      ++seen;
    } else if (key == "NoNewPrivs") {
      process.no_new_privileges = words[0] == "1";
    } else if (key == "Seccomp") {
      process.filters_system_calls = words[0] == "2";
    }
  }
  if (seen < 5) return std::nullopt;
  return process;
}

std::vector<risk::Listener> read_listeners(std::string_view table, bool udp,
                                           const std::set<std::uint64_t>& inodes) {
  constexpr std::string_view tcp_listening = "0A";
  std::vector<risk::Listener> listeners;
  for (const auto line : ascii::split(table, '\n')) {
    const auto words = words_of(line);
    if (words.size() < 10 || (!udp && words[3] != tcp_listening)) continue;
    const auto inode = ascii::parse_unsigned(words[9]);
    const auto colon = words[1].find(':');
    if (!inode || !inodes.contains(*inode) || colon == std::string_view::npos) continue;
    const auto port = hexadecimal(words[1].substr(colon + 1));
    if (port && *port > 0)
      listeners.push_back({address_of(words[1].substr(0, colon)), static_cast<std::uint16_t>(*port), udp});
  }
  return listeners;
}

std::optional<risk::Process> look_at_process(pid_t process, std::string_view name) {
  if (process <= 0) return std::nullopt;
  const auto comm = files::read_whole(fmt::format("/proc/{}/comm", process), 64);
  if (!comm || ascii::trim(*comm) != std::string_view(name).substr(0, 15)) return std::nullopt;
  const auto text = files::read_whole(fmt::format("/proc/{}/status", process), most_table);
  auto found = text ? read_process_status(*text) : std::nullopt;
  if (!found) return std::nullopt;
  found->id = process;
  found->listeners = listeners_of(process);
  return found;
}

}  // namespace scop::command
