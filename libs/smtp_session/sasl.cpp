// AUTH within a session (RFC 4954): base64, cancellation, wiping.
#include "core/base64.hpp"
#include "smtp/limits.hpp"
#include "smtp_session/replies.hpp"
#include "smtp_session/session.hpp"

namespace scop::smtp_session {

namespace {
std::size_t longest_auth_line(std::string_view) { return smtp::limits::auth_line; }
}  // namespace

Session::Next Session::take_auth_line() {
  auto line = input_.take_line(longest_auth_line);
  switch (line.kind) {
    case Input::Kind::none:
      return wait();
    case Input::Kind::too_long:
      return refuse_auth(replies::of_problem({smtp::Fault::line_too_long, {}}));
    case Input::Kind::endless:
      end(replies::of_problem({smtp::Fault::line_too_long, {}}), "endless line");
      return std::nullopt;
    case Input::Kind::bare:
      end(replies::bare_line_end(), "bare line end");
      return std::nullopt;
    case Input::Kind::line:
      break;
  }
  if (line.text == "*") return refuse_auth(replies::auth_cancelled());
  return respond(std::move(line.text));
}

// One message of the client, in base64.
Session::Next Session::respond(std::string message) {
  auto decoded = from_base64(message);
  wipe(message);
  if (!decoded) return refuse_auth(replies::auth_malformed());
  auto step = exchange_->respond(*decoded);
  wipe(*decoded);
  return take_step(std::move(step));
}

Session::Next Session::take_step(Exchange::Step step) {
  if (std::holds_alternative<Exchange::Malformed>(step)) return refuse_auth(replies::auth_malformed());
  if (auto* challenge = std::get_if<Exchange::Challenge>(&step)) {
    say(replies::challenge(challenge->text));
    return std::nullopt;
  }
  if (std::holds_alternative<Exchange::Confirmed>(step)) {
    exchange_.reset();
    authenticated_ = true;
    state_ = State::ready;
    say(replies::authenticated());
    return std::nullopt;
  }
  if (auto* check = std::get_if<CheckPassword>(&step)) return flush_then(std::move(*check));
  if (auto* begin = std::get_if<BeginScram>(&step)) return flush_then(std::move(*begin));
  return flush_then(std::move(std::get<FinishScram>(step)));
}

Session::Next Session::refuse_auth(const smtp::Reply& reply) {
  exchange_.reset();
  state_ = State::ready;
  // Passwords that are wrong have their own bound (most_auth_tries).
  if (reply.code == 501 || reply.code == 500) return refuse(reply);
  say(reply);
  return std::nullopt;
}

}  // namespace scop::smtp_session
