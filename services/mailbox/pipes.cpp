#include "mailbox/pipes.hpp"

#include "daemon/certificates.hpp"

namespace scop::mailbox {

Outcome<Pipes> Pipes::open(const std::filesystem::path& config) {
  auto document = config::Document::load(config);
  if (!document) return std::unexpected(std::move(document.error()));
  auto mesh = settings::read_mesh(*document);
  if (!document->problems().empty()) return failure(ErrorKind::malformed, document->problems().front());
  return Pipes(std::move(*document), std::move(mesh));
}

Outcome<> Pipes::converse(std::string_view callee,
                          const std::function<Task<>(pipe::Channel&)>& conversation) const {
  const auto endpoint = net::parse_endpoint(mesh_.dial.find(callee)->second);
  if (!endpoint) return std::unexpected(endpoint.error());
  auto identity = daemon::Certificates(mesh_, "mailbox").load();
  if (!identity) return std::unexpected(std::move(identity.error()));
  asio::io_context io(1);
  const Log log("mailbox", LogForm::text, LogLevel::error, -1);  // what goes wrong is the call's result
  pipe::Channel channel(io, log, mesh_.domain, std::string(callee), *endpoint);
  channel.use(std::move(*identity));
  asio::co_spawn(io, conversation(channel), [&io](const std::exception_ptr&) { io.stop(); });
  io.run();
  return {};
}

}  // namespace scop::mailbox
