#include "edge/client.hpp"

#include <cstring>

#include "edge/limits.hpp"
#include "net/proxy.hpp"

namespace scop::edge {

using namespace smtp_session;

namespace {

std::int64_t milliseconds_since(Deadline start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start)
      .count();
}

}  // namespace

Client::Client(World& world, net::Stream stream, const MakePolicy& make_policy)
    : world_(world),
      visit_{std::move(stream), {}, {}},
      policy_(make_policy(visit_)),
      machine_(world.profile),
      started_(std::chrono::steady_clock::now()) {}

Task<> Client::serve(bool implicit_tls, bool proxied) {
  visit_.address = visit_.stream.remote().address().to_string();
  if (co_await greet_connection(implicit_tls, proxied)) co_await converse();
  if (entered_) {
    world_.addresses.leave(asio::ip::make_address(visit_.address));
    policy_->session_ended(machine_);
  }
  visit_.stream.close();
  log_end();
}

Task<bool> Client::read_proxy_header() {
  auto header = co_await net::read_proxy_header(visit_.stream, in(limits::proxy_header));
  if (!header) {
    lost_ = "PROXY header: " + header.error().what;
    co_return false;
  }
  if (header->client) visit_.address = header->client->address().to_string();
  co_return true;
}

// What comes before the dialogue; false where the connection ends there.
Task<bool> Client::greet_connection(bool implicit_tls, bool proxied) {
  if (proxied && !co_await read_proxy_header()) co_return false;
  const auto address = asio::ip::make_address(visit_.address);
  if (!world_.addresses.enter(address, world_.bounds.connections_per_address)) {
    lost_ = "too many connections of this address";
    co_await refuse(smtp::reply(421, "4.7.0", "Too many connections of your address"), !implicit_tls);
    co_return false;
  }
  entered_ = true;
  if (auto refusal = co_await policy_->admit()) {
    if (lost_.empty()) lost_ = "refused: " + smtp::in_one_line(*refusal);
    co_await refuse(std::move(*refusal), !implicit_tls);
    co_return false;
  }
  if (implicit_tls) co_return (co_await start_tls()).has_value();
  co_return true;
}

// A last word instead of a greeting. What the client has sent meanwhile is read, or else closing would reset
// the connection and the word be lost.
Task<> Client::refuse(smtp::Reply reply, bool in_clear) {
  if (!in_clear) co_return;
  const auto deadline = in(limits::last_word);
  auto done = co_await visit_.stream.write(smtp::to_text(reply), deadline);
  std::array<char, 1024> dropped{};
  for (std::size_t octets = 0; done && octets < limits::unheard;) {
    const auto count = co_await visit_.stream.read_some(dropped, deadline);
    if (!count) co_return;
    octets += *count;
  }
}

Task<> Client::converse() {
  std::optional<Event> event = Connected{tls()};
  while (event) {
    auto action = machine_.on(std::move(*event));
    forget_input();
    event = co_await perform(std::move(action));
  }
}

Task<std::optional<Client::Event>> Client::perform(Action action) {
  if (std::holds_alternative<Read>(action)) co_return co_await read();
  if (auto* out = std::get_if<Send>(&action)) co_return co_await send(std::move(out->octets));
  if (auto* content = std::get_if<Content>(&action)) {
    co_await passage_->take(std::move(content->octets));
    co_return Done{};
  }
  if (auto* sender = std::get_if<JudgeSender>(&action))
    co_return Judged{co_await policy_->judge_sender(std::move(sender->mail))};
  if (auto* recipient = std::get_if<JudgeRecipient>(&action))
    co_return Judged{co_await policy_->judge_recipient(std::move(recipient->recipient))};
  if (std::holds_alternative<OpenMessage>(action)) co_return co_await open_message();
  if (auto* finished = std::get_if<FinishMessage>(&action)) co_return co_await finish_message(*finished);
  if (std::holds_alternative<Abandon>(action)) {
    passage_.reset();
    co_return Done{};
  }
  if (std::holds_alternative<StartTls>(action)) co_return co_await start_tls();
  if (std::holds_alternative<Close>(action)) co_return std::nullopt;
  co_return co_await policy_->authenticate(std::move(action));
}

std::optional<Client::Event> Client::lost(const Error& error) {
  lost_ = error.what;
  return std::nullopt;
}

Task<std::optional<Client::Event>> Client::read() {
  if (world_.draining && !machine_.in_content()) co_return Expired{Expiry::shutdown};
  const auto total = started_ + world_.bounds.session_timeout;
  const auto deadline = std::min(in(world_.bounds.idle_timeout), total);
  reading_ = true;
  auto ready = co_await visit_.stream.wait_readable(deadline);
  Outcome<std::size_t> count = 0;
  if (ready) {
    // Only now a buffer: ten thousand idle clients have none.
    buffer_ = std::make_unique_for_overwrite<char[]>(limits::read);
    count = co_await visit_.stream.read_some({buffer_.get(), limits::read}, deadline);
  } else {
    count = std::unexpected(std::move(ready.error()));
  }
  reading_ = false;
  if (count) {
    received_ = *count;
    co_return Received{{buffer_.get(), received_}};
  }
  buffer_.reset();
  if (count.error().kind != ErrorKind::timed_out) co_return lost(count.error());
  co_return Expired{std::chrono::steady_clock::now() >= total ? Expiry::total : Expiry::idle};
}

// The machine has copied what came; it may have been a password.
void Client::forget_input() {
  if (!buffer_) return;
  ::explicit_bzero(buffer_.get(), received_);
  buffer_.reset();
}

Task<std::optional<Client::Event>> Client::send(std::string octets) {
  auto written = co_await visit_.stream.write(octets, in(limits::write));
  if (!written) co_return lost(written.error());
  co_return Done{};
}

Tls Client::tls() const { return {visit_.stream.is_tls(), visit_.has_channel_binding()}; }

Task<std::optional<Client::Event>> Client::start_tls() {
  const auto context = *world_.tls;
  auto done = co_await visit_.stream.start_tls_server(context, in(limits::handshake));
  if (!done) co_return lost(Error{done.error().kind, "TLS handshake: " + done.error().what});
  const auto info = visit_.stream.tls_info();
  visit_.tls = info.version + " " + info.cipher;
  co_return TlsStarted{tls()};
}

Task<std::optional<Client::Event>> Client::open_message() {
  message_started_ = std::chrono::steady_clock::now();
  auto opened = co_await policy_->open_message(machine_);
  if (!opened) {
    log_refused_message(opened.error());
    co_return Judged{std::move(opened.error())};
  }
  passage_ = std::make_unique<Passage>(world_, std::move(*opened), *machine_.transaction(), visit_.tls);
  co_return Judged{smtp::reply(354, "", "End with <CRLF>.<CRLF>")};
}

Task<std::optional<Client::Event>> Client::finish_message(FinishMessage finished) {
  auto reply = co_await passage_->finish(finished.octets);
  log_message(reply, finished.octets.size);
  passage_.reset();
  ++messages_;
  policy_->message_ended(reply);
  co_return Judged{std::move(reply)};
}

void Client::log_refused_message(const smtp::Reply& reply) const {
  auto pairs = policy_->notes();
  pairs.emplace_back("client", visit_.address);
  pairs.emplace_back("reply", smtp::in_one_line(reply));
  world_.log->write(LogLevel::info, "message refused", pairs);
}

void Client::log_message(const smtp::Reply& reply, std::uint64_t size) const {
  std::vector<LogPair> pairs{
      {"id", passage_->id().text()}, {"trace", passage_->trace().id}, {"span", passage_->trace().span}};
  for (auto& note : policy_->notes()) pairs.push_back(std::move(note));
  const std::array more{LogPair{"client", visit_.address},
                        LogPair{"size", size},
                        LogPair{"recipients", machine_.transaction()->recipients.size()},
                        LogPair{"changes", passage_->changes()},
                        LogPair{"reply", smtp::in_one_line(reply)},
                        LogPair{"took_ms", milliseconds_since(message_started_)}};
  pairs.insert(pairs.end(), more.begin(), more.end());
  world_.log->write(LogLevel::info, reply.positive() ? "message passed on" : "message refused", pairs);
}

void Client::log_end() const {
  std::vector<LogPair> pairs{{"client", visit_.address}, {"tls", visit_.tls.empty() ? "none" : visit_.tls}};
  for (auto& note : policy_->notes()) pairs.push_back(std::move(note));
  const std::array more{LogPair{"messages", messages_}, LogPair{"errors", machine_.errors()},
                        LogPair{"end", lost_.empty() ? machine_.ending() : std::string_view(lost_)},
                        LogPair{"took_ms", milliseconds_since(started_)}};
  pairs.insert(pairs.end(), more.begin(), more.end());
  world_.log->write(LogLevel::info, "session ended", pairs);
}

Task<> Client::send_away(std::string_view reply) {
  static_cast<void>(co_await visit_.stream.write(reply, in(limits::last_word)));
  visit_.stream.close();
}

}  // namespace scop::edge
