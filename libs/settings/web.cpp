#include "settings/web.hpp"

#include "settings/public_server.hpp"

namespace scop::settings {

Web read_web(const config::Document& document) {
  Web web;
  web.listen = read_endpoints(document.section("web"), "listen", {});
  return web;
}

}  // namespace scop::settings
