#include "core/secret.hpp"

#include <cstring>

namespace scop {

void wipe(std::string& text) {
  text.resize(text.capacity());  // what an earlier, longer content left behind goes too
  ::explicit_bzero(text.data(), text.size());
  text.clear();
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace scop
