#include "scop/backup_source.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <memory>
#include <set>

#include "backup/path.hpp"
#include "backup/writer.hpp"
#include "core/base64.hpp"
#include "core/id.hpp"
#include "daemon/privileges.hpp"
#include "files/descriptor.hpp"
#include "scop/acme_user.hpp"
#include "scop/backup_queue.hpp"
#include "store/snapshot.hpp"
#include "topology/topology.hpp"

namespace scop::command::backup {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view copy_prefix = ".backup-";
constexpr std::size_t piece = 256U << 10U;

// A file that is only there while its database is open.
bool is_of_a_database(const fs::path& file, const std::set<std::string>& databases) {
  const auto name = file.string();
  for (const std::string_view suffix : {"-wal", "-shm", "-journal"}) {
    if (name.ends_with(suffix) && databases.contains(name.substr(0, name.size() - suffix.size())))
      return true;
  }
  return false;
}

// One share, walked by descriptors: no symbolic link is followed, whoever puts one there meanwhile.
class Walk {
 public:
  Walk(const settings::Mesh& mesh, const Share& share, int out) : mesh_(mesh), share_(share), out_(out) {}

  Outcome<> run();

 private:
  Outcome<> say(std::string_view octets);
  Outcome<> visit(int parent, const fs::path& relative, bool must_exist);
  Outcome<> folder(const files::Descriptor& opened, const fs::path& relative, const struct stat& facts);
  Outcome<> file(files::Descriptor opened, const fs::path& relative, const struct stat& facts);
  Outcome<> database(const fs::path& relative, const struct stat& facts);
  Outcome<> spool(const fs::path& copy);
  Outcome<> octets(const files::Descriptor& opened, std::uint64_t size, const fs::path& relative);
  v1::BackupEntry entry(const fs::path& relative, const struct stat& facts) const;
  std::string name_of_user(uid_t user) const;
  std::string name_of_group(const struct stat& facts) const;
  bool is_left_out(const fs::path& relative) const;
  // Root opens none: what stands in one is its daemon's, and a path to it may be anybody's.
  bool may_open_databases() const { return ::geteuid() != 0 || mesh_.user_base == 0; }

  const settings::Mesh& mesh_;
  const Share& share_;
  int out_;
  scop::backup::Writer writer_;
};

Outcome<> Walk::say(std::string_view octets) {
  while (!octets.empty()) {
    const auto written = ::write(out_, octets.data(), octets.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return std::unexpected(files::error_of(errno, "writing", "the backup's pipe"));
    octets.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

bool Walk::is_left_out(const fs::path& relative) const {
  return std::ranges::any_of(share_.left_out, [&](const fs::path& one) {
    return std::mismatch(one.begin(), one.end(), relative.begin(), relative.end()).first == one.end();
  });
}

std::string Walk::name_of_user(uid_t user) const {
  if (mesh_.user_base == 0 || user <= mesh_.user_base) return {};
  if (user == mesh_.user_base + acme::user_offset) return "acme";
  for (const auto& daemon : topology::daemons()) {
    if (daemon.user_offset != 0 && mesh_.user_base + daemon.user_offset == user)
      return std::string(daemon.name);
  }
  return {};
}

std::string Walk::name_of_group(const struct stat& facts) const {
  if (facts.st_gid == facts.st_uid || facts.st_gid == 0) return {};
  if (auto ours = name_of_user(facts.st_gid); !ours.empty()) return ours;
  const auto* known = ::getgrgid(facts.st_gid);
  return known == nullptr || facts.st_gid == ::getegid() ? std::string() : fmt::format(":{}", known->gr_name);
}

v1::BackupEntry Walk::entry(const fs::path& relative, const struct stat& facts) const {
  v1::BackupEntry made;
  made.set_path(relative.string());
  made.set_mode(facts.st_mode & 0777U);
  made.set_owner(name_of_user(facts.st_uid));
  made.set_group(name_of_group(facts));
  return made;
}

Outcome<> Walk::octets(const files::Descriptor& opened, std::uint64_t size, const fs::path& relative) {
  const auto buffer = std::make_unique_for_overwrite<char[]>(piece);
  while (size > 0) {
    const auto got = ::read(opened.number(), buffer.get(), std::min<std::uint64_t>(piece, size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(files::error_of(errno, "reading", relative));
    if (got == 0)
      return failure(ErrorKind::conflict,
                     fmt::format("{} became shorter while it was read; try again", relative.string()));
    size -= static_cast<std::uint64_t>(got);
    if (auto said = say(writer_.data({buffer.get(), static_cast<std::size_t>(got)})); !said) return said;
  }
  return say(writer_.end_file());
}

Outcome<> Walk::file(files::Descriptor opened, const fs::path& relative, const struct stat& facts) {
  auto made = entry(relative, facts);
  made.set_size(static_cast<std::uint64_t>(facts.st_size));
  if (auto said = say(writer_.begin_file(made)); !said) return said;
  return octets(opened, made.size(), relative);
}

// Spool files that the copy names come with it; what was delivered since then leaves the copy.
Outcome<> Walk::spool(const fs::path& copy) {
  const fs::path relative("relay/state/spool");
  struct stat facts{};
  if (::lstat((mesh_.folder / relative).c_str(), &facts) != 0) return {};
  auto made = entry(relative, facts);
  made.set_folder(true);
  if (auto said = say(writer_.folder(made)); !said) return said;
  return keep_spool(copy, mesh_.folder / relative, [&](const Spooled& spooled) -> Outcome<> {
    struct stat its{};
    if (::fstat(spooled.file.number(), &its) != 0)
      return std::unexpected(files::error_of(errno, "reading", spooled.name));
    auto one = entry(relative / spooled.name, its);
    one.set_size(static_cast<std::uint64_t>(its.st_size));
    if (auto said = say(writer_.begin_file(one)); !said) return said;
    return octets(spooled.file, one.size(), one.path());
  });
}

// Its copy lies beside it for a moment: the daemon's own folder is where its user may write.
Outcome<> Walk::database(const fs::path& relative, const struct stat& facts) {
  const auto source = mesh_.folder / relative;
  const auto copy = source.parent_path() / (std::string(copy_prefix) + to_hex(random_octets(8)));
  struct Removed {
    fs::path file;
    ~Removed() { ::unlink(file.c_str()); }
  } const removed{copy};
  if (auto done = store::snapshot(source, copy); !done) return done;
  if (relative == fs::path("relay/state/queue.db")) {
    if (auto kept = spool(copy); !kept) return kept;
  }
  const auto schema = store::schema_of(copy);
  if (!schema) return std::unexpected(schema.error());
  auto opened = files::open_for_reading(copy);
  if (!opened) return std::unexpected(opened.error());
  struct stat its{};
  if (::fstat(opened->number(), &its) != 0) return std::unexpected(files::error_of(errno, "reading", copy));
  auto made = entry(relative, facts);
  made.set_size(static_cast<std::uint64_t>(its.st_size));
  made.set_schema(*schema);
  if (auto said = say(writer_.begin_file(made)); !said) return said;
  return octets(*opened, made.size(), relative);
}

Outcome<> Walk::folder(const files::Descriptor& opened, const fs::path& relative, const struct stat& facts) {
  auto made = entry(relative, facts);
  made.set_folder(true);
  if (auto said = say(writer_.folder(made)); !said) return said;
  const int again = ::dup(opened.number());
  const std::unique_ptr<DIR, decltype(&::closedir)> names(::fdopendir(again), ::closedir);
  if (!names) return std::unexpected(files::error_of(errno, "reading", relative));
  std::set<std::string> found;
  while (const auto* each = ::readdir(names.get())) {
    const std::string_view name = each->d_name;
    if (name != "." && name != ".." && !name.starts_with(copy_prefix)) found.emplace(name);
  }
  std::set<std::string> databases;
  for (const auto& name : found) {
    if (may_open_databases() && store::is_database(mesh_.folder / relative / name)) databases.insert(name);
  }
  for (const auto& name : found) {
    if (is_of_a_database(name, databases)) continue;
    if (auto visited = visit(opened.number(), relative / name, false); !visited) return visited;
  }
  return {};
}

// What disappears meanwhile, is no file and no folder, or has a second name elsewhere is no part of it.
Outcome<> Walk::visit(int parent, const fs::path& relative, bool must_exist) {
  if (is_left_out(relative)) return {};
  if (auto good = scop::backup::check_path(relative.string()); !good) return good;
  files::Descriptor opened(
      ::openat(parent, relative.filename().c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!opened.is_open()) {
    if (!must_exist && (errno == ENOENT || errno == ELOOP || errno == ENXIO)) return {};
    return std::unexpected(files::error_of(errno, "opening", relative));
  }
  struct stat facts{};
  if (::fstat(opened.number(), &facts) != 0)
    return std::unexpected(files::error_of(errno, "reading", relative));
  if (S_ISDIR(facts.st_mode)) return folder(opened, relative, facts);
  if (!S_ISREG(facts.st_mode) || facts.st_nlink > 1) return {};
  if (may_open_databases() && store::is_database(mesh_.folder / relative)) return database(relative, facts);
  return file(std::move(opened), relative, facts);
}

Outcome<> Walk::run() {
  v1::BackupHead head;
  head.set_format(1);
  if (auto said = say(writer_.head(head)); !said) return said;
  for (const auto& root : share_.roots) {
    const files::Descriptor parent(
        ::open((mesh_.folder / root).parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (!parent.is_open()) {
      if (errno == ENOENT) continue;
      return std::unexpected(files::error_of(errno, "opening", root.parent_path()));
    }
    if (auto visited = visit(parent.number(), root, false); !visited) return visited;
  }
  return say(writer_.finish());
}

Outcome<> wait_for(pid_t process, const Share& share) {
  int status = 0;
  while (::waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  return failure(ErrorKind::unavailable, fmt::format("the files of {} could not be read", share.name));
}

[[noreturn]] void be_share(const settings::Mesh& mesh, const Share& share, int descriptor) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  daemon::begin_modestly();
  auto done = share.user == 0 ? Outcome<>() : daemon::become(share.user);
  // As root it still has to read what daemons own.
  if (done && share.user != 0) done = daemon::give_up_capabilities();
  if (done) done = write_share(mesh, share, descriptor);
  if (!done) fmt::print(stderr, "scop: {}: {}\n", share.name, done.error().what);
  ::_exit(done ? 0 : 1);
}

}  // namespace

Outcome<> write_share(const settings::Mesh& mesh, const Share& share, int descriptor) {
  return Walk(mesh, share, descriptor).run();
}

std::vector<Share> shares_of(const settings::Mesh& mesh, const Choice& choice) {
  const auto user = [&](unsigned offset) {
    return mesh.user_base == 0 ? uid_t{0} : static_cast<uid_t>(mesh.user_base + offset);
  };
  Share own{.name = "configuration", .user = 0, .roots = {"scop.toml", "mesh", "tls", "dns"}, .left_out = {}};
  if (!choice.with_ca) own.left_out.emplace_back("mesh/ca.key");
  std::vector<Share> shares;
  for (const auto& daemon : topology::daemons()) {
    const fs::path folder(daemon.name);
    if (!daemon.is_daemon) {
      own.roots.push_back(folder);
      continue;
    }
    Share share{.name = std::string(daemon.name),
                .user = user(daemon.user_offset),
                .roots = {folder},
                .left_out = {}};
    if (daemon.name == "resolver")
      share.left_out.emplace_back("resolver/state/cache");  // comes back by itself
    if (daemon.name == "relay") {
      share.left_out.emplace_back("relay/state/spool");  // comes with the queue
      share.left_out.push_back(choice.mail_folder.lexically_normal().lexically_relative(
          fs::absolute(mesh.folder).lexically_normal()));
    }
    shares.push_back(std::move(share));
  }
  shares.push_back({.name = "acme", .user = user(acme::user_offset), .roots = {"acme"}, .left_out = {}});
  shares.insert(shares.begin(), std::move(own));
  return shares;
}

Outcome<> read_share(const settings::Mesh& mesh, const Share& share,
                     const std::function<Outcome<>(std::string_view)>& take) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0)
    return std::unexpected(files::error_of(errno, "making", "a pipe"));
  files::Descriptor reader(ends[0]);
  files::Descriptor writer(ends[1]);
  const auto process = ::fork();
  if (process < 0) return std::unexpected(files::error_of(errno, "starting a process for", share.name));
  if (process == 0) {
    reader.close();
    be_share(mesh, share, writer.number());
  }
  writer.close();
  Outcome<> taken;
  const auto buffer = std::make_unique_for_overwrite<char[]>(piece);
  while (taken) {
    const auto got = ::read(reader.number(), buffer.get(), piece);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    taken = take({buffer.get(), static_cast<std::size_t>(got)});
  }
  reader.close();
  const auto ended = wait_for(process, share);
  return taken ? ended : taken;
}

}  // namespace scop::command::backup
