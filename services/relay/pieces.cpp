#include "pieces.hpp"

#include <utility>

#include "files/descriptor.hpp"

namespace scop::relay {

Pieces pieces_of(Octets octets, std::string file, files::Pool& pool) {
  struct Place {
    bool header_given = false;
    files::Descriptor descriptor;
  };
  return [octets = std::move(octets), file = std::move(file), &pool,
          place = std::make_shared<Place>()]() -> Task<Outcome<std::optional<std::string>>> {
    // Copies for the frame: the function object may go while the piece is awaited.
    const auto at = place;
    const auto header = octets;
    const auto path = file;
    auto& threads = pool;
    if (!std::exchange(at->header_given, true)) co_return std::optional<std::string>(*header);
    if (path.empty()) co_return std::optional<std::string>{};
    co_return co_await threads.run<std::optional<std::string>>(
        [at, path]() -> Outcome<std::optional<std::string>> {
          return files::read_piece(at->descriptor, path, 64U << 10U);
        });
  };
}

}  // namespace scop::relay
