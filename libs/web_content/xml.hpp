// Text as XML wants it.
#pragma once

#include <string>
#include <string_view>

namespace scop::web_content {

// For character data and quoted attributes. The text is UTF-8 without controls.
std::string xml_text(std::string_view text);

}  // namespace scop::web_content
