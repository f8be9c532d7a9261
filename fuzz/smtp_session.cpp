// The server's dialogue. The first octet chooses profile and answers, the rest is what the client sends,
// whole and octet by octet: both give the same replies and the same messages; nothing is delivered with a
// bare CR or LF; questions come in order.
#include <cstdint>

#include "core/ensure.hpp"
#include "smtp_session/session.hpp"

namespace {

using namespace scop;
using namespace scop::smtp_session;

struct Heard {
  std::string replies;
  std::vector<std::string> messages;
  bool closed = false;
  bool operator==(const Heard&) const = default;
};

class Service {
 public:
  explicit Service(unsigned choices) : choices_(choices), session_(profile(choices)) {
    run(Connected{Tls{(choices & 1U) != 0, (choices & 2U) != 0}});
  }

  void receive(std::string_view octets) {
    if (!heard.closed) run(Received{octets});
  }

  Heard heard;

 private:
  static const Profile& profile(unsigned choices) {
    static const Profile submission{"host", true, true, true, true, false, 300, 3, 5, 2, 20};
    static const Profile receiver{"host", true, false, false, false, true, 300, 3, 5, 2, 20};
    return (choices & 4U) != 0 ? submission : receiver;
  }
  Judged judge(int yes) {
    return Judged{(choices_ & 8U) != 0 && ++judged_ % 3 == 0 ? smtp::reply(550, "5.7.1", "no")
                                                             : smtp::reply(yes, "", "yes")};
  }

  std::optional<Event> answer(Read&) { return std::nullopt; }
  std::optional<Event> answer(Close&) {
    heard.closed = true;
    return std::nullopt;
  }
  std::optional<Event> answer(Send& send) {
    ENSURE(!send.octets.empty());
    heard.replies += send.octets;
    return Done{};
  }
  std::optional<Event> answer(StartTls&) { return TlsStarted{Tls{true, true}}; }
  std::optional<Event> answer(CheckPassword& check) {
    ENSURE(!check.login.empty() && !check.password.empty());
    return AuthGranted{};
  }
  std::optional<Event> answer(BeginScram&) { return AuthChallenge{"first"}; }
  std::optional<Event> answer(FinishScram&) { return AuthGranted{"final"}; }
  std::optional<Event> answer(JudgeSender&) { return judge(250); }
  std::optional<Event> answer(JudgeRecipient&) { return judge(250); }
  std::optional<Event> answer(OpenMessage&) {
    ENSURE(!open_ && !session_.transaction()->recipients.empty());
    auto verdict = judge(354);
    open_ = verdict.reply.intermediate();
    content_.clear();
    return verdict;
  }
  std::optional<Event> answer(Content& content) {
    ENSURE(open_ && !content.octets.empty());
    content_ += content.octets;
    return Done{};
  }
  std::optional<Event> answer(FinishMessage& finish) {
    ENSURE(open_ && finish.octets.size == content_.size() && content_.size() <= 300);
    ENSURE(!finish.octets.bare() && !finish.octets.nul && (content_.empty() || content_.ends_with("\r\n")));
    open_ = false;
    heard.messages.push_back(content_);
    return judge(250);
  }
  std::optional<Event> answer(Abandon&) {
    ENSURE(open_);
    open_ = false;
    return Done{};
  }

  void run(std::optional<Event> event) {
    while (event) {
      auto action = session_.on(std::move(*event));
      event = std::visit([this](auto& wanted) { return answer(wanted); }, action);
    }
  }

  unsigned choices_;
  unsigned judged_ = 0;
  Session session_;
  std::string content_;
  bool open_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data + 1), size - 1);
  Service by_line(*data);
  Service by_octet(*data);
  // Whole lines and single octets; not all at once, since what stands behind DATA and STARTTLS in one piece
  // is refused.
  for (std::size_t at = 0; at < octets.size();) {
    const auto end = std::min(octets.find('\n', at), octets.size() - 1) + 1;
    by_line.receive(octets.substr(at, end - at));
    at = end;
  }
  for (const char& c : octets) by_octet.receive({&c, 1});
  ENSURE(by_line.heard == by_octet.heard);
  Service at_once(*data);
  at_once.receive(octets);
  return 0;
}
