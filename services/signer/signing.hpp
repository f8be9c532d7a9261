// The signer's part in one Pass, as libs/stage performs it.
#pragma once

#include <memory>
#include <string>

#include "signer/signing_pass.hpp"
#include "stage/observer.hpp"

namespace scop::signer {

class Signing final : public stage::Observer {
 public:
  Signing(std::shared_ptr<Desk> desk, std::string caller)
      : desk_(std::move(desk)), pass_(*desk_, std::move(caller)) {}

  Task<Stepped<v1::Envelope>> envelope(v1::Envelope envelope) override;
  Task<Stepped<>> data(std::string_view chunk) override;
  Task<Stepped<v1::Findings>> finish(v1::Findings findings) override;
  std::vector<std::pair<std::string_view, std::string>> notes() const override;

 private:
  std::shared_ptr<Desk> desk_;
  SigningPass pass_;
};

}  // namespace scop::signer
