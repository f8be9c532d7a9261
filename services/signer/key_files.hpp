// What the keys of one domain leave on disk: <folder>/<selector>.<rsa|ed25519>.pem, the private halves, and
// <folder>/life, the ledger of where each stands. Blocking; durable when it returns. Private halves are made
// here and leave never; mode 0600.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "key_life/ledger.hpp"

namespace scop::signer {

struct KeyFileName {
  std::string selector;
  dkim::KeyType type = dkim::KeyType::rsa;
  bool operator==(const KeyFileName&) const = default;
};

std::string file_name(std::string_view selector, dkim::KeyType type);  // "r20261121a.rsa.pem"
// The files that are keys by their name, sorted.
Outcome<std::vector<KeyFileName>> key_files_in(const std::filesystem::path& folder);

// not_found: there is none yet.
Outcome<key_life::Ledger> read_ledger(const std::filesystem::path& folder);
// As a whole or not at all, whenever the power fails.
Outcome<> write_ledger(const std::filesystem::path& folder, const std::string& text);

// Makes a key and writes it, as a whole or not at all. Its record. A file that is there already is kept: it
// is what an earlier try has made.
Outcome<std::string> make_key_file(const std::filesystem::path& folder, const KeyFileName& name);
// Overwritten, then removed; one that is gone is fine.
Outcome<> erase_key_file(const std::filesystem::path& folder, const KeyFileName& name);
// What a crash left half written.
void sweep_key_folder(const std::filesystem::path& folder);

}  // namespace scop::signer
