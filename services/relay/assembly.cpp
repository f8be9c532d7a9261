#include "assembly.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "limits.hpp"
#include "message/date.hpp"
#include "message/header.hpp"

namespace scop::relay {

namespace {

struct Right {
  std::string_view caller;
  std::string_view field;  // a last '*' stands for any rest
};

constexpr std::array prepend_rights{
    Right{"signer", "DKIM-Signature"},
    Right{"signer", "ARC-*"},
    Right{"verifier", "Authentication-Results"},
    Right{"verifier", "Received-SPF"},
    Right{"verifier", "ARC-*"},
    Right{"verifier", "X-Spam-*"},
};
constexpr std::array remove_rights{
    Right{"verifier", "Authentication-Results"},
    Right{"verifier", "X-Spam-*"},
};

bool is_in(std::span<const Right> rights, std::string_view caller, std::string_view field) {
  return std::ranges::any_of(rights, [&](const Right& right) {
    if (right.caller != caller) return false;
    if (!right.field.ends_with('*')) return ascii::equals_ignoring_case(right.field, field);
    return ascii::starts_with_ignoring_case(field, right.field.substr(0, right.field.size() - 1));
  });
}

Outcome<std::string> prepended(const AssemblyView& assembly) {
  const auto& fields = assembly.findings.prepend();
  if (std::cmp_greater(fields.size(), limits::prepended_fields)) {
    return failure(ErrorKind::too_large, "too many fields to prepend");
  }
  std::string out;
  for (const auto& field : fields) {
    if (!may_prepend(assembly.caller, field.name())) {
      return failure(ErrorKind::denied, fmt::format("{} may not prepend {}", assembly.caller,
                                                    ascii::printable(field.name(), 60)));
    }
    if (!message::is_field_name(field.name()) || field.name().size() > 78 || !is_field_value(field.value())) {
      return failure(ErrorKind::malformed, "a field to prepend is no field");
    }
    out += field.name() + ":" + field.value() + "\r\n";
    if (out.size() > limits::prepended_octets) return failure(ErrorKind::too_large, "too much to prepend");
  }
  return out;
}

bool is_host_like(std::string_view text) {
  if (text.empty() || text.size() > 255 || text.starts_with('[')) return false;
  if (std::ranges::all_of(text, [](char c) { return ascii::is_digit(c) || c == '.'; })) return false;
  return std::ranges::all_of(text,
                             [](char c) { return ascii::is_alnum(c) || c == '.' || c == '-' || c == '_'; });
}

bool is_address(std::string_view text) {
  return !text.empty() && text.size() <= 45 &&
         std::ranges::all_of(text, [](char c) { return ascii::is_alnum(c) || c == '.' || c == ':'; });
}

// RFC 5321 4.1.3: "[192.0.2.1]", "[IPv6:2001:db8::1]".
std::string literal(std::string_view address) {
  return fmt::format("[{}{}]", address.contains(':') ? "IPv6:" : "", address);
}

bool is_literal(std::string_view text) {
  return text.starts_with('[') && text.ends_with(']') && is_address(text.substr(1, text.size() - 2));
}

// TCP-info: who it really was.
std::string tcp_info(const v1::Envelope& envelope) {
  if (!is_address(envelope.client_address())) return "";
  const auto name =
      is_host_like(envelope.client_name()) ? fmt::format("{} ", envelope.client_name()) : std::string{};
  return fmt::format(" ({}{})", name, literal(envelope.client_address()));
}

// For one recipient alone: of several, none shall learn of the others (RFC 5321 7.2).
std::string for_clause(const v1::Envelope& envelope) {
  if (envelope.recipients_size() != 1 || envelope.recipients(0).address().size() > 256) return "";
  return fmt::format("\r\n\tfor <{}>", envelope.recipients(0).address());
}

}  // namespace

bool is_field_value(std::string_view value) {
  std::size_t line = 0;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\0' || value[i] == '\n') return false;
    if (value[i] == '\r') {
      if (i + 2 >= value.size() || value[i + 1] != '\n' || !ascii::is_wsp(value[i + 2])) return false;
      ++i;
      line = 0;
    } else if (++line > limits::line_octets - 80) {
      return false;  // 80 for the field's name
    }
  }
  return true;
}

bool may_prepend(std::string_view caller, std::string_view field) {
  return is_in(prepend_rights, caller, field);
}
bool may_remove(std::string_view caller, std::string_view field) {
  return is_in(remove_rights, caller, field);
}

std::string received_field(const v1::Envelope& envelope, std::string_view host, Time received) {
  const auto id = to_hex(envelope.id());
  const auto date = message::format_date(received);
  if (envelope.role() == v1::ROLE_BOUNCE || envelope.protocol().empty()) {
    return fmt::format("Received: by {} id {};\r\n\t{}\r\n", host, id, date);
  }
  const bool is_received = envelope.role() == v1::ROLE_RECEIVED;
  // An address literal for a name would give a submitter's address away all the same.
  const bool helo_is_shown =
      is_host_like(envelope.client_helo()) || (is_received && is_literal(envelope.client_helo()));
  const auto helo = helo_is_shown ? std::string_view(envelope.client_helo()) : "unknown";
  const auto by = is_host_like(envelope.edge_host()) ? std::string_view(envelope.edge_host()) : host;
  const auto protocol =
      std::ranges::all_of(envelope.protocol(), ascii::is_alnum) && envelope.protocol().size() <= 20
          ? std::string_view(envelope.protocol())
          : "ESMTP";
  const auto from = fmt::format("{}{}", helo, is_received ? tcp_info(envelope) : "");
  const auto recipient = is_received ? for_clause(envelope) : "";
  return fmt::format("Received: from {}\r\n\tby {} with {} id {}{};\r\n\t{}\r\n", from, by, protocol, id,
                     recipient, date);
}

Outcome<std::string> assemble(const AssemblyView& assembly) {
  auto added = prepended(assembly);
  if (!added) return added;
  const auto header = message::parse_header(assembly.header);
  if (!header) return std::unexpected(header.error());
  if (!header->complete) return failure(ErrorKind::malformed, "the header does not end");
  if (message::count(*header, "Received") > limits::hops)
    return failure(ErrorKind::unsupported, "too many hops: a loop");

  std::set<std::size_t> removed;
  for (const auto index : assembly.findings.remove()) {
    if (index >= header->fields.size())
      return failure(ErrorKind::malformed, "a field to remove is not there");
    if (!may_remove(assembly.caller, header->fields[index].name)) {
      return failure(ErrorKind::denied, fmt::format("{} may not remove that field", assembly.caller));
    }
    removed.insert(index);
  }
  std::string out = received_field(assembly.envelope, assembly.host, assembly.received);
  out += *added;
  std::size_t kept_from = 0;
  for (const auto index : removed) {
    const auto& field = header->fields[index];
    out += assembly.header.substr(kept_from, field.offset - kept_from);
    kept_from = field.offset + field.raw.size();
  }
  out += assembly.header.substr(kept_from);
  return out;
}

}  // namespace scop::relay
