#include "scop/dkim_files.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "files/descriptor.hpp"
#include "key_life/ledger.hpp"
#include "key_life/selector.hpp"

namespace scop::command {

namespace fs = std::filesystem;

fs::path key_folder(std::string_view domain) { return fs::path("signer/state/keys") / domain; }

fs::path key_file(std::string_view domain, std::string_view selector, dkim::KeyType type) {
  return key_folder(domain) / fmt::format("{}.{}.pem", selector, dkim::name_of(type));
}

std::string new_selector(const fs::path& instance, std::string_view domain, dkim::KeyType type, Time now) {
  std::vector<std::string> taken;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(instance / key_folder(domain), error)) {
    const auto name = entry.path().filename().string();
    taken.push_back(name.substr(0, name.find('.')));
  }
  std::string last;
  const auto text = files::read_whole(instance / key_folder(domain) / "life", key_life::most_ledger);
  if (const auto ledger = key_life::parse_ledger(text.value_or(""))) {
    last = ledger->last.at(static_cast<std::size_t>(type));
    for (const auto& key : ledger->keys) taken.push_back(key.selector);
  }
  return key_life::new_selector(type, now, last, taken);
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
