#include "dsn/words.hpp"

#include <array>

#include "dsn/text.hpp"
#include "message/date.hpp"

namespace scop::dsn {

namespace {

struct Advice {
  std::string_view detail;  // RFC 3463 without the class; a prefix
  std::string_view text;
};

constexpr std::array failed_advice{
    Advice{
        "1.1",
        "There is no such mailbox. Check the part before the @ for a typing mistake, or ask the person for "
        "their current address in another way."},
    Advice{"1.2", "There is no such domain for mail. Check the part behind the @ for a typing mistake."},
    Advice{"1.10", "This domain accepts no mail at all. Check the part behind the @ for a typing mistake."},
    Advice{"1.", "The address is not usable. Check it for a typing mistake."},
    Advice{"2.1", "This mailbox is disabled. Ask the person for another address."},
    Advice{"2.2", "The mailbox is full. Ask the person to make room, then send the message again."},
    Advice{
        "2.3",
        "The message is too large for this mailbox. Send a smaller one, for instance with a link in place of "
        "the attachment."},
    Advice{"2.", "The mailbox does not take the message now."},
    Advice{"3.4",
           "The message is too large for the other server. Send a smaller one, for instance with a link in "
           "place of the attachment."},
    Advice{"4.6",
           "The message went round in circles between servers. The administrators of the recipient's domain "
           "must repair its forwarding."},
    Advice{"4.", "The other server could not be reached. Sending the message again later may help."},
    Advice{"6.7",
           "The recipient's server does not take addresses with these characters. Ask the person for an "
           "address in plain letters."},
    Advice{"6.",
           "The recipient's server cannot take a message of this form. Sending it as plain text may help."},
    Advice{
        "7.",
        "The recipient's server refuses this message by its policy. Its administrators, or yours, can tell "
        "why; the server's own words are above."},
};

std::string_view intro(Action action, bool one) {
  switch (action) {
    case Action::failed:
      return one ? "Your message could not be delivered to this address. Nobody will try again."
                 : "Your message could not be delivered to these addresses. Nobody will try again.";
    case Action::delayed:
      return one ? "Your message has not yet reached this address. We keep trying; you need not send it "
                   "again."
                 : "Your message has not yet reached these addresses. We keep trying; you need not send it "
                   "again.";
    case Action::delivered:
      return "Your message was delivered, as you asked to be told:";
    case Action::relayed:
      return "Your message was handed on to a server that does not report deliveries; you will hear no more "
             "of it:";
    case Action::expanded:
      return "Your message was handed on to the members of this list or alias:";
  }
  return {};
}

std::string reason_of(const RecipientStatus& recipient) {
  const auto diagnostic = one_line(recipient.diagnostic, 1000);
  if (diagnostic.empty()) return {};
  const auto server = one_ascii_line(recipient.remote_mta, 255);
  return server.empty() ? "Reason: " + diagnostic : "The server " + server + " said: " + diagnostic;
}

}  // namespace

std::string subject_of(Action action) {
  switch (action) {
    case Action::failed:
      return "Not delivered: your message came back";
    case Action::delayed:
      return "Not yet delivered: we keep trying";
    case Action::delivered:
      return "Delivered: your message arrived";
    case Action::relayed:
      return "Handed on: your message left this system";
    case Action::expanded:
      return "Handed on: your message went to a list";
  }
  return {};
}

std::string_view advice_for(Action action, std::string_view status) {
  if (action != Action::failed) return {};
  const auto detail = status.size() > 2 ? status.substr(2) : std::string_view{};
  // An exact match goes before a prefix: "1.1" must not answer for "1.10".
  for (const auto& advice : failed_advice) {
    if (detail == advice.detail) return advice.text;
  }
  for (const auto& advice : failed_advice) {
    if (advice.detail.ends_with('.') && detail.starts_with(advice.detail)) return advice.text;
  }
  return "The server's own words are above; the administrator named below can help.";
}

std::string words_for(const ReportView& report, std::string_view original_subject) {
  if (report.recipients.empty()) return {};
  const auto action = report.recipients.front().action;
  std::string out = wrapped(intro(action, report.recipients.size() == 1), "");
  out += "\r\n";
  if (!original_subject.empty()) out += wrapped("Subject: " + one_line(original_subject, 300), "    ");
  out += wrapped("Sent: " + message::format_date(report.arrival), "    ");
  for (const auto& recipient : report.recipients) {
    out += "\r\n" + wrapped(one_line(recipient.address, 400), "  ");
    if (action == Action::failed || action == Action::delayed) out += wrapped(reason_of(recipient), "    ");
    out += wrapped(advice_for(action, recipient.status), "    ");
  }
  if (report.retry_until) {
    out += "\r\n" + wrapped("If it cannot be delivered by " + message::format_date(*report.retry_until) +
                                ", you will get another message.",
                            "");
  }
  out += "\r\n" + wrapped("This is an automatic message of the mail server " +
                              one_ascii_line(report.reporting_mta, 255) + ". A person answers at " +
                              one_line(report.from, 320) + ".",
                          "");
  return out;
}

}  // namespace scop::dsn
