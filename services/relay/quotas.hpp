// How much the mailboxes that have a quota hold: counted in the Maildir on a thread of its own, incremented
// by what is delivered here, counted again now and then (owners delete mail), and told to accounts, whose
// answers at RCPT rest on it. Mailboxes without a quota cost nothing.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "desk.hpp"
#include "files/maildir_usage.hpp"

namespace scop::relay {

struct QuotaSettings {
  std::filesystem::path mail_folder;
  std::chrono::milliseconds recount{60'000};  // between two counts of a full mailbox, and between two reports
};

class Quotas {
 public:
  Quotas(asio::io_context& io, QuotaSettings settings, const Log& log, Desk& desk, store::Writer& writer,
         Neighbours& neighbours);

  void start();
  void stop();

  // Is there room for one more message? `full`: what accounts says, by our last report.
  Task<bool> has_room(std::string mailbox, std::uint64_t quota, bool full);
  void note_delivery(std::string_view mailbox, std::uint64_t octets);

 private:
  using Moment = std::chrono::steady_clock::time_point;
  struct Meter {
    std::uint64_t quota = 0;
    files::MaildirUsage usage;
    files::MaildirUsage reported;
    Moment counted_at;
    Moment reported_at;
    bool is_counted = false;   // ever
    bool is_reported = false;  // accounts knows `reported`
    bool is_counting = false;
    bool is_reporting = false;
    bool is_filled_by(const files::MaildirUsage& held) const { return quota != 0 && held.octets >= quota; }
    bool is_full() const { return is_counted && is_filled_by(usage); }
  };
  Meter* find(std::string_view mailbox);
  bool is_stale(const Meter& meter) const;
  bool owes_report(const Meter& meter) const;
  Task<> loop();
  Task<> visit(std::string mailbox);
  Task<> count(std::string mailbox);
  Task<> report(std::string mailbox);
  Task<> keep(std::string mailbox, bool metered);

  asio::io_context& io_;
  QuotaSettings settings_;
  const Log& log_;
  Desk& desk_;
  store::Writer& writer_;
  Neighbours& neighbours_;
  files::Pool walks_;
  std::map<std::string, Meter, std::less<>> meters_;
};

}  // namespace scop::relay
