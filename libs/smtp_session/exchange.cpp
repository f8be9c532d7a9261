#include "smtp_session/exchange.hpp"

#include <array>
#include <utility>

#include "core/ascii.hpp"

namespace scop::smtp_session {

namespace {

constexpr std::array mechanisms{
    std::pair{std::string_view("SCRAM-SHA-256-PLUS"), Mechanism::scram_sha_256_plus},
    std::pair{std::string_view("SCRAM-SHA-256"), Mechanism::scram_sha_256},
    std::pair{std::string_view("PLAIN"), Mechanism::plain},
    std::pair{std::string_view("LOGIN"), Mechanism::login},
};

constexpr std::size_t longest_login = 320;
constexpr std::size_t longest_password = 1024;

// RFC 4616 2: UTF-8 without NUL.
bool is_word(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && !text.contains('\0') && ascii::is_utf8(text);
}

}  // namespace

std::optional<Mechanism> find_mechanism(std::string_view name, bool channel_binding) {
  for (const auto& [known, mechanism] : mechanisms) {
    if (known != name) continue;
    if (mechanism == Mechanism::scram_sha_256_plus && !channel_binding) return std::nullopt;
    return mechanism;
  }
  return std::nullopt;
}

std::vector<std::string> mechanism_names(bool channel_binding) {
  std::vector<std::string> names;
  for (const auto& [name, mechanism] : mechanisms) {
    if (channel_binding || mechanism != Mechanism::scram_sha_256_plus) names.emplace_back(name);
  }
  return names;
}

Exchange::Step Exchange::begin() const {
  return Challenge{mechanism_ == Mechanism::login ? "Username:" : ""};
}

Exchange::Step Exchange::respond(std::string_view message) {
  if (stage_ == Stage::confirmation) {
    stage_ = Stage::over;
    if (message.empty()) return Confirmed{};
    return Malformed{};
  }
  switch (mechanism_) {
    case Mechanism::plain:
      return respond_plain(message);
    case Mechanism::login:
      return respond_login(message);
    case Mechanism::scram_sha_256:
    case Mechanism::scram_sha_256_plus:
      break;
  }
  if (message.empty()) return Malformed{};
  if (std::exchange(stage_, Stage::second) == Stage::first) {
    return BeginScram{mechanism_ == Mechanism::scram_sha_256_plus, std::string(message)};
  }
  return FinishScram{std::string(message)};
}

// message = [authzid] NUL authcid NUL passwd
Exchange::Step Exchange::respond_plain(std::string_view message) const {
  const auto first = message.find('\0');
  const auto second = first == std::string_view::npos ? first : message.find('\0', first + 1);
  if (second == std::string_view::npos) return Malformed{};
  const auto authzid = message.substr(0, first);
  const auto authcid = message.substr(first + 1, second - first - 1);
  const auto password = message.substr(second + 1);
  if (!is_word(authcid, longest_login) || !is_word(password, longest_password)) return Malformed{};
  // Nobody may act as another.
  if (!authzid.empty() && !ascii::equals_ignoring_case(authzid, authcid)) return Malformed{};
  return CheckPassword{std::string(authcid), Secret(std::string(password))};
}

Exchange::Step Exchange::respond_login(std::string_view message) {
  if (stage_ == Stage::first) {
    if (!is_word(message, longest_login)) return Malformed{};
    login_ = message;
    stage_ = Stage::second;
    return Challenge{"Password:"};
  }
  if (!is_word(message, longest_password)) return Malformed{};
  return CheckPassword{login_, Secret(std::string(message))};
}

}  // namespace scop::smtp_session
