// Where mail for an address goes: accounts says it, but for rewritten senders (SRS), which are the relay's
// own secret. A bounce to one leads on to the sender; any other mail does not: it is no way round our rights.
#pragma once

#include <string>

#include "core/secret.hpp"
#include "neighbours.hpp"

namespace scop::relay {

class Addresses {
 public:
  Addresses(Neighbours& neighbours, std::string domain, Secret secret)
      : neighbours_(neighbours), domain_(std::move(domain)), secret_(std::move(secret)) {}

  Task<pipe::Result<v1::ResolveReply>> resolve(std::string address, std::string reverse_path,
                                               std::string trace);
  // The reverse path of a forward. too_large: it cannot be rewritten.
  Outcome<std::string> rewrite(std::string_view reverse_path, Time received) const;

 private:
  Neighbours& neighbours_;
  std::string domain_;
  Secret secret_;
};

// The secret in `file`, 32 octets; made where it is missing.
Outcome<Secret> lasting_secret(const std::filesystem::path& file);

}  // namespace scop::relay
