// The machine below: clock, disks, backups.
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>

#include <map>

#include "risk/assets.hpp"
#include "scop/doctor.hpp"
#include "topology/topology.hpp"

namespace scop::command {

namespace {

namespace fs = std::filesystem;

constexpr std::chrono::days backup_is_old{2};

Time changed(const struct stat& found) { return Time(std::chrono::seconds(found.st_mtim.tv_sec)); }

std::vector<fs::path> folders_of(const DoctorWorld& world) {
  std::vector<fs::path> folders{world.settings.mesh.folder, world.settings.mesh.folder / "log",
                                world.settings.relay.mail_folder};
  for (const auto& daemon : topology::daemons()) {
    if (daemon.is_daemon) folders.push_back(settings::state_folder(world.settings.mesh, daemon.name));
  }
  return folders;
}

std::string size_text(std::uint64_t octets) {
  if (octets >= 10ULL << 30U) return fmt::format("{} GB", octets >> 30U);
  return fmt::format("{} MB", octets >> 20U);
}

void judge_disk(const fs::path& folder, const struct statvfs& room, std::uint64_t floor, Findings& findings) {
  const auto octets = static_cast<std::uint64_t>(room.f_bavail) * room.f_frsize;
  const auto all = static_cast<std::uint64_t>(room.f_blocks) * room.f_frsize;
  const auto subject = folder.string();
  if (octets < floor) {
    findings.problem(subject,
                     fmt::format("{} are free, under [relay] free_floor ({}): mail is put off with 452",
                                 size_text(octets), size_text(floor)),
                     "make room, or lower free_floor");
  } else if (all > 0 && octets < all / 10) {
    findings.warning(subject, fmt::format("{} are free, less than a tenth", size_text(octets)),
                     "make room before mail is put off");
  } else {
    findings.ok(subject, fmt::format("{} are free", size_text(octets)));
  }
  if (room.f_files > 0 && room.f_favail < room.f_files / 20)
    findings.problem(
        subject,
        fmt::format("{} of {} inodes are free: each mail in a Maildir takes one",
                    static_cast<std::uint64_t>(room.f_favail), static_cast<std::uint64_t>(room.f_files)),
        "remove small files, or make a file system with more inodes");
}

std::optional<Time> newest_below(const fs::path& path) {
  std::optional<Time> newest;
  const auto note = [&](const fs::path& file) {
    struct stat found{};
    if (::stat(file.c_str(), &found) == 0 && S_ISREG(found.st_mode))
      newest = std::max(newest.value_or(Time()), changed(found));
  };
  note(path);
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error)) note(entry.path());
  return newest;
}

}  // namespace

void look_at_clock(const DoctorWorld& world, Findings& findings) {
  struct timex state{};
  const bool is_kept = ::adjtimex(&state) != TIME_ERROR && (state.status & STA_UNSYNC) == 0;
  if (is_kept) {
    findings.ok("clock", "is kept right by a time service");
  } else {
    findings.warning(
        "clock",
        "no time service keeps it right: certificates, DNSSEC signatures and grants are judged by it",
        "apt install systemd-timesyncd or chrony");
  }
  for (const auto& folder : folders_of(world)) {
    const auto newest = newest_below(folder);
    if (!newest || *newest <= world.when + std::chrono::minutes(5)) continue;
    findings.problem(
        "clock",
        fmt::format("a file in {} is from the future: the clock is behind, or was ahead", folder.string()),
        "set the clock; then `scop certs renew --all` where certificates were made meanwhile");
  }
}

void look_at_disks(const DoctorWorld& world, Findings& findings) {
  std::map<dev_t, bool> seen;
  for (const auto& folder : folders_of(world)) {
    struct stat found{};
    struct statvfs room{};
    if (::stat(folder.c_str(), &found) != 0 || ::statvfs(folder.c_str(), &room) != 0) {
      findings.warning(folder.string(), "could not be looked at", "run `scop doctor` as root");
    } else if (seen.emplace(found.st_dev, true).second) {
      judge_disk(folder, room, world.settings.relay.free_floor, findings);
    }
  }
}

void look_at_backups(const DoctorWorld& world, Findings& findings) {
  const auto& path = world.options.backups;
  if (path.empty()) {
    findings.warning("backups", "nobody has said where they lie",
                     "`scop backup`, and name their place with --backups PATH");
    return;
  }
  const auto newest = newest_below(path);
  if (!newest) {
    findings.problem(path.string(), "there is no backup", "`scop backup`, daily from a timer");
  } else if (world.when - *newest > backup_is_old) {
    findings.problem(path.string(),
                     fmt::format("the newest is {} old",
                                 risk::text_of(std::chrono::floor<std::chrono::days>(world.when - *newest))),
                     "look why the timer that makes them no longer does");
  } else {
    findings.ok(path.string(), "the newest is less than two days old");
  }
}

}  // namespace scop::command
