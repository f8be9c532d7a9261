// What Outlook posts to /autodiscover/autodiscover.xml ("plain old XML", MS-OXDSCLI 2.2.3), by expat within
// bounds: no document type, so no entities of anybody's making, few levels, few elements, short texts.
#pragma once

#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::web_content {

struct AutodiscoverRequest {
  std::string address;          // EMailAddress
  std::string response_schema;  // AcceptableResponseSchema
  bool operator==(const AutodiscoverRequest&) const = default;
};

inline constexpr std::string_view outlook_schema =
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";

// malformed: no XML, a document type, no such request. too_large: beyond a bound.
Outcome<AutodiscoverRequest> read_autodiscover_request(std::string_view xml);

}  // namespace scop::web_content
