#include "smtp/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "core/ascii.hpp"
#include "smtp/limits.hpp"
#include "smtp/xtext.hpp"

namespace scop::smtp {

namespace {

using ascii::equals_ignoring_case;
using Problem = std::unexpected<CommandProblem>;

Problem problem(Fault fault, std::string what) { return Problem(CommandProblem{fault, std::move(what)}); }
Problem bad_value(std::string_view keyword) {
  return problem(Fault::bad_parameter, fmt::format("bad value of {}", keyword));
}

struct Parameter {
  std::string keyword;  // upper case
  std::string_view value;
  bool has_value = false;
};

bool is_keyword(std::string_view text) {
  return !text.empty() && ascii::is_alnum(text.front()) &&
         std::ranges::all_of(text, [](char c) { return ascii::is_alnum(c) || c == '-'; });
}

std::expected<std::vector<Parameter>, CommandProblem> split_parameters(std::string_view text) {
  std::vector<Parameter> found;
  // Clients end lines with spaces and put two between parameters; nothing is ambiguous in that.
  for (const auto part : ascii::split(text, ' ')) {
    if (part.empty()) continue;
    if (found.size() == limits::parameters) return problem(Fault::bad_arguments, "too many parameters");
    const auto equals = part.find('=');
    Parameter parameter{ascii::to_upper(part.substr(0, equals)), {}, equals != std::string_view::npos};
    if (!is_keyword(parameter.keyword)) return problem(Fault::bad_arguments, "a parameter without a keyword");
    if (parameter.has_value) parameter.value = part.substr(equals + 1);
    if (parameter.has_value && parameter.value.empty()) return bad_value(parameter.keyword);
    if (std::ranges::find(found, parameter.keyword, &Parameter::keyword) != found.end()) {
      return problem(Fault::bad_arguments, "the same parameter twice: " + parameter.keyword);
    }
    found.push_back(std::move(parameter));
  }
  return found;
}

bool read_size(MailParameters& mail, std::string_view value) {
  if (value.size() > 20) return false;
  mail.size = ascii::parse_unsigned(value);
  return mail.size.has_value();
}

bool read_body(MailParameters& mail, std::string_view value) {
  constexpr std::array names{std::pair{"7BIT", Body::seven_bit}, std::pair{"8BITMIME", Body::eight_bit_mime},
                             std::pair{"BINARYMIME", Body::binary_mime}};
  for (const auto& [name, body] : names) {
    if (equals_ignoring_case(value, name)) mail.body = body;
  }
  return mail.body.has_value();
}

bool read_ret(MailParameters& mail, std::string_view value) {
  if (equals_ignoring_case(value, "FULL")) mail.ret = Ret::full;
  if (equals_ignoring_case(value, "HDRS")) mail.ret = Ret::hdrs;
  return mail.ret != Ret::unspecified;
}

bool read_envid(MailParameters& mail, std::string_view value) {
  const auto decoded = from_xtext(value);
  // It is written into a DSN (RFC 3464 2.2.1): printable US-ASCII alone, RFC 3461 4.4.
  if (value.size() > limits::envid || !decoded || decoded->empty()) return false;
  if (std::ranges::any_of(*decoded, [](char c) { return ascii::is_control(c) || ascii::is_8bit(c); }))
    return false;
  mail.envid = *decoded;
  return true;
}

bool read_auth(MailParameters& mail, std::string_view value) {
  const auto decoded = from_xtext(value);
  if (!decoded || value.size() > 500) return false;
  mail.auth = *decoded == "<>" ? std::string() : *decoded;
  return true;
}

bool read_mt_priority(MailParameters& mail, std::string_view value) {
  const bool negative = value.starts_with('-');
  const auto digits = value.substr(negative ? 1 : 0);
  const auto number = ascii::parse_unsigned(digits);
  if (digits.size() != 1 || !number) return false;
  mail.mt_priority = negative ? -static_cast<int>(*number) : static_cast<int>(*number);
  return true;
}

struct Reader {
  std::string_view keyword;
  bool (*read)(MailParameters&, std::string_view);
};
constexpr std::array mail_readers{Reader{"SIZE", read_size}, Reader{"BODY", read_body},
                                  Reader{"RET", read_ret},   Reader{"ENVID", read_envid},
                                  Reader{"AUTH", read_auth}, Reader{"MT-PRIORITY", read_mt_priority}};

bool read_notify(RcptParameters& rcpt, std::string_view value) {
  constexpr std::array names{std::pair{"NEVER", notify::never}, std::pair{"SUCCESS", notify::success},
                             std::pair{"FAILURE", notify::failure}, std::pair{"DELAY", notify::delay}};
  for (const auto part : ascii::split(value, ',')) {
    const auto found =
        std::ranges::find_if(names, [&](const auto& n) { return equals_ignoring_case(part, n.first); });
    if (found == names.end()) return false;
    rcpt.notify |= found->second;
  }
  return (rcpt.notify & notify::never) == 0 || rcpt.notify == notify::never;  // NEVER stands alone
}

bool read_orcpt(RcptParameters& rcpt, std::string_view value) {
  const auto decoded = decode_orcpt(value);
  if (value.size() > limits::orcpt || !decoded) return false;
  rcpt.orcpt = *decoded;
  return true;
}

}  // namespace

std::expected<MailParameters, CommandProblem> parse_mail_parameters(std::string_view text) {
  auto parameters = split_parameters(text);
  if (!parameters) return Problem(std::move(parameters.error()));
  MailParameters mail;
  for (const auto& [keyword, value, has_value] : *parameters) {
    if (keyword == "SMTPUTF8" || keyword == "REQUIRETLS") {
      if (has_value) return bad_value(keyword);
      (keyword == "SMTPUTF8" ? mail.smtputf8 : mail.requiretls) = true;
      continue;
    }
    const auto* reader = std::ranges::find(mail_readers, keyword, &Reader::keyword);
    if (reader == mail_readers.end())
      return problem(Fault::unknown_parameter, "unknown parameter " + keyword);
    if (!has_value || !reader->read(mail, value)) return bad_value(keyword);
  }
  return mail;
}

std::expected<RcptParameters, CommandProblem> parse_rcpt_parameters(std::string_view text) {
  auto parameters = split_parameters(text);
  if (!parameters) return Problem(std::move(parameters.error()));
  RcptParameters rcpt;
  for (const auto& [keyword, value, has_value] : *parameters) {
    if (keyword == "NOTIFY") {
      if (!read_notify(rcpt, value)) return bad_value(keyword);
    } else if (keyword == "ORCPT") {
      if (!read_orcpt(rcpt, value)) return bad_value(keyword);
    } else {
      return problem(Fault::unknown_parameter, "unknown parameter " + keyword);
    }
  }
  return rcpt;
}

std::string to_text(const MailParameters& mail) {
  std::string out;
  if (mail.size) out += fmt::format(" SIZE={}", *mail.size);
  if (mail.body) {
    constexpr std::array<std::string_view, 3> names{"7BIT", "8BITMIME", "BINARYMIME"};
    out += fmt::format(" BODY={}", names.at(static_cast<std::size_t>(*mail.body)));
  }
  if (mail.smtputf8) out += " SMTPUTF8";
  if (mail.requiretls) out += " REQUIRETLS";
  if (mail.ret != Ret::unspecified) out += mail.ret == Ret::full ? " RET=FULL" : " RET=HDRS";
  if (!mail.envid.empty()) out += " ENVID=" + to_xtext(mail.envid);
  if (mail.auth) out += " AUTH=" + (mail.auth->empty() ? "<>" : to_xtext(*mail.auth));
  if (mail.mt_priority) out += fmt::format(" MT-PRIORITY={}", *mail.mt_priority);
  return out;
}

std::string to_text(const RcptParameters& rcpt) {
  std::string out;
  if (rcpt.notify != 0) {
    std::vector<std::string_view> names;
    if ((rcpt.notify & notify::never) != 0) names.emplace_back("NEVER");
    if ((rcpt.notify & notify::success) != 0) names.emplace_back("SUCCESS");
    if ((rcpt.notify & notify::failure) != 0) names.emplace_back("FAILURE");
    if ((rcpt.notify & notify::delay) != 0) names.emplace_back("DELAY");
    out += fmt::format(" NOTIFY={}", fmt::join(names, ","));
  }
  if (!rcpt.orcpt.empty()) out += " ORCPT=" + encode_orcpt(rcpt.orcpt);
  return out;
}

}  // namespace scop::smtp
