#include "dispatch.hpp"

#include <algorithm>
#include <map>

#include "limits.hpp"
#include "queueing/grouping.hpp"
#include "results.hpp"

namespace scop::relay {

Dispatch::Dispatch(asio::io_context& io, const Log& log, Desk& desk, Routing& routing, LocalDelivery& local,
                   LmtpDelivery& lmtp, Forwards& forwards, RemoteDelivery& remote, Notices& notices,
                   Quotas& quotas)
    : io_(io),
      log_(log),
      desk_(desk),
      routing_(routing),
      local_(local),
      lmtp_(lmtp),
      forwards_(forwards),
      remote_(remote),
      notices_(notices),
      quotas_(quotas) {}

void Dispatch::start() {
  desk_.on_settle([this](const ActivePtr& active) {
    const bool owes =
        std::ranges::any_of(active->message.recipients, [](const auto& r) { return r.owes != 0; });
    if (!owes || active->notices_failed) return false;
    desk_.enter(active);
    asio::co_spawn(io_, notices_.send(active), asio::detached);
    return true;
  });
  desk_.start([this](const ActivePtr& active) { begin(active); });
}

void Dispatch::begin(const ActivePtr& active) {
  desk_.enter(active);
  asio::co_spawn(io_, work(active), asio::detached);
}

Task<> Dispatch::work(ActivePtr active) {
  auto routes = co_await routing_.route(active);
  if (!routes) co_return desk_.leave(active);
  if (!routes->changed.empty()) co_await desk_.record(active, routes->changed);
  if (active->dropped || active->message.held || desk_.is_stopping()) co_return desk_.leave(active);
  deliver_locally(active, std::move(routes->local));
  for (const auto position : routes->forwards) {
    desk_.enter(active);
    asio::co_spawn(io_, forward(active, position), asio::detached);
  }
  std::vector<queueing::Addressed> foreign;
  for (const auto position : routes->foreign) {
    foreign.push_back({static_cast<std::uint64_t>(position), active->at(position)->address});
  }
  for (auto& group : queueing::group_by_domain(foreign)) {
    desk_.enter(active);
    remote_.add(active, std::move(group.domain), {group.recipients.begin(), group.recipients.end()});
  }
  desk_.leave(active);
}

void Dispatch::deliver_locally(const ActivePtr& active, std::vector<Routes::Local> locals) {
  // One transaction for the copies of one kind at one server.
  std::map<std::pair<const settings::LmtpRoute*, bool>, std::vector<Routes::Local>> elsewhere;
  for (auto& local : locals) {
    if (const auto* route = lmtp_.route_of(local.mailbox)) {
      auto& group = elsewhere[{route, active->at(local.position)->junk}];
      group.push_back(std::move(local));
      if (group.size() < limits::lmtp_recipients) continue;
      desk_.enter(active);
      asio::co_spawn(io_, deliver_by_lmtp(active, *route, std::exchange(group, {})), asio::detached);
    } else {
      desk_.enter(active);
      asio::co_spawn(io_, deliver(active, std::move(local)), asio::detached);
    }
  }
  for (auto& [key, group] : elsewhere) {
    if (group.empty()) continue;
    desk_.enter(active);
    asio::co_spawn(io_, deliver_by_lmtp(active, *key.first, std::move(group)), asio::detached);
  }
}

Task<> Dispatch::forward(ActivePtr active, std::int64_t position) {
  co_await forwards_.send(active, position);
  desk_.leave(active);
}

Task<> Dispatch::deliver_by_lmtp(ActivePtr active, const settings::LmtpRoute& route,
                                 std::vector<Routes::Local> locals) {
  co_await lmtp_.deliver(active, route, std::move(locals));
  desk_.leave(active);
}

Task<> Dispatch::deliver(ActivePtr active, Routes::Local local) {
  if (local.quota == 0 || co_await quotas_.has_room(local.mailbox, local.quota, local.full)) {
    co_await deliver_to_maildir(active, local);
  } else {
    auto& recipient = *active->at(local.position);
    note_deferred(active->message, recipient, {"4.2.2", "452 4.2.2 The mailbox is full", ""},
                  desk_.schedule(), now());
    log_.info("deferred", {{"id", active->message.id.text()},
                           {"recipient", recipient.address},
                           {"why", "the mailbox is full"}});
  }
  co_await desk_.record(active, {local.position});
  desk_.leave(active);
}

Task<> Dispatch::deliver_to_maildir(const ActivePtr& active, const Routes::Local& local) {
  const auto done = co_await local_.deliver(active, local);
  auto& message = active->message;
  auto& recipient = *active->at(local.position);
  if (!done) {
    // Never the sender's fault: a full disk or a folder that cannot be written.
    note_deferred(message, recipient, {"4.2.0", "451 4.2.0 The mailbox could not be written", ""},
                  desk_.schedule(), now());
    log_.error("deferred",
               {{"id", message.id.text()}, {"recipient", recipient.address}, {"why", done.error().what}});
    co_return;
  }
  note_delivered(message, recipient, now());
  if (local.quota != 0) quotas_.note_delivery(local.mailbox, *done);
  log_.info("delivered", {{"id", message.id.text()},
                          {"recipient", recipient.address},
                          {"mailbox", local.mailbox},
                          {"folder", recipient.junk ? "Junk" : "INBOX"}});
}

Task<> Dispatch::drain(Deadline deadline) {
  desk_.stop();
  while (remote_.under_way() > 0 && std::chrono::steady_clock::now() < deadline) {
    Timer timer(io_, std::chrono::milliseconds{20});
    boost::system::error_code error;
    co_await timer.async_wait(asio::redirect_error(use_task, error));
  }
}

}  // namespace scop::relay
