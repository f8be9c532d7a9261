#include "scop/published_file.hpp"

#include <boost/json/parse.hpp>

#include "core/base64.hpp"
#include "dns/name.hpp"
#include "files/descriptor.hpp"
#include "mesh_ca/file.hpp"
#include "scop/json.hpp"

namespace scop::command {

namespace {

constexpr std::uint64_t most_octets = 16U << 20U;
constexpr int version = 1;

std::optional<std::string> text_at(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<domain_records::Written> record_from(const json::value& value) {
  if (!value.is_object()) return std::nullopt;
  const auto name = text_at(value.get_object(), "name");
  const auto type = dns::type_from_text(text_at(value.get_object(), "type").value_or(""));
  const auto rdata = from_hex(text_at(value.get_object(), "rdata").value_or("-"));
  if (!name || !type || !rdata || !dns::name_to_wire(*name)) return std::nullopt;
  return domain_records::Written{*name, *type, *rdata};
}

}  // namespace

Outcome<Published> published_from_text(std::string_view text) {
  const auto bad = [](std::string what) { return failure(ErrorKind::malformed, std::move(what)); };
  boost::system::error_code error;
  const auto value = json::parse(text, error);
  if (error || !value.is_object()) return bad("is not JSON");
  const auto* its_version = value.get_object().if_contains("version");
  const auto* domains = value.get_object().if_contains("domains");
  if (its_version == nullptr || *its_version != version || domains == nullptr || !domains->is_object())
    return bad("is not of version 1");
  Published published;
  for (const auto& [domain, records] : domains->get_object()) {
    auto& written = published[std::string(domain)];
    if (!records.is_array()) return bad("holds no list for " + std::string(domain));
    for (const auto& entry : records.get_array()) {
      auto record = record_from(entry);
      if (!record) return bad("holds something that is no record for " + std::string(domain));
      written.insert(std::move(*record));
    }
  }
  return published;
}

std::string published_text(const Published& published) {
  json::object domains;
  for (const auto& [domain, written] : published) {
    json::array records;
    for (const auto& record : written) {
      records.push_back(
          json::object{{"name", json_text(record.name)},
                       {"type", json_text(dns::name_of(record.type))},
                       {"rdata", json_text(to_hex(record.rdata))},
                       {"text", json_text(domain_records::zone_text(record.type, record.rdata))}});
    }
    domains[domain] = std::move(records);
  }
  return json::serialize(json::object{{"version", version}, {"domains", std::move(domains)}}) + "\n";
}

Outcome<Published> read_published(const std::filesystem::path& file) {
  const auto text = files::read_whole(file, most_octets);
  if (!text && text.error().kind == ErrorKind::not_found) return Published{};
  if (!text) return std::unexpected(text.error());
  auto published = published_from_text(*text);
  if (!published) {
    return failure(
        published.error().kind,
        file.string() + " " + published.error().what +
            ": bring it back from a backup, or remove it; then records that scop wrote and no longer "
            "wants are for you to remove");
  }
  return published;
}

Outcome<> write_published(const std::filesystem::path& file, const Published& published) {
  std::error_code error;
  if (std::filesystem::create_directory(file.parent_path(), error); error) {
    return failure(ErrorKind::unavailable, file.parent_path().string() + ": " + error.message());
  }
  return mesh_ca::replace_file(file, published_text(published), 0600);
}

}  // namespace scop::command
