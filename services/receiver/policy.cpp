#include "receiver/policy.hpp"

#include "receiver/letter.hpp"
#include "receiver/recipients.hpp"

namespace scop::receiver {

using namespace smtp_session;

Task<std::optional<smtp::Reply>> ClientPolicy::admit() { co_return std::nullopt; }

Task<smtp::Reply> ClientPolicy::judge_sender(smtp::Mail) { co_return smtp::reply(250, "2.1.0", "Sender OK"); }

Task<smtp::Reply> ClientPolicy::judge_recipient(smtp::Rcpt recipient) {
  const auto& path = recipient.forward_path;
  // RFC 5321 4.1.1.3: <Postmaster> without a domain is ours.
  auto address = path.domain.empty() ? path.local_part : path.address();
  auto answer = co_await check_recipient(world_, std::move(address), connection_, visit_.address);
  co_return std::move(answer.reply);
}

// The profile offers no AUTH.
Task<Event> ClientPolicy::authenticate(Action) { co_return AuthRefused{}; }

Task<edge::Policy::Opened> ClientPolicy::open_message(const Session& session) {
  co_return std::make_unique<Letter>(world_.settings.max_hops, Origin{.client_address = visit_.address,
                                                                      .client_name = {},
                                                                      .helo = session.helo(),
                                                                      .extended = session.extended(),
                                                                      .observations = {}});
}

void ClientPolicy::message_ended(const smtp::Reply&) {}
void ClientPolicy::session_ended(const Session&) {}
std::vector<LogPair> ClientPolicy::notes() const { return {}; }

}  // namespace scop::receiver
