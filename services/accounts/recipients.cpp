#include "accounts/recipients.hpp"

#include "accounts/address.hpp"
#include "srs/srs.hpp"

namespace scop::accounts {

namespace {

using Reply = v1::CheckRecipientReply;

// Until a connection's count is forgotten no answer is given; clients come again by another one.
constexpr std::uint32_t retry_after_connection = 600;
constexpr std::uint32_t retry_after_flood = 60;

Reply throttled(std::uint32_t retry_after) {
  Reply reply;
  reply.set_result(Reply::THROTTLED);
  reply.set_retry_after(retry_after);
  return reply;
}

}  // namespace

// Callers are the topology's few.
credentials::Rate& Recipients::rate_of(std::string_view daemon, Deadline now) {
  const auto found = rates_.find(daemon);
  if (found != rates_.end()) return found->second;
  return rates_.emplace(std::string(daemon), credentials::Rate(rules_.unknown_per_second, now)).first->second;
}

Outcome<Reply::Result> Recipients::look_up(std::string_view address) {
  // A bounce to a sender that the relay rewrote: whether it is genuine the relay knows.
  const auto parsed = read_address(address);
  if (parsed && parsed->domain == resolve_rules_.domain && srs::looks_like_srs(parsed->local))
    return Reply::GOOD;
  const auto resolution = resolve(directory_, address, resolve_rules_);
  if (!resolution) return std::unexpected(resolution.error());
  switch (resolution->kind) {
    case Resolution::Kind::not_ours:
      return Reply::NOT_OURS;
    case Resolution::Kind::no_such_user:
      return Reply::UNKNOWN;
    case Resolution::Kind::disabled:
      return Reply::DISABLED;
    case Resolution::Kind::addresses:
      return Reply::GOOD;
    case Resolution::Kind::mailbox:
      break;
  }
  return resolution->full ? Reply::FULL : Reply::GOOD;
}

Outcome<Reply> Recipients::check(std::string_view daemon, const v1::CheckRecipientRequest& request,
                                 Deadline now) {
  const auto key = std::string(daemon).append(1, '\0').append(request.connection().substr(0, 16));
  const auto* counted = unknown_.find(key);
  const unsigned unknown = counted == nullptr ? 0 : *counted;
  if (unknown >= rules_.unknown_per_connection) return throttled(retry_after_connection);
  auto& rate = rate_of(daemon, now);
  // Under a flood of guesses, connections without a wrong one go on.
  if (unknown > 0 && rate.is_spent(now)) return throttled(retry_after_flood);
  const auto result = look_up(request.address());
  if (!result) return std::unexpected(result.error());
  // A disabled account's existence is as much worth to a guesser as its absence.
  if (*result == Reply::UNKNOWN || *result == Reply::DISABLED) {
    ++unknown_.touch(key);
    if (rate.is_spent(now)) return throttled(retry_after_flood);
    rate.take(now);
  }
  Reply reply;
  reply.set_result(*result);
  return reply;
}

}  // namespace scop::accounts
