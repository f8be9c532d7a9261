// A received message: never changed; what is checked of it before the later stages see it, and what its
// envelope says of the client.
#pragma once

#include <string>
#include <vector>

#include "edge/policy.hpp"

namespace scop::receiver {

// What the envelope says of the connection.
struct Origin {
  std::string client_address;
  std::string client_name;  // that iprev confirmed; empty: none
  std::string helo;
  bool extended = false;  // EHLO, not HELO
  std::vector<std::string> observations;
};

// RFC 3848, RFC 6531 3.7.3.
std::string protocol_name(bool extended, bool tls, bool smtputf8);

class Letter final : public edge::Preparation {
 public:
  Letter(unsigned max_hops, Origin origin) : max_hops_(max_hops), origin_(std::move(origin)) {}

  std::optional<smtp::Reply> header(std::string& held, const Id& id) override;
  std::optional<smtp::Reply> long_lines(std::string& message) override;
  void complete(v1::Envelope& envelope) const override;
  std::string changes() const override { return {}; }

 private:
  unsigned max_hops_;
  Origin origin_;
};

}  // namespace scop::receiver
