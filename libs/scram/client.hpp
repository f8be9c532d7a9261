// The client's side of SCRAM-SHA-256(-PLUS), for tests and for smarthosts that want it. Nonces are arguments.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"
#include "core/secret.hpp"

namespace scop::scram {

class Client {
 public:
  // `gs2_flag`: "n", "y" or "p=tls-exporter"; `binding` the octets of the latter.
  Client(std::string user_name, Secret password, std::string nonce, std::string gs2_flag = "n",
         std::string binding = {});

  std::string first() const;
  // The client-final-message. Errors: malformed; denied where the server's nonce does not begin with ours;
  // unsupported under 4,096 or over 10,000,000 iterations.
  Outcome<std::string> answer(std::string_view server_first);
  // Whether the server knows the password too.
  bool accepts(std::string_view server_final) const;

 private:
  std::string bare() const;
  std::string user_name_;
  Secret password_;
  std::string nonce_;
  std::string gs2_header_;
  std::string binding_;
  std::string server_signature_;
};

}  // namespace scop::scram
