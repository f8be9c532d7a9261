// A hostile server against the client machine: any octets in any chunks, the connection lost at any point.
// Commands that leave are whole lines, everyone is decided in the end, and nobody is relayed before the end
// mark has left.
//   first octet: what the transaction wants; then [length][octets] …, length 255: lost, 254: timed out
#include <algorithm>
#include <cstdint>
#include <string_view>

#include "core/ensure.hpp"
#include "smtp_client/session.hpp"

namespace {

using namespace scop::smtp_client;

const Credentials credentials{"login", "password"};

Transaction transaction_of(unsigned wishes) {
  Transaction transaction;
  transaction.reverse_path = {"me", "here.test"};
  transaction.eight_bit = (wishes & 1U) != 0;
  transaction.smtputf8 = (wishes & 2U) != 0;
  transaction.size = 1000;
  const int recipients = (wishes & 4U) != 0 ? 100 : 2;
  for (int i = 0; i < recipients; ++i)
    transaction.recipients.push_back({{"r", "there.test"}, 2, "rfc822;r@there.test"});
  return transaction;
}

class Driver {
 public:
  explicit Driver(unsigned wishes)
      : wishes_(wishes), session_(policy_of(wishes)), step_(session_.connected()) {}

  bool over() const { return step_.need == Need::hang_up; }
  void feed(std::string_view octets) {
    take(session_.received(octets));
    perform();
  }
  void lose(Loss loss) { take(session_.lost(loss)); }

 private:
  static Policy policy_of(unsigned wishes) {
    Policy policy{.helo = "me.test"};
    policy.tls = (wishes & 8U) != 0 ? TlsPolicy::require : TlsPolicy::opportunistic;
    policy.implicit_tls = (wishes & 16U) != 0;
    if ((wishes & 32U) != 0) policy.credentials = &credentials;
    return policy;
  }

  void take(Step step) {
    ENSURE(step.send.empty() || step.send.ends_with("\r\n"));
    if (!session_.in_tls()) ENSURE(!step.send.contains("AUTH"));
    step_ = std::move(step);
    if (over()) check_end();
  }
  // What a driver does without asking the network.
  void perform() {
    for (int i = 0; i < 8; ++i) {
      if (step_.need == Need::tls) {
        take((wishes_ & 64U) != 0 ? session_.tls_failed("alert") : session_.tls_established(true));
      } else if (step_.need == Need::ready) {
        ENSURE(session_.reusable());
        end_mark_left_ = false;
        began_ = true;
        take(session_.begin(transaction_of(wishes_)));
      } else if (step_.need == Need::message && (wishes_ & 128U) != 0) {
        session_.end_mark_leaving();
        end_mark_left_ = true;
        take(session_.message_sent());
      } else if (step_.need == Need::report) {
        check_report();
        if (!session_.reusable()) return;
        step_.need = Need::ready;
      } else {
        return;
      }
    }
  }
  void check_report() const {
    for (const auto& recipient : session_.report().recipients) {
      ENSURE(recipient.reply.code >= 200 && recipient.reply.code < 600);
      ENSURE(recipient.result != Result::relayed || end_mark_left_);
    }
    ENSURE(!session_.report().uncertain || end_mark_left_);
  }
  void check_end() const {
    if (began_) {
      check_report();
    } else {
      ENSURE(session_.trouble().has_value());
    }
  }

  unsigned wishes_;
  Session session_;
  Step step_;
  bool began_ = false;
  bool end_mark_left_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  Driver driver(static_cast<unsigned char>(rest.front()));
  rest.remove_prefix(1);
  while (!rest.empty() && !driver.over()) {
    const auto length = static_cast<unsigned char>(rest.front());
    rest.remove_prefix(1);
    if (length >= 254) {
      driver.lose(length == 255 ? Loss::closed : Loss::timed_out);
      continue;
    }
    const auto octets = rest.substr(0, length);
    rest.remove_prefix(octets.size());
    driver.feed(octets);
  }
  if (!driver.over()) driver.lose(Loss::closed);
  return 0;
}
