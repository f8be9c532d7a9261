#include "dns/type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/ascii.hpp"

namespace scop::dns {

namespace {

using Named = std::pair<Type, std::string_view>;
constexpr std::array names{
    Named{Type::a, "A"},           Named{Type::ns, "NS"},       Named{Type::cname, "CNAME"},
    Named{Type::soa, "SOA"},       Named{Type::ptr, "PTR"},     Named{Type::mx, "MX"},
    Named{Type::txt, "TXT"},       Named{Type::aaaa, "AAAA"},   Named{Type::srv, "SRV"},
    Named{Type::ds, "DS"},         Named{Type::rrsig, "RRSIG"}, Named{Type::nsec, "NSEC"},
    Named{Type::dnskey, "DNSKEY"}, Named{Type::nsec3, "NSEC3"}, Named{Type::nsec3param, "NSEC3PARAM"},
    Named{Type::tlsa, "TLSA"},     Named{Type::opt, "OPT"},     Named{Type::caa, "CAA"},
};

constexpr std::array<std::string_view, 6> rcodes{"NOERROR",  "FORMERR", "SERVFAIL",
                                                 "NXDOMAIN", "NOTIMP",  "REFUSED"};

}  // namespace

std::string name_of(Type type) {
  const auto found = std::ranges::find(names, type, &Named::first);
  if (found != names.end()) return std::string(found->second);
  return fmt::format("TYPE{}", static_cast<unsigned>(type));
}

std::string name_of(Rcode rcode) {
  const auto number = static_cast<std::size_t>(rcode);
  return number < rcodes.size() ? std::string(rcodes.at(number)) : fmt::format("RCODE{}", number);
}

std::optional<Type> type_from_text(std::string_view text) {
  for (const auto& [type, name] : names) {
    if (ascii::equals_ignoring_case(text, name)) return type;
  }
  if (!ascii::starts_with_ignoring_case(text, "TYPE")) return std::nullopt;
  const auto number = ascii::parse_unsigned(text.substr(4));
  if (!number || *number > 0xffff) return std::nullopt;
  return static_cast<Type>(*number);
}

}  // namespace scop::dns
