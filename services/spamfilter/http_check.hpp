// An HTTP port for other mail servers: POST /checkv2 judges a message (checkv2.hpp), GET /ping says pong.
// Only for declared addresses; every connection, header and body is bounded.
#pragma once

#include <memory>
#include <vector>

#include "net/stream.hpp"
#include "reputation/network.hpp"
#include "spamfilter/desk.hpp"

namespace scop::spamfilter {

class HttpCheck {
 public:
  explicit HttpCheck(Desk& desk);
  void accept(net::Stream stream);

 private:
  Task<> converse(net::Stream stream);
  bool may_ask(const net::Endpoint& client) const;
  Desk& desk_;
  std::vector<reputation::Network> allowed_;
  std::size_t connections_ = 0;
};

}  // namespace scop::spamfilter
