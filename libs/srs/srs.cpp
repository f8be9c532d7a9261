#include "srs/srs.hpp"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <array>

#include "core/ascii.hpp"
#include "core/ensure.hpp"

namespace scop::srs {

namespace {

constexpr std::string_view digits = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t hash_length = 8;
constexpr std::int64_t cycle = 1024;  // two digits
constexpr std::size_t most_octets = 256;

std::int64_t day_of(Time time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count() % cycle;
}

std::string stamp_of(Time time) {
  const auto day = static_cast<std::size_t>(day_of(time));
  return {digits[day / 32], digits[day % 32]};
}

std::string hash_of(std::string_view text, std::string_view secret) {
  const auto folded = ascii::to_lower(text);
  std::array<unsigned char, 32> mac{};
  unsigned length = 0;
  ENSURE(::HMAC(::EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                reinterpret_cast<const unsigned char*>(folded.data()), folded.size(), mac.data(),
                &length) != nullptr);
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 5; ++i) bits = bits << 8U | mac[i];
  std::string out;
  for (unsigned shift = 40; shift > 0; shift -= 5) out += digits[(bits >> (shift - 5U)) & 31U];
  return out;
}

bool is_separator(char c) { return c == '=' || c == '-' || c == '+'; }

bool has_tag(std::string_view local_part, std::string_view tag) {
  return local_part.size() > tag.size() && ascii::starts_with_ignoring_case(local_part, tag) &&
         is_separator(local_part[tag.size()]);
}

// Takes what stands before the next '='.
std::optional<std::string_view> take(std::string_view& text) {
  const auto end = text.find('=');
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  const auto part = text.substr(0, end);
  text.remove_prefix(end + 1);
  return part;
}

bool is_genuine(std::string_view hash, std::string_view text, std::string_view secret) {
  const auto wanted = hash_of(text, secret);
  const auto given = ascii::to_lower(hash);
  return given.size() == wanted.size() && ::CRYPTO_memcmp(given.data(), wanted.data(), wanted.size()) == 0;
}

std::optional<std::int64_t> day_of_stamp(std::string_view stamp) {
  if (stamp.size() != 2) return std::nullopt;
  const auto high = digits.find(ascii::to_lower(stamp)[0]);
  const auto low = digits.find(ascii::to_lower(stamp)[1]);
  if (high == std::string_view::npos || low == std::string_view::npos) return std::nullopt;
  return static_cast<std::int64_t>(high * 32 + low);
}

std::unexpected<Error> no_form() { return failure(ErrorKind::malformed, "no SRS address"); }

Outcome<std::string> resolve_first(std::string_view text, std::string_view secret, Time now) {
  const auto hash = take(text);
  const auto signed_text = text;
  const auto stamp = take(text);
  const auto domain = take(text);
  if (!hash || !stamp || !domain || text.empty()) return no_form();
  if (!is_genuine(*hash, signed_text, secret)) return failure(ErrorKind::denied, "the SRS address is forged");
  const auto day = day_of_stamp(*stamp);
  if (!day) return no_form();
  const auto age = (day_of(now) - *day + cycle) % cycle;
  if (age > lifetime.count()) return failure(ErrorKind::timed_out, "the SRS address has expired");
  return std::string(text) + "@" + std::string(*domain);
}

Outcome<std::string> resolve_second(std::string_view text, std::string_view secret) {
  const auto hash = take(text);
  const auto signed_text = text;
  const auto domain = take(text);
  if (!hash || !domain || text.empty() || !is_separator(text.front())) return no_form();
  if (!is_genuine(*hash, signed_text, secret)) return failure(ErrorKind::denied, "the SRS address is forged");
  return "SRS0" + std::string(text) + "@" + std::string(*domain);
}

}  // namespace

bool looks_like_srs(std::string_view local_part) {
  if (local_part.size() > most_octets) return false;
  const auto first = local_part.substr(0, 5);
  auto rest = local_part.substr(first.size());
  if (ascii::equals_ignoring_case(first, "SRS0=")) {
    const auto hash = take(rest);
    const auto stamp = take(rest);
    return hash && hash->size() == hash_length && stamp && day_of_stamp(*stamp) && take(rest) &&
           !rest.empty();
  }
  if (!ascii::equals_ignoring_case(first, "SRS1=")) return false;
  const auto hash = take(rest);
  return hash && hash->size() == hash_length && take(rest) && !rest.empty() && is_separator(rest.front());
}

Outcome<std::string> rewrite(std::string_view reverse_path, std::string_view domain, std::string_view secret,
                             Time now) {
  const auto at = reverse_path.rfind('@');
  if (at == std::string_view::npos || at == 0) return std::string(reverse_path);
  const auto local = reverse_path.substr(0, at);
  const auto of = reverse_path.substr(at + 1);
  if (ascii::equals_ignoring_case(of, domain)) return std::string(reverse_path);
  // It stands between two signs of equality, and a bounce must find its end again.
  if (of.empty() || of.contains('='))
    return failure(ErrorKind::malformed, "the reverse path's domain is none");
  std::string text;
  std::string_view tag = "SRS0=";
  if (has_tag(local, "SRS0")) {
    tag = "SRS1=";
    text = std::string(of) + "=" + std::string(local.substr(4));
  } else if (has_tag(local, "SRS1") && local[4] == '=') {
    // The first forwarder's domain and address stay; the hash becomes ours.
    auto rest = local.substr(5);
    if (!take(rest)) return no_form();
    tag = "SRS1=";
    text = rest;
  } else {
    text = stamp_of(now) + "=" + std::string(of) + "=" + std::string(local);
  }
  auto out = std::string(tag) + hash_of(text, secret) + "=" + text;
  if (out.size() > most_octets)
    return failure(ErrorKind::too_large, "the rewritten reverse path is too long");
  return out + "@" + std::string(domain);
}

Outcome<std::string> resolve(std::string_view local_part, std::string_view secret, Time now) {
  if (!looks_like_srs(local_part)) return no_form();
  const auto text = local_part.substr(5);
  return local_part[3] == '0' ? resolve_first(text, secret, now) : resolve_second(text, secret);
}

}  // namespace scop::srs
