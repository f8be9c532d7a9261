#include "fixup/header.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "fixup/fields.hpp"
#include "fixup/originators.hpp"
#include "message/date.hpp"
#include "message/header.hpp"
#include "message/transfer.hpp"
#include "smtp/limits.hpp"

namespace scop::fixup {

namespace {

using message::FieldView;
using message::HeaderView;

// RFC 5322 3.6. Two of them would show a reader one thing and sign another.
constexpr std::array<std::string_view, 14> once{"From",         "Sender",
                                                "Reply-To",     "To",
                                                "Cc",           "Date",
                                                "Message-ID",   "In-Reply-To",
                                                "References",   "Subject",
                                                "MIME-Version", "Content-Type",
                                                "Content-ID",   "Content-Transfer-Encoding"};

// Return-Path is the last MTA's to write (RFC 5321 4.4); Bcc is nobody else's business (RFC 5322 3.6.3).
constexpr std::array<std::string_view, 3> dropped{"Bcc", "Resent-Bcc", "Return-Path"};

std::unexpected<smtp::Reply> refuse(std::string text) {
  return std::unexpected(smtp::reply(554, "5.6.0", std::move(text)));
}

// A claim of our own judgement that we did not make (RFC 8601 5).
bool claims_our_results(const FieldView& field, std::string_view host) {
  if (!ascii::equals_ignoring_case(field.name, "Authentication-Results")) return false;
  const auto value = message::unfold(field.value);
  const auto end = std::min(value.find_first_of("; \t/"), value.size());
  return ascii::equals_ignoring_case(std::string_view(value).substr(0, end), host);
}

std::optional<smtp::Reply> objection(const HeaderView& header) {
  if (!header.malformed.empty()) {
    return refuse(fmt::format("Header has a line that is no field: {}",
                              ascii::printable(ascii::trim(header.malformed.front().raw), 40)))
        .error();
  }
  for (const auto name : once) {
    if (message::count(header, name) > 1)
      return refuse(fmt::format("Header has more than one {} field", name)).error();
  }
  for (const auto& field : header.fields) {
    if (!ascii::is_utf8(field.raw))
      return refuse(fmt::format("{} field has octets that are neither ASCII nor UTF-8", field.name)).error();
  }
  const auto* date = message::find(header, "Date");
  if (date != nullptr && !message::parse_date(date->value)) return refuse("Date field is not a date").error();
  return std::nullopt;
}

class Fixer {
 public:
  Fixer(const HeaderView& header, const Circumstances& circumstances)
      : header_(header), circumstances_(circumstances) {}

  std::expected<FixedHeader, smtp::Reply> fix() {
    add_missing();
    for (const auto& field : header_.fields) {
      if (auto reply = take(field)) return std::unexpected(std::move(*reply));
    }
    fixed_.octets += "\r\n";
    fixed_.body = header_.body;
    return std::move(fixed_);
  }

 private:
  void add_missing() {
    if (message::find(header_, "Date") == nullptr) {
      fixed_.octets += fmt::format("Date: {}\r\n", message::format_date(circumstances_.now));
      fixed_.changes.emplace_back("Date added");
    }
    if (message::find(header_, "Message-ID") == nullptr) {
      fixed_.octets += fmt::format("Message-ID: <{}@{}>\r\n", circumstances_.unique, circumstances_.host);
      fixed_.changes.emplace_back("Message-ID added");
    }
  }

  std::optional<smtp::Reply> take(const FieldView& field) {
    const bool drop =
        std::ranges::any_of(dropped,
                            [&](auto name) { return ascii::equals_ignoring_case(field.name, name); }) ||
        claims_our_results(field, circumstances_.host);
    if (drop) {
      fixed_.changes.push_back(fmt::format("{} dropped", field.name));
      return std::nullopt;
    }
    std::string raw(field.raw);
    if (!raw.ends_with("\r\n")) raw += "\r\n";
    if (!ascii::is_all_ascii(raw) && !circumstances_.smtputf8) {
      const auto encoded = without_utf8(field);
      if (!encoded)
        return smtp::reply(554, "5.6.7", fmt::format("UTF-8 in the {} field needs SMTPUTF8", field.name));
      raw = *encoded;
      fixed_.changes.push_back(fmt::format("{} encoded", field.name));
    }
    if (message::longest_line(raw) > smtp::limits::text_line) {
      const auto folded = refolded(raw);
      if (!folded)
        return refuse(fmt::format("{} field has a word of more than 998 octets", field.name)).error();
      raw = *folded;
      fixed_.changes.push_back(fmt::format("{} folded", field.name));
    }
    fixed_.has_utf8 = fixed_.has_utf8 || !ascii::is_all_ascii(raw);
    fixed_.octets += raw;
    return std::nullopt;
  }

  const HeaderView& header_;
  const Circumstances& circumstances_;
  FixedHeader fixed_;
};

}  // namespace

std::expected<FixedHeader, smtp::Reply> fix_header(std::string_view message,
                                                   const Circumstances& circumstances) {
  const auto header = message::parse_header(message);
  if (!header) return std::unexpected(smtp::reply(552, "5.3.4", "Header section too large"));
  if (auto reply = objection(*header)) return std::unexpected(std::move(*reply));
  auto originators = find_originators(*header);
  if (!originators) return std::unexpected(std::move(originators.error()));
  auto fixed = Fixer(*header, circumstances).fix();
  if (fixed) fixed->authors = std::move(*originators);
  return fixed;
}

}  // namespace scop::fixup
