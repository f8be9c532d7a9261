#include "signer/key_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>

#include "dkim/key.hpp"
#include "dkim/signature.hpp"
#include "files/descriptor.hpp"
#include "signer/limits.hpp"

namespace scop::signer {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view half_written = ".new";

// "r2026a.rsa.pem" → "r2026a", rsa; nullopt where the name is another.
std::optional<KeyFileName> name_from_text(const std::string& name) {
  for (const auto type : {dkim::KeyType::rsa, dkim::KeyType::ed25519}) {
    const auto ending = file_name("", type);
    if (name.size() <= ending.size() || !name.ends_with(ending)) continue;
    auto selector = name.substr(0, name.size() - ending.size());
    if (dkim::is_domain_name(selector)) return KeyFileName{std::move(selector), type};
  }
  return std::nullopt;
}

Outcome<> write_whole(const fs::path& file, std::string_view octets) {
  const auto beside = fs::path(file.string() + std::string(half_written));
  ::unlink(beside.c_str());
  {
    auto made = files::create(beside, 0600);
    if (!made) return std::unexpected(std::move(made.error()));
    if (auto written = files::write_all(*made, octets, beside); !written) return written;
    if (auto synced = files::sync(*made, beside); !synced) return synced;
  }
  if (::rename(beside.c_str(), file.c_str()) != 0)
    return std::unexpected(files::error_of(errno, "rename", beside));
  return files::sync_folder(file.parent_path());
}

// As far as the file system lets it: a journal or a flash translation layer may still hold the old octets.
void overwrite(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error || size > limits::key_file_octets) return;
  const files::Descriptor descriptor(::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!descriptor.is_open()) return;
  if (files::write_all(descriptor, std::string(size, '\0'), file))
    static_cast<void>(files::sync(descriptor, file));
}

Outcome<std::string> record_in(const fs::path& file) {
  auto content = files::read_whole(file, limits::key_file_octets);
  if (!content) return std::unexpected(std::move(content.error()));
  const Secret pem(std::move(*content));
  const auto key = dkim::DkimKey::from_pem(pem.reveal());
  if (!key) return failure(key.error().kind, file.string() + ": " + key.error().what);
  return key->record();
}

}  // namespace

std::string file_name(std::string_view selector, dkim::KeyType type) {
  return fmt::format("{}.{}.pem", selector, dkim::name_of(type));
}

Outcome<std::vector<KeyFileName>> key_files_in(const fs::path& folder) {
  std::error_code error;
  std::vector<KeyFileName> names;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (names.size() == limits::key_files) break;
    if (auto name = name_from_text(it->path().filename().string())) names.push_back(std::move(*name));
  }
  if (error && error != std::errc::no_such_file_or_directory)
    return failure(ErrorKind::unavailable, folder.string() + ": " + error.message());
  std::ranges::sort(names, {}, &KeyFileName::selector);
  return names;
}

Outcome<key_life::Ledger> read_ledger(const fs::path& folder) {
  const auto text = files::read_whole(folder / "life", key_life::most_ledger);
  if (!text) return std::unexpected(text.error());
  auto ledger = key_life::parse_ledger(*text);
  if (!ledger) return failure(ledger.error().kind, (folder / "life").string() + ": " + ledger.error().what);
  return ledger;
}

Outcome<> write_ledger(const fs::path& folder, const std::string& text) {
  return write_whole(folder / "life", text);
}

Outcome<std::string> make_key_file(const fs::path& folder, const KeyFileName& name) {
  const auto file = folder / file_name(name.selector, name.type);
  if (auto there = record_in(file); there || there.error().kind != ErrorKind::not_found) return there;
  const auto key = dkim::DkimKey::generate(name.type);
  if (!key) return std::unexpected(key.error());
  if (auto written = write_whole(file, key->to_pem().reveal()); !written)
    return std::unexpected(written.error());
  return key->record();
}

Outcome<> erase_key_file(const fs::path& folder, const KeyFileName& name) {
  const auto file = folder / file_name(name.selector, name.type);
  overwrite(file);
  if (::unlink(file.c_str()) != 0 && errno != ENOENT)
    return std::unexpected(files::error_of(errno, "remove", file));
  return files::sync_folder(folder);
}

void sweep_key_folder(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> left;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (it->path().filename().string().ends_with(half_written)) left.push_back(it->path());
  }
  for (const auto& file : left) {
    overwrite(file);
    ::unlink(file.c_str());
  }
}

}  // namespace scop::signer
