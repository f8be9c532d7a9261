// method, LF, target, LF, Host, LF, body: every answer is one response, and every XML in it is XML.
#include <expat.h>

#include <cstddef>
#include <cstdint>

#include "core/ensure.hpp"
#include "http/response.hpp"
#include "web_content/route.hpp"

using namespace scop;

namespace {

std::string_view take_line(std::string_view& rest) {
  const auto line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(line.size() + 1, rest.size()));
  return line;
}

void check_xml(std::string_view body) {
  auto* parser = XML_ParserCreate(nullptr);
  const auto status = XML_Parse(parser, body.data(), static_cast<int>(body.size()), 1);
  XML_ParserFree(parser);
  ENSURE(status == XML_STATUS_OK);
}

void check(const http::Response& response) {
  if (response.type.starts_with("text/xml") || response.type.contains("aspen-config"))
    check_xml(response.body);
  for (const auto& field : response.fields) ENSURE(field.value.find_first_of("\r\n") == std::string::npos);
  const auto octets = http::to_octets(response, {});
  ENSURE(octets.find("\r\n\r\n") + 4 + response.body.size() == octets.size());
}

const web_content::Site& site() {
  static const web_content::Site made{
      .settings =
          settings::read_web(*config::Document::parse("[web]\n"
                                                      "imap = \"imap.example.org:993\"\n"
                                                      "matrix_server = \"matrix.example.org\"\n"
                                                      "matrix_client = \"https://matrix.example.org\"\n"
                                                      "security_contact = [\"mailto:a@example.org\"]\n",
                                                      "scop.toml"),
                             "mail.example.org"),
      .host = "mail.example.org",
      .domains = {"example.org", "b.test"}};
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  http::Request request;
  request.method = take_line(rest);
  auto target = http::parse_target(request.method, take_line(rest));
  const auto authority = http::parse_authority(take_line(rest));
  if (!target || !authority) return 0;
  request.target = std::move(*target);
  request.authority = *authority;
  request.body = rest;
  check(web_content::route(site(), request, Time(std::chrono::seconds(1'790'000'000))));
  check(web_content::redirect(site(), request));
  return 0;
}
