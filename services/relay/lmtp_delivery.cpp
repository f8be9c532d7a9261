#include "lmtp_delivery.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "limits.hpp"
#include "local_delivery.hpp"
#include "message/header.hpp"
#include "pieces.hpp"
#include "queueing/grouping.hpp"
#include "results.hpp"
#include "smtp/path.hpp"

namespace scop::relay {

namespace {

constexpr std::string_view flag_name = "X-Spam-Flag";

smtp_client::Trouble trouble_of(const std::string& text) {
  return {.reply = smtp::reply(451, "4.4.1", text), .ours = true};
}

}  // namespace

std::string with_flag(std::string_view octets, bool junk) {
  std::string out;
  out.reserve(octets.size() + 32);
  if (junk) out += "X-Spam-Flag: YES\r\n";
  std::size_t kept_from = 0;
  // What cannot be read goes as it is: our own flag stands on top of it.
  if (const auto header = message::parse_header(octets)) {
    for (const auto* field : message::find_all(*header, flag_name)) {
      out += octets.substr(kept_from, field->offset - kept_from);
      kept_from = field->offset + field->raw.size();
    }
  }
  out += octets.substr(kept_from);
  return out;
}

LmtpDelivery::LmtpDelivery(asio::io_context& io, std::vector<settings::LmtpRoute> routes, std::string host,
                           bool subaddresses, const Log& log, Desk& desk, files::Pool& pool,
                           const files::Spool& spool)
    : routes_(std::move(routes)),
      subaddresses_(subaddresses),
      log_(log),
      desk_(desk),
      pool_(pool),
      spool_(spool),
      connections_(io, std::move(host), desk) {}

const settings::LmtpRoute* LmtpDelivery::route_of(std::string_view mailbox) const {
  const auto domain = queueing::domain_of(mailbox);
  const auto found = std::ranges::find_if(routes_, [&](const settings::LmtpRoute& route) {
    return route.domain == "*" || route.domain == domain;
  });
  return found == routes_.end() ? nullptr : &*found;
}

Task<> LmtpDelivery::deliver(ActivePtr active, const settings::LmtpRoute& route,
                             std::vector<Routes::Local> locals) {
  std::vector<std::int64_t> positions;
  for (const auto& local : locals) positions.push_back(local.position);
  auto& message = active->message;
  const auto octets = co_await desk_.octets_of(active);
  auto ended = Outcome<Ended>(failure(ErrorKind::broken, "the message cannot be read"));
  if (octets) {
    const bool junk = active->at(positions.front())->junk;
    const auto file = message.spool.empty() ? std::string{} : spool_.path(message.spool).string();
    ended = co_await perform(route, transaction_of(message, locals),
                             std::make_shared<const std::string>(with_flag(**octets, junk)), file);
  }
  for (std::size_t i = 0; i < locals.size(); ++i) {
    smtp_client::RecipientResult result;
    if (!ended) {
      result = {.reply = smtp::reply(451, "4.3.0", ended.error().what), .ours = true};
    } else if (ended->trouble) {
      // 5xx to the greeting or LHLO is somebody's mistake, not the sender's: it is tried again.
      result = {.reply = ended->trouble->reply, .ours = ended->trouble->ours};
    } else {
      result = ended->report.recipients[i];
    }
    note(*active, route, locals[i], result);
  }
  co_await desk_.record(active, positions);
}

Task<Outcome<LmtpDelivery::Ended>> LmtpDelivery::perform(const settings::LmtpRoute& route,
                                                         smtp_client::Transaction transaction, Octets octets,
                                                         std::string file) {
  auto place = co_await connections_.place(route);
  const auto end = in(limits::lmtp_delivery);
  for (;;) {
    auto connection = place.take_idle();
    if (!connection) {
      auto made = co_await connections_.connect(route);
      if (!made) co_return Ended{.report = {}, .trouble = trouble_of(made.error().what)};
      connection = std::move(*made);
      if (!co_await connection->open(end)) co_return Ended{.report = {}, .trouble = connection->trouble()};
    }
    const bool was_idle = !connection->is_fresh();
    const auto done = co_await connection->transact(transaction, pieces_of(octets, file, pool_), end);
    if (!done) co_return std::unexpected(done.error());
    // One that has gone stale while it rested says nothing of the message.
    if (was_idle && connection->report().before_mail) continue;
    Ended ended{.report = connection->report(), .trouble = {}};
    if (connection->reusable()) connections_.keep(route, std::move(connection));
    co_return ended;
  }
}

smtp_client::Transaction LmtpDelivery::transaction_of(const QueuedMessage& message,
                                                      const std::vector<Routes::Local>& locals) const {
  smtp_client::Transaction transaction;
  if (auto path = smtp::parse_mailbox(message.reverse_path)) transaction.reverse_path = std::move(*path);
  transaction.eight_bit = message.eight_bit;
  transaction.size = message.size + 64;
  // Header fields in UTF-8 are 8-bit octets to a mailbox; addresses in UTF-8 need the extension.
  transaction.smtputf8 = transaction.reverse_path.needs_smtputf8();
  for (const auto& local : locals) {
    const auto at = local.mailbox.rfind('@');
    smtp::Path path{local.mailbox.substr(0, at), local.mailbox.substr(at + 1)};
    if (const auto detail = subaddresses_ ? folder_of_detail(local.detail) : ""; !detail.empty()) {
      path.local_part += "+" + detail;
    }
    transaction.smtputf8 = transaction.smtputf8 || path.needs_smtputf8();
    transaction.recipients.push_back({std::move(path), 0, {}});
  }
  return transaction;
}

void LmtpDelivery::note(Active& active, const settings::LmtpRoute& route, const Routes::Local& local,
                        const smtp_client::RecipientResult& result) {
  auto& message = active.message;
  auto& recipient = *active.at(local.position);
  const auto reply = smtp::in_one_line(result.reply).substr(0, 1000);
  Answer answer{result.reply.enhanced, reply, result.ours ? "" : route.text()};
  if (result.result == smtp_client::Result::relayed) {
    note_delivered(message, recipient, now());
  } else if (result.result == smtp_client::Result::failed) {
    note_failed(message, recipient, std::move(answer), now());
  } else {
    note_deferred(message, recipient, std::move(answer), desk_.schedule(), now());
  }
  const auto* what = recipient.state == State::delivered ? "delivered"
                     : recipient.state == State::failed  ? "failed"
                                                         : "deferred";
  log_.info(what, {{"id", message.id.text()},
                   {"recipient", recipient.address},
                   {"mailbox", local.mailbox},
                   {"lmtp", route.text()},
                   {"folder", recipient.junk ? "Junk" : "INBOX"},
                   {"reply", reply}});
}

}  // namespace scop::relay
