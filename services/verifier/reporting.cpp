#include "verifier/reporting.hpp"

#include <algorithm>

#include "core/base64.hpp"
#include "core/id.hpp"
#include "dkim/digest.hpp"
#include "dmarc/record.hpp"
#include "dmarc_report/mail.hpp"
#include "resolving/asking.hpp"
#include "stage/limits.hpp"

namespace scop::verifier {

namespace {

constexpr std::chrono::minutes between_looks{10};
constexpr std::chrono::hours between_tries{1};
constexpr std::int64_t most_tries = 24;
constexpr std::chrono::seconds look_ups{20};
constexpr std::size_t chunk_octets = 64U << 10U;
constexpr std::uint32_t notify_never = 1;

std::int64_t seconds_of(Time time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}
std::int64_t day_of(Time time) {
  return std::chrono::floor<std::chrono::days>(time).time_since_epoch().count();
}

std::string sha256(std::string_view octets) {
  dkim::Digest digest(dkim::Hash::sha256);
  digest.update(octets);
  return digest.finish();
}

// The record as the newest row has it would be as good: a day's rows share it but where it was changed.
const v1::ReportRow& pattern(const DayOfDomain& kept) { return kept.rows.front().row; }

v1::Part envelope_part(const std::string& address, const std::string& mail) {
  v1::Part part;
  auto& envelope = *part.mutable_envelope();
  // The same report to the same address has the same id: the relay takes it once.
  const auto id = sha256("scop report " + address + '\n' + mail).substr(0, 16);
  envelope.set_id(id);
  envelope.set_trace(to_hex(id));
  envelope.set_role(v1::ROLE_REPORT);
  auto& recipient = *envelope.add_recipients();
  recipient.set_address(address);
  recipient.set_notify(notify_never);
  return part;
}

}  // namespace

Reporting::Reporting(Neighbours neighbours, std::string from, std::string host)
    : at_(neighbours), from_(std::move(from)), host_(std::move(host)), timer_(neighbours.io) {}

void Reporting::start() { asio::co_spawn(at_.io, watch(), asio::detached); }

void Reporting::stop() {
  ended_ = true;
  timer_.cancel();
}

Task<> Reporting::watch() {
  while (!ended_) {
    if (const auto sent = co_await send(false, {}); !sent) {
      at_.log.warning("reports not sent", {{"reason", sent.error().what}});
    }
    timer_.expires_after(between_looks);
    boost::system::error_code ignored;
    co_await timer_.async_wait(asio::redirect_error(use_task, ignored));
  }
}

Task<Outcome<v1::PendingReports>> Reporting::pending() {
  auto days = co_await at_.ledger.days();
  if (!days) co_return std::unexpected(std::move(days.error()));
  constexpr std::int64_t day_seconds = 86'400;
  v1::PendingReports reports;
  for (const auto& day : *days) {
    auto& report = *reports.add_reports();
    report.set_domain(day.domain);
    report.set_begin(day.day * day_seconds);
    report.set_end((day.day + 1) * day_seconds - 1);
    report.set_messages(day.messages);
    report.set_state(day.state);
    const auto kept = co_await at_.ledger.read(day.domain, day.day);
    if (!kept || kept->rows.empty()) continue;
    const auto record = dmarc::parse_record(pattern(*kept).record());
    if (!record) continue;
    for (const auto& uri : record->rua) report.add_recipients(uri.uri);
  }
  co_return reports;
}

Task<Outcome<>> Reporting::send(bool now_too, std::string domain) {
  if (busy_) co_return failure(ErrorKind::conflict, "reports are being sent just now");
  busy_ = true;
  Outcome<> outcome;
  auto days = co_await at_.ledger.days();
  if (!days) outcome = std::unexpected(std::move(days.error()));
  for (auto& day : days.value_or(std::vector<DayState>{})) {
    const auto time = now();
    const bool over = day.day < day_of(time) && day.next <= seconds_of(time);
    if (ended_ || day.messages == 0 || !(over || now_too) || !(domain.empty() || domain == day.domain))
      continue;
    outcome = co_await send_day(std::move(day));
    if (!outcome) break;
  }
  busy_ = false;
  co_return outcome;
}

Task<Outcome<>> Reporting::send_day(DayState day) {
  const auto kept = co_await at_.ledger.read(day.domain, day.day);
  if (!kept) co_return std::unexpected(kept.error());
  const auto report = report_from(*kept, {.org_name = host_, .email = from_, .host = host_});
  const auto record = kept->rows.empty() ? failure(ErrorKind::not_found, "no row can be read")
                                         : dmarc::parse_record(pattern(*kept).record());
  if (!report || !record)
    co_return co_await at_.ledger.finish(day.domain, day.day, "failed: data is damaged");
  const auto& organizational = pattern(*kept).organizational_domain();
  const bool is_below = day.domain.ends_with('.' + organizational);
  dmarc_report::Destinations destinations(day.domain, is_below ? organizational : std::string(), record->rua);
  co_await resolving::settle(at_.resolver, destinations, Id::random().text(), in(look_ups));
  std::string failed;
  std::string waiting = destinations.done() ? "" : "destinations could not be looked up";
  for (const auto& refused : destinations.refused()) (refused.temporary ? waiting : failed) = refused.why;
  for (const auto& destination : destinations.allowed()) {
    const auto posted = co_await post(*report, destination.address);
    if (posted.sent == Sent::never) failed = posted.why;
    if (posted.sent == Sent::later) waiting = posted.why;
    at_.log.info("report", {{"domain", day.domain},
                            {"to", destination.address},
                            {"rows", report->rows.size()},
                            {"result", posted.sent == Sent::yes ? "accepted" : posted.why}});
  }
  if (destinations.done() && destinations.allowed().empty() && waiting.empty()) {
    co_return co_await at_.ledger.finish(day.domain, day.day, "not wanted");
  }
  co_return co_await conclude(day, std::move(failed), std::move(waiting));
}

// What was accepted is not sent twice, since its id is known; so whatever waits, all is tried again.
Task<Outcome<>> Reporting::conclude(const DayState& day, std::string failed, std::string waiting) {
  if (!waiting.empty() && day.tries + 1 < most_tries) {
    co_return co_await at_.ledger.postpone(day.domain, day.day, waiting, seconds_of(now() + between_tries));
  }
  const auto why = waiting.empty() ? failed : waiting;
  co_return co_await at_.ledger.finish(day.domain, day.day, why.empty() ? "sent" : "failed: " + why);
}

Task<Reporting::Posted> Reporting::post(const dmarc_report::Report& report, const std::string& address) {
  const auto mail = dmarc_report::build_mail(
      report, {.from = from_,
               .to = address,
               .receiver = host_,
               .id = to_hex(sha256(report.report_id + '\n' + address).substr(0, 16)),
               .date = Time(std::chrono::seconds(std::min(report.end, seconds_of(now()))))});
  auto part = envelope_part(address, mail);
  auto opened =
      co_await at_.signer.open(pipe::methods::pass, in(stage::limits::open_next), part.envelope().trace());
  if (!opened) co_return Posted{Sent::later, "signer: " + opened.error().message};
  auto written = co_await opened->write(part, in(stage::limits::idle));
  for (std::string_view rest = mail; written && !rest.empty();
       rest.remove_prefix(std::min(chunk_octets, rest.size()))) {
    part.set_data(std::string(rest.substr(0, chunk_octets)));
    written = co_await opened->write(part, in(stage::limits::idle));
  }
  if (written) {
    part.mutable_findings()->set_size(mail.size());
    part.mutable_findings()->set_sha256(sha256(mail));
    written = co_await opened->write(part, in(stage::limits::idle));
  }
  const auto receipt = co_await opened->finish(in(stage::limits::next_answers));
  if (!receipt) co_return Posted{Sent::later, "signer: " + receipt.error().message};
  if (receipt->has_accepted()) co_return Posted{Sent::yes, {}};
  const auto& reply = receipt->has_refused() ? receipt->refused() : receipt->deferred();
  co_return Posted{receipt->has_refused() ? Sent::never : Sent::later,
                   std::to_string(reply.code()) + ' ' + reply.text()};
}

}  // namespace scop::verifier
