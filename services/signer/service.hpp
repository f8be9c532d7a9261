// The signer daemon: DKIM signatures on what passes from an edge to the relay, and its keys' records in the
// DNS.
#pragma once

#include <memory>
#include <string>

#include "daemon/service.hpp"
#include "settings/signer.hpp"
#include "signer/key_keeper.hpp"
#include "signer/signing_pass.hpp"

namespace scop::signer {

daemon::Walls walls_of(const settings::Signer& settings);

class Service final : public daemon::Service {
 public:
  void configure(const config::Document& document) override { settings_ = settings::read_signer(document); }
  Outcome<> bind(daemon::Boot& boot) override;
  Outcome<> open(daemon::Boot& boot) override;
  daemon::Walls walls() const override { return walls_of(settings_); }
  void start() override;
  void reload() override;
  Task<> drain(Deadline deadline) override;

 private:
  void load_desk();
  void serve(pipe::Server& server);
  v1::KeyList list_keys(const std::string& domain) const;
  Task<pipe::Result<v1::PublishReply>> publish(pipe::Call call, v1::KeysRequest request);
  Task<pipe::Result<v1::RotateReply>> rotate(pipe::Call call, v1::RotateRequest request);

  settings::Signer settings_;
  daemon::Boot* boot_ = nullptr;
  std::string grant_key_;
  std::shared_ptr<Desk> desk_;  // replaced by reload(); passes under way keep theirs
  std::unique_ptr<KeyKeeper> keeper_;
};

}  // namespace scop::signer
