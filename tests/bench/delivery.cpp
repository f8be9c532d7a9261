#include "delivery.hpp"

#include <fmt/format.h>

#include "figures.hpp"

namespace scop::bench {

Delivery::Delivery(asio::io_context& io, asio::ip::tcp::endpoint to, std::vector<Visit> visits, bool tls)
    : io_(io), to_(std::move(to)), visits_(std::move(visits)) {
  if (tls) context_ = client_context();
}

void Delivery::start(std::size_t at_once, std::chrono::seconds patience) {
  figures_.first = monotonic_seconds();
  for (std::size_t i = 0; i < at_once; ++i) {
    slots_.push_back(std::make_unique<Slot>());
    ++working_;
    asio::co_spawn(io_.get_executor(), work(*slots_.back()), asio::detached);
  }
  asio::co_spawn(io_.get_executor(), watch(patience), asio::detached);
}

// Closes connections that have waited for an answer too long: their operations fail, and are counted.
Task<> Delivery::watch(std::chrono::seconds patience) {
  Timer timer(io_.get_executor());
  boost::system::error_code ignored;
  while (working_ > 0) {
    timer.expires_after(std::chrono::milliseconds(50));
    co_await timer.async_wait(asio::redirect_error(use_task, ignored));
    const auto now = std::chrono::steady_clock::now();
    for (const auto& slot : slots_) {
      if (slot->connection && now - slot->since > patience) slot->connection->close();
    }
  }
}

Task<> Delivery::work(Slot& slot) {
  while (next_ < visits_.size()) co_await visit(slot, visits_[next_++]);
  slot.connection.reset();
  --working_;
}

void Delivery::count(const std::string& what, const std::string& text) {
  ++figures_.replies[what];
  if (!text.empty() && what != "250") figures_.texts.emplace(what, text);
  figures_.last = monotonic_seconds();
}

Task<std::optional<Reply>> Delivery::ask(Slot& slot, std::string_view command) {
  slot.since = std::chrono::steady_clock::now();
  if (!command.empty() && !co_await slot.connection->write(command)) co_return std::nullopt;
  auto reply = co_await read_reply(*slot.connection);
  if (!reply) co_return std::nullopt;
  co_return std::move(*reply);
}

// A connection that breaks leaves its other messages to a new one; a server that will not greet gets none.
Task<> Delivery::visit(Slot& slot, const Visit& visit) {
  bool open = false;
  for (const auto& letter : visit.letters) {
    if (!open) open = co_await greet(slot, visit);
    if (open) {
      open = co_await deliver(slot, letter);
    } else {
      count("no greeting");
    }
  }
  if (open) co_await ask(slot, "QUIT\r\n");
  slot.connection.reset();
}

Task<bool> Delivery::greet(Slot& slot, const Visit& visit) {
  slot.connection.reset();
  auto opened = co_await Connection::open(io_.get_executor(), to_, visit.from);
  if (!opened) co_return false;
  ++figures_.connections;
  slot.connection = std::make_unique<Connection>(std::move(*opened));
  const auto hello = fmt::format("EHLO {}\r\n", visit.helo);
  auto reply = co_await ask(slot, "");
  if (!reply || reply->code != 220) co_return false;
  reply = co_await ask(slot, hello);
  if (!reply || reply->code != 250) co_return false;
  if (context_) {
    reply = co_await ask(slot, "STARTTLS\r\n");
    if (!reply || reply->code != 220) co_return false;
    if (!co_await slot.connection->start_tls_client(context_.get())) co_return false;
    reply = co_await ask(slot, hello);
    if (!reply || reply->code != 250) co_return false;
  }
  slot.pipelining = reply->text.contains("PIPELINING");
  co_return true;
}

// The reply to DATA, or the first refusal on the way there; `stage` names the command that it answers.
Task<std::optional<Reply>> Delivery::envelope(Slot& slot, const Letter& letter, std::string& stage) {
  const std::array commands{fmt::format("MAIL FROM:<{}>\r\n", letter.from),
                            fmt::format("RCPT TO:<{}>\r\n", letter.to), std::string("DATA\r\n")};
  std::optional<Reply> refusal;
  std::optional<Reply> reply;
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const auto all = commands[0] + commands[1] + commands[2];
    reply = co_await ask(slot, !slot.pipelining ? commands.at(i) : i == 0 ? all : "");
    if (!reply) co_return std::nullopt;
    if (reply->code < 400) continue;
    if (!refusal) stage = commands.at(i).substr(0, 4);
    if (!refusal) refusal = reply;
    if (!slot.pipelining) break;
  }
  if (refusal && reply->code == 354 && !co_await ask(slot, ".\r\n")) co_return std::nullopt;  // RFC 2920 3.1
  co_return refusal ? refusal : reply;
}

// False: the connection is over.
Task<bool> Delivery::deliver(Slot& slot, const Letter& letter) {
  std::string stage;
  const auto go_ahead = co_await envelope(slot, letter, stage);
  if (!go_ahead) {
    count("lost before DATA");
    co_return false;
  }
  if (go_ahead->code != 354) {
    count(fmt::format("{} to {}", go_ahead->code, stage), go_ahead->text);
    co_return go_ahead->code != 421 && co_await ask(slot, "RSET\r\n");
  }
  const auto dot = std::chrono::steady_clock::now();
  const auto reply = co_await ask(slot, letter.data);
  const auto took = std::chrono::steady_clock::now() - dot;
  if (!reply) {
    count("lost after the final dot");
    co_return false;
  }
  figures_.milliseconds.push_back(std::chrono::duration<double, std::milli>(took).count());
  count(fmt::format("{}", reply->code), reply->text);
  co_return reply->code != 421;
}

}  // namespace scop::bench
