// One client: its handshake, then request after request. What it asks for is somebody else's business.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "asio/task.hpp"
#include "http/message.hpp"
#include "http_server/bounds.hpp"
#include "http_server/request_reader.hpp"
#include "log/log.hpp"
#include "net/address_counts.hpp"
#include "net/stream.hpp"

namespace scop::http_server {

// The answer to a request, which lives until it is there; has deadlines of its own.
using Answer = std::function<Task<http::Response>(const http::Request&)>;

// What all connections of a server share; outlives them.
struct World {
  Bounds bounds;
  const Log* log = nullptr;
  Answer answer;
  std::vector<std::string> proxies;  // addresses that tell the client's by a PROXY v2 header
  std::optional<net::TlsContext> tls;
  net::AddressCounts addresses;
  bool draining = false;
};

class Connection {
 public:
  Connection(World& world, net::Stream stream, bool is_secure);
  Task<> serve();
  enum class Phase { opening, idle, reading, answering };
  Phase phase() const { return phase_; }
  void close() { stream_.close(); }

 private:
  using Read = std::variant<http::Request, http::Response, Error>;  // a response: the refusal
  Task<bool> open();
  Task<bool> exchange();
  Task<Outcome<>> wait_for_request();
  Task<Read> read(Deadline deadline);
  Task<Outcome<>> read_some(Deadline deadline);
  Task<http::Response> answer(const http::Request& request);
  bool may_go_on() const;
  Task<bool> say(const http::Response& response, bool keep_alive, bool head_only);
  Task<> refuse(http::Response refusal);
  void log_request(const http::Request& request, const http::Response& response) const;

  World& world_;
  net::Stream stream_;
  bool is_secure_;
  std::string client_;
  std::string tls_ = "none";  // "TLSv1.3"
  std::string pending_;       // octets of the client that no request has taken
  std::size_t requests_ = 0;
  Deadline began_;    // the connection
  Deadline request_;  // the request under way
  Phase phase_ = Phase::opening;
};

}  // namespace scop::http_server
