// The mail that carries a report (RFC 7489 7.2.1.1) as octets, CRLF line ends.
#pragma once

#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "dmarc_report/report.hpp"

namespace scop::dmarc_report {

//   receiver "!" policy-domain "!" begin "!" end ".xml.gz"
std::string file_name(const Report& report, std::string_view receiver);

struct MailView {
  std::string_view from;      // address
  std::string_view to;        // address
  std::string_view receiver;  // our host name or organization's domain
  std::string_view id;        // for Message-ID and boundary: letters and digits
  Time date{};
};

// `report` packed and attached.
std::string build_mail(const Report& report, const MailView& mail);

}  // namespace scop::dmarc_report
