#include "tls_report/mail.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "gzip/gzip.hpp"
#include "message/date.hpp"
#include "message/harmless.hpp"
#include "message/transfer.hpp"

namespace scop::tls_report {

namespace {

constexpr std::size_t longest_id = 16;

using message::harmless;

// How many sessions, for whom the attachment is not for.
std::string summary_of(const Report& report, std::string_view domain, std::string_view submitter) {
  std::uint64_t failures = 0;
  for (const auto& result : report.policies) failures += result.failures;
  return fmt::format("SMTP TLS report about {}, from {}: {} sessions, {} with a failure.\r\n", domain,
                     submitter, sessions_of(report), failures);
}

}  // namespace

std::string file_name(const Report& report, std::string_view domain, std::string_view submitter) {
  auto name = fmt::format("{}!{}!{}!{}!{}.json.gz", harmless(submitter), harmless(domain), report.begin,
                          report.end, harmless(report.report_id).substr(0, longest_id));
  std::ranges::replace(name, '/', '_');
  return name;
}

std::string build_mail(const Report& report, const MailView& mail) {
  const auto submitter = harmless(mail.submitter);
  const auto domain = harmless(mail.domain);
  const auto boundary = fmt::format("=_{}", harmless(mail.id));
  const auto name = file_name(report, mail.domain, mail.submitter);
  std::string out;
  out += fmt::format("From: <{}>\r\nTo: <{}>\r\n", harmless(mail.from), harmless(mail.to));
  out += fmt::format("Subject: Report Domain: {}\r\n Submitter: {}\r\n Report-ID: <{}>\r\n", domain,
                     submitter, harmless(report.report_id));
  out += fmt::format("Date: {}\r\nMessage-ID: <{}@{}>\r\n", message::format_date(mail.date),
                     harmless(mail.id), harmless(mail.host));
  out += fmt::format("TLS-Report-Domain: {}\r\nTLS-Report-Submitter: {}\r\n", domain, submitter);
  out += "TLS-Required: No\r\nAuto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n";
  out += fmt::format("Content-Type: multipart/report; report-type=\"tlsrpt\";\r\n boundary=\"{}\"\r\n\r\n",
                     boundary);
  out += fmt::format("--{}\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n", boundary);
  out += summary_of(report, domain, submitter);
  out += fmt::format("\r\n--{}\r\nContent-Type: {};\r\n name=\"{}\"\r\n", boundary, packed_type, name);
  out += fmt::format("Content-Disposition: attachment;\r\n filename=\"{}\"\r\n", name);
  out += "Content-Transfer-Encoding: base64\r\n\r\n";
  out += message::encode_base64_lines(gzip::deflate(to_json(report)));
  out += fmt::format("\r\n--{}--\r\n", boundary);
  return out;
}

}  // namespace scop::tls_report
