#include "submission/accounts.hpp"

#include "core/secret.hpp"
#include "submission/limits.hpp"

namespace scop::submission {

using namespace smtp_session;

namespace {

Authenticated unavailable(World& world, std::string_view what, const pipe::Status& status) {
  world.edge.log->warning(
      "accounts did not answer",
      {{"asked", what}, {"status", pipe::name_of(status.code)}, {"reason", status.message}});
  return {AuthUnavailable{}, std::nullopt};
}

}  // namespace

Authenticated Authentication::judge(const v1::AuthenticateReply& reply) const {
  switch (reply.result()) {
    case v1::AuthenticateReply::GRANTED:
      break;
    case v1::AuthenticateReply::THROTTLED:
      return {AuthThrottled{reply.retry_after()}, std::nullopt};
    case v1::AuthenticateReply::MALFORMED:
      return {AuthMalformed{}, std::nullopt};
    default:
      return {AuthRefused{}, std::nullopt};
  }
  auto grant = grant::verify(reply.signed_grant(), world_.grant_key, "submission", now());
  if (!grant) {
    world_.edge.log->error("grant of accounts is not valid",
                           {{"login", reply.login()}, {"reason", grant.error().what}});
    return {AuthUnavailable{}, std::nullopt};
  }
  return {AuthGranted{reply.server_final()}, Login{grant->login, reply.signed_grant(), *grant}};
}

Task<Authenticated> Authentication::check(CheckPassword question) {
  v1::AuthenticateRequest request;
  request.set_login(question.login);
  request.set_password(std::string(question.password.reveal()));
  request.set_client_address(client_address_);
  auto reply = co_await world_.accounts->call(pipe::methods::authenticate, request, in(limits::accounts));
  wipe(*request.mutable_password());
  if (!reply) co_return unavailable(world_, "Authenticate", reply.error());
  co_return judge(*reply);
}

Task<Event> Authentication::begin(BeginScram question) {
  v1::ScramBeginRequest request;
  request.set_client_first(question.client_first);
  request.set_plus(question.plus);
  request.set_plus_offered(channel_binding_.has_value());
  if (channel_binding_) {
    request.set_channel_binding_name("tls-exporter");
    request.set_channel_binding(*channel_binding_);
  }
  request.set_client_address(client_address_);
  auto reply = co_await world_.accounts->call(pipe::methods::scram_begin, request, in(limits::accounts));
  if (!reply) co_return unavailable(world_, "ScramBegin", reply.error()).event;
  if (reply->result() != v1::AuthenticateReply::GRANTED) {
    v1::AuthenticateReply refusal;
    refusal.set_result(reply->result());
    refusal.set_retry_after(reply->retry_after());
    co_return judge(refusal).event;
  }
  exchange_ = reply->exchange();
  co_return AuthChallenge{reply->server_first()};
}

Task<Authenticated> Authentication::finish(FinishScram question) {
  v1::ScramFinishRequest request;
  request.set_exchange(exchange_);
  request.set_client_final(question.client_final);
  auto reply = co_await world_.accounts->call(pipe::methods::scram_finish, request, in(limits::accounts));
  if (!reply) co_return unavailable(world_, "ScramFinish", reply.error());
  co_return judge(*reply);
}

Task<std::optional<smtp::Reply>> reserve(World& world, std::string login, std::size_t recipients) {
  v1::ReserveRequest request;
  request.set_login(login);
  request.set_messages(1);
  request.set_recipients(static_cast<std::uint32_t>(recipients));
  auto reply = co_await world.accounts->call(pipe::methods::reserve, request, in(limits::accounts));
  if (!reply) {
    unavailable(world, "Reserve", reply.error());
    co_return smtp::reply(451, "4.3.0", "Temporary failure: accounts cannot be asked");
  }
  if (reply->granted()) co_return std::nullopt;
  co_return smtp::reply(
      452, "4.7.1", fmt::format("Hourly allowance used up; try again in {} seconds", reply->retry_after()));
}

}  // namespace scop::submission
