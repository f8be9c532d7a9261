// A submitted message made fit to be passed on (RFC 6409 8): the header completed, its authors checked, long
// lines encoded anew.
#pragma once

#include <string>
#include <vector>

#include "core/id.hpp"
#include "edge/policy.hpp"
#include "submission/accounts.hpp"
#include "submission/wiring.hpp"

namespace scop::submission {

// What the envelope says of the connection.
struct Origin {
  std::string client_address;
  std::string helo;
};

class Letter final : public edge::Preparation {
 public:
  Letter(const World& world, const Login& login, bool smtputf8, Origin origin)
      : world_(world), login_(login), smtputf8_(smtputf8), origin_(std::move(origin)) {}

  std::optional<smtp::Reply> header(std::string& held, const Id& id) override;
  std::optional<smtp::Reply> long_lines(std::string& message) override;
  void complete(v1::Envelope& envelope) const override;
  std::string changes() const override;

 private:
  const World& world_;
  const Login& login_;
  bool smtputf8_;
  Origin origin_;
  std::vector<std::string> changes_;
};

}  // namespace scop::submission
