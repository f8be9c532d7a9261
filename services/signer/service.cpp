#include "signer/service.hpp"

#include "signer/key_messages.hpp"
#include "signer/limits.hpp"
#include "signer/signing.hpp"
#include "signer/wiring.hpp"
#include "stage/carry.hpp"

namespace scop::signer {

Outcome<> Service::bind(daemon::Boot& boot) {
  configure(boot.document());
  boot_ = &boot;
  return {};
}

Outcome<> Service::open(daemon::Boot& boot) {
  auto grant_key = read_grant_key(boot.mesh().folder / "mesh");
  if (!grant_key) return std::unexpected(std::move(grant_key.error()));
  grant_key_ = std::move(*grant_key);
  auto primary = primary_of(settings_);
  if (!primary) return std::unexpected(std::move(primary.error()));
  auto watched = watched_of(settings_);
  if (!watched) return std::unexpected(std::move(watched.error()));
  keeper_ =
      std::make_unique<KeyKeeper>(boot.io(), boot.log(), keeper_settings(settings_, boot.state() / "keys"),
                                  std::move(*primary), std::move(*watched), [this] { load_desk(); });
  load_desk();
  serve(boot.server());
  return {};
}

void Service::load_desk() {
  std::vector<std::string> problems;
  auto desk = std::make_shared<Desk>();
  desk->keys = KeyRing::load(boot_->state() / "keys", problems);
  keeper_->take_stock(desk->keys);
  for (auto& domain : keeper_->between_keys()) desk->between_keys.insert(std::move(domain));
  desk->policy = policy_of(settings_);
  desk->grant_key = grant_key_;
  desk->postmaster = boot_->mesh().postmaster;
  desk->domain = boot_->mesh().domain;
  desk->host = boot_->mesh().host;
  desk->pass_unsigned = settings_.pass_unsigned;
  for (const auto& problem : problems) boot_->log().error("key left out", {{"reason", problem}});
  boot_->log().info("keys loaded", {{"keys", desk->keys.all().size()}, {"left_out", problems.size()}});
  desk_ = std::move(desk);
}

void Service::serve(pipe::Server& server) {
  server.on_stream(pipe::methods::pass, [this](pipe::Call call, pipe::Incoming<v1::Part>& parts) {
    auto signing = std::make_unique<Signing>(desk_, call.caller);
    return stage::carry({"signer", boot_->channel("relay"), boot_->log()}, std::move(signing),
                        std::move(call), parts);
  });
  server.on_unary(pipe::methods::outcome, [this](pipe::Call call, v1::OutcomeQuestion question) {
    // Submission, relay and verifier are edges of what they bring.
    return stage::ask_outcome(boot_->channel("relay"), true, std::move(call), std::move(question));
  });
  server.on_unary(pipe::methods::list_keys, [this](pipe::Call, v1::KeysRequest request) {
    return [](v1::KeyList list) -> Task<pipe::Result<v1::KeyList>> {
      co_return list;
    }(list_keys(request.domain()));
  });
  server.on_unary(pipe::methods::publish_keys, [this](pipe::Call call, v1::KeysRequest request) {
    return publish(std::move(call), std::move(request));
  });
  server.on_unary(pipe::methods::rotate_keys, [this](pipe::Call call, v1::RotateRequest request) {
    return rotate(std::move(call), std::move(request));
  });
}

void Service::start() { keeper_->start(); }

void Service::reload() {
  load_desk();
  keeper_->wake();
}

Task<> Service::drain(Deadline) {
  keeper_->stop();
  co_return;
}

v1::KeyList Service::list_keys(const std::string& domain) const {
  v1::KeyList list;
  for (const auto& [of_domain, frozen, keys] : keeper_->standings(domain)) {
    for (const auto& standing : keys) *list.add_keys() = to_proto(of_domain, standing);
    if (frozen.empty()) continue;
    for (const auto& own : desk_->keys.all()) {
      if (own.domain == of_domain) *list.add_keys() = to_proto(own, frozen);
    }
  }
  return list;
}

Task<pipe::Result<v1::PublishReply>> Service::publish(pipe::Call call, v1::KeysRequest request) {
  load_desk();  // keys made since the last SIGHUP are meant too
  co_await keeper_->publish(request.domain(), call.deadline.value_or(in(limits::publish_round)));
  v1::PublishReply reply;
  *reply.mutable_keys() = list_keys(request.domain()).keys();
  co_return reply;
}

Task<pipe::Result<v1::RotateReply>> Service::rotate(pipe::Call call, v1::RotateRequest request) {
  const auto order = order_of(request);
  if (!order) co_return pipe::fail(pipe::Code::invalid_argument, order.error().what);
  load_desk();  // as above
  v1::RotateReply reply;
  reply.set_reason(
      co_await keeper_->rotate(request.domain(), *order, call.deadline.value_or(in(limits::publish_round))));
  boot_->log().info("rotation asked for",
                    {{"domain", request.domain().empty() ? "all" : request.domain()},
                     {"algorithm", request.algorithm().empty() ? "all" : request.algorithm()},
                     {"compromised", request.now() ? "yes" : "no"},
                     {"published", request.published() ? "yes" : "no"},
                     {"reason", reply.reason()}});
  *reply.mutable_keys() = list_keys(request.domain()).keys();
  co_return reply;
}

}  // namespace scop::signer
