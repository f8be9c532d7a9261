// The ESMTP parameters of MAIL and RCPT (RFC 5321 4.1.2):
//   esmtp-param = esmtp-keyword [ "=" esmtp-value ], separated by single spaces
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "smtp/command.hpp"

namespace scop::smtp {

// `text` is what stands behind the path: empty, or SP and parameters.
std::expected<MailParameters, CommandProblem> parse_mail_parameters(std::string_view text);
std::expected<RcptParameters, CommandProblem> parse_rcpt_parameters(std::string_view text);

// Each with a leading space.
std::string to_text(const MailParameters& parameters);
std::string to_text(const RcptParameters& parameters);

}  // namespace scop::smtp
