#include "web_content/route.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <concepts>

#include "core/ascii.hpp"
#include "http/query.hpp"
#include "http/response.hpp"
#include "web_content/autoconfig.hpp"
#include "web_content/autodiscover.hpp"
#include "web_content/autodiscover_request.hpp"
#include "web_content/mobileconfig.hpp"
#include "web_content/mta_sts_policy.hpp"
#include "web_content/well_known.hpp"

namespace scop::web_content {

namespace {

struct Visit {
  const Site& site;
  const http::Request& request;
  const Place& place;
  Time now;
};

http::Response page(std::string_view type, std::string body) {
  return {.status = 200, .type = std::string(type), .body = std::move(body), .fields = {}};
}

http::Response not_here() { return http::problem(404, "nothing here"); }

http::Response mta_sts(const Visit& visit) {
  return page("text/plain; charset=utf-8", policy_text(visit.site.settings));
}

http::Response autoconfig(const Visit& visit) {
  return page("text/xml; charset=utf-8", autoconfig_xml(visit.site.settings, visit.place.domain));
}

// 200 even for errors: that is how the protocol says them.
http::Response autodiscover_error(const Visit& visit, AutodiscoverError error) {
  return page("text/xml; charset=utf-8", autodiscover_error_xml(error, visit.now));
}

http::Response autodiscover(const Visit& visit) {
  if (visit.request.method != "POST") return autodiscover_error(visit, AutodiscoverError::invalid_request);
  const auto asked = read_autodiscover_request(visit.request.body);
  if (!asked && asked.error().kind == ErrorKind::too_large) return http::problem(413, "too much XML");
  if (!asked) return http::problem(400, "no autodiscover request");
  if (asked->address.empty()) return autodiscover_error(visit, AutodiscoverError::invalid_request);
  if (asked->response_schema != outlook_schema || domain_of_address(visit.site, asked->address).empty())
    return autodiscover_error(visit, AutodiscoverError::provider_not_there);
  return page("text/xml; charset=utf-8", autodiscover_xml(visit.site.settings, asked->address));
}

std::string own_authority(const Visit& visit) {
  const auto& host = visit.request.authority.host;
  return visit.site.port == 443 ? host : fmt::format("{}:{}", host, visit.site.port);
}

http::Response autodiscover_v2(const Visit& visit) {
  const auto protocol = http::query_value(visit.request.target.query, "Protocol");
  if (!protocol || !ascii::equals_ignoring_case(*protocol, "AutodiscoverV1"))
    return {.status = 400, .type = "application/json", .body = autodiscover_error_json(), .fields = {}};
  return page("application/json", autodiscover_json(fmt::format("https://{}/Autodiscover/Autodiscover.xml",
                                                                own_authority(visit))));
}

http::Response apple_profile(const Visit& visit) {
  const auto address = http::query_value(visit.request.target.query, "emailaddress").value_or("");
  const auto domain = domain_of_address(visit.site, address);
  if (!has_mobileconfig(visit.site.settings) || domain.empty() || domain != visit.place.domain)
    return not_here();
  auto response =
      page("application/x-apple-aspen-config", mobileconfig(visit.site.settings, address, domain));
  response.fields.push_back({"Content-Disposition", "attachment; filename=\"email.mobileconfig\""});
  return response;
}

// Browsers of any site may read it (the Matrix client-server API, "Web browser clients").
http::Response for_every_site(http::Response response) {
  response.fields.push_back({"Access-Control-Allow-Origin", "*"});
  response.fields.push_back({"Access-Control-Allow-Methods", "GET, POST, PUT, DELETE, OPTIONS"});
  response.fields.push_back(
      {"Access-Control-Allow-Headers", "X-Requested-With, Content-Type, Authorization"});
  return response;
}

http::Response matrix_server(const Visit& visit) {
  if (visit.site.settings.matrix_server.empty()) return for_every_site(not_here());
  return for_every_site(page("application/json", matrix_server_json(visit.site.settings)));
}

http::Response matrix_client(const Visit& visit) {
  if (visit.site.settings.matrix_client.empty()) return for_every_site(not_here());
  return for_every_site(page("application/json", matrix_client_json(visit.site.settings)));
}

http::Response security(const Visit& visit) {
  if (visit.site.settings.security_contact.empty()) return not_here();
  return page("text/plain; charset=utf-8",
              security_txt(visit.site.settings, visit.request.authority.host, visit.now));
}

constexpr unsigned at(std::same_as<Role> auto... roles) { return (static_cast<unsigned>(roles) | ...); }

struct Resource {
  unsigned roles;
  std::string_view path;
  bool any_case = false;  // Outlook's programs write /Autodiscover/Autodiscover.xml as they like
  bool takes_post = false;
  bool is_for_every_site = false;
  http::Response (*answer)(const Visit&);
};

constexpr unsigned everywhere =
    at(Role::domain, Role::mta_sts, Role::autoconfig, Role::autodiscover, Role::mail_host);
constexpr unsigned for_outlook = at(Role::domain, Role::autodiscover, Role::mail_host);
constexpr unsigned for_thunderbird = at(Role::domain, Role::autoconfig);

constexpr std::string_view outlook_json = "/autodiscover/autodiscover.json";

constexpr std::array resources{
    Resource{.roles = at(Role::mta_sts), .path = "/.well-known/mta-sts.txt", .answer = mta_sts},
    Resource{.roles = at(Role::autoconfig), .path = "/mail/config-v1.1.xml", .answer = autoconfig},
    Resource{.roles = for_thunderbird,
             .path = "/.well-known/autoconfig/mail/config-v1.1.xml",
             .answer = autoconfig},
    Resource{.roles = at(Role::autoconfig), .path = "/email.mobileconfig", .answer = apple_profile},
    Resource{.roles = for_outlook,
             .path = "/autodiscover/autodiscover.xml",
             .any_case = true,
             .takes_post = true,
             .answer = autodiscover},
    Resource{.roles = for_outlook, .path = outlook_json, .any_case = true, .answer = autodiscover_v2},
    Resource{.roles = at(Role::domain),
             .path = "/.well-known/matrix/server",
             .is_for_every_site = true,
             .answer = matrix_server},
    Resource{.roles = at(Role::domain),
             .path = "/.well-known/matrix/client",
             .is_for_every_site = true,
             .answer = matrix_client},
    Resource{.roles = everywhere, .path = "/.well-known/security.txt", .answer = security},
};

const Resource* find(const Place& place, std::string_view path) {
  auto folded = ascii::to_lower(path);
  // Some ask with the address in the path: ….json/v1.0/ann@example.org.
  if (folded.starts_with(fmt::format("{}/", outlook_json))) folded = outlook_json;
  const auto* found = std::ranges::find_if(resources, [&](const Resource& resource) {
    return (resource.roles & static_cast<unsigned>(place.role)) != 0 &&
           resource.path == (resource.any_case ? std::string_view(folded) : path);
  });
  return found == resources.end() ? nullptr : found;
}

http::Response with_methods(http::Response response, bool takes_post) {
  response.fields.push_back({"Allow", takes_post ? "GET, HEAD, POST, OPTIONS" : "GET, HEAD, OPTIONS"});
  return response;
}

http::Response options(bool takes_post) {
  return with_methods({.status = 204, .type = {}, .body = {}, .fields = {}}, takes_post);
}

}  // namespace

http::Response route(const Site& site, const http::Request& request, Time now) {
  const auto& method = request.method;
  if (method == "OPTIONS" && request.target.path == "*") return options(true);
  const auto place = place_of(site, request.authority.host);
  if (place.role == Role::nobody) return http::problem(421, "this name is not served here");
  const auto* resource = find(place, request.target.path);
  if (resource == nullptr) return not_here();
  if (method == "OPTIONS") {
    auto response = options(resource->takes_post);
    return resource->is_for_every_site ? for_every_site(std::move(response)) : response;
  }
  const bool is_reading = method == "GET" || method == "HEAD";
  if (!is_reading && !(method == "POST" && resource->takes_post))
    return with_methods(http::problem(405, "not this method"), resource->takes_post);
  return resource->answer({.site = site, .request = request, .place = place, .now = now});
}

http::Response redirect(const Site& site, const http::Request& request) {
  if (place_of(site, request.authority.host).role == Role::nobody || !request.target.path.starts_with('/'))
    return not_here();
  const auto& target = request.target;
  auto response = http::problem(302, "HTTPS is spoken here");
  // The target holds nothing but a URI's characters (http/target.hpp).
  response.fields.push_back(
      {"Location", fmt::format("https://{}{}{}{}{}", request.authority.host,
                               site.port == 443 ? std::string() : fmt::format(":{}", site.port), target.path,
                               target.query.empty() ? "" : "?", target.query)});
  return response;
}

}  // namespace scop::web_content
