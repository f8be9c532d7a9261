#include "dsn/report.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"
#include "dsn/encoded_words.hpp"
#include "dsn/text.hpp"
#include "dsn/words.hpp"
#include "message/date.hpp"
#include "message/header.hpp"

namespace scop::dsn {

namespace {

constexpr std::size_t most_recipients = 1000;

std::string status_of(const RecipientStatus& recipient) {
  if (is_status(recipient.status)) return recipient.status;
  switch (recipient.action) {
    case Action::failed:
      return "5.0.0";
    case Action::delayed:
      return "4.0.0";
    default:
      return "2.0.0";
  }
}

// RFC 3464 2.3.2: address-type ";" address; RFC 6533 3 for one that is not ASCII.
std::string typed(std::string_view address) {
  const auto line = one_line(address, 500);
  return (ascii::is_all_ascii(line) ? "rfc822; " : "utf-8; ") + line;
}

// RFC 3461's decoded ORCPT: its type becomes utf-8 where the address is not ASCII.
std::string typed_original(std::string_view original) {
  const auto semicolon = original.find(';');
  if (semicolon == std::string_view::npos) return typed(original);
  const auto address = one_line(original.substr(semicolon + 1), 500);
  if (!ascii::is_all_ascii(address)) return "utf-8; " + address;
  return one_ascii_line(original.substr(0, semicolon), 60) + "; " + address;
}

std::string recipient_fields(const RecipientStatus& recipient) {
  std::string out = "\r\n";
  if (!recipient.original.empty()) out += field("Original-Recipient", typed_original(recipient.original));
  out += field("Final-Recipient", typed(recipient.address));
  out += field("Action", name_of(recipient.action));
  out += field("Status", status_of(recipient));
  if (!recipient.remote_mta.empty())
    out += field("Remote-MTA", "dns; " + one_ascii_line(recipient.remote_mta, 255));
  if (!recipient.diagnostic.empty()) {
    out += field("Diagnostic-Code", "smtp; " + one_ascii_line(recipient.diagnostic, 1000));
  }
  if (recipient.last_attempt != Time{}) {
    out += field("Last-Attempt-Date", message::format_date(recipient.last_attempt));
  }
  return out;
}

std::string status_part(const ReportView& report) {
  std::string out = field("Reporting-MTA", "dns; " + one_ascii_line(report.reporting_mta, 255));
  if (!report.envid.empty()) out += field("Original-Envelope-Id", one_ascii_line(report.envid, 100));
  out += field("Arrival-Date", message::format_date(report.arrival));
  std::size_t count = 0;
  for (const auto& recipient : report.recipients) {
    if (++count > most_recipients) break;
    out += recipient_fields(recipient);
    if (recipient.action == Action::delayed && report.retry_until) {
      out += field("Will-Retry-Until", message::format_date(*report.retry_until));
    }
  }
  return out;
}

struct Quoted {
  std::string type;
  std::string octets;
};

Quoted quote(const ReportView& report) {
  const bool whole = report.with_body && report.header.size() + report.body.size() + 2 <= most_quoted;
  auto octets = quotable(report.header, most_quoted);
  const bool global = !ascii::is_all_ascii(octets);
  // The header section ends with its empty line in a whole message, and without it where it stands alone.
  while (octets.ends_with("\r\n\r\n")) octets.resize(octets.size() - 2);
  if (octets == "\r\n") octets.clear();
  if (!whole) return {global ? "message/global-headers" : "text/rfc822-headers", std::move(octets)};
  octets += "\r\n";
  octets += quotable(report.body, most_quoted);
  return {global ? "message/global" : "message/rfc822", std::move(octets)};
}

std::string part(std::string_view boundary, std::string_view type, std::string_view octets) {
  const auto* encoding = ascii::is_all_ascii(octets) ? "7bit" : "8bit";
  return fmt::format("--{}\r\nContent-Type: {}\r\nContent-Transfer-Encoding: {}\r\n\r\n{}\r\n", boundary,
                     type, encoding, octets);
}

// RFC 2046 5.1.1: the boundary must not stand in any part; a sender may have tried to put it there.
std::string boundary_for(std::string_view id, std::string_view words, std::string_view status,
                         std::string_view quoted) {
  std::string boundary = "=_" + one_ascii_line(id, 40);
  const auto occurs = [&](std::string_view text) {
    return text.find("--" + boundary) != std::string_view::npos;
  };
  for (int i = 0; i < 16 && (occurs(words) || occurs(status) || occurs(quoted)); ++i) {
    boundary += fmt::format("_{}", quoted.size() + static_cast<std::size_t>(i));
  }
  return boundary;
}

std::string original_value(const ReportView& report, std::string_view name) {
  const auto header = message::parse_header(report.header.substr(0, message::most_header_octets));
  if (!header) return {};
  const auto* found = message::find(*header, name);
  return found == nullptr ? std::string{} : message::unfold(found->value);
}

std::string header_of(const ReportView& report, std::string_view boundary, std::string_view status_type) {
  const auto action = report.recipients.empty() ? Action::failed : report.recipients.front().action;
  std::string out = field("From", "Mail delivery <" + one_line(report.from, 320) + ">");
  out += field("To", "<" + one_line(report.to, 320) + ">");
  out += field("Subject", subject_of(action));
  out += field("Date", message::format_date(report.date));
  out += field("Message-ID",
               "<" + one_ascii_line(report.id, 64) + "@" + one_ascii_line(report.reporting_mta, 255) + ">");
  const auto answered = one_line(original_value(report, "Message-ID"), 400);
  if (answered.starts_with('<') && answered.ends_with('>') && ascii::is_all_ascii(answered) &&
      answered.find(' ') == std::string::npos) {
    out += field("In-Reply-To", answered);  // clients show the notification beside the message
    out += field("References", answered);
  }
  out += field("Auto-Submitted", "auto-replied");  // RFC 3834 5: no vacation reply answers it
  out += "MIME-Version: 1.0\r\n";
  out += fmt::format("Content-Type: multipart/report; report-type={};\r\n boundary=\"{}\"\r\n", status_type,
                     boundary);
  return out;
}

}  // namespace

Notification build(const ReportView& report) {
  const auto subject = decode_words(original_value(report, "Subject"));
  const auto words = words_for(report, subject);
  const auto status = status_part(report);
  const auto quoted = quote(report);
  const bool global = !ascii::is_all_ascii(status);
  const auto boundary = boundary_for(report.id, words, status, quoted.octets);
  // RFC 6533 3: the report-type stays "delivery-status" whichever form the part has.
  const auto header = header_of(report, boundary, "delivery-status");

  Notification out;
  out.octets = header + "\r\n";
  out.octets += part(boundary, "text/plain; charset=utf-8", words);
  out.octets += part(boundary, global ? "message/global-delivery-status" : "message/delivery-status", status);
  out.octets += part(boundary, quoted.type, quoted.octets);
  out.octets += "--" + boundary + "--\r\n";
  out.eight_bit = !ascii::is_all_ascii(out.octets);
  out.smtputf8 = !ascii::is_all_ascii(header) || !ascii::is_all_ascii(report.to);
  return out;
}

}  // namespace scop::dsn
