// Our client and our server talk to each other, in any pieces, with refusals where the input says so: they
// always come to an end; whoever is relayed was judged 250; and what the server was given is the message,
// octet for octet.
//   octets: choices, refusals, size of pieces; the rest is the message
#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "smtp/dot_stuffing.hpp"
#include "smtp_client/session.hpp"
#include "smtp_session/session.hpp"

using namespace scop;

namespace {

struct Choices {
  bool tls = false;
  bool eight_bit = false;
  bool smtputf8 = false;
  bool dsn = false;
  std::size_t recipients = 1;
  unsigned refusals = 0;  // a bit for each question
  std::size_t piece = 1;
};

smtp_client::Transaction transaction_of(const Choices& choices, std::size_t size) {
  smtp_client::Transaction transaction;
  transaction.reverse_path = {"me here", "here.test"};
  transaction.eight_bit = choices.eight_bit;
  transaction.smtputf8 = choices.smtputf8;
  transaction.size = size;
  if (choices.dsn) transaction.envid = "a+b=c";
  for (std::size_t i = 0; i < choices.recipients; ++i) {
    smtp_client::Recipient recipient;
    recipient.path = {choices.smtputf8 ? "r\u00e9" : "r" + std::to_string(i), "there.test"};
    if (choices.dsn) recipient.orcpt = "rfc822;a+b@c";
    transaction.recipients.push_back(recipient);
  }
  return transaction;
}

// The server with its world: answers every question at once, with a refusal where the choices say so.
class Server {
 public:
  explicit Server(const Choices& choices) : choices_(choices), session_(profile()) {
    run(smtp_session::Connected{});
  }

  std::string hear(std::string_view octets) {
    if (!closed_) run(smtp_session::Received{octets});
    return std::exchange(said_, {});
  }
  std::string greeting() { return std::exchange(said_, {}); }
  bool is_closed() const { return closed_; }
  bool wants_tls() const { return starting_tls_; }
  void start_tls() {
    starting_tls_ = false;
    run(smtp_session::TlsStarted{{true, false}});
  }

  std::vector<std::string> messages;
  std::size_t accepted = 0;  // recipients of the last message

 private:
  static const smtp_session::Profile& profile() {
    static const smtp_session::Profile receiver{"there.test", true, false, false, false, true,
                                                1U << 20U,    10,   20,    5,     100};
    return receiver;
  }
  smtp_session::Judged judge(int yes) {
    const bool no = ((choices_.refusals >> (questions_++ % 8U)) & 1U) != 0;
    return {no ? smtp::reply(questions_ % 2 == 0 ? 550 : 450, "", "no") : smtp::reply(yes, "", "yes")};
  }

  using Answer = std::optional<smtp_session::Event>;
  Answer answer(smtp_session::Read&) { return std::nullopt; }
  Answer answer(smtp_session::Close&) {
    closed_ = true;
    return std::nullopt;
  }
  Answer answer(smtp_session::Send& send) {
    said_ += send.octets;
    return smtp_session::Done{};
  }
  Answer answer(smtp_session::StartTls&) {
    starting_tls_ = true;
    return std::nullopt;
  }
  Answer answer(smtp_session::CheckPassword&) { return smtp_session::AuthRefused{}; }
  Answer answer(smtp_session::BeginScram&) { return smtp_session::AuthRefused{}; }
  Answer answer(smtp_session::FinishScram&) { return smtp_session::AuthRefused{}; }
  Answer answer(smtp_session::JudgeSender&) { return judge(250); }
  Answer answer(smtp_session::JudgeRecipient&) { return judge(250); }
  Answer answer(smtp_session::OpenMessage&) {
    content_.clear();
    return judge(354);
  }
  Answer answer(smtp_session::Content& content) {
    content_ += content.octets;
    return smtp_session::Done{};
  }
  Answer answer(smtp_session::FinishMessage&) {
    auto verdict = judge(250);
    if (verdict.reply.positive()) {
      messages.push_back(content_);
      accepted = session_.transaction()->recipients.size();
    }
    return verdict;
  }
  Answer answer(smtp_session::Abandon&) { return smtp_session::Done{}; }

  void run(smtp_session::Event first) {
    std::optional<smtp_session::Event> event(std::move(first));
    while (event) {
      auto action = session_.on(std::move(*event));
      event = std::visit([this](auto& wanted) { return answer(wanted); }, action);
    }
  }

  const Choices& choices_;
  smtp_session::Session session_;
  std::string said_;
  std::string content_;
  unsigned questions_ = 0;
  bool closed_ = false;
  bool starting_tls_ = false;
};

class Dialogue {
 public:
  Dialogue(const Choices& choices, std::string_view message)
      : choices_(choices),
        message_(message),
        server_(choices),
        client_(policy()),
        to_client_(server_.greeting()) {}

  void play() {
    step_ = client_.connected();
    for (unsigned turns = 0; step_.need != smtp_client::Need::hang_up && !reported_; ++turns) {
      ENSURE(turns < 100'000);
      say(std::exchange(step_.send, {}));
      go_on();
    }
    check();
  }

 private:
  smtp_client::Policy policy() const {
    smtp_client::Policy policy{.helo = "here.test"};
    policy.tls = choices_.tls ? smtp_client::TlsPolicy::require : smtp_client::TlsPolicy::off;
    return policy;
  }
  void say(std::string_view octets) {
    for (; !octets.empty(); octets.remove_prefix(std::min(choices_.piece, octets.size())))
      to_client_ += server_.hear(octets.substr(0, choices_.piece));
  }
  void go_on() {
    switch (step_.need) {
      case smtp_client::Need::reply:
        return listen();
      case smtp_client::Need::tls:
        ENSURE(server_.wants_tls() && to_client_.empty());
        server_.start_tls();
        step_ = client_.tls_established(true);
        return;
      case smtp_client::Need::ready:
        began_ = true;
        step_ = client_.begin(transaction_of(choices_, message_.size()));
        return;
      case smtp_client::Need::message:
        return send_message();
      case smtp_client::Need::report:
        reported_ = true;
        return;
      case smtp_client::Need::hang_up:
        return;
    }
  }
  void listen() {
    if (to_client_.empty()) {
      ENSURE(server_.is_closed());  // a server that is there and says nothing would hang the client
      step_ = client_.lost(smtp_client::Loss::closed);
      return;
    }
    const auto piece = to_client_.substr(0, choices_.piece);
    to_client_.erase(0, piece.size());
    step_ = client_.received(piece);
  }
  void send_message() {
    smtp::DotStuffer stuffer;
    std::string wire;
    ENSURE(stuffer.feed(message_, wire) && stuffer.finish(wire));
    client_.end_mark_leaving();
    say(wire);
    step_ = client_.message_sent();
  }
  void check() const {
    if (!began_) {
      ENSURE(client_.trouble().has_value());
      return;
    }
    std::size_t relayed = 0;
    for (const auto& recipient : client_.report().recipients)
      relayed += recipient.result == smtp_client::Result::relayed ? 1U : 0U;
    ENSURE(server_.messages.size() == (relayed > 0 ? 1U : 0U));
    if (relayed == 0) return;
    ENSURE(relayed == server_.accepted);
    const auto expected = message_.empty() || message_.ends_with("\r\n") ? std::string(message_)
                                                                         : std::string(message_) + "\r\n";
    ENSURE(server_.messages.front() == expected);
  }

  const Choices& choices_;
  std::string_view message_;
  Server server_;
  smtp_client::Session client_;
  smtp_client::Step step_;
  std::string to_client_;
  bool began_ = false;
  bool reported_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) return 0;
  std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto wishes = static_cast<unsigned char>(octets[0]);
  Choices choices{.tls = (wishes & 1U) != 0,
                  .eight_bit = (wishes & 2U) != 0,
                  .smtputf8 = (wishes & 4U) != 0,
                  .dsn = (wishes & 8U) != 0,
                  .recipients = 1U + (wishes >> 4U),  // 16 at most: more than the server takes in one message
                  .refusals = static_cast<unsigned char>(octets[1]),
                  .piece = 1U + static_cast<unsigned char>(octets[2])};
  const auto message = octets.substr(3);
  smtp::OctetWatch watch;
  watch.feed(message);
  const auto seen = watch.finish();
  if (seen.bare() || seen.nul) return 0;  // never reaches a courier
  if (seen.eight_bit) choices.eight_bit = true;
  Dialogue(choices, message).play();
  return 0;
}
