#include "guests/greylist.hpp"

#include "core/ascii.hpp"

namespace scop::guests {

std::chrono::seconds Greylist::wait(std::string_view network, std::string_view sender,
                                    std::string_view recipient, Deadline now) {
  const auto key = std::string(network)
                       .append(1, '\0')
                       .append(ascii::to_lower(sender))
                       .append(1, '\0')
                       .append(ascii::to_lower(recipient));
  const Triplet fresh{.first = now, .latest = now, .known = false};
  auto& triplet = triplets_.touch(key, fresh);
  const bool stale = triplet.known ? now - triplet.latest > rules_.keep : now - triplet.first > rules_.window;
  if (stale) triplet = fresh;
  if (!triplet.known && now - triplet.first < rules_.delay) {
    return std::chrono::ceil<std::chrono::seconds>(triplet.first + rules_.delay - now);
  }
  triplet.known = true;
  triplet.latest = now;
  return std::chrono::seconds(0);
}

}  // namespace scop::guests
