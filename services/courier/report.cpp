#include "courier/report.hpp"

#include <fmt/format.h>

#include <array>

namespace scop::courier {

namespace {

constexpr std::size_t longest_text = 1000;

using Result = v1::RecipientReport;

// The remote's text goes into bounces and terminals: printable ASCII, one line.
std::string one_line(const smtp::Reply& reply) {
  std::string out;
  for (const auto& line : reply.lines) {
    if (!out.empty()) out += "; ";
    for (const char c : line) out += c >= 0x20 && c < 0x7f ? c : '?';
    if (out.size() > longest_text) break;
  }
  if (out.size() > longest_text) out.resize(longest_text);
  return out;
}

void set_reply(v1::RecipientReport& recipient, const smtp::Reply& reply, bool ours) {
  recipient.mutable_reply()->set_code(static_cast<std::uint32_t>(reply.code));
  recipient.mutable_reply()->set_enhanced(reply.enhanced);
  recipient.mutable_reply()->set_text(one_line(reply));
  recipient.set_reply_is_ours(ours);
}

Result::Result to_message(smtp_client::Result result) {
  switch (result) {
    case smtp_client::Result::relayed:
      return Result::RELAYED;
    case smtp_client::Result::failed:
      return Result::FAILED;
    case smtp_client::Result::deferred:
      break;
  }
  return Result::DEFERRED;
}

}  // namespace

Ending to_ending(const mx::Verdict& verdict) {
  return {smtp::reply(verdict.code, verdict.enhanced, verdict.text), verdict.permanent, true, false};
}

Ending to_ending(const smtp_client::Trouble& trouble) {
  return {trouble.reply, trouble.permanent, trouble.ours, trouble.handshake_failed};
}

v1::AttemptReport begin_report(const v1::AttemptEnvelope& envelope, const Plan& plan) {
  v1::AttemptReport report;
  for (const auto& recipient : envelope.recipients()) {
    auto* entry = report.add_recipients();
    entry->set_address(recipient.address());
    set_reply(*entry, smtp::reply(451, "4.4.0", "not attempted"), true);
  }
  for (const int index : plan.unreadable) {
    auto& entry = *report.mutable_recipients(index);
    entry.set_result(Result::FAILED);
    set_reply(entry, smtp::reply(553, "5.1.3", "not an address"), true);
  }
  return report;
}

void end_with(v1::AttemptReport& report, const Plan& plan, const Ending& ending) {
  for (const int index : plan.indices) {
    auto& entry = *report.mutable_recipients(index);
    entry.set_result(ending.permanent ? Result::FAILED : Result::DEFERRED);
    set_reply(entry, ending.reply, ending.ours);
  }
}

void end_with(v1::AttemptReport& report, const Plan& plan, const smtp_client::Report& transaction) {
  report.set_uncertain(transaction.uncertain);
  for (std::size_t i = 0; i < plan.indices.size() && i < transaction.recipients.size(); ++i) {
    const auto& decided = transaction.recipients[i];
    auto& entry = *report.mutable_recipients(plan.indices[i]);
    entry.set_result(to_message(decided.result));
    entry.set_dsn_passed_on(decided.dsn_passed_on);
    set_reply(entry, decided.reply, decided.ours);
  }
}

std::string summary_of(const v1::AttemptReport& report) {
  std::array<int, 3> counts{};
  for (const auto& recipient : report.recipients()) ++counts.at(static_cast<std::size_t>(recipient.result()));
  std::string out;
  const auto add = [&](Result::Result result, std::string_view name) {
    const int count = counts.at(static_cast<std::size_t>(result));
    if (count > 0) out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name, count);
  };
  add(Result::RELAYED, "relayed");
  add(Result::DEFERRED, "deferred");
  add(Result::FAILED, "failed");
  return out;
}

std::string telling_reply(const v1::AttemptReport& report) {
  const v1::RecipientReport* telling = nullptr;
  for (const auto& recipient : report.recipients()) {
    if (telling == nullptr ||
        (telling->result() == Result::RELAYED && recipient.result() != Result::RELAYED)) {
      telling = &recipient;
    }
  }
  if (telling == nullptr) return {};
  const auto& reply = telling->reply();
  return fmt::format("{} {} {}", reply.code(), reply.enhanced(), reply.text());
}

}  // namespace scop::courier
