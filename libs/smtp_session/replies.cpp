#include "smtp_session/replies.hpp"

#include <fmt/format.h>

#include "core/ascii.hpp"
#include "core/base64.hpp"

namespace scop::smtp_session::replies {

using smtp::Fault;
using smtp::Reply;
using smtp::reply;

Reply greeting(const std::string& host) { return reply(220, "", host + " ESMTP"); }
Reply helo(const std::string& host) { return reply(250, "", host); }
Reply help() { return reply(214, "2.0.0", "See RFC 5321 and RFC 6409"); }
Reply ok() { return reply(250, "2.0.0", "OK"); }
Reply bye() { return reply(221, "2.0.0", "Bye"); }
Reply cannot_verify() { return reply(252, "2.5.2", "Cannot verify, send the message and see"); }
Reply go_ahead_with_tls() { return reply(220, "2.0.0", "Ready to start TLS"); }
Reply start_input() { return reply(354, "", "End with <CRLF>.<CRLF>"); }
Reply chunk_taken(std::uint64_t octets) {
  return reply(250, "2.0.0", fmt::format("{} octets received", octets));
}

Reply of_problem(const smtp::CommandProblem& problem) {
  // `what` is made of our own words and of keywords that passed as such; never of raw input.
  switch (problem.fault) {
    case Fault::unknown_command:
      return reply(500, "5.5.1", "Command not recognized");
    case Fault::foreign_protocol:
      return reply(502, "5.7.0", "This is SMTP, not HTTP");
    case Fault::line_too_long:
      return reply(500, "5.5.2", "Line too long");
    case Fault::bad_octets:
      return reply(500, "5.5.2", "Command with octets that no command has");
    case Fault::bad_arguments:
      return reply(501, "5.5.4", "Syntax error: " + problem.what);
    case Fault::bad_path:
      return reply(501, "5.1.3", "Bad address: " + problem.what);
    case Fault::unknown_parameter:
      return reply(555, "5.5.4", problem.what);
    case Fault::bad_parameter:
      return reply(501, "5.5.4", problem.what);
  }
  return reply(500, "5.5.0", "Error");
}

Reply bare_line_end() { return reply(521, "5.5.2", "A line ended by a bare CR or LF; only CRLF ends lines"); }
Reply not_implemented() { return reply(502, "5.5.1", "Command not implemented"); }
Reply wants_ehlo() { return reply(503, "5.5.1", "Send EHLO first"); }
Reply wants_tls() { return reply(530, "5.7.0", "Must issue a STARTTLS command first"); }
Reply wants_auth() { return reply(530, "5.7.0", "Authentication required"); }
Reply in_transaction() { return reply(503, "5.5.1", "Not within a mail transaction"); }
Reply wants_mail() { return reply(503, "5.5.1", "Send MAIL first"); }
Reply wants_recipients() { return reply(503, "5.5.1", "No valid recipients"); }
Reply wants_bdat() { return reply(503, "5.5.1", "A message begun with BDAT goes on with BDAT"); }
Reply wants_smtputf8() { return reply(553, "5.6.7", "An address beyond ASCII needs SMTPUTF8"); }
Reply unsupported_parameter(std::string_view name) {
  return reply(555, "5.5.4", fmt::format("{} is not supported here", name));
}
Reply too_many_recipients() {
  return reply(452, "4.5.3", "Too many recipients; send the others in a further message");
}
Reply too_big(std::uint64_t most) {
  return reply(552, "5.3.4", fmt::format("Message too big; at most {} octets are taken", most));
}
Reply has_nul() { return reply(554, "5.6.0", "Message has NUL octets"); }
Reply chunks_with_bare_line_ends() {
  return reply(554, "5.6.0", "Message has a bare CR or LF; only CRLF ends lines");
}
Reply tls_already() { return reply(503, "5.5.1", "TLS is on already"); }
Reply input_behind(std::string_view command) {
  return reply(554, "5.5.0", fmt::format("Input behind {} before its reply", command));
}

Reply challenge(std::string_view text) { return reply(334, "", to_base64(text)); }
Reply authenticated() { return reply(235, "2.7.0", "Authentication successful"); }
Reply auth_already() { return reply(503, "5.5.1", "Authenticated already"); }
Reply auth_needs_tls() { return reply(538, "5.7.11", "Encryption required: issue STARTTLS first"); }
Reply auth_unknown_mechanism() { return reply(504, "5.5.4", "Authentication mechanism not offered"); }
Reply auth_malformed() { return reply(501, "5.5.2", "Not a message of this authentication mechanism"); }
Reply auth_cancelled() { return reply(501, "5.7.0", "Authentication cancelled"); }
Reply auth_refused() { return reply(535, "5.7.8", "Authentication credentials invalid"); }
Reply auth_throttled(unsigned retry_after_s) {
  return reply(454, "4.7.0", fmt::format("Too many failures; try again in {} seconds", retry_after_s));
}
Reply auth_unavailable() { return reply(454, "4.7.0", "Temporary authentication failure"); }

Reply too_many_errors() { return reply(421, "4.7.0", "Too many errors"); }
Reply too_many_auth_tries() { return reply(421, "4.7.0", "Too many authentication attempts"); }
Reply too_many_commands() { return reply(421, "4.7.0", "Too many commands without a message"); }

Reply expired(Expiry why) {
  switch (why) {
    case Expiry::idle:
      return reply(421, "4.4.2", "Idle for too long");
    case Expiry::total:
      return reply(421, "4.4.2", "Connected for too long");
    case Expiry::shutdown:
      return reply(421, "4.3.2", "Shutting down");
  }
  return reply(421, "4.3.0", "Closing");
}

}  // namespace scop::smtp_session::replies
