#include "submission/policy.hpp"

#include "core/ascii.hpp"
#include "submission/judge.hpp"
#include "submission/letter.hpp"

namespace scop::submission {

using namespace smtp_session;

Task<smtp::Reply> ClientPolicy::judge_sender(smtp::Mail mail) {
  co_return submission::judge_sender(*login_, mail, now());
}

Task<smtp::Reply> ClientPolicy::judge_recipient(smtp::Rcpt recipient) {
  co_return submission::judge_recipient(recipient);
}

Authentication& ClientPolicy::authentication() {
  if (!authentication_) {
    std::optional<std::string> binding;
    // RFC 9266: defined for every TLS version, unique without further care from 1.3 on.
    if (visit_.has_channel_binding()) binding = visit_.stream.exporter("EXPORTER-Channel-Binding", 32);
    authentication_ = std::make_unique<Authentication>(world_, visit_.address, std::move(binding));
  }
  return *authentication_;
}

Event ClientPolicy::judged(Authenticated answer, std::string_view name) {
  authentication_.reset();
  if (answer.login) login_ = std::make_unique<Login>(std::move(*answer.login));
  log_refused_login(answer.event, name);
  return std::move(answer.event);
}

Task<Event> ClientPolicy::authenticate(Action question) {
  if (auto* first = std::get_if<BeginScram>(&question))
    co_return co_await authentication().begin(std::move(*first));
  if (auto* final = std::get_if<FinishScram>(&question))
    co_return judged(co_await authentication().finish(std::move(*final)), "by SCRAM");
  auto& password = std::get<CheckPassword>(question);
  const std::string name = password.login;
  co_return judged(co_await authentication().check(std::move(password)), name);
}

void ClientPolicy::log_refused_login(const Event& answer, std::string_view name) const {
  if (std::holds_alternative<AuthGranted>(answer)) return;
  const auto* why = std::holds_alternative<AuthThrottled>(answer)     ? "throttled"
                    : std::holds_alternative<AuthUnavailable>(answer) ? "accounts cannot be asked"
                                                                      : "wrong";
  // A password typed where the name belongs must not reach the log: only what looks like an address does.
  const bool shown = name.contains('@') || name == "by SCRAM";
  const std::string login = shown ? ascii::printable(name) : "(not an address)";
  world_.edge.log->info("login refused", {{"client", visit_.address}, {"login", login}, {"why", why}});
}

Task<edge::Policy::Opened> ClientPolicy::open_message(const Session& session) {
  const auto& transaction = *session.transaction();
  if (auto refusal = co_await reserve(world_, login_->name, transaction.recipients.size()))
    co_return std::unexpected(std::move(*refusal));
  co_return std::make_unique<Letter>(world_, *login_, transaction.mail.parameters.smtputf8,
                                     Origin{visit_.address, session.helo()});
}

}  // namespace scop::submission
