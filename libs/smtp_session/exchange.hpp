// The server's side of one AUTH (RFC 4954 4): PLAIN (RFC 4616), LOGIN, SCRAM-SHA-256 and -PLUS (RFC 5802, RFC
// 7677). Knows the order of messages; what a SCRAM message says is read by accounts alone.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "smtp_session/action.hpp"

namespace scop::smtp_session {

enum class Mechanism { plain, login, scram_sha_256, scram_sha_256_plus };

// nullopt: unknown, or -PLUS where nothing can be bound to.
std::optional<Mechanism> find_mechanism(std::string_view name, bool channel_binding);
std::vector<std::string> mechanism_names(bool channel_binding);

class Exchange {
 public:
  explicit Exchange(Mechanism mechanism) : mechanism_(mechanism) {}

  struct Challenge {
    std::string text;
  };  // to the client, not yet in base64
  struct Confirmed {};  // the client has taken the server's last message
  struct Malformed {};
  using Step = std::variant<Challenge, Confirmed, Malformed, CheckPassword, BeginScram, FinishScram>;

  // What the server says first where the client sent no initial response.
  Step begin() const;
  // The client's message, decoded.
  Step respond(std::string_view message);
  // The server's last message went out as a challenge: an empty response is due.
  void wait_for_confirmation() { stage_ = Stage::confirmation; }

 private:
  enum class Stage { first, second, confirmation, over };
  Step respond_plain(std::string_view message) const;
  Step respond_login(std::string_view message);
  Mechanism mechanism_;
  Stage stage_ = Stage::first;
  std::string login_;
};

}  // namespace scop::smtp_session
