#include "resolver/cache_file.hpp"

#include "crypto/digest.hpp"
#include "dns/cursor.hpp"
#include "dns/name.hpp"

namespace scop::resolver {

namespace {

constexpr std::string_view magic = "scop resolver cache 1\n";
constexpr std::size_t sum_octets = 32;
constexpr std::size_t longest_text = 2048;
constexpr std::size_t most_records = 4096;
constexpr std::size_t longest_packet = 65'535;
constexpr std::uint32_t longest_ttl = 24 * 3600;
constexpr std::size_t longest_key = 1024 + 2;

void append_u16(std::string& out, std::size_t value) {
  out += static_cast<char>(value >> 8U & 0xffU);
  out += static_cast<char>(value & 0xffU);
}

void append_u32(std::string& out, std::uint64_t value) {
  append_u16(out, value >> 16U & 0xffffU);
  append_u16(out, value & 0xffffU);
}

void append_text(std::string& out, std::string_view text) {
  append_u16(out, text.size());
  out += text;
}

bool fits(const SavedAnswer& saved) {
  const auto& answer = saved.found->answer;
  if (saved.key.size() > longest_key || answer.canonical_name.size() > longest_text ||
      answer.records.size() > most_records || saved.found->packet.size() > longest_packet)
    return false;
  return answer.why.empty() && saved.ttl <= longest_ttl;
}

void append(std::string& out, const SavedAnswer& saved) {
  const auto& answer = saved.found->answer;
  append_text(out, saved.key);
  out += static_cast<char>(answer.rcode);
  out += static_cast<char>(answer.validation);
  append_u32(out, saved.ttl);
  const auto expires = static_cast<std::uint64_t>(saved.expires.time_since_epoch().count());
  append_u32(out, expires >> 32U);
  append_u32(out, expires & 0xffff'ffffU);
  append_text(out, answer.canonical_name);
  append_u16(out, answer.records.size());
  for (const auto& record : answer.records) append_text(out, record);
  append_text(out, saved.found->packet);
}

std::optional<std::string> take_text(dns::Cursor& cursor, std::size_t most) {
  const auto size = cursor.u16();
  if (!size || *size > most) return std::nullopt;
  const auto text = cursor.take(*size);
  return text ? std::optional<std::string>(*text) : std::nullopt;
}

// Good answers alone are saved: the rest is no state that a file could give us.
bool take_judgement(dns::Cursor& cursor, dns::Answer& answer) {
  const auto rcode = cursor.u8();
  const auto validation = cursor.u8();
  if (!validation) return false;
  answer.rcode = static_cast<dns::Rcode>(*rcode);
  answer.validation = static_cast<dns::Validation>(*validation);
  return (answer.rcode == dns::Rcode::no_error || answer.rcode == dns::Rcode::nx_domain) &&
         *validation <= static_cast<std::uint8_t>(dns::Validation::secure);
}

bool take_records(dns::Cursor& cursor, dns::Answer& answer) {
  const auto count = cursor.u16();
  if (!count || *count > most_records) return false;
  for (unsigned i = 0; i < *count; ++i) {
    auto record = take_text(cursor, longest_packet);
    if (!record) return false;
    answer.records.push_back(std::move(*record));
  }
  return true;
}

std::optional<SavedAnswer> take_answer(dns::Cursor& cursor) {
  SavedAnswer saved;
  Found found;
  auto key = take_text(cursor, longest_key);
  if (!key || key->size() < 3 || !take_judgement(cursor, found.answer)) return std::nullopt;
  const auto ttl = cursor.u32();
  const auto high = cursor.u32();
  const auto low = cursor.u32();
  auto name = take_text(cursor, longest_text);
  if (!low || !name || *ttl == 0 || *ttl > longest_ttl || *high > 0xffffU) return std::nullopt;
  if (!take_records(cursor, found.answer)) return std::nullopt;
  auto packet = take_text(cursor, longest_packet);
  if (!packet) return std::nullopt;
  found.answer.canonical_name = std::move(*name);
  found.answer.ttl = *ttl;
  found.packet = std::move(*packet);
  saved.key = std::move(*key);
  saved.ttl = *ttl;
  saved.expires = Time{std::chrono::milliseconds(static_cast<std::int64_t>(*high) << 32U | *low)};
  saved.found = std::make_shared<const Found>(std::move(found));
  return saved;
}

}  // namespace

std::string write_cache(std::string_view settings, const std::vector<SavedAnswer>& answers) {
  std::string out(magic);
  out += settings;
  std::uint32_t count = 0;
  std::string body;
  for (const auto& saved : answers) {
    if (!fits(saved) || count == most_saved_answers) continue;
    append(body, saved);
    ++count;
  }
  append_u32(out, count);
  out += body;
  return out + crypto::sha256(out);
}

Outcome<std::vector<SavedAnswer>> read_cache(std::string_view octets, std::string_view settings) {
  if (octets.size() < magic.size() + settings_digest_octets + 4 + sum_octets || !octets.starts_with(magic))
    return failure(ErrorKind::malformed, "not a cache of this version");
  const auto body = octets.substr(0, octets.size() - sum_octets);
  if (crypto::sha256(body) != octets.substr(body.size()))
    return failure(ErrorKind::malformed, "its checksum is wrong");
  dns::Cursor cursor(body.substr(magic.size()));
  if (cursor.take(settings_digest_octets) != settings)
    return failure(ErrorKind::conflict, "it was kept under other settings");
  const auto count = cursor.u32();
  if (!count || *count > most_saved_answers) return failure(ErrorKind::too_large, "too many answers");
  std::vector<SavedAnswer> answers;
  for (std::uint32_t i = 0; i < *count; ++i) {
    auto saved = take_answer(cursor);
    if (!saved) return failure(ErrorKind::malformed, "an answer is cut short or no answer");
    answers.push_back(std::move(*saved));
  }
  if (!cursor.at_end()) return failure(ErrorKind::malformed, "octets behind the last answer");
  return answers;
}

}  // namespace scop::resolver
