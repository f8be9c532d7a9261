// The spamfilter's walls: its own state, the verifier's pipe, and clamd where one is configured – that socket
// and no other. Hostile octets are digested by the judge, which has no file and no socket at all.
#include "core/ascii.hpp"
#include "spamfilter/service.hpp"

namespace scop::spamfilter {

namespace {

constexpr std::uint64_t octets_per_feature = 96;  // a table's slot, twice while it grows, half of them empty

}  // namespace

daemon::Walls walls_of(const settings::Spamfilter& settings) {
  daemon::Walls walls;
  if (settings.clamd.starts_with('/')) {
    walls.system_calls = {"socket:unix"};
  } else if (const auto port = ascii::parse_unsigned(
                 std::string_view(settings.clamd).substr(settings.clamd.rfind(':') + 1));
             port && *port > 0 && *port < 65536) {
    walls.connect_ports.push_back(static_cast<std::uint16_t>(*port));
  }
  walls.open_files = 2048;
  walls.memory = (512ULL << 20U) + settings.message_memory + settings.most_features * octets_per_feature;
  return walls;
}

}  // namespace scop::spamfilter
