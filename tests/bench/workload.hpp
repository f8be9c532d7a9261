// What scop-bench-deliver sends: sessions of the world's mail servers, as inbound_mail.py writes them.
//   session 198.18.0.12 mx.post2.example
//   message SENDER RECIPIENT OCTETS
//   … that many octets; SENDER may be "<>"
#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace scop::bench {

struct Letter {
  std::string from;
  std::string to;
  std::string data;  // dot-stuffed, with the final dot
};

struct Visit {
  boost::asio::ip::address from;
  std::string helo;
  std::vector<Letter> letters;
};

Outcome<std::vector<Visit>> read_workload(const std::string& file);

}  // namespace scop::bench
