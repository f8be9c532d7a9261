// The signer's part in one Pass, as libs/stage performs it.
#pragma once

#include <memory>
#include <string>

#include "signer/signing_pass.hpp"
#include "stage/observer.hpp"

namespace scop::signer {

class Signing final : public stage::Observer {
 public:
  // `desk` may be replaced while the message passes: it is signed with the keys of its end.
  Signing(const std::shared_ptr<Desk>& desk, std::string caller)
      : newest_(desk), desk_(desk), pass_(*desk_, std::move(caller)) {}

  Task<Stepped<v1::Envelope>> envelope(v1::Envelope envelope) override;
  Task<Stepped<>> data(std::string_view chunk) override;
  Task<Stepped<v1::Findings>> finish(v1::Findings findings) override;
  std::vector<std::pair<std::string_view, std::string>> notes() const override;

 private:
  const std::shared_ptr<Desk>& newest_;  // the service's
  std::shared_ptr<Desk> desk_;
  std::shared_ptr<Desk> last_;
  SigningPass pass_;
};

}  // namespace scop::signer
