#include "quotas.hpp"

#include "local_delivery.hpp"

namespace scop::relay {

namespace {

// A mailbox with room is counted this many times more seldom than a full one.
constexpr int seldom = 15;

std::chrono::steady_clock::time_point moment() { return std::chrono::steady_clock::now(); }

}  // namespace

Quotas::Quotas(asio::io_context& io, QuotaSettings settings, const Log& log, Desk& desk,
               store::Writer& writer, Neighbours& neighbours)
    : io_(io),
      settings_(std::move(settings)),
      log_(log),
      desk_(desk),
      writer_(writer),
      neighbours_(neighbours),
      walks_(io, 1) {}

void Quotas::start() {
  walks_.start();
  asio::co_spawn(io_, loop(), asio::detached);
}

void Quotas::stop() { walks_.stop(); }

Quotas::Meter* Quotas::find(std::string_view mailbox) {
  const auto found = meters_.find(mailbox);
  return found == meters_.end() ? nullptr : &found->second;
}

bool Quotas::is_stale(const Meter& meter) const {
  const auto good_for = meter.is_full() ? settings_.recount : settings_.recount * seldom;
  return !meter.is_counted || moment() - meter.counted_at >= good_for;
}

// At once where mail begins or ceases to be taken, else now and then.
bool Quotas::owes_report(const Meter& meter) const {
  if (!meter.is_counted || meter.is_reporting) return false;
  if (!meter.is_reported || meter.is_filled_by(meter.reported) != meter.is_full()) return true;
  return meter.reported != meter.usage && moment() - meter.reported_at >= settings_.recount;
}

Task<bool> Quotas::has_room(std::string mailbox, std::uint64_t quota, bool full) {
  const auto [at, is_new] = meters_.try_emplace(mailbox);
  at->second.quota = quota;
  if (is_new) co_await keep(mailbox, true);
  if (auto* meter = find(mailbox); meter != nullptr && is_stale(*meter)) co_await count(mailbox);
  auto* meter = find(mailbox);
  if (meter == nullptr || !meter->is_counted) co_return !full;
  const bool has_room = !meter->is_full();
  if (has_room == full) meter->is_reported = false;
  if (owes_report(*meter)) asio::co_spawn(io_, report(std::move(mailbox)), asio::detached);
  co_return has_room;
}

void Quotas::note_delivery(std::string_view mailbox, std::uint64_t octets) {
  auto* meter = find(mailbox);
  if (meter == nullptr) return;
  meter->usage.octets += octets;
  ++meter->usage.messages;
  if (owes_report(*meter)) asio::co_spawn(io_, report(std::string(mailbox)), asio::detached);
}

Task<> Quotas::loop() {
  // Those of earlier lives: one that was full gets no mail that would remind us of it.
  auto known = co_await writer_.write<std::vector<std::string>>(
      [](store::Database& database) { return ledger::metered(database); });
  if (!known)
    log_.error("the mailboxes with a quota cannot be read", {{"why", known.error().what}});
  else
    for (auto& mailbox : *known) meters_.try_emplace(std::move(mailbox));
  while (!desk_.is_stopping()) {
    std::vector<std::string> mailboxes;
    for (const auto& [mailbox, meter] : meters_) {
      if (is_stale(meter) || owes_report(meter)) mailboxes.push_back(mailbox);
    }
    for (auto& mailbox : mailboxes) {
      if (!desk_.is_stopping()) co_await visit(std::move(mailbox));
    }
    co_await desk_.pause(settings_.recount);
  }
}

Task<> Quotas::visit(std::string mailbox) {
  auto* meter = find(mailbox);
  if (meter == nullptr) co_return;
  if (!is_stale(*meter)) co_return co_await report(std::move(mailbox));
  const auto reply = co_await neighbours_.resolve(mailbox, {});
  meter = find(mailbox);
  if (!reply || meter == nullptr) co_return;
  const bool is_mailbox =
      reply->kind() == v1::ResolveReply::MAILBOX || reply->kind() == v1::ResolveReply::DISABLED;
  // An alias of the same name hides it: what it was goes on.
  const bool is_over = is_mailbox ? reply->quota() == 0 : reply->kind() != v1::ResolveReply::ADDRESSES;
  if (is_over) {
    if (!meter->is_counting && !meter->is_reporting) co_await keep(std::move(mailbox), false);
    co_return;
  }
  if (is_mailbox) meter->quota = reply->quota();
  co_await count(mailbox);
  meter = find(mailbox);
  if (meter == nullptr || !meter->is_counted) co_return;
  if (is_mailbox && reply->full() != meter->is_full()) meter->is_reported = false;
  if (owes_report(*meter)) co_await report(std::move(mailbox));
}

Task<> Quotas::count(std::string mailbox) {
  auto* meter = find(mailbox);
  const auto folder = folder_of_mailbox(settings_.mail_folder, mailbox);
  if (meter == nullptr || meter->is_counting || !folder) co_return;
  meter->is_counting = true;
  const auto before = meter->usage;
  const auto counted =
      co_await walks_.run<files::MaildirUsage>([folder = *folder] { return files::count_maildir(folder); });
  meter = find(mailbox);
  if (meter == nullptr) co_return;
  meter->is_counting = false;
  meter->counted_at = moment();
  if (!counted && desk_.is_stopping()) co_return;
  if (!counted) {
    log_.error("the mailbox cannot be counted", {{"mailbox", mailbox}, {"why", counted.error().what}});
    co_return;
  }
  // What was delivered meanwhile may be counted twice, until the next time, but never missed.
  meter->usage = {counted->octets + meter->usage.octets - before.octets,
                  counted->messages + meter->usage.messages - before.messages};
  meter->is_counted = true;
}

Task<> Quotas::report(std::string mailbox) {
  auto* meter = find(mailbox);
  if (meter == nullptr || !owes_report(*meter)) co_return;
  meter->is_reporting = true;
  const auto usage = meter->usage;
  v1::UsageReport report;
  report.set_mailbox(mailbox);
  report.set_octets(usage.octets);
  report.set_messages(usage.messages);
  const auto told = co_await neighbours_.report_usage(std::move(report));
  meter = find(mailbox);
  if (meter == nullptr) co_return;
  meter->is_reporting = false;
  if (!told) co_return;  // the loop comes by again
  const bool was_full = meter->is_reported && meter->is_filled_by(meter->reported);
  meter->reported = usage;
  meter->reported_at = moment();
  meter->is_reported = true;
  const bool is_full = meter->is_filled_by(usage);
  if (was_full != is_full) {
    log_.info(is_full ? "mailbox full" : "mailbox has room",
              {{"mailbox", mailbox}, {"octets", usage.octets}, {"quota", meter->quota}});
  }
}

Task<> Quotas::keep(std::string mailbox, bool metered) {
  if (!metered) meters_.erase(mailbox);
  const auto kept = co_await writer_.write(
      [=](store::Database& database) { return ledger::keep_metered(database, mailbox, metered); });
  if (!kept)
    log_.error("the mailbox's quota is not kept", {{"mailbox", mailbox}, {"why", kept.error().what}});
}

}  // namespace scop::relay
