#include "daemon/counted_lines.hpp"

#include <iterator>

#include "pipe/status.hpp"
#include "topology/topology.hpp"

namespace scop::daemon {

namespace {

using metrics::As;
using metrics::LineLabel;
using Rules = std::vector<metrics::LineRule>;

const LineLabel result_of_pass{"result", {"accepted", "broken"}, As::reply_class};
const LineLabel tls_version{"tls", {"none", "TLSv1.2", "TLSv1.3"}, As::first_word};

// The methods that somebody may call here, and gRPC's codes.
Rules every_daemon(std::string_view daemon) {
  LineLabel method{"method", {"grpc.health.v1.Health/Check"}};
  for (const auto& edge : topology::edges()) {
    if (edge.callee == daemon) method.values.emplace_back(edge.method);
  }
  LineLabel code{"code"};
  for (int number = 0; number <= static_cast<int>(pipe::Code::unauthenticated); ++number)
    code.values.emplace_back(pipe::name_of(static_cast<pipe::Code>(number)));
  return {{.message = "call",
           .counter = "scop_pipe_calls_total",
           .help = "calls answered over the pipe, by gRPC status",
           .labels = {std::move(method), std::move(code)},
           .histogram = "scop_pipe_call_seconds",
           .histogram_help = "how long calls over the pipe took here"},
          {.message = "pipe down",
           .counter = "scop_pipe_losses_total",
           .help = "pipes to callees that were lost"},
          {.message = "undeclared call refused",
           .counter = "scop_pipe_undeclared_calls_total",
           .help = "calls that the topology does not declare: somebody tries"},
          {.message = "judge died",
           .counter = "scop_judge_deaths_total",
           .help = "judges ended by what they read"}};
}

// What a stage of the message path says of each message.
metrics::LineRule passed(const std::string& daemon) {
  return {.message = "passed",
          .counter = "scop_" + daemon + "_messages_total",
          .help = "messages through this daemon, by result",
          .labels = {result_of_pass},
          .histogram = "scop_" + daemon + "_message_seconds",
          .histogram_help = "a message's way through this daemon and all behind it"};
}

metrics::LineRule verdict(std::string_view daemon, std::string_view method, std::vector<std::string> values) {
  return {.message = "passed",
          .counter = "scop_" + std::string(daemon) + "_" + std::string(method) + "_total",
          .help = "messages by " + std::string(method),
          .labels = {{method, std::move(values)}}};
}

Rules edge(const std::string& daemon) {
  const auto name = [&](std::string_view rest) { return "scop_" + daemon + "_" + std::string(rest); };
  const metrics::LineRule refused{
      .message = "message refused",
      .counter = name("messages_total"),
      .help = "messages, by the class of the final reply; 2xx: durable in the queue",
      .labels = {{"reply", {}, As::reply_class}}};
  auto taken = refused;
  taken.message = "message passed on";
  taken.histogram = name("message_seconds");
  taken.histogram_help = "from DATA or BDAT to the 250";
  return {{.message = "session ended",
           .counter = name("sessions_total"),
           .help = "sessions that have ended, by how; other: lost, or refused before the greeting",
           .labels = {{"end",
                       {"QUIT", "idle", "total time", "shutdown", "sent away", "bare line end",
                        "chunk too big", "endless line", "foreign protocol", "input behind DATA",
                        "input behind STARTTLS", "message too big", "too many AUTH tries",
                        "too many commands without a message", "too many errors"}}},
           .histogram = name("session_seconds"),
           .histogram_help = "how long sessions took"},
          {.message = "session ended",
           .counter = name("sessions_by_tls_total"),
           .help = "sessions that have ended, by the version of TLS",
           .labels = {tls_version}},
          {.message = "connection refused",
           .counter = name("connections_refused_total"),
           .help = "connections refused since there were too many at once"},
          taken,
          refused,
          {.message = "pass broke",
           .counter = name("broken_passes_total"),
           .help = "messages whose way into the mesh broke; most are repeated or found committed"}};
}

Rules submission() {
  auto rules = edge("submission");
  rules.push_back({.message = "login refused",
                   .counter = "scop_submission_logins_refused_total",
                   .help = "logins refused, by why",
                   .labels = {{"why", {"wrong", "throttled"}}}});
  return rules;
}

Rules receiver() {
  auto rules = edge("receiver");
  rules.push_back({.message = "offence",
                   .counter = "scop_receiver_offences_total",
                   .help = "what clients did that counts towards a ban",
                   .labels = {{"what",
                               {"talked before the greeting", "too many unknown recipients",
                                "too many errors", "bare line ends"}}}});
  rules.push_back({.message = "put off",
                   .counter = "scop_receiver_greylisted_total",
                   .help = "recipients put off by greylisting"});
  rules.push_back({.message = "blocklist not usable",
                   .counter = "scop_receiver_blocklist_failures_total",
                   .help = "answers of blocklists that were of no use"});
  return rules;
}

Rules signer() {
  return {passed("signer"),
          {.message = "passed",
           .counter = "scop_signer_signatures_total",
           .help = "messages by whether they were signed",
           .labels = {{"signed", {}, As::presence}}},
          {.message = "key not published",
           .counter = "scop_signer_publication_failures_total",
           .help = "DKIM records that the primary did not take"},
          {.message = "key goes on",
           .counter = "scop_signer_key_steps_total",
           .help = "steps of DKIM keys through their lives"},
          {.message = "key left out",
           .counter = "scop_signer_keys_left_out_total",
           .help = "key files that could not be used"}};
}

Rules relay() {
  Rules rules{{.message = "committed",
               .counter = "scop_relay_committed_total",
               .help = "messages made durable in the queue, by who passed them",
               .labels = {{"caller", {"signer", "verifier"}}},
               .histogram = "scop_relay_commit_seconds",
               .histogram_help = "from the last octet to the commit on disk, the fsync included"},
              {.message = "notice",
               .counter = "scop_relay_notices_total",
               .help = "notifications to senders, by kind",
               .labels = {{"kind", {"failed", "delayed", "delivered", "relayed", "expanded"}}}},
              {.message = "TLS report",
               .counter = "scop_relay_tls_reports_total",
               .help = "TLS reports handed over"}};
  for (const std::string_view result :
       {"delivered", "relayed", "forwarded", "expanded", "failed", "deferred", "cut off"}) {
    rules.push_back({.message = result,
                     .counter = "scop_relay_results_total",
                     .help = "recipients, by what an attempt did",
                     .fixed = {{"result", std::string(result)}}});
  }
  for (const std::string_view why : {"refused", "relaying denied", "void", "not committed"}) {
    rules.push_back({.message = why,
                     .counter = "scop_relay_not_committed_total",
                     .help = "passes that left nothing in the queue, by why",
                     .fixed = {{"why", std::string(why)}}});
  }
  return rules;
}

Rules courier() {
  return {
      {.message = "attempt",
       .counter = "scop_courier_attempts_total",
       .help = "transactions with other hosts, by what became of the first recipients",
       .labels = {{"result", {"relayed", "deferred", "failed"}, As::first_word}},
       .histogram = "scop_courier_attempt_seconds",
       .histogram_help = "from the relay's call to the host's last reply; look-ups and connecting included"},
      {.message = "attempt",
       .counter = "scop_courier_attempts_by_tls_total",
       .help = "transactions with other hosts, by the version of TLS",
       .labels = {tls_version}},
      {.message = "attempt",
       .counter = "scop_courier_attempts_by_policy_total",
       .help = "transactions with other hosts, by what the host had to show",
       .labels = {{"policy", {"none", "dane", "sts", "required", "requiretls"}, As::first_word}}},
      {.message = "attempt",
       .counter = "scop_courier_attempts_by_reply_total",
       .help = "transactions with other hosts, by the telling reply's class",
       .labels = {{"reply", {}, As::reply_class}}},
      {.message = "look-up failed",
       .counter = "scop_courier_look_up_failures_total",
       .help = "attempts that ended since the domain's hosts could not be found"},
      {.message = "no MTA-STS policy",
       .counter = "scop_courier_sts_failures_total",
       .help = "MTA-STS policies that are announced and cannot be had"},
      {.message = "SPF does not let our mail out",
       .counter = "scop_courier_spf_warnings_total",
       .help = "senders whose SPF record lacks our address"}};
}

Rules spamfilter() {
  auto labels = verdict("spamfilter", "spam", {"ham", "unsure", "spam", "temperror"});
  labels.counter = "scop_spamfilter_labels_total";
  return {passed("spamfilter"),
          labels,
          {.message = "taught",
           .counter = "scop_spamfilter_lessons_total",
           .help = "messages that people taught, by what they are",
           .labels = {{"as", {"ham", "spam", "forget"}}}},
          {.message = "not scanned for viruses",
           .counter = "scop_spamfilter_clamd_failures_total",
           .help = "messages that clamd did not look at"}};
}

Rules verifier() {
  return {
      passed("verifier"),
      verdict("verifier", "spf", {"pass", "fail", "softfail", "neutral", "none", "temperror", "permerror"}),
      verdict("verifier", "dkim", {"pass", "fail", "none", "policy", "neutral", "temperror", "permerror"}),
      verdict("verifier", "dmarc", {"pass", "fail", "none", "temperror", "permerror"}),
      verdict("verifier", "arc", {"pass", "fail", "none"}),
      verdict("verifier", "disposition", {"INBOX", "JUNK", "REFUSE", "DEFER"}),
      {.message = "report",
       .counter = "scop_verifier_reports_total",
       .help = "DMARC aggregate reports handed to the signer"}};
}

Rules accounts() {
  Rules rules;
  const auto add = [&](std::string_view message, std::string_view result) {
    rules.push_back({.message = message,
                     .counter = "scop_accounts_authentications_total",
                     .help = "logins tried, by result and by the daemon that asked",
                     .fixed = {{"result", std::string(result)}},
                     .labels = {{"caller", {"submission", "mailbox"}}}});
  };
  add("authenticated", "granted");
  add("authentication refused", "refused");
  add("authentication throttled", "throttled");
  add("SCRAM refused", "malformed");
  return rules;
}

Rules resolver() {
  return {{.message = "forwarder not reached by TLS",
           .counter = "scop_resolver_forwarder_failures_total",
           .help = "connections to forwarders that failed"}};
}

Rules web() {
  return {{.message = "request",
           .counter = "scop_web_requests_total",
           .help = "HTTP requests, by the class of the status",
           .labels = {{"status", {}, As::reply_class}},
           .histogram = "scop_web_request_seconds",
           .histogram_help = "from a request's first octet to its answer"}};
}

struct OfDaemon {
  std::string_view daemon;
  Rules (*rules)();
};
constexpr OfDaemon tables[]{{"submission", submission}, {"receiver", receiver},
                            {"signer", signer},         {"relay", relay},
                            {"courier", courier},       {"spamfilter", spamfilter},
                            {"verifier", verifier},     {"accounts", accounts},
                            {"resolver", resolver},     {"web", web}};

}  // namespace

Rules counted_lines(std::string_view daemon) {
  auto rules = every_daemon(daemon);
  for (const auto& table : tables) {
    if (table.daemon == daemon) std::ranges::move(table.rules(), std::back_inserter(rules));
  }
  return rules;
}

}  // namespace scop::daemon
