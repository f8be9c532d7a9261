#include "receiver/recipients.hpp"

#include "core/ascii.hpp"
#include "receiver/limits.hpp"

namespace scop::receiver {

RecipientAnswer answer_of(const v1::CheckRecipientReply& reply, std::string_view address) {
  const auto shown = ascii::printable(address);
  switch (reply.result()) {
    case v1::CheckRecipientReply::GOOD:
      return {smtp::reply(250, "2.1.5", "Recipient OK"), false};
    case v1::CheckRecipientReply::NOT_OURS:
      return {smtp::reply(550, "5.7.1", fmt::format("Relaying denied: {} is not handled here", shown)),
              false};
    case v1::CheckRecipientReply::DISABLED:
      return {smtp::reply(550, "5.2.1", fmt::format("Mailbox {} is disabled", shown)), false};
    case v1::CheckRecipientReply::FULL:
      return {smtp::reply(452, "4.2.2", fmt::format("Mailbox {} is full; try again later", shown)), false};
    case v1::CheckRecipientReply::THROTTLED:
      return {smtp::reply(
                  451, "4.7.1",
                  fmt::format("Too many unknown recipients; try again in {} seconds", reply.retry_after())),
              true};
    default:
      return {smtp::reply(550, "5.1.1", fmt::format("No such user: {}", shown)), true};
  }
}

Task<RecipientAnswer> check_recipient(World& world, std::string address, Id connection,
                                      std::string client_address) {
  v1::CheckRecipientRequest request;
  request.set_address(address);
  request.set_connection(connection.octets());
  request.set_client_address(std::move(client_address));
  const auto reply =
      co_await world.accounts->call(pipe::methods::check_recipient, request, in(limits::accounts));
  if (reply) co_return answer_of(*reply, address);
  world.edge.log->warning("accounts did not answer",
                          {{"status", pipe::name_of(reply.error().code)}, {"reason", reply.error().message}});
  co_return RecipientAnswer{smtp::reply(451, "4.3.0", "Temporary failure: recipients cannot be checked"),
                            false};
}

}  // namespace scop::receiver
