#include "files/maildir.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>
#include <system_error>

#include "core/ascii.hpp"
#include "files/descriptor.hpp"

namespace scop::files {

namespace {

namespace fs = std::filesystem;

fs::path folder_of(const MaildirDelivery& delivery) {
  return delivery.subfolder.empty() ? delivery.mailbox : delivery.mailbox / ("." + delivery.subfolder);
}

// Makes one folder and syncs its parent, so that what is delivered into it cannot vanish with it.
Outcome<> make_folder(const fs::path& folder) {
  if (::mkdir(folder.c_str(), 0700) == 0) return sync_folder(folder.parent_path());
  if (errno == EEXIST) return {};
  if (errno != ENOENT) return std::unexpected(error_of(errno, "create folder", folder));
  if (auto parent = make_folder(folder.parent_path()); !parent) return parent;
  return make_folder(folder);
}

// One name a line, as IMAP servers on Maildir++ keep it. A folder that nobody has subscribed to is only
// harder to see: failing is no failure.
void subscribe(const MaildirDelivery& delivery) {
  const auto file = delivery.mailbox / "subscriptions";
  const auto content = read_whole(file, 1U << 20U);
  if (!content && content.error().kind != ErrorKind::not_found) return;
  if (content && ("\n" + *content).contains("\n" + delivery.subfolder + "\n")) return;
  const Descriptor descriptor(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (descriptor.is_open()) static_cast<void>(write_all(descriptor, delivery.subfolder + "\n", file));
}

Outcome<> make_maildir(const MaildirDelivery& delivery) {
  const auto folder = folder_of(delivery);
  if (::access((folder / "new").c_str(), F_OK) == 0) return {};
  for (const auto* part : {"tmp", "cur", "new"}) {
    if (auto made = make_folder(folder / part); !made) return made;
  }
  if (delivery.subfolder.empty()) return {};
  const auto mark = create(folder / "maildirfolder");  // Maildir++: a subfolder says so
  if (!mark && mark.error().kind != ErrorKind::conflict) return std::unexpected(mark.error());
  subscribe(delivery);
  return sync_folder(folder);
}

bool is_there(const fs::path& folder, const std::string& name) {
  if (::access((folder / "new" / name).c_str(), F_OK) == 0) return true;
  std::error_code error;
  for (fs::directory_iterator at(folder / "cur", error), end; !error && at != end; at.increment(error)) {
    const auto found = at->path().filename().string();
    if (found == name || found.starts_with(name + ":")) return true;
  }
  return false;
}

Outcome<Descriptor> create_afresh(const fs::path& file) {
  auto made = create(file);
  if (made || made.error().kind != ErrorKind::conflict) return made;
  ::unlink(file.c_str());  // left by a delivery that was cut off
  return create(file);
}

Outcome<> append_file(const Descriptor& to, const fs::path& from, const fs::path& file) {
  auto source = open_for_reading(from);
  if (!source) return std::unexpected(std::move(source.error()));
  std::string chunk(256U << 10U, '\0');
  for (;;) {
    const auto got = ::read(source->number(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(error_of(errno, "read", from));
    if (got == 0) return {};
    const auto octets = std::string_view(chunk).substr(0, static_cast<std::size_t>(got));
    if (auto written = write_all(to, octets, file); !written) return written;
  }
}

Outcome<> write_octets(const Descriptor& to, const MaildirDelivery& delivery, const fs::path& file) {
  for (const auto octets : delivery.octets) {
    if (auto written = write_all(to, octets, file); !written) return written;
  }
  return delivery.rest.empty() ? Outcome<>{} : append_file(to, delivery.rest, file);
}

Outcome<Descriptor> write_to_tmp(const MaildirDelivery& delivery) {
  if (auto made = make_maildir(delivery); !made) return std::unexpected(std::move(made.error()));
  const auto file = folder_of(delivery) / "tmp" / delivery.name;
  auto descriptor = create_afresh(file);
  if (!descriptor) return descriptor;
  if (auto written = write_octets(*descriptor, delivery, file); !written) {
    ::unlink(file.c_str());
    return std::unexpected(std::move(written.error()));
  }
  // Starts the write-out of all of a batch, so that the first fsync's journal commit carries the others.
  ::sync_file_range(descriptor->number(), 0, 0, SYNC_FILE_RANGE_WRITE);
  return descriptor;
}

Outcome<> sync_and_rename(const MaildirDelivery& delivery, Descriptor descriptor) {
  const auto folder = folder_of(delivery);
  const auto from = folder / "tmp" / delivery.name;
  const auto to = folder / "new" / delivery.name;
  if (auto synced = sync(descriptor, from); !synced) {
    ::unlink(from.c_str());
    return synced;
  }
  if (::rename(from.c_str(), to.c_str()) != 0) {
    auto error = error_of(errno, "rename", from);
    ::unlink(from.c_str());
    return std::unexpected(std::move(error));
  }
  return {};
}

}  // namespace

void settle_folder(MaildirDelivery& delivery) {
  if (!delivery.subfolder_must_exist || delivery.subfolder.empty()) return;
  if (::access((folder_of(delivery) / "cur").c_str(), F_OK) != 0) delivery.subfolder.clear();
}

std::vector<Outcome<>> deliver(std::span<const MaildirDelivery> deliveries) {
  std::vector<Outcome<>> outcomes(deliveries.size());
  std::vector<Descriptor> open(deliveries.size());
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    const auto& delivery = deliveries[i];
    if (delivery.may_be_there && is_there(folder_of(delivery), delivery.name)) continue;
    auto descriptor = write_to_tmp(delivery);
    if (descriptor) {
      open[i] = std::move(*descriptor);
    } else {
      outcomes[i] = std::unexpected(std::move(descriptor.error()));
    }
  }
  std::map<fs::path, std::vector<std::size_t>> renamed;
  for (std::size_t i = 0; i < deliveries.size(); ++i) {
    if (!outcomes[i]) continue;
    if (open[i].is_open()) outcomes[i] = sync_and_rename(deliveries[i], std::move(open[i]));
    // One that was found there is synced too: the crash may have come before its folder was.
    if (outcomes[i]) renamed[folder_of(deliveries[i]) / "new"].push_back(i);
  }
  for (const auto& [folder, members] : renamed) {
    const auto synced = sync_folder(folder);
    if (synced) continue;
    for (const auto i : members) outcomes[i] = std::unexpected(synced.error());
  }
  return outcomes;
}

bool is_safe_component(std::string_view name) {
  return !name.empty() && name.size() <= 200 && name.front() != '.' &&
         std::ranges::none_of(name, [](char c) { return c == '/' || ascii::is_control(c); });
}

}  // namespace scop::files
