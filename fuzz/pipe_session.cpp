// Arbitrary octets behind a good preface, to the callee's and the caller's HTTP/2 session: bounded, and every
// stream's events come in their order. The first octet chooses the end and the pieces in which the octets
// come.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "pipe/client_session.hpp"
#include "pipe/server_session.hpp"

namespace {

using scop::pipe::ClientSession;
using scop::pipe::ServerSession;

struct Application {
  ServerSession& session;
  std::set<std::int32_t> open;
  std::set<std::int32_t> ended;

  void must_be_open(std::int32_t stream) const {
    if (!open.contains(stream) || ended.contains(stream)) std::abort();
  }
  void operator()(const ServerSession::Began& began) {
    if (!open.insert(began.stream).second) std::abort();
    session.hungry(began.stream);
  }
  void operator()(const ServerSession::Message& message) {
    must_be_open(message.stream);
    if (message.octets.size() > 1000) std::abort();
    session.taken(message.stream, message.octets.size());
  }
  void operator()(const ServerSession::Ended& event) {
    must_be_open(event.stream);
    ended.insert(event.stream);
    if (event.stream % 4 == 1)
      session.respond(event.stream, std::string("answer"));
    else
      session.respond(event.stream, scop::pipe::fail(scop::pipe::Code::internal, "no"));
  }
  void operator()(const ServerSession::Gone& gone) {
    if (open.erase(gone.stream) == 0) std::abort();
    ended.erase(gone.stream);
  }
};

void as_server(std::string_view octets, std::size_t piece) {
  ServerSession session({.streams = 8, .stream_window = 65535, .message_octets = 1000});
  Application application{session, {}, {}};
  std::string sent;
  if (!session.receive("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")) std::abort();
  if (!session.receive(std::string_view("\0\0\0\4\0\0\0\0\0", 9))) std::abort();
  while (!octets.empty() && session.receive(octets.substr(0, piece))) {
    for (auto& event : session.take_events()) std::visit(application, event);
    sent.clear();
    if (!session.send(sent, 1U << 20U) || session.finished()) return;
    for (auto& event : session.take_events()) std::visit(application, event);
    octets.remove_prefix(std::min(piece, octets.size()));
  }
}

void as_client(std::string_view octets, std::size_t piece) {
  ClientSession session("relay", 1000);
  std::string sent;
  for (int i = 0; i < 3; ++i) {
    const auto stream = session.open("a/b", {}, {});
    session.write(stream, "request");
    if (i > 0) session.end(stream);
  }
  std::set<std::int32_t> replied;
  while (!octets.empty() && session.send(sent, 1U << 20U) && session.receive(octets.substr(0, piece))) {
    for (auto& event : session.take_events()) {
      const auto* reply = std::get_if<ClientSession::Replied>(&event);
      if (reply != nullptr && !replied.insert(reply->stream).second) std::abort();
    }
    octets.remove_prefix(std::min(piece, octets.size()));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t piece = (data[0] & 0x7eU) == 0 ? octets.size() + 1 : data[0] & 0x7eU;
  if ((data[0] & 1U) == 0)
    as_server(octets, piece);
  else
    as_client(octets, piece);
  return 0;
}
