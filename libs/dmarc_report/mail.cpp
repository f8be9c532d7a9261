#include "dmarc_report/mail.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gzip/gzip.hpp"
#include "message/date.hpp"
#include "message/harmless.hpp"
#include "message/transfer.hpp"

namespace scop::dmarc_report {

using message::harmless;

std::string file_name(const Report& report, std::string_view receiver) {
  auto name = fmt::format("{}!{}!{}!{}.xml.gz", harmless(receiver), harmless(report.published.domain),
                          report.begin, report.end);
  std::ranges::replace(name, '/', '_');
  return name;
}

std::string build_mail(const Report& report, const MailView& mail) {
  const auto receiver = harmless(mail.receiver);
  const auto domain = harmless(report.published.domain);
  const auto boundary = fmt::format("=_{}", harmless(mail.id));
  const auto name = file_name(report, mail.receiver);
  std::string out;
  out += fmt::format("From: <{}>\r\nTo: <{}>\r\n", harmless(mail.from), harmless(mail.to));
  out += fmt::format("Subject: Report Domain: {}\r\n Submitter: {}\r\n Report-ID: <{}>\r\n", domain, receiver,
                     harmless(report.report_id));
  out += fmt::format("Date: {}\r\nMessage-ID: <{}@{}>\r\n", message::format_date(mail.date),
                     harmless(mail.id), receiver);
  out += "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
  out += fmt::format("Content-Type: multipart/mixed; boundary=\"{}\"\r\n\r\n", boundary);
  out += fmt::format("--{}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n", boundary);
  out += fmt::format("DMARC aggregate report about {}, from {}.\r\n", domain, receiver);
  out += fmt::format("\r\n--{}\r\nContent-Type: application/gzip; name=\"{}\"\r\n", boundary, name);
  out += fmt::format("Content-Disposition: attachment;\r\n filename=\"{}\"\r\n", name);
  out += "Content-Transfer-Encoding: base64\r\n\r\n";
  out += message::encode_base64_lines(gzip::deflate(to_xml(report)));
  out += fmt::format("\r\n--{}--\r\n", boundary);
  return out;
}

}  // namespace scop::dmarc_report
