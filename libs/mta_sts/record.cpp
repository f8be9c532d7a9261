#include "mta_sts/record.hpp"

#include <algorithm>
#include <vector>

#include "core/ascii.hpp"
#include "dns/rdata.hpp"
#include "mta_sts/policy.hpp"

namespace scop::mta_sts {

namespace {

constexpr std::string_view version = "v=STSv1";
constexpr std::size_t longest_id = 32;
constexpr std::size_t longest_record = 4096;

std::string_view trim_wsp(std::string_view text) {
  while (!text.empty() && ascii::is_wsp(text.front())) text.remove_prefix(1);
  while (!text.empty() && ascii::is_wsp(text.back())) text.remove_suffix(1);
  return text;
}

bool is_id(std::string_view text) {
  return !text.empty() && text.size() <= longest_id && std::ranges::all_of(text, ascii::is_alnum);
}

bool is_extension_value(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != ';' && c != '='; });
}

bool begins_a_record(std::string_view text) {
  if (!text.starts_with(version)) return false;
  text = trim_wsp(text.substr(version.size()));
  return text.starts_with(';');
}

}  // namespace

Outcome<Record> parse_record(std::string_view text) {
  if (text.size() > longest_record) return failure(ErrorKind::too_large, "an MTA-STS record over 4 KiB");
  if (!begins_a_record(text)) return failure(ErrorKind::malformed, "does not begin with \"v=STSv1;\"");
  auto fields = ascii::split(text, ';');
  fields.erase(fields.begin());
  if (trim_wsp(fields.back()).empty()) fields.pop_back();
  std::optional<std::string> id;
  for (const auto part : fields) {
    const auto field = trim_wsp(part);
    const auto equals = field.find('=');
    if (equals == std::string_view::npos) return failure(ErrorKind::malformed, "a field without \"=\"");
    const auto name = field.substr(0, equals);
    const auto value = field.substr(equals + 1);
    const bool good = name == "id" ? is_id(value) : is_extension_name(name) && is_extension_value(value);
    if (!good) return failure(ErrorKind::malformed, "the field \"" + ascii::printable(name, 40) + "\"");
    if (name == "id" && !id) id = std::string(value);
  }
  if (!id) return failure(ErrorKind::malformed, "no id");
  return Record{std::move(*id)};
}

// RFC 8461 3.1: others than those that begin "v=STSv1;" may be there, and one of these.
Outcome<std::optional<Record>> record_of(const dns::Answer& answer) {
  using enum dns::Rcode;
  if (answer.validation == dns::Validation::bogus || (answer.rcode != no_error && answer.rcode != nx_domain))
    return failure(ErrorKind::unavailable, "the look-up of the record failed");
  std::vector<std::string> records;
  for (const auto& rdata : answer.records) {
    const auto strings = dns::read_txt(rdata);
    if (!strings) continue;
    std::string text;
    for (const auto& part : *strings) text += part;
    if (begins_a_record(text)) records.push_back(std::move(text));
  }
  if (records.empty()) return std::nullopt;
  if (records.size() > 1) return failure(ErrorKind::malformed, "more than one record");
  auto record = parse_record(records.front());
  if (!record) return std::unexpected(std::move(record.error()));
  return std::optional(std::move(*record));
}

}  // namespace scop::mta_sts
