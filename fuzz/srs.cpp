// Rewritten reverse paths. Ours leads back to where it came from, in any case and for its lifetime; nobody's
// invention leads anywhere.
//   a line of an address, the rest is a local part that a stranger sends to
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "srs/srs.hpp"

using namespace scop;

namespace {

constexpr std::string_view ours = "forward.example";
constexpr std::string_view next = "next.example";
const std::string secret(32, 's');
const std::string other_secret(32, 'o');
constexpr Time today{std::chrono::seconds{1'790'000'000}};

std::string local_of(const std::string& address) { return address.substr(0, address.rfind('@')); }

void leads_back(std::string_view path) {
  const auto first = srs::rewrite(path, ours, secret, today);
  if (!first || *first == path) return;
  ENSURE(first->ends_with("@" + std::string(ours)));
  const auto local = local_of(*first);
  ENSURE(local.size() <= 256 && srs::looks_like_srs(local));
  const auto back = srs::resolve(local, secret, today + std::chrono::days(20));
  ENSURE(back.has_value());
  // Of a forwarder's SRS0 it is the forwarder's address; else the sender's, octet for octet.
  if (!srs::looks_like_srs(local_of(std::string(path))) && local.starts_with("SRS0")) ENSURE(*back == path);
  const auto shouted = srs::resolve(ascii::to_upper(local), secret, today);
  ENSURE(shouted && ascii::equals_ignoring_case(*shouted, *back));
  ENSURE(!srs::resolve(local, other_secret, today));
  if (local.starts_with("SRS0")) ENSURE(!srs::resolve(local, secret, today + std::chrono::days(23)));
  // Two more forwarders, each with a secret of its own: the bounce goes to the first of us, then on.
  const auto second = srs::rewrite(*first, next, other_secret, today);
  if (!second) return;
  const auto to_us = srs::resolve(local_of(*second), other_secret, today);
  ENSURE(to_us);
  if (local.starts_with("SRS0")) ENSURE(*to_us == *first);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto path = text.substr(0, text.find('\n'));
  leads_back(path);
  const auto local = text.substr(std::min(size, path.size() + 1));
  ENSURE(!srs::resolve(local, secret, today));  // 40 bits of HMAC are no accident
  static_cast<void>(srs::looks_like_srs(local));
  return 0;
}
