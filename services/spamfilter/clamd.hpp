// ClamAV's daemon as a second opinion on attachments: one INSTREAM session per message, fed as the message
// comes in, so that nothing is held for it. clamd listens on a UNIX socket or a TCP port.
#pragma once

#include <boost/asio/generic/stream_protocol.hpp>
#include <string>
#include <string_view>

#include "asio/task.hpp"

namespace scop::spamfilter {

using ClamdEndpoint = asio::generic::stream_protocol::endpoint;

// "/run/clamav/clamd.ctl" or "127.0.0.1:3310"
Outcome<ClamdEndpoint> parse_clamd_endpoint(std::string_view text);

class Scan {
 public:
  Scan(asio::io_context& io, ClamdEndpoint endpoint);
  Scan(const Scan&) = delete;
  Scan& operator=(const Scan&) = delete;

  // Connects with the first chunk. What goes wrong is told by finish(); the message goes on meanwhile.
  Task<> feed(std::string_view chunk, Deadline deadline);
  // The virus's name, empty where there is none; errors as in parse_clamd_reply, or unavailable, timed_out.
  Task<Outcome<std::string>> finish(Deadline deadline);

 private:
  using Socket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;
  Task<> open(Deadline deadline);
  Task<> send(std::string octets, Deadline deadline);
  Task<Outcome<std::string>> read_answer(Deadline deadline);
  void fail(const boost::system::error_code& error);

  ClamdEndpoint endpoint_;
  Socket socket_;
  Timer timer_;
  bool opened_ = false;
  bool timed_out_ = false;
  Outcome<> state_;
};

}  // namespace scop::spamfilter
