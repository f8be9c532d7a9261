#include "submission.hpp"

#include <unistd.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include "core/base64.hpp"
#include "figures.hpp"

namespace scop::bench {

namespace {

constexpr std::size_t handshakes_at_once = 64;  // while idle sessions are opened

Task<> pause(std::chrono::milliseconds wait) {
  Timer timer(co_await asio::this_coro::executor, wait);
  boost::system::error_code ignored;
  co_await timer.async_wait(asio::redirect_error(use_task, ignored));
}

}  // namespace

Load::Load(asio::io_context& io, LoadOptions options, asio::ip::tcp::endpoint to)
    : io_(io), options_(std::move(options)), to_(std::move(to)), context_(client_context()) {
  form_ = {options_.from, options_.recipients.front(), options_.octets, options_.run};
  if (!options_.journal.empty()) journal_ = {std::fopen(options_.journal.c_str(), "w"), &std::fclose};
}

void Load::start_sending() {
  for (std::uint64_t i = 0; i < options_.sessions; ++i) {
    slots_.push_back(std::make_unique<Slot>());
    ++open_tasks_;
    asio::co_spawn(io_.get_executor(), send_in_turn(*slots_.back()), asio::detached);
  }
  asio::co_spawn(io_.get_executor(), watch(), asio::detached);
}

// Closes connections that have waited for an answer too long: their operations fail, and are counted.
Task<> Load::watch() {
  const auto patience = std::chrono::seconds(options_.patience_seconds);
  while (open_tasks_ > 0) {
    co_await pause(std::chrono::milliseconds(50));
    const auto now = std::chrono::steady_clock::now();
    for (const auto& slot : slots_) {
      if (slot->connection && now - slot->since > patience) slot->connection->close();
    }
  }
}

Task<std::optional<Reply>> Load::ask(Slot& slot, std::string command) {
  slot.since = std::chrono::steady_clock::now();
  if (!command.empty() && !co_await slot.connection->write(command)) co_return std::nullopt;
  auto reply = co_await read_reply(*slot.connection);
  if (!reply) co_return std::nullopt;
  co_return std::move(*reply);
}

Task<bool> Load::begin(Slot& slot, std::optional<asio::ip::address> from) {
  slot.connection.reset();
  auto opened = co_await Connection::open(io_.get_executor(), to_, from);
  if (!opened) {
    note_error("connect");
    co_return false;
  }
  slot.connection = std::make_unique<Connection>(std::move(*opened));
  slot.since = std::chrono::steady_clock::now();
  ++figures_.sessions;
  if (!co_await greet(slot)) {
    note_error("greeting or TLS");
    co_return false;
  }
  figures_.tls = slot.connection->tls_text();
  co_return true;
}

Task<bool> Load::greet(Slot& slot) {
  auto& connection = *slot.connection;
  if (options_.tls == TlsUse::implicit && !co_await connection.start_tls_client(context_.get()))
    co_return false;
  auto reply = co_await ask(slot, "");
  if (!reply || reply->code != 220) co_return false;
  reply = co_await ask(slot, "EHLO client.bench.example\r\n");
  if (!reply || reply->code != 250) co_return false;
  if (options_.tls == TlsUse::starttls) {
    reply = co_await ask(slot, "STARTTLS\r\n");
    if (!reply || reply->code != 220) co_return false;
    if (!co_await connection.start_tls_client(context_.get())) co_return false;
    reply = co_await ask(slot, "EHLO client.bench.example\r\n");
    if (!reply || reply->code != 250) co_return false;
  }
  offers_pipelining_ = reply->text.contains("PIPELINING");
  co_return true;
}

// RFC 4954 4 with PLAIN's initial response (RFC 4616).
Task<bool> Load::authenticate(Slot& slot) {
  if (options_.user.empty()) co_return true;
  std::string plain = '\0' + options_.user + '\0' + options_.password;
  const auto reply = co_await ask(slot, fmt::format("AUTH PLAIN {}\r\n", to_base64(plain)));
  if (reply && reply->code == 235) co_return true;
  note_error(reply ? fmt::format("{} AUTH", reply->code) : "lost at AUTH");
  co_return false;
}

Task<> Load::send_in_turn(Slot& slot) {
  while (next_ < options_.messages) {
    if (!co_await begin(slot, std::nullopt) || !co_await authenticate(slot)) {
      slot.connection.reset();
      co_await pause(std::chrono::milliseconds(100));
      if (figures_.errors["connect"] > 100 * options_.sessions) break;  // nobody is there
      continue;
    }
    auto fate = Fate::go_on;
    for (std::uint64_t sent = 0; fate == Fate::go_on && next_ < options_.messages; ++sent) {
      if (options_.per_session > 0 && sent == options_.per_session) break;
      fate = co_await submit(slot, next_++);
    }
    if (fate == Fate::go_on) {
      const auto farewell = co_await ask(slot, "QUIT\r\n");
      if (!farewell) note_error("lost at QUIT");
    }
  }
  slot.connection.reset();
  --open_tasks_;
}

// The reply to DATA, or the first refusal on the way there.
Task<std::optional<Reply>> Load::submit_envelope(Slot& slot) {
  std::vector<std::string> commands{fmt::format("MAIL FROM:<{}>\r\n", options_.from)};
  for (const auto& recipient : options_.recipients)
    commands.push_back(fmt::format("RCPT TO:<{}>\r\n", recipient));
  commands.emplace_back("DATA\r\n");
  std::optional<Reply> first_bad;
  std::optional<Reply> reply;
  if (options_.pipelining && offers_pipelining_) {
    std::string all;
    for (const auto& command : commands) all += command;
    for (std::size_t i = 0; i < commands.size(); ++i) {
      reply = co_await ask(slot, i == 0 ? all : "");
      if (!reply) co_return std::nullopt;
      if (reply->code >= 400 && !first_bad) first_bad = reply;
    }
    if (first_bad && reply->code == 354) {  // RFC 2920 3.1: DATA went through though all recipients failed
      if (!co_await ask(slot, ".\r\n")) co_return std::nullopt;
    }
    co_return first_bad ? first_bad : reply;
  }
  for (auto& command : commands) {
    reply = co_await ask(slot, std::move(command));
    if (!reply || reply->code >= 400) co_return reply;
  }
  co_return reply;
}

Task<Load::Fate> Load::submit(Slot& slot, std::uint64_t number) {
  const auto octets = make_message(form_, number) + ".\r\n";
  if (figures_.first == 0) figures_.first = monotonic_seconds();
  const auto go_ahead = co_await submit_envelope(slot);
  if (!go_ahead || go_ahead->code != 354) {
    note("refused", number, go_ahead ? go_ahead->code : 0);
    note_error(go_ahead ? fmt::format("{} before DATA", go_ahead->code) : "lost before DATA");
    if (!go_ahead || go_ahead->code == 421 || !co_await ask(slot, "RSET\r\n")) co_return Fate::new_session;
    co_return Fate::go_on;
  }
  const auto dot = std::chrono::steady_clock::now();
  const auto reply = co_await ask(slot, octets);
  const auto took = std::chrono::steady_clock::now() - dot;
  figures_.last = monotonic_seconds();
  if (!reply) {
    ++figures_.uncertain;
    note("uncertain", number);
    note_error("lost after the final dot");
    co_return Fate::new_session;
  }
  if (reply->code == 250) {
    ++figures_.accepted;
    note("accepted", number);
    figures_.milliseconds.push_back(std::chrono::duration<double, std::milli>(took).count());
    co_return Fate::go_on;
  }
  note("refused", number, reply->code);
  note_error(fmt::format("{} after DATA", reply->code));
  co_return reply->code == 421 ? Fate::new_session : Fate::go_on;
}

void Load::note(std::string_view fate, std::uint64_t number, int code) {
  if (!journal_) return;
  fmt::print(journal_.get(), "{} {}{}\n", fate, message_key(form_, number),
             code > 0 ? fmt::format(" {}", code) : "");
}

void Load::start_idling() {
  open_tasks_ = std::min<std::size_t>(handshakes_at_once, options_.idle);
  for (std::size_t i = 0, tasks = open_tasks_; i < tasks; ++i) {
    asio::co_spawn(io_.get_executor(), open_in_turn(), asio::detached);
  }
}

Task<> Load::open_in_turn() {
  while (next_ < options_.idle) {
    const auto number = next_++;
    const asio::ip::address_v4 from(0x7f000002U +
                                    static_cast<std::uint32_t>(number % options_.source_addresses));
    auto slot = std::make_unique<Slot>();
    auto& own = *slot;
    slots_.push_back(std::move(slot));
    if (!co_await begin(own, from)) own.connection.reset();
  }
  if (--open_tasks_ == 0) co_await print_and_hold();
}

Task<> Load::print_and_hold() {
  const auto standing =
      std::ranges::count_if(slots_, [](const auto& slot) { return slot->connection != nullptr; });
  fmt::print("{{\"standing\": {}, \"wanted\": {}, \"tls\": \"{}\"}}\n", standing, options_.idle,
             figures_.tls);
  std::fflush(stdout);
  asio::posix::basic_stream_descriptor<Executor> input(io_.get_executor(), ::dup(STDIN_FILENO));
  std::array<char, 64> room{};
  boost::system::error_code error;
  co_await input.async_read_some(asio::buffer(room), asio::redirect_error(use_task, error));
  const auto kept = std::ranges::count_if(
      slots_, [](const auto& slot) { return slot->connection != nullptr && !slot->connection->is_over(); });
  fmt::print("{{\"kept\": {}}}\n", kept);
  slots_.clear();
}

}  // namespace scop::bench
