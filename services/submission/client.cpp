#include "submission/client.hpp"

#include <cstring>

#include "core/ascii.hpp"
#include "net/proxy.hpp"
#include "smtp/reply.hpp"
#include "submission/judge.hpp"
#include "submission/limits.hpp"

namespace scop::submission {

using namespace smtp_session;

Client::Client(World& world, net::Stream stream)
    : world_(world),
      stream_(std::move(stream)),
      machine_(world.profile),
      started_(std::chrono::steady_clock::now()) {}

Task<> Client::serve(bool implicit_tls, bool proxied) {
  const auto remote = stream_.remote().address();
  address_ = remote.to_string();
  if (co_await greet_connection(implicit_tls, proxied)) co_await converse();
  if (entered_) world_.addresses.leave(asio::ip::make_address(address_));
  stream_.close();
  log_end();
}

// What comes before the dialogue; false where the connection ends there.
Task<bool> Client::greet_connection(bool implicit_tls, bool proxied) {
  if (proxied) {
    auto header = co_await net::read_proxy_header(stream_, in(limits::proxy_header));
    if (!header) {
      lost_ = "PROXY header: " + header.error().what;
      co_return false;
    }
    if (header->client) address_ = header->client->address().to_string();
  }
  const auto address = asio::ip::make_address(address_);
  if (!world_.addresses.enter(address, world_.settings.connections_per_address)) {
    lost_ = "too many connections of this address";
    if (!implicit_tls) {
      constexpr std::string_view reply = "421 4.7.0 Too many connections of your address\r\n";
      static_cast<void>(co_await stream_.write(reply, in(limits::last_word)));
    }
    co_return false;
  }
  entered_ = true;
  if (implicit_tls) co_return (co_await start_tls()).has_value();
  co_return true;
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
    co_return Judged{judge_sender(*login_, sender->mail, now())};
  if (auto* recipient = std::get_if<JudgeRecipient>(&action))
    co_return Judged{judge_recipient(recipient->recipient)};
  if (std::holds_alternative<OpenMessage>(action)) co_return co_await open_message();
  if (auto* finished = std::get_if<FinishMessage>(&action)) co_return co_await finish_message(*finished);
  if (std::holds_alternative<Abandon>(action)) {
    passage_.reset();
    co_return Done{};
  }
  if (std::holds_alternative<StartTls>(action)) co_return co_await start_tls();
  if (auto* password = std::get_if<CheckPassword>(&action)) co_return co_await check(std::move(*password));
  if (auto* first = std::get_if<BeginScram>(&action)) co_return co_await begin(std::move(*first));
  if (auto* final = std::get_if<FinishScram>(&action)) co_return co_await finish(std::move(*final));
  co_return std::nullopt;  // Close
}

std::optional<Client::Event> Client::lost(const Error& error) {
  lost_ = error.what;
  return std::nullopt;
}

Task<std::optional<Client::Event>> Client::read() {
  if (world_.draining && !machine_.in_content()) co_return Expired{Expiry::shutdown};
  const auto total = started_ + world_.settings.session_timeout;
  const auto deadline = std::min(in(world_.settings.idle_timeout), total);
  reading_ = true;
  auto ready = co_await stream_.wait_readable(deadline);
  Outcome<std::size_t> count = 0;
  if (ready) {
    // Only now a buffer: ten thousand idle clients have none.
    buffer_ = std::make_unique_for_overwrite<char[]>(limits::read);
    count = co_await stream_.read_some({buffer_.get(), limits::read}, deadline);
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
  auto written = co_await stream_.write(octets, in(limits::write));
  if (!written) co_return lost(written.error());
  co_return Done{};
}

Tls Client::tls() const {
  return {stream_.is_tls(), stream_.is_tls() && stream_.tls_info().version == "TLSv1.3"};
}

Task<std::optional<Client::Event>> Client::start_tls() {
  const auto context = *world_.tls;
  auto done = co_await stream_.start_tls_server(context, in(limits::handshake));
  if (!done) co_return lost(Error{done.error().kind, "TLS handshake: " + done.error().what});
  const auto info = stream_.tls_info();
  tls_ = info.version + " " + info.cipher;
  co_return TlsStarted{tls()};
}

Authentication& Client::authentication() {
  if (!authentication_) {
    std::optional<std::string> binding;
    // RFC 9266: defined for every TLS version, unique without further care from 1.3 on.
    if (tls().channel_binding) binding = stream_.exporter("EXPORTER-Channel-Binding", 32);
    authentication_ = std::make_unique<Authentication>(world_, address_, std::move(binding));
  }
  return *authentication_;
}

Client::Event Client::judged(Authenticated answer) {
  authentication_.reset();
  if (answer.login) login_ = std::make_unique<Login>(std::move(*answer.login));
  return std::move(answer.event);
}

Task<std::optional<Client::Event>> Client::check(CheckPassword question) {
  const std::string name = question.login;
  auto answer = judged(co_await authentication().check(std::move(question)));
  log_login(answer, name);
  co_return answer;
}

Task<std::optional<Client::Event>> Client::begin(BeginScram question) {
  co_return co_await authentication().begin(std::move(question));
}

Task<std::optional<Client::Event>> Client::finish(FinishScram question) {
  auto answer = judged(co_await authentication().finish(std::move(question)));
  log_login(answer, "by SCRAM");
  co_return answer;
}

void Client::log_login(const Event& answer, std::string_view name) const {
  if (std::holds_alternative<AuthGranted>(answer)) return;
  const auto* why = std::holds_alternative<AuthThrottled>(answer)     ? "throttled"
                    : std::holds_alternative<AuthUnavailable>(answer) ? "accounts cannot be asked"
                                                                      : "wrong";
  // A password typed where the name belongs must not reach the log: only what looks like an address does.
  const bool shown = name.contains('@') || name == "by SCRAM";
  const std::string login = shown ? ascii::printable(name) : "(not an address)";
  world_.log->info("login refused", {{"client", address_}, {"login", login}, {"why", why}});
}

Task<std::optional<Client::Event>> Client::open_message() {
  const auto& transaction = *machine_.transaction();
  message_started_ = std::chrono::steady_clock::now();
  if (auto refusal = co_await reserve(world_, login_->name, transaction.recipients.size())) {
    world_.log->info("message refused",
                     {{"login", login_->name}, {"client", address_}, {"reply", smtp::in_one_line(*refusal)}});
    co_return Judged{std::move(*refusal)};
  }
  passage_ = std::make_unique<Passage>(world_, *login_, transaction, Origin{address_, machine_.helo(), tls_});
  co_return Judged{smtp::reply(354, "", "End with <CRLF>.<CRLF>")};
}

Task<std::optional<Client::Event>> Client::finish_message(FinishMessage finished) {
  auto reply = co_await passage_->finish(finished.octets);
  log_message(reply, finished.octets.size);
  passage_.reset();
  ++messages_;
  co_return Judged{std::move(reply)};
}

void Client::log_message(const smtp::Reply& reply, std::uint64_t size) const {
  const auto took = std::chrono::steady_clock::now() - message_started_;
  world_.log->info(reply.positive() ? "message passed on" : "message refused",
                   {{"id", passage_->id().text()},
                    {"login", login_->name},
                    {"client", address_},
                    {"size", size},
                    {"recipients", machine_.transaction()->recipients.size()},
                    {"changes", passage_->changes()},
                    {"reply", smtp::in_one_line(reply)},
                    {"took_ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
}

void Client::log_end() const {
  const auto took = std::chrono::steady_clock::now() - started_;
  world_.log->info("session ended",
                   {{"client", address_},
                    {"tls", tls_.empty() ? "none" : tls_},
                    {"login", login_ ? login_->name : "none"},
                    {"messages", messages_},
                    {"errors", machine_.errors()},
                    {"end", lost_.empty() ? machine_.ending() : std::string_view(lost_)},
                    {"took_ms", std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
}

Task<> Client::send_away(std::string_view reply) {
  static_cast<void>(co_await stream_.write(reply, in(limits::last_word)));
  stream_.close();
}

}  // namespace scop::submission
