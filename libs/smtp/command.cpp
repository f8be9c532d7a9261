#include "smtp/command.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "smtp/limits.hpp"
#include "smtp/parameters.hpp"

namespace scop::smtp {

namespace {

using Parsed = std::expected<Command, CommandProblem>;

std::unexpected<CommandProblem> problem(Fault fault, std::string what) {
  return std::unexpected(CommandProblem{fault, std::move(what)});
}

// RFC 5321 4.1.4: a name that does not verify is no reason to refuse. It is logged and written into Received,
// hence no octets but those of names and address literals, and "_", which hosts have.
bool is_client_name(std::string_view text) {
  return !text.empty() && text.size() <= limits::domain && std::ranges::all_of(text, [](char c) {
    return ascii::is_alnum(c) || ascii::is_8bit(c) || std::string_view(".-_[]:").contains(c);
  });
}

template <class Greeting>
Parsed parse_greeting(std::string_view argument) {
  const auto name = ascii::trim(argument);
  if (!is_client_name(name)) return problem(Fault::bad_arguments, "needs a domain or an address literal");
  return Greeting{std::string(name)};
}

// "FROM:" or "TO:", then, as many clients have it, spaces.
bool take_keyword(std::string_view& argument, std::string_view keyword) {
  if (!ascii::starts_with_ignoring_case(argument, keyword)) return false;
  argument.remove_prefix(keyword.size());
  while (argument.starts_with(' ')) argument.remove_prefix(1);
  return true;
}

Parsed parse_mail(std::string_view argument) {
  if (!take_keyword(argument, "FROM:")) return problem(Fault::bad_arguments, "needs FROM:<address>");
  auto path = take_reverse_path(argument);
  if (!path) return problem(Fault::bad_path, path.error().what);
  if (!argument.empty() && argument.front() != ' ')
    return problem(Fault::bad_arguments, "something behind the path");
  auto parameters = parse_mail_parameters(argument);
  if (!parameters) return std::unexpected(std::move(parameters.error()));
  return Mail{std::move(*path), std::move(*parameters)};
}

Parsed parse_rcpt(std::string_view argument) {
  if (!take_keyword(argument, "TO:")) return problem(Fault::bad_arguments, "needs TO:<address>");
  auto path = take_forward_path(argument);
  if (!path) return problem(Fault::bad_path, path.error().what);
  if (!argument.empty() && argument.front() != ' ')
    return problem(Fault::bad_arguments, "something behind the path");
  auto parameters = parse_rcpt_parameters(argument);
  if (!parameters) return std::unexpected(std::move(parameters.error()));
  return Rcpt{std::move(*path), std::move(*parameters)};
}

// RFC 3030 2: bdat-cmd = "BDAT" SP chunk-size [ SP end-marker ]; end-marker = "LAST"
Parsed parse_bdat(std::string_view argument) {
  const auto parts = ascii::split(ascii::trim(argument), ' ');
  const auto size = ascii::parse_unsigned(parts.front());
  const bool last = parts.size() == 2 && ascii::equals_ignoring_case(parts[1], "LAST");
  if (!size || parts.front().size() > 20 || parts.size() > 2 || (parts.size() == 2 && !last)) {
    return problem(Fault::bad_arguments, "needs a size and perhaps LAST");
  }
  return Bdat{*size, last};
}

Parsed parse_auth(std::string_view argument) {
  const auto parts = ascii::split(ascii::trim(argument), ' ');
  const auto mechanism = ascii::to_upper(parts.front());
  // RFC 4422 3.1: sasl-mech = 1*20mech-char
  const bool is_mechanism =
      !mechanism.empty() && mechanism.size() <= 20 &&
      std::ranges::all_of(mechanism, [](char c) { return ascii::is_alnum(c) || c == '-' || c == '_'; });
  if (!is_mechanism || parts.size() > 2) return problem(Fault::bad_arguments, "needs a mechanism");
  Auth auth{mechanism, std::nullopt};
  if (parts.size() == 2) auth.initial_response = std::string(parts[1]);
  return auth;
}

template <class Plain>
Parsed parse_plain(std::string_view argument) {
  if (!ascii::trim(argument).empty()) return problem(Fault::bad_arguments, "takes no argument");
  return Plain{};
}

template <class WithText>
Parsed parse_text(std::string_view argument) {
  if (ascii::trim(argument).empty()) return problem(Fault::bad_arguments, "needs an argument");
  return WithText{std::string(ascii::trim(argument))};
}

template <class Lenient>
Parsed parse_lenient(std::string_view) {
  return Lenient{};
}

struct Verb {
  std::string_view name;
  std::size_t longest;
  Parsed (*parse)(std::string_view argument);
};

constexpr std::array verbs{
    Verb{"EHLO", limits::command_line, parse_greeting<Ehlo>},
    Verb{"HELO", limits::command_line, parse_greeting<Helo>},
    Verb{"MAIL", limits::mail_line, parse_mail},
    Verb{"RCPT", limits::rcpt_line, parse_rcpt},
    Verb{"DATA", limits::command_line, parse_plain<Data>},
    Verb{"BDAT", limits::command_line, parse_bdat},
    Verb{"RSET", limits::command_line, parse_plain<Rset>},
    Verb{"NOOP", limits::command_line, parse_lenient<Noop>},
    Verb{"QUIT", limits::command_line, parse_plain<Quit>},
    Verb{"VRFY", limits::command_line, parse_text<Vrfy>},
    Verb{"EXPN", limits::command_line, parse_text<Expn>},
    Verb{"HELP", limits::command_line, parse_lenient<Help>},
    Verb{"STARTTLS", limits::command_line, parse_plain<StartTls>},
    Verb{"AUTH", limits::auth_line, parse_auth},
};

constexpr std::array<std::string_view, 8> http_methods{"GET",    "POST",    "PUT",     "HEAD",
                                                       "DELETE", "CONNECT", "OPTIONS", "PATCH"};

const Verb* find_verb(std::string_view name) {
  const auto* found =
      std::ranges::find_if(verbs, [&](const Verb& v) { return ascii::equals_ignoring_case(v.name, name); });
  return found == verbs.end() ? nullptr : found;
}

}  // namespace

std::size_t longest_line(std::string_view beginning) {
  const auto* verb = find_verb(beginning.substr(0, beginning.find(' ')));
  return verb == nullptr ? limits::command_line : verb->longest;
}

std::expected<Command, CommandProblem> parse_command(std::string_view line) {
  const auto space = line.find(' ');
  const auto name = line.substr(0, space);
  const auto* verb = find_verb(name);
  if (line.size() + 2 > longest_line(line))
    return problem(Fault::line_too_long, "a command line over its limit");
  if (std::ranges::any_of(line, [](char c) { return ascii::is_control(c) && c != '\t'; })) {
    return problem(Fault::bad_octets, "a control character in a command");
  }
  if (!ascii::is_utf8(line)) return problem(Fault::bad_octets, "octets in a command that are not UTF-8");
  if (verb == nullptr) {
    const bool http =
        std::ranges::any_of(http_methods, [&](auto m) { return m == name; }) && line.contains("HTTP/");
    return problem(http ? Fault::foreign_protocol : Fault::unknown_command, "an unknown command");
  }
  return verb->parse(space == std::string_view::npos ? std::string_view{} : line.substr(space + 1));
}

}  // namespace scop::smtp
