#include "signer/service.hpp"

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
  publisher_ = std::make_unique<Publisher>(boot.io(), boot.log(), std::move(*primary));
  load_desk();
  serve(boot.server());
  return {};
}

void Service::load_desk() {
  std::vector<std::string> problems;
  auto desk = std::make_shared<Desk>();
  desk->keys = KeyRing::load(boot_->state() / "keys", problems);
  desk->policy = policy_of(settings_);
  desk->grant_key = grant_key_;
  desk->postmaster = boot_->mesh().postmaster;
  desk->domain = boot_->mesh().domain;
  desk->host = boot_->mesh().host;
  desk->pass_unsigned = settings_.pass_unsigned;
  for (const auto& problem : problems) boot_->log().error("key left out", {{"reason", problem}});
  boot_->log().info("keys loaded", {{"keys", desk->keys.all().size()}, {"left_out", problems.size()}});
  std::vector<KeyToPublish> records;
  for (const auto& [domain, selector, key] : desk->keys.all())
    records.push_back({domain, selector, key.record()});
  publisher_->use(std::move(records));
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
}

void Service::start() { publisher_->start(); }

void Service::reload() {
  load_desk();
  publisher_->start();
}

Task<> Service::drain(Deadline) {
  publisher_->stop();
  co_return;
}

v1::KeyList Service::list_keys(const std::string& domain) const {
  v1::KeyList list;
  for (const auto& [of_domain, selector, key] : desk_->keys.all()) {
    if (!domain.empty() && of_domain != domain) continue;
    auto* entry = list.add_keys();
    entry->set_domain(of_domain);
    entry->set_selector(selector);
    entry->set_algorithm(std::string(dkim::name_of(key.algorithm())));
    entry->set_record(key.record());
    entry->set_published(publisher_->state_of(of_domain, selector));
  }
  return list;
}

Task<pipe::Result<v1::PublishReply>> Service::publish(pipe::Call call, v1::KeysRequest request) {
  load_desk();  // keys made since the last SIGHUP are meant too
  co_await publisher_->publish_once(request.domain(), call.deadline.value_or(in(limits::publish_round)));
  publisher_->start();
  v1::PublishReply reply;
  *reply.mutable_keys() = list_keys(request.domain()).keys();
  co_return reply;
}

}  // namespace scop::signer
