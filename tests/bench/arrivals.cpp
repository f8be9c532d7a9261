#include "arrivals.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"
#include "figures.hpp"

namespace scop::bench {

namespace {

std::string_view field(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const auto end = header.find("\r\n");
    const auto line = header.substr(0, end);
    if (ascii::starts_with_ignoring_case(line, name)) return ascii::trim(line.substr(name.size()));
    if (end == std::string_view::npos) break;
    header.remove_prefix(end + 2);
  }
  return {};
}

}  // namespace

std::string key_of(std::string_view message) {
  const auto header = message.substr(0, message.find("\r\n\r\n"));
  auto key = field(header, "X-Scop-Bench:");
  if (key.empty()) key = field(header, "Message-ID:");
  return std::string(key);
}

void Arrivals::note(std::string_view message) {
  last_ = monotonic_seconds();
  if (count_ == 0) first_ = last_;
  ++count_;
  octets_ += message.size();
  ++keys_[key_of(message)];
}

std::string Arrivals::as_json() const {
  const auto own = own_cpu();
  return fmt::format(
      "{{\"count\": {}, \"distinct\": {}, \"octets\": {}, \"connections\": {}, \"first\": {:.6f}, \"last\": "
      "{:.6f}, \"own_user\": "
      "{:.3f}, "
      "\"own_system\": {:.3f}}}",
      count_, keys_.size(), octets_, connections_, first_, last_, own.user, own.system);
}

std::string Arrivals::keys() const {
  std::string text;
  for (const auto& [key, count] : keys_) text += fmt::format("{} {}\n", key, count);
  return text;
}

}  // namespace scop::bench
