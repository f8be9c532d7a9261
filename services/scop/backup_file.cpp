#include "scop/backup_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/base64.hpp"
#include "core/id.hpp"
#include "scop/secret_input.hpp"

namespace scop::command::backup {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t piece = 256U << 10U;
constexpr std::size_t most_key = 4096;
constexpr std::size_t shortest_passphrase = 12;

Outcome<Secret> passphrase_of(const fs::path& file) {
  auto passphrase = read_password(file, "passphrase of the backup");
  if (!passphrase) return passphrase;
  if (passphrase->reveal().size() < shortest_passphrase)
    return failure(ErrorKind::malformed, fmt::format("{}: a passphrase has {} characters at least",
                                                     file.string(), shortest_passphrase));
  return passphrase;
}

Outcome<> neither_or_both(const KeyFiles& files, std::string_view key_option) {
  if (files.passphrase.empty() != files.key.empty()) return {};
  return failure(
      ErrorKind::malformed,
      fmt::format("name one of --passphrase-file FILE and {} FILE: a backup holds every key of the mesh",
                  key_option));
}

Error in_file(const fs::path& file, const Error& error) {
  return {error.kind, fmt::format("{}: {}", file == "-" ? "standard input" : file.string(), error.what)};
}

}  // namespace

Outcome<scop::backup::Sealer> sealer_of(const KeyFiles& files) {
  if (auto good = neither_or_both(files, "--recipient"); !good) return std::unexpected(good.error());
  if (files.key.empty()) {
    const auto passphrase = passphrase_of(files.passphrase);
    if (!passphrase) return std::unexpected(passphrase.error());
    return scop::backup::Sealer::with_passphrase(*passphrase);
  }
  const auto content = files::read_whole(files.key, most_key);
  if (!content) return std::unexpected(content.error());
  const auto key = scop::backup::public_key_from_file(*content);
  if (!key) return std::unexpected(in_file(files.key, key.error()));
  return scop::backup::Sealer::for_key(*key);
}

Outcome<scop::backup::Opening> opening_of(const KeyFiles& files) {
  if (auto good = neither_or_both(files, "--key-file"); !good) return std::unexpected(good.error());
  scop::backup::Opening opening;
  if (files.key.empty()) {
    auto passphrase = passphrase_of(files.passphrase);
    if (!passphrase) return std::unexpected(passphrase.error());
    opening.passphrase = std::move(*passphrase);
    return opening;
  }
  auto content = files::read_whole(files.key, most_key);
  if (!content) return std::unexpected(content.error());
  const Secret text(std::move(*content));
  auto key = scop::backup::secret_key_from_file(text.reveal());
  if (!key) return std::unexpected(in_file(files.key, key.error()));
  opening.secret_key = std::move(*key);
  return opening;
}

Outcome<> read_backup(const fs::path& file, scop::backup::Opening opening, scop::backup::Reader& reader) {
  files::Descriptor opened(file == "-" ? ::dup(0) : ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!opened.is_open()) return std::unexpected(files::error_of(errno, "opening", file));
  scop::backup::Opener opener(std::move(opening));
  const auto buffer = std::make_unique_for_overwrite<char[]>(piece);
  for (;;) {
    const auto got = ::read(opened.number(), buffer.get(), piece);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::unexpected(files::error_of(errno, "reading", file));
    if (got == 0) break;
    const auto plain = opener.push({buffer.get(), static_cast<std::size_t>(got)});
    if (!plain) return std::unexpected(in_file(file, plain.error()));
    if (auto taken = reader.push(*plain); !taken) return std::unexpected(in_file(file, taken.error()));
  }
  auto whole = opener.finish();
  if (whole) whole = reader.finish();
  return whole ? whole : std::unexpected(in_file(file, whole.error()));
}

Outcome<BackupOut> BackupOut::open(fs::path file) {
  if (file == "-") {
    if (::isatty(1) == 1)
      return failure(ErrorKind::malformed,
                     "standard output is a terminal: send it somewhere, or name a file");
    return BackupOut({}, {}, files::Descriptor(::dup(1)));
  }
  std::error_code error;
  if (fs::exists(file, error)) return failure(ErrorKind::conflict, file.string() + " is there already");
  auto partial = fs::path(fmt::format("{}.partial-{}", file.string(), to_hex(random_octets(4))));
  auto made = files::create(partial, 0600);
  if (!made) return std::unexpected(made.error());
  return BackupOut(std::move(file), std::move(partial), std::move(*made));
}

BackupOut::~BackupOut() {
  if (!partial_.empty()) ::unlink(partial_.c_str());
}

Outcome<> BackupOut::write(std::string_view octets) {
  octets_ += octets.size();
  return files::write_all(descriptor_, octets, file_.empty() ? fs::path("standard output") : partial_);
}

Outcome<> BackupOut::finish() {
  if (partial_.empty()) return {};
  if (auto synced = files::sync(descriptor_, partial_); !synced) return synced;
  if (::rename(partial_.c_str(), file_.c_str()) != 0)
    return std::unexpected(files::error_of(errno, "renaming to", file_));
  partial_.clear();
  return files::sync_folder(fs::absolute(file_).parent_path());
}

}  // namespace scop::command::backup
