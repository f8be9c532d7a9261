#include <fmt/format.h>

#include "smtp/command.hpp"
#include "smtp/parameters.hpp"

namespace scop::smtp {

namespace {

struct Writer {
  std::string operator()(const Ehlo& c) const { return "EHLO " + c.name; }
  std::string operator()(const Helo& c) const { return "HELO " + c.name; }
  std::string operator()(const Mail& c) const {
    return "MAIL FROM:" + c.reverse_path.text() + to_text(c.parameters);
  }
  std::string operator()(const Rcpt& c) const {
    return "RCPT TO:" + c.forward_path.text() + to_text(c.parameters);
  }
  std::string operator()(const Data&) const { return "DATA"; }
  std::string operator()(const Bdat& c) const {
    return fmt::format("BDAT {}{}", c.size, c.last ? " LAST" : "");
  }
  std::string operator()(const Rset&) const { return "RSET"; }
  std::string operator()(const Noop&) const { return "NOOP"; }
  std::string operator()(const Quit&) const { return "QUIT"; }
  std::string operator()(const Vrfy& c) const { return "VRFY " + c.text; }
  std::string operator()(const Expn& c) const { return "EXPN " + c.text; }
  std::string operator()(const Help&) const { return "HELP"; }
  std::string operator()(const StartTls&) const { return "STARTTLS"; }
  std::string operator()(const Auth& c) const {
    return "AUTH " + c.mechanism + (c.initial_response ? " " + *c.initial_response : "");
  }
};

}  // namespace

std::string to_line(const Command& command) { return std::visit(Writer{}, command) + "\r\n"; }

}  // namespace scop::smtp
