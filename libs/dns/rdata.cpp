#include "dns/rdata.hpp"

#include <fmt/format.h>

#include "core/base64.hpp"
#include "dns/cursor.hpp"
#include "dns/name.hpp"

namespace scop::dns {

namespace {

constexpr std::size_t longest_character_string = 255;

auto cut_short(std::string_view what) {
  return failure(ErrorKind::malformed, fmt::format("{} RDATA has the wrong length", what));
}

void append_u16(std::string& out, std::uint16_t value) {
  out += static_cast<char>(value >> 8U);
  out += static_cast<char>(value & 0xffU);
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c >= 0x20 && c < 0x7f) {
      out += c;
    } else {
      out += fmt::format("\\{:03}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return out + '"';
}

std::string txt_text(const std::vector<std::string>& strings) {
  std::string out;
  for (const auto& text : strings) out += (out.empty() ? "" : " ") + quoted(text);
  return out;
}

template <class T, class Show>
Outcome<std::string> shown(const Outcome<T>& value, Show show) {
  if (!value) return std::unexpected(value.error());
  return show(*value);
}

Outcome<std::string> known_text(Type type, std::string_view rdata) {
  switch (type) {
    case Type::a:
      return shown(read_a(rdata), [](const Address& a) { return a.text(); });
    case Type::aaaa:
      return shown(read_aaaa(rdata), [](const Address& a) { return a.text(); });
    case Type::cname:
    case Type::ns:
    case Type::ptr:
      return read_name(rdata);
    case Type::mx:
      return shown(read_mx(rdata),
                   [](const Mx& mx) { return fmt::format("{} {}", mx.preference, mx.exchange); });
    case Type::txt:
      return shown(read_txt(rdata), txt_text);
    case Type::tlsa:
      return shown(read_tlsa(rdata), [](const Tlsa& t) {
        return fmt::format("{} {} {} {}", t.usage, t.selector, t.matching, to_hex(t.data));
      });
    case Type::soa:
      return shown(read_soa(rdata), [](const Soa& s) {
        return fmt::format("{} {} {} {} {} {} {}", s.primary, s.mailbox, s.serial, s.refresh, s.retry,
                           s.expire, s.minimum);
      });
    case Type::srv:
      return shown(read_srv(rdata), [](const Srv& s) {
        return fmt::format("{} {} {} {}", s.priority, s.weight, s.port, s.target);
      });
    default:
      return failure(ErrorKind::unsupported, "no text form");
  }
}

}  // namespace

Outcome<Address> read_a(std::string_view rdata) {
  if (rdata.size() != 4) return cut_short("A");
  return *Address::from_octets(rdata);
}

Outcome<Address> read_aaaa(std::string_view rdata) {
  if (rdata.size() != 16) return cut_short("AAAA");
  return *Address::from_octets(rdata);
}

Outcome<Mx> read_mx(std::string_view rdata) {
  Cursor cursor(rdata);
  const auto preference = cursor.u16();
  if (!preference) return cut_short("MX");
  auto exchange = name_from_wire(cursor.rest());
  if (!exchange) return std::unexpected(std::move(exchange.error()));
  return Mx{*preference, std::move(*exchange)};
}

Outcome<std::string> read_name(std::string_view rdata) { return name_from_wire(rdata); }

Outcome<std::vector<std::string>> read_txt(std::string_view rdata) {
  Cursor cursor(rdata);
  std::vector<std::string> strings;
  while (!cursor.at_end()) {
    const auto length = cursor.u8();
    const auto text = cursor.take(*length);
    if (!text) return cut_short("TXT");
    strings.emplace_back(*text);
  }
  if (strings.empty()) return cut_short("TXT");
  return strings;
}

Outcome<Tlsa> read_tlsa(std::string_view rdata) {
  Cursor cursor(rdata);
  const auto usage = cursor.u8();
  const auto selector = cursor.u8();
  const auto matching = cursor.u8();
  if (!matching || cursor.at_end()) return cut_short("TLSA");
  return Tlsa{*usage, *selector, *matching, std::string(cursor.rest())};
}

Outcome<Soa> read_soa(std::string_view rdata) {
  Cursor cursor(rdata);
  auto primary = take_name(cursor);
  if (!primary) return std::unexpected(std::move(primary.error()));
  auto mailbox = take_name(cursor);
  if (!mailbox) return std::unexpected(std::move(mailbox.error()));
  if (cursor.rest().size() != 20) return cut_short("SOA");
  Soa soa{std::move(*primary), std::move(*mailbox)};
  soa.serial = *cursor.u32();
  soa.refresh = *cursor.u32();
  soa.retry = *cursor.u32();
  soa.expire = *cursor.u32();
  soa.minimum = *cursor.u32();
  return soa;
}

Outcome<Srv> read_srv(std::string_view rdata) {
  Cursor cursor(rdata);
  const auto priority = cursor.u16();
  const auto weight = cursor.u16();
  const auto port = cursor.u16();
  if (!port) return cut_short("SRV");
  auto target = name_from_wire(cursor.rest());
  if (!target) return std::unexpected(std::move(target.error()));
  return Srv{*priority, *weight, *port, std::move(*target)};
}

Outcome<std::string> to_rdata(const Mx& mx) {
  const auto exchange = name_to_wire(mx.exchange);
  if (!exchange) return std::unexpected(exchange.error());
  std::string out;
  append_u16(out, mx.preference);
  return out + *exchange;
}

std::string to_rdata(const Tlsa& tlsa) {
  std::string out{static_cast<char>(tlsa.usage), static_cast<char>(tlsa.selector),
                  static_cast<char>(tlsa.matching)};
  return out + tlsa.data;
}

std::string txt_to_rdata(std::string_view text) {
  std::string out;
  do {
    const auto part = text.substr(0, longest_character_string);
    out += static_cast<char>(part.size());
    out += part;
    text.remove_prefix(part.size());
  } while (!text.empty());
  return out;
}

std::string rdata_text(Type type, std::string_view rdata) {
  if (auto text = known_text(type, rdata)) return std::move(*text);
  return fmt::format("\\# {} {}", rdata.size(), to_hex(rdata));
}

}  // namespace scop::dns
