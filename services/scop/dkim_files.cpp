#include "scop/dkim_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "files/descriptor.hpp"

namespace scop::command {

namespace fs = std::filesystem;

fs::path key_folder(std::string_view domain) { return fs::path("signer/state/keys") / domain; }

fs::path key_file(std::string_view domain, std::string_view selector, dkim::KeyType type) {
  return key_folder(domain) / fmt::format("{}.{}.pem", selector, dkim::name_of(type));
}

std::string new_selector(dkim::KeyType type, Time now, const std::vector<std::string>& taken) {
  const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(now));
  for (unsigned number = 0;; ++number) {
    const auto letters =
        number < 26 ? std::string(1, static_cast<char>('a' + number)) : fmt::format("z{}", number);
    auto selector =
        fmt::format("{}{}{}", type == dkim::KeyType::rsa ? 'r' : 'e', static_cast<int>(date.year()), letters);
    if (std::ranges::find(taken, selector) == taken.end()) return selector;
  }
}

Outcome<std::vector<PublicKey>> read_public_keys(const fs::path& instance, std::string_view domain) {
  std::vector<PublicKey> keys;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(instance / key_folder(domain), error)) {
    const auto name = entry.path().filename().string();
    if (!name.ends_with(".pem")) continue;
    auto content = files::read_whole(entry.path(), 16U << 10U);
    if (!content) return std::unexpected(content.error());
    const Secret pem(std::move(*content));
    const auto key = dkim::DkimKey::from_pem(pem.reveal());
    if (!key) return failure(key.error().kind, entry.path().string() + ": " + key.error().what);
    keys.push_back({.domain = std::string(domain),
                    .selector = name.substr(0, name.find('.')),
                    .algorithm = std::string(dkim::name_of(key->algorithm())),
                    .record = key->record(),
                    .published = {}});
  }
  if (error)
    return failure(ErrorKind::not_found,
                   fmt::format("{}: {}", (instance / key_folder(domain)).string(), error.message()));
  std::ranges::sort(keys, {}, &PublicKey::selector);
  return keys;
}

}  // namespace scop::command
