// The mail that carries a report (RFC 8460 5.3) as octets, CRLF line ends.
#pragma once

#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "tls_report/report.hpp"

namespace scop::tls_report {

inline constexpr std::string_view packed_type = "application/tlsrpt+gzip";

// RFC 8460 5.1: submitter "!" policy-domain "!" begin "!" end "!" unique-id ".json.gz"
std::string file_name(const Report& report, std::string_view domain, std::string_view submitter);

struct MailView {
  std::string_view from;       // address
  std::string_view to;         // address
  std::string_view domain;     // that is reported on
  std::string_view submitter;  // our domain
  std::string_view host;       // ours, for Message-ID
  std::string_view id;         // for Message-ID and boundary: letters and digits
  Time date{};
};

// `report` packed and attached. It carries "TLS-Required: No": what it tells of must not stop it (RFC 8460
// 3, RFC 8689 5).
std::string build_mail(const Report& report, const MailView& mail);

}  // namespace scop::tls_report
