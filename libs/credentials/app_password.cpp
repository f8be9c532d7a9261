#include "credentials/app_password.hpp"

#include "core/id.hpp"

namespace scop::credentials {

namespace {

// 32 signs without 0, 1, l, o, which people confuse.
constexpr std::string_view signs = "abcdefghijkmnpqrstuvwxyz23456789";
static_assert(signs.size() == 32);
constexpr std::size_t groups = 5;
constexpr std::size_t group = 5;
constexpr std::size_t whole = groups * (group + 1) - 1;

}  // namespace

Secret make_app_password() {
  auto random = random_octets(groups * group);
  std::string text;
  text.reserve(whole);
  for (std::size_t i = 0; i < random.size(); ++i) {
    if (i > 0 && i % group == 0) text += '-';
    text += signs[static_cast<unsigned char>(random[i]) % signs.size()];
  }
  wipe(random);
  return Secret(std::move(text));
}

bool is_app_password(std::string_view text) {
  if (text.size() != whole) return false;
  for (std::size_t i = 0; i < whole; ++i) {
    const bool between = i % (group + 1) == group;
    if (between ? text[i] != '-' : !signs.contains(text[i])) return false;
  }
  return true;
}

scram::StoredKeys app_password_keys(std::string_view password, std::string_view salt) {
  return scram::stored_keys(scram::salted_password(password, salt, scram::least_iterations));
}

}  // namespace scop::credentials
