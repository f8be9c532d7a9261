#include "tls_reporting.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "core/id.hpp"
#include "crypto/digest.hpp"
#include "gzip/gzip.hpp"
#include "message/mailto.hpp"
#include "tls_report/mail.hpp"

namespace scop::relay {

namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr std::uint64_t longest_delay = 4 * 3'600;  // RFC 8460 4.1
constexpr std::int64_t between_tries = 3'600;
constexpr std::int64_t most_shown = 5'000;
constexpr std::int64_t give_up_after = day_seconds;
constexpr std::chrono::minutes between_looks{5};
constexpr std::chrono::milliseconds longest_turn{60'000};
constexpr std::chrono::milliseconds longest_telling{
    90'000};  // of one domain's day; the rest is told an hour later
constexpr std::chrono::milliseconds between_turns{50};
constexpr std::uint32_t notify_never = 1;

std::int64_t seconds_of(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

std::string short_digest(std::string_view octets) { return crypto::sha256(octets).substr(0, 16); }

// RFC 9110 15: what may pass by itself is asked again.
bool may_pass(std::uint32_t status) { return status >= 500 || status == 408 || status == 429 || status == 0; }

}  // namespace

TlsReporting::TlsReporting(asio::io_context& io, TlsReportingSettings settings, const Log& log,
                           store::Writer& writer, Neighbours& neighbours)
    : io_(io),
      settings_(std::move(settings)),
      log_(log),
      writer_(writer),
      neighbours_(neighbours),
      timer_(io) {}

void TlsReporting::start() { asio::co_spawn(io_, watch(), asio::detached); }

void TlsReporting::stop() {
  ended_ = true;
  timer_.cancel();
}

Task<> TlsReporting::watch() {
  while (!ended_) {
    if (const auto sent = co_await send(false, {}); !sent) {
      log_.warning("TLS reports not sent", {{"why", sent.error().what}});
    }
    if (ended_) co_return;
    timer_.expires_after(between_looks);
    boost::system::error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(use_task, ignored));
  }
}

std::int64_t TlsReporting::due_at(std::string_view host, std::string_view domain, std::int64_t day) {
  std::uint64_t seed = 0;
  for (const char octet :
       crypto::sha256(fmt::format("scop TLS report {}\n{}\n{}", host, domain, day)).substr(0, 8))
    seed = seed << 8U | static_cast<unsigned char>(octet);
  return (day + 1) * day_seconds + static_cast<std::int64_t>(seed % longest_delay);
}

Task<Outcome<v1::PendingReports>> TlsReporting::pending() {
  auto days = co_await writer_.write<std::vector<Day>>(
      [](store::Database& db) { return tls_ledger::days(db, most_shown); });
  if (!days) co_return std::unexpected(std::move(days.error()));
  const auto time = seconds_of(now());
  v1::PendingReports reports;
  for (const auto& day : *days) {
    auto& report = *reports.add_reports();
    report.set_domain(day.domain);
    report.set_begin(day.day * day_seconds);
    report.set_end((day.day + 1) * day_seconds - 1);
    report.set_messages(day.sessions);
    for (const auto& uri : day.uris) report.add_recipients(uri);
    const bool over = (day.day + 1) * day_seconds <= time;
    const bool begun = !day.state.empty() && (day.sessions == 0 || day.state.starts_with("waiting"));
    report.set_state(begun ? day.state : over ? "due" : "collecting");
  }
  co_return reports;
}

Task<Outcome<>> TlsReporting::send(bool now_too, std::string domain) {
  // The five-minute look and the operator take turns.
  for (const auto end = in(longest_turn); busy_ && !ended_;) {
    if (std::chrono::steady_clock::now() > end)
      co_return failure(ErrorKind::conflict, "TLS reports are being sent just now");
    Timer turn(io_, between_turns);
    boost::system::error_code ignored;
    co_await turn.async_wait(asio::redirect_error(use_task, ignored));
  }
  if (ended_) co_return failure(ErrorKind::cancelled, "the relay is stopping");
  busy_ = true;
  auto outcome = co_await send_days(now_too, std::move(domain));
  busy_ = false;
  co_return outcome;
}

Task<Outcome<>> TlsReporting::send_days(bool now_too, std::string domain) {
  const auto today = seconds_of(now()) / day_seconds;
  auto days = co_await writer_.write<std::vector<Day>>(
      [last = now_too ? today : today - 1](store::Database& db) { return tls_ledger::unreported(db, last); });
  if (!days) co_return std::unexpected(std::move(days.error()));
  domain = ascii::to_lower(domain);
  for (auto& day : *days) {
    const auto due = std::max(due_at(settings_.host, day.domain, day.day), day.next);
    const bool wanted = day.sessions > 0 && (domain.empty() || domain == day.domain);
    if (ended_ || !wanted || !(now_too || due <= seconds_of(now()))) continue;
    if (auto sent = co_await send_day(std::move(day)); !sent) co_return sent;
  }
  co_return Outcome<>{};
}

Task<Outcome<>> TlsReporting::send_day(Day day) {
  // Sessions that came behind a report of the same day, which was sent early: another one.
  if (!day.state.starts_with("waiting"))
    day = {.domain = day.domain, .day = day.day, .sessions = day.sessions};
  auto rows = co_await writer_.write<std::vector<tls_ledger::Row>>(
      [domain = day.domain, number = day.day](store::Database& db) {
        return tls_ledger::rows(db, domain, number);
      });
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  const auto policy = co_await neighbours_.find_report_policy(day.domain, Id::random().text());
  if (!policy)
    co_return co_await conclude(std::move(day), std::move(*rows), "courier: " + policy.error().message, "");
  if (policy->try_later()) co_return co_await conclude(std::move(day), std::move(*rows), policy->why(), "");
  if (!policy->found()) {
    day.state = tls_ledger::not_wanted;
    co_return co_await writer_.write([day, reported = std::move(*rows)](store::Database& db) {
      return tls_ledger::finish(db, day, reported);
    });
  }
  day.uris.assign(policy->uris().begin(), policy->uris().end());
  co_return co_await tell_all(std::move(day), std::move(*rows));
}

Task<Outcome<>> TlsReporting::tell_all(Day day, std::vector<tls_ledger::Row> rows) {
  const auto report = report_of(day, rows);
  std::string waiting;
  std::string failed;
  const auto until = in(longest_telling);
  for (const auto& uri : day.uris) {
    if (std::ranges::find(day.settled, uri) != day.settled.end()) continue;
    if (std::chrono::steady_clock::now() >= until) {
      if (waiting.empty()) waiting = "its receivers are slow";
      break;
    }
    const auto answer = co_await tell(report, day.domain, uri);
    log_.info("TLS report", {{"domain", day.domain},
                             {"to", uri},
                             {"report", report.report_id},
                             {"sessions", tls_report::sessions_of(report)},
                             {"result", answer.taken == Taken::yes ? "accepted" : answer.why}});
    if (answer.taken == Taken::later) waiting = answer.why;
    if (answer.taken == Taken::never) failed = answer.why;
    if (answer.taken == Taken::later) continue;
    day.settled.push_back(uri);
    day.delivered = day.delivered || answer.taken == Taken::yes;
    // At once: whoever took it does not get it again, should the relay die now.
    day.state = "waiting: for the others";
    if (auto kept = co_await keep(day); !kept) co_return kept;
  }
  co_return co_await conclude(std::move(day), std::move(rows), std::move(waiting), std::move(failed));
}

Task<Outcome<>> TlsReporting::keep(const Day& day) {
  co_return co_await writer_.write([day](store::Database& db) { return tls_ledger::keep(db, day); });
}

Task<Outcome<>> TlsReporting::conclude(Day day, std::vector<tls_ledger::Row> rows, std::string waiting,
                                       std::string failed) {
  const auto time = seconds_of(now());
  ++day.tries;
  const bool hopeless = day.tries > 1 && time >= due_at(settings_.host, day.domain, day.day) + give_up_after;
  if (!waiting.empty() && !hopeless) {
    day.state = "waiting: " + waiting;
    day.next = time + between_tries;
    co_return co_await keep(day);
  }
  // RFC 8460 3: it is delivered once one of several has taken it.
  const auto& why = waiting.empty() ? failed : waiting;
  day.state = day.delivered ? "sent" : "failed: " + why;
  if (!day.delivered) log_.warning("TLS report dropped", {{"domain", day.domain}, {"why", why}});
  co_return co_await writer_.write([day, reported = std::move(rows)](store::Database& db) {
    return tls_ledger::finish(db, day, reported);
  });
}

tls_report::Report TlsReporting::report_of(const Day& day, const std::vector<tls_ledger::Row>& rows) const {
  std::vector<tls_report::Counted> counted;
  for (const auto& row : rows) {
    if (auto one = counted_from(row.facts, row.sessions)) counted.push_back(std::move(*one));
  }
  tls_report::Report report{.organization = settings_.domain,
                            .begin = day.day * day_seconds,
                            .end = (day.day + 1) * day_seconds - 1,
                            .contact = settings_.postmaster,
                            .report_id = {},
                            .policies = tls_report::results_of(std::move(counted))};
  // The same results have the same id: a receiver may know a repetition by it.
  report.report_id = fmt::format(
      "{}@{}", to_hex(short_digest(day.domain + '\n' + tls_report::to_json(report))), settings_.host);
  return report;
}

Task<TlsReporting::Answer> TlsReporting::tell(const tls_report::Report& report, const std::string& domain,
                                              const std::string& uri) {
  if (ascii::starts_with_ignoring_case(uri, "https:")) co_return co_await post(report, uri);
  const auto address = message::mailto_address(uri);
  if (!address) co_return Answer{Taken::never, "neither https: nor mailto: with a usable address"};
  co_return co_await mail(report, domain, *address);
}

Task<TlsReporting::Answer> TlsReporting::post(const tls_report::Report& report, const std::string& uri) {
  v1::PostReportRequest request;
  request.set_uri(uri);
  request.set_body(gzip::deflate(tls_report::to_json(report)));
  request.set_content_type(std::string(tls_report::packed_type));
  const auto reply = co_await neighbours_.post_report(std::move(request), Id::random().text());
  if (!reply) co_return Answer{Taken::later, "courier: " + reply.error().message};
  if (reply->status() >= 200 && reply->status() < 300) co_return Answer{Taken::yes, {}};
  auto why = reply->status() == 0 ? reply->why() : fmt::format("HTTP status {}", reply->status());
  co_return Answer{may_pass(reply->status()) ? Taken::later : Taken::never, std::move(why)};
}

Task<TlsReporting::Answer> TlsReporting::mail(const tls_report::Report& report, const std::string& domain,
                                              const std::string& address) {
  // What is repeated must be the same to the octet: no date but the day's own, where that is over.
  const auto date = std::min(report.end, seconds_of(now()));
  const auto name = to_hex(short_digest(report.report_id + '\n' + address));
  auto octets =
      tls_report::build_mail(report, {.from = fmt::format("noreply-smtp-tls-reporting@{}", settings_.domain),
                                      .to = address,
                                      .domain = domain,
                                      .submitter = settings_.domain,
                                      .host = settings_.host,
                                      .id = name,
                                      .date = Time(std::chrono::seconds(date))});
  const auto id = short_digest("scop TLS report\n" + address + '\n' + octets);
  v1::Envelope envelope;
  envelope.set_id(id);
  envelope.set_trace(to_hex(id));
  envelope.set_role(v1::ROLE_REPORT);
  envelope.set_edge_host(settings_.host);
  auto& recipient = *envelope.add_recipients();
  recipient.set_address(address);
  recipient.set_notify(notify_never);
  const auto receipt = co_await neighbours_.pass(std::move(envelope), std::move(octets));
  if (!receipt) co_return Answer{Taken::later, "signer: " + receipt.error().message};
  if (receipt->has_accepted()) co_return Answer{Taken::yes, {}};
  const auto& reply = receipt->has_refused() ? receipt->refused() : receipt->deferred();
  co_return Answer{receipt->has_refused() ? Taken::never : Taken::later,
                   fmt::format("{} {}", reply.code(), reply.text())};
}

}  // namespace scop::relay
