#include "domain_records/record.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"
#include "dns/rdata.hpp"
#include "domain_records/caa.hpp"

namespace scop::domain_records {

namespace {

std::string with_dot(const std::string& name) { return name.ends_with('.') ? name : name + "."; }

// RFC 7208 4.5 and its like: the version, then the record's own separator or the end.
bool has_version(std::string_view text, std::string_view version, char separator) {
  if (!ascii::starts_with_ignoring_case(text, version)) return false;
  const auto rest = text.substr(version.size());
  return rest.empty() || rest.front() == separator || rest.front() == ' ';
}

}  // namespace

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::mx:
      return "mx";
    case Kind::address:
      return "addresses";
    case Kind::spf:
      return "spf";
    case Kind::dkim:
      return "dkim";
    case Kind::dmarc:
      return "dmarc";
    case Kind::mta_sts:
      return "mta_sts";
    case Kind::tls_rpt:
      return "tls_rpt";
    case Kind::tlsa:
      return "tlsa";
    case Kind::srv:
      return "srv";
    case Kind::alias:
      return "alias";
    case Kind::matrix:
      return "matrix";
    case Kind::caa:
      return "caa";
  }
  return "";
}

std::string text_of(std::string_view rdata) {
  std::string text;
  for (const auto& part : dns::read_txt(rdata).value_or(std::vector<std::string>{})) text += part;
  return text;
}

std::string zone_text(dns::Type type, std::string_view rdata) {
  switch (type) {
    case dns::Type::mx:
      if (const auto mx = dns::read_mx(rdata))
        return fmt::format("{} {}", mx->preference, with_dot(mx->exchange));
      break;
    case dns::Type::cname:
    case dns::Type::ns:
    case dns::Type::ptr:
      if (const auto name = dns::read_name(rdata)) return with_dot(*name);
      break;
    case dns::Type::srv:
      if (const auto srv = dns::read_srv(rdata))
        return fmt::format("{} {} {} {}", srv->priority, srv->weight, srv->port, with_dot(srv->target));
      break;
    case dns::Type::caa:
      if (const auto caa = read_caa(rdata)) return to_text(*caa);
      break;
    default:
      break;
  }
  return dns::rdata_text(type, rdata);
}

std::string value_of(const Record& record) {
  return record.type == dns::Type::txt ? text_of(record.rdata) : zone_text(record.type, record.rdata);
}

std::string zone_line(const Record& record) {
  return fmt::format("{}{}. IN {} {}", record.is_placeholder ? "; " : "", record.name,
                     dns::name_of(record.type), zone_text(record.type, record.rdata));
}

bool plays_part(Kind kind, std::string_view rdata) {
  switch (kind) {
    case Kind::spf:
      return has_version(text_of(rdata), "v=spf1", ' ');
    case Kind::dmarc:
      return has_version(text_of(rdata), "v=DMARC1", ';');
    case Kind::mta_sts:
      return has_version(text_of(rdata), "v=STSv1", ';');
    case Kind::tls_rpt:
      return has_version(text_of(rdata), "v=TLSRPTv1", ';');
    default:
      return true;
  }
}

bool is_within(std::string_view name, std::string_view zone) {
  return name == zone ||
         (name.size() > zone.size() && name.ends_with(zone) && name[name.size() - zone.size() - 1] == '.');
}

}  // namespace scop::domain_records
