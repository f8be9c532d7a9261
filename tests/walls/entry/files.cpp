// Others' files, and our own ones that we may not change.
#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "attempt.hpp"

namespace scop::attack {

namespace {

// The raw call everywhere: what glibc would do instead is not what is asked.
std::string read_file(Words words) {
  const auto file = ::syscall(SYS_openat, AT_FDCWD, words[0].c_str(), O_RDONLY | O_NONBLOCK);
  if (file < 0) return told(file);
  std::array<char, 64> octets{};
  const auto got = ::read(static_cast<int>(file), octets.data(), octets.size());
  ::close(static_cast<int>(file));
  return got < 0 ? told(got) : fmt::format("done, {} octets", got);
}

std::string write_file(Words words) {
  const auto file = ::syscall(SYS_openat, AT_FDCWD, words[0].c_str(), O_WRONLY);
  if (file >= 0) ::close(static_cast<int>(file));
  return told(file);
}

std::string create_file(Words words) {
  const auto file = ::syscall(SYS_openat, AT_FDCWD, words[0].c_str(), O_WRONLY | O_CREAT | O_EXCL, 0600);
  if (file >= 0) {
    ::close(static_cast<int>(file));
    ::unlink(words[0].c_str());
  }
  return told(file);
}

std::string list_folder(Words words) {
  const auto folder = ::syscall(SYS_openat, AT_FDCWD, words[0].c_str(), O_RDONLY | O_DIRECTORY);
  if (folder >= 0) ::close(static_cast<int>(folder));
  return told(folder);
}

std::string remove_file(Words words) { return told(::syscall(SYS_unlinkat, AT_FDCWD, words[0].c_str(), 0)); }
std::string chmod_path(Words words) {
  return told(::syscall(SYS_fchmodat, AT_FDCWD, words[0].c_str(), 0666));
}
std::string chown_path(Words words) {
  return told(::syscall(SYS_fchownat, AT_FDCWD, words[0].c_str(), ::geteuid(), ::getegid(), 0));
}
std::string truncate_path(Words words) { return told(::syscall(SYS_truncate, words[0].c_str(), 1L)); }
std::string hard_link(Words words) {
  const auto linked = ::syscall(SYS_linkat, AT_FDCWD, words[0].c_str(), AT_FDCWD, words[1].c_str(), 0);
  if (linked == 0) ::unlink(words[1].c_str());
  return told(linked);
}
std::string rename_path(Words words) {
  const auto own = ::syscall(SYS_openat, AT_FDCWD, words[0].c_str(), O_WRONLY | O_CREAT, 0600);
  if (own >= 0) ::close(static_cast<int>(own));
  const auto renamed = ::syscall(SYS_renameat2, AT_FDCWD, words[0].c_str(), AT_FDCWD, words[1].c_str(), 0U);
  const auto outcome = told(renamed);
  ::unlink(renamed == 0 ? words[1].c_str() : words[0].c_str());
  return outcome;
}
std::string symbolic_link(Words words) {
  return told(::syscall(SYS_symlinkat, words[0].c_str(), AT_FDCWD, words[1].c_str()));
}
std::string make_device(Words words) {
  return told(::syscall(SYS_mknodat, AT_FDCWD, words[0].c_str(), S_IFCHR | 0600, 0x0101));  // /dev/mem
}
std::string set_attribute(Words words) {
  return told(::syscall(SYS_setxattr, words[0].c_str(), "user.scop", "x", 1UL, 0));
}
std::string open_by_handle(Words words) {
  alignas(file_handle) std::array<char, sizeof(file_handle) + MAX_HANDLE_SZ> room{};
  auto* handle = reinterpret_cast<file_handle*>(room.data());
  handle->handle_bytes = MAX_HANDLE_SZ;
  int mount = 0;
  if (::syscall(SYS_name_to_handle_at, AT_FDCWD, words[0].c_str(), handle, &mount, 0) != 0) return told(-1);
  return told(::syscall(SYS_open_by_handle_at, AT_FDCWD, handle, O_RDONLY));
}
std::string open_by_openat2(Words words) {
  open_how how{};
  how.flags = O_RDONLY;
  return told(::syscall(SYS_openat2, AT_FDCWD, words[0].c_str(), &how, sizeof how));
}
// A descriptor to a path alone is no right to its content, but the way to it by /proc/self/fd.
std::string reopen_by_proc(Words words) {
  const auto at = ::syscall(SYS_openat, AT_FDCWD, words[0].c_str(), O_PATH);
  if (at < 0) return told(at);
  const auto file = ::syscall(SYS_openat, AT_FDCWD, fmt::format("/proc/self/fd/{}", at).c_str(), O_RDONLY);
  const auto outcome = told(file);
  ::close(static_cast<int>(at));
  return outcome;
}

constexpr std::array attempts{
    Attempt{"read", 1, read_file},          Attempt{"write", 1, write_file},
    Attempt{"create", 1, create_file},      Attempt{"list", 1, list_folder},
    Attempt{"remove", 1, remove_file},      Attempt{"chmod", 1, chmod_path},
    Attempt{"chown", 1, chown_path},        Attempt{"truncate", 1, truncate_path},
    Attempt{"link", 2, hard_link},          Attempt{"rename", 2, rename_path},
    Attempt{"symlink", 2, symbolic_link},   Attempt{"mknod", 1, make_device},
    Attempt{"setxattr", 1, set_attribute},  Attempt{"open_by_handle", 1, open_by_handle},
    Attempt{"openat2", 1, open_by_openat2}, Attempt{"reopen", 1, reopen_by_proc}};

}  // namespace

std::span<const Attempt> on_files() { return attempts; }

}  // namespace scop::attack
