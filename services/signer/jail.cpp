// The signer's walls. It reads its own folder, where the DKIM keys are, and nothing of anyone else's; it
// writes nothing. Beside the relay's pipe it reaches the primary DNS by TCP, where one is configured.
#include "core/ascii.hpp"
#include "signer/service.hpp"

namespace scop::signer {

daemon::Walls walls_of(const settings::Signer& settings) {
  daemon::Walls walls;
  const auto port =
      ascii::parse_unsigned(std::string_view(settings.primary).substr(settings.primary.rfind(':') + 1));
  if (!settings.primary.empty() && port && *port > 0 && *port < 65536) {
    walls.connect_ports.push_back(static_cast<std::uint16_t>(*port));
  }
  walls.open_files = 1024;
  walls.memory = 512ULL << 20U;
  return walls;
}

}  // namespace scop::signer
