// Every reply that a session gives on its own, in one table: code, enhanced code (RFC 3463), text.
#pragma once

#include <string>

#include "smtp/command.hpp"
#include "smtp/reply.hpp"
#include "smtp_session/event.hpp"

namespace scop::smtp_session::replies {

smtp::Reply greeting(const std::string& host);
smtp::Reply helo(const std::string& host);
smtp::Reply help();
smtp::Reply ok();
smtp::Reply bye();
smtp::Reply cannot_verify();
smtp::Reply go_ahead_with_tls();
smtp::Reply start_input();
smtp::Reply chunk_taken(std::uint64_t octets);

smtp::Reply of_problem(const smtp::CommandProblem& problem);
smtp::Reply bare_line_end();
smtp::Reply not_implemented();
smtp::Reply wants_ehlo();
smtp::Reply wants_tls();
smtp::Reply wants_auth();
smtp::Reply in_transaction();
smtp::Reply wants_mail();
smtp::Reply wants_recipients();
smtp::Reply wants_bdat();
smtp::Reply wants_smtputf8();
smtp::Reply unsupported_parameter(std::string_view name);
smtp::Reply too_many_recipients();
smtp::Reply too_big(std::uint64_t most);
smtp::Reply has_nul();
smtp::Reply chunks_with_bare_line_ends();
smtp::Reply tls_already();
smtp::Reply input_behind(std::string_view command);

smtp::Reply challenge(std::string_view text);
smtp::Reply authenticated();
smtp::Reply auth_already();
smtp::Reply auth_needs_tls();
smtp::Reply auth_unknown_mechanism();
smtp::Reply auth_malformed();
smtp::Reply auth_cancelled();
smtp::Reply auth_refused();
smtp::Reply auth_throttled(unsigned retry_after_s);
smtp::Reply auth_unavailable();

// 421: the session ends.
smtp::Reply too_many_errors();
smtp::Reply too_many_auth_tries();
smtp::Reply too_many_commands();
smtp::Reply expired(Expiry why);

}  // namespace scop::smtp_session::replies
