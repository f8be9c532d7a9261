#include "resolver/anchors.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "core/ascii.hpp"
#include "dns/name.hpp"
#include "files/descriptor.hpp"

namespace scop::resolver {

namespace {

constexpr std::uint64_t most_octets = 256U << 10U;
constexpr unsigned sep_bit = 1;

// What IANA has published for the root, KSK-2017 and KSK-2024: for hosts without dns-root-data.
constexpr std::string_view root_anchors =
    ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D\n"
    ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16\n";

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (auto rest = ascii::trim(line); !rest.empty(); rest = ascii::trim(rest)) {
    const auto size = std::min(rest.find_first_of(" \t"), rest.size());
    words.push_back(rest.substr(0, size));
    rest.remove_prefix(size);
  }
  return words;
}

// The record's type among its words: behind the name come a TTL and a class, or neither.
std::size_t place_of_type(const std::vector<std::string_view>& words) {
  for (std::size_t i = 1; i < words.size() && i < 4; ++i) {
    if (ascii::equals_ignoring_case(words[i], "DS") || ascii::equals_ignoring_case(words[i], "DNSKEY"))
      return i;
  }
  return 0;
}

Outcome<std::string> configured(const settings::Resolver& settings) {
  std::string text;
  for (const auto& record : settings.trust_anchors) text += record + "\n";
  if (!settings.trust_anchor_file.empty()) {
    auto read = files::read_whole(settings.trust_anchor_file, most_octets);
    if (!read) return std::unexpected(std::move(read.error()));
    return text + *read;
  }
  if (!text.empty()) return text;
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(root_anchor_file, ignored)) return std::string(root_anchors);
  return files::read_whole(root_anchor_file, most_octets);
}

Outcome<> replace(const std::filesystem::path& file, std::string_view octets) {
  auto fresh = file;
  fresh += ".new";
  std::error_code ignored;
  std::filesystem::remove(fresh, ignored);
  auto descriptor = files::create(fresh);
  if (!descriptor) return std::unexpected(std::move(descriptor.error()));
  if (auto written = files::write_all(*descriptor, octets, fresh); !written) return written;
  if (auto synced = files::sync(*descriptor, fresh); !synced) return synced;
  std::error_code error;
  std::filesystem::rename(fresh, file, error);
  if (error) return std::unexpected(files::error_of(error.value(), "rename", file));
  return files::sync_folder(file.parent_path());
}

Outcome<std::filesystem::path> keep(const std::filesystem::path& folder, const std::string& zone,
                                    const std::string& records) {
  const auto file = folder / (file_name_of(zone) + ".key");
  const auto seed = folder / (file_name_of(zone) + ".seed");
  std::error_code ignored;
  const auto before = files::read_whole(seed, most_octets);
  if (before && *before == records && std::filesystem::is_regular_file(file, ignored)) return file;
  if (auto written = replace(file, records); !written) return std::unexpected(std::move(written.error()));
  if (auto written = replace(seed, records); !written) return std::unexpected(std::move(written.error()));
  return file;
}

}  // namespace

Outcome<std::map<std::string, std::string>> anchors_by_zone(std::string_view text) {
  std::map<std::string, std::string> zones;
  unsigned number = 0;
  for (auto line : ascii::split(text, '\n')) {
    ++number;
    line = ascii::trim(line.substr(0, line.find(';')));
    if (line.empty()) continue;
    const auto words = words_of(line);
    if (place_of_type(words) == 0 || !dns::name_to_wire(words.front())) {
      return failure(ErrorKind::malformed, fmt::format("line {}: neither a DS nor a DNSKEY record: \"{}\"",
                                                       number, ascii::printable(line, 80)));
    }
    zones[dns::canonical_text(words.front())] += std::string(line) + "\n";
  }
  return zones;
}

bool can_be_kept(std::string_view records) {
  for (const auto line : ascii::split(records, '\n')) {
    const auto words = words_of(line);
    const auto type = place_of_type(words);
    if (type == 0 || ascii::equals_ignoring_case(words[type], "DS")) continue;
    if (type + 1 >= words.size()) return false;
    const auto flags = ascii::parse_unsigned(words[type + 1]);
    if (!flags || (*flags & sep_bit) == 0) return false;
  }
  return true;
}

std::string file_name_of(std::string_view zone) {
  if (zone == ".") return "root";
  std::string name;
  for (const char c : zone) {
    const bool plain = ascii::is_alnum(c) || c == '-' || c == '_' || (c == '.' && !name.empty());
    name += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return name == "root" ? "%72oot" : name;
}

Outcome<AnchorSources> prepare_anchors(const settings::Resolver& settings,
                                       const std::filesystem::path& state) {
  AnchorSources sources;
  if (!settings.dnssec) return sources;
  const auto text = configured(settings);
  if (!text) return failure(text.error().kind, "trust anchors: " + text.error().what);
  const auto zones = anchors_by_zone(*text);
  if (!zones) return failure(zones.error().kind, "trust anchors: " + zones.error().what);
  sources.configured = *text;
  const auto folder = state / "anchors";
  std::error_code error;
  std::filesystem::create_directory(folder, error);
  if (error) return std::unexpected(files::error_of(error.value(), "make", folder));
  for (const auto& [zone, records] : *zones) {
    // The library takes one or the other for a name: an anchor, or that it is not validated.
    const auto is_it = [&zone](const std::string& domain) { return dns::canonical_text(domain) == zone; };
    if (std::ranges::any_of(settings.insecure_domains, is_it)) continue;
    if (settings.trust_anchor_updates && can_be_kept(records)) {
      auto file = keep(folder, zone, records);
      if (!file) return std::unexpected(std::move(file.error()));
      sources.kept.push_back(std::move(*file));
      continue;
    }
    for (const auto record : ascii::split(ascii::trim(records), '\n')) sources.records.emplace_back(record);
  }
  return sources;
}

}  // namespace scop::resolver
