// The [web] section: where the web daemon listens.
#pragma once

#include <string>
#include <vector>

#include "config/document.hpp"

namespace scop::settings {

struct Web {
  std::vector<std::string> listen;  // HTTPS, "0.0.0.0:443"; none: nothing is served
};

Web read_web(const config::Document& document);

}  // namespace scop::settings
