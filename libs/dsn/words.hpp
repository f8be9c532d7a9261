// The part of a notification that people read: what happened to which address, why, and what they can do.
#pragma once

#include <string>
#include <string_view>

#include "dsn/report.hpp"

namespace scop::dsn {

// The notification's subject line.
std::string subject_of(Action action);

// CRLF lines of plain text, UTF-8. `original_subject` may be empty.
std::string words_for(const ReportView& report, std::string_view original_subject);

// Advice for a status: "The address does not exist. Check it for …"; by RFC 3463's subject and detail.
std::string_view advice_for(Action action, std::string_view status);

}  // namespace scop::dsn
