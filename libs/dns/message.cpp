#include "dns/message.hpp"

#include <algorithm>

#include "dns/cursor.hpp"
#include "dns/name.hpp"

namespace scop::dns {

namespace {

constexpr std::uint16_t flag_response = 0x8000;
constexpr std::uint16_t flag_truncated = 0x0200;
constexpr std::uint16_t flag_recursion_desired = 0x0100;
constexpr std::uint16_t flag_recursion_available = 0x0080;
constexpr std::uint16_t flag_authentic_data = 0x0020;
constexpr std::uint16_t flag_checking_disabled = 0x0010;
constexpr std::size_t opt_fixed_octets = 11;

void append_u16(std::string& out, unsigned value) {
  out += static_cast<char>(value >> 8U & 0xffU);
  out += static_cast<char>(value & 0xffU);
}

// RFC 6891 6.1.2: root name, type 41, class = UDP size, TTL = extended rcode, version, flags.
Outcome<> take_opt(Cursor& cursor, Query& query) {
  if (cursor.rest().size() < opt_fixed_octets)
    return failure(ErrorKind::malformed, "additional record cut short");
  const auto root = *cursor.u8();
  const auto type = static_cast<Type>(*cursor.u16());
  if (root != 0 || type != Type::opt)
    return failure(ErrorKind::unsupported, "a query with other records than OPT");
  query.edns = true;
  query.udp_size = std::clamp<std::size_t>(*cursor.u16(), least_udp_reply, most_udp_reply);
  const auto flags = *cursor.u32();
  query.edns_version = static_cast<std::uint8_t>(flags >> 16U & 0xffU);
  query.dnssec_ok = (flags & 0x8000U) != 0;
  const auto length = *cursor.u16();
  if (!cursor.take(length)) return failure(ErrorKind::malformed, "EDNS options cut short");
  return {};
}

Outcome<> take_question(Cursor& cursor, Query& query) {
  const auto before = cursor.rest();
  auto name = take_name(cursor);
  if (!name) return std::unexpected(std::move(name.error()));
  const auto type = cursor.u16();
  const auto class_number = cursor.u16();
  if (!class_number) return failure(ErrorKind::malformed, "question cut short");
  query.name = std::move(*name);
  query.type = static_cast<Type>(*type);
  query.class_number = *class_number;
  query.question = before.substr(0, before.size() - cursor.rest().size());
  return {};
}

void append_opt(std::string& out, const Query& query, unsigned extended_rcode, const std::string& options) {
  out += '\0';
  append_u16(out, static_cast<unsigned>(Type::opt));
  append_u16(out, most_udp_reply);
  append_u16(out, extended_rcode << 8U);
  append_u16(out, query.dnssec_ok ? 0x8000U : 0U);
  append_u16(out, static_cast<unsigned>(options.size()));
  out += options;
}

}  // namespace

std::optional<std::uint16_t> query_id(std::string_view octets) {
  Cursor cursor(octets);
  const auto id = cursor.u16();
  const auto flags = cursor.u16();
  if (!flags || (*flags & flag_response) != 0) return std::nullopt;
  return id;
}

Outcome<Query> parse_query(std::string_view octets) {
  if (octets.size() < header_octets) return failure(ErrorKind::malformed, "DNS message under 12 octets");
  Cursor cursor(octets);
  Query query;
  query.id = *cursor.u16();
  const auto flags = *cursor.u16();
  if ((flags & flag_response) != 0) return failure(ErrorKind::malformed, "a response where a query belongs");
  query.opcode = static_cast<std::uint8_t>(flags >> 11U & 0xfU);
  query.recursion_desired = (flags & flag_recursion_desired) != 0;
  query.checking_disabled = (flags & flag_checking_disabled) != 0;
  query.authentic_data = (flags & flag_authentic_data) != 0;
  const auto questions = *cursor.u16();
  const auto answers = *cursor.u16();
  const auto authorities = *cursor.u16();
  const auto additional = *cursor.u16();
  if (questions != 1 || answers != 0 || authorities != 0 || additional > 1) {
    return failure(ErrorKind::malformed, "a query has one question and at most one OPT record");
  }
  if (auto taken = take_question(cursor, query); !taken) return std::unexpected(std::move(taken.error()));
  if (additional == 1) {
    if (auto taken = take_opt(cursor, query); !taken) return std::unexpected(std::move(taken.error()));
  }
  if (!cursor.at_end()) return failure(ErrorKind::malformed, "octets behind a query");
  return query;
}

std::string empty_reply(const Query& query, Rcode rcode, bool authentic, bool truncated,
                        const std::optional<ExtendedError>& error) {
  std::string out;
  append_u16(out, query.id);
  unsigned flags = flag_response | flag_recursion_available | static_cast<unsigned>(rcode);
  flags |= static_cast<unsigned>(query.opcode) << 11U;
  if (query.recursion_desired) flags |= flag_recursion_desired;
  if (query.checking_disabled) flags |= flag_checking_disabled;
  if (authentic) flags |= flag_authentic_data;
  if (truncated) flags |= flag_truncated;
  append_u16(out, flags);
  append_u16(out, 1);
  append_u16(out, 0);
  append_u16(out, 0);
  append_u16(out, query.edns ? 1 : 0);
  out += query.question;
  // RFC 6891 6.1.3: BADVERS is 16, its upper bits stand in the OPT record.
  if (query.edns) append_opt(out, query, query.edns_version == 0 ? 0 : 1, error ? to_option(*error) : "");
  return out;
}

std::string format_error(std::uint16_t id) {
  std::string out;
  append_u16(out, id);
  append_u16(out, flag_response | static_cast<unsigned>(Rcode::form_err));
  out.append(header_octets - 4, '\0');
  return out;
}

}  // namespace scop::dns
