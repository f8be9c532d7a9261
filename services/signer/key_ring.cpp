#include "signer/key_ring.hpp"

#include <algorithm>
#include <fstream>
#include <optional>

#include "dkim/signature.hpp"
#include "dns/domain.hpp"
#include "signer/limits.hpp"

namespace scop::signer {

namespace {

namespace fs = std::filesystem;

Outcome<Secret> read_key_file(const fs::path& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error) return failure(ErrorKind::unavailable, error.message());
  if (size > limits::key_file_octets) return failure(ErrorKind::too_large, "too large for a key");
  // At its full size from the start: a string that grows leaves pieces of the key behind.
  std::string content(size, '\0');
  std::ifstream in(file, std::ios::binary);
  in.rdbuf()->pubsetbuf(nullptr, 0);
  if (content.empty() || !in.read(content.data(), static_cast<std::streamsize>(size))) {
    wipe(content);
    return failure(ErrorKind::unavailable, "cannot be read");
  }
  return Secret(std::move(content));
}

// "r2026a.rsa.pem" → "r2026a"; nullopt where the name is another.
std::optional<std::string> selector_of(const fs::path& file, std::string_view type) {
  const auto name = file.filename().string();
  const auto ending = '.' + std::string(type) + ".pem";
  if (name.size() <= ending.size() || !name.ends_with(ending)) return std::nullopt;
  return name.substr(0, name.size() - ending.size());
}

Outcome<OwnKey> load_key(const fs::path& file, const std::string& domain) {
  auto content = read_key_file(file);
  if (!content) return std::unexpected(std::move(content.error()));
  auto key = dkim::DkimKey::from_pem(content->reveal());
  if (!key) return std::unexpected(std::move(key.error()));
  const auto selector = selector_of(file, dkim::name_of(dkim::key_type_of(key->algorithm())));
  if (!selector || !dkim::is_domain_name(*selector)) {
    return failure(ErrorKind::malformed,
                   "its name is not <selector>.<rsa|ed25519>.pem, or says another type");
  }
  return OwnKey{.domain = domain, .selector = *selector, .key = std::move(*key)};
}

// Sorted, so that the same files always sign in the same order.
std::vector<fs::path> entries_of(const fs::path& folder) {
  std::error_code error;
  std::vector<fs::path> entries;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    if (entries.size() == limits::key_files) break;
    entries.push_back(it->path());
  }
  std::ranges::sort(entries);
  return entries;
}

}  // namespace

KeyRing KeyRing::load(const fs::path& folder, std::vector<std::string>& problems) {
  KeyRing ring;
  for (const auto& of_domain : entries_of(folder)) {
    const auto name = of_domain.filename().string();
    const auto domain = dns::to_a_labels(name);
    if (!domain || *domain != name) {
      problems.push_back(of_domain.string() + ": not a domain in lower case");
      continue;
    }
    for (const auto& file : entries_of(of_domain)) {
      if (file.extension() != ".pem") continue;
      auto key = load_key(file, *domain);
      if (key) {
        ring.add(std::move(*key));
      } else {
        problems.push_back(file.string() + ": " + key.error().what);
      }
    }
  }
  return ring;
}

std::vector<dkim::SigningKeyView> KeyRing::of(std::string_view domain) {
  std::vector<dkim::SigningKeyView> found;
  for (const auto type : {dkim::KeyType::rsa, dkim::KeyType::ed25519}) {
    for (auto& [of_domain, selector, key, signs] : keys_) {
      if (signs && of_domain == domain && dkim::key_type_of(key.algorithm()) == type)
        found.push_back({of_domain, selector, key});
    }
  }
  return found;
}

void KeyRing::choose(const std::function<bool(const OwnKey&)>& signs) {
  for (auto& key : keys_) key.signs = signs(key);
}

}  // namespace scop::signer
