#include "administration.hpp"

#include "message/header.hpp"
#include "pipe/trace_context.hpp"
#include "results.hpp"

namespace scop::relay {

namespace {

using Action = v1::QueueActRequest;

constexpr std::size_t most_listed = 10'000;
constexpr std::size_t most_touched = 1'000'000;

std::string_view name_of(State state) {
  switch (state) {
    case State::queued:
      return "queued";
    case State::delivered:
      return "delivered";
    case State::relayed:
      return "relayed";
    case State::failed:
      return "failed";
    case State::expanded:
      return "expanded";
    case State::dropped:
      return "dropped";
  }
  return "queued";
}

std::string_view name_of_role(int role) {
  switch (role) {
    case v1::ROLE_SUBMITTED:
      return "submitted";
    case v1::ROLE_RECEIVED:
      return "received";
    case v1::ROLE_BOUNCE:
      return "bounce";
    case v1::ROLE_FORWARD:
      return "forward";
    case v1::ROLE_REPORT:
      return "report";
    default:
      return "unknown";
  }
}

std::int64_t milliseconds_of(Time time) { return time.time_since_epoch().count(); }

// Everyone still waiting is given up; the sender is told.
Outcome<> bounce(store::Database& database, std::int64_t number, Time time) {
  auto loaded = ledger::load(database, {number});
  if (!loaded) return std::unexpected(std::move(loaded.error()));
  for (auto& message : *loaded) {
    ledger::Record record{.message = number};
    for (auto& recipient : message.recipients) {
      if (recipient.state != State::queued) continue;
      note_failed(message, recipient, {"5.0.0", "554 5.0.0 Returned by the administrator", ""}, time);
      record.recipients.push_back(recipient);
    }
    record.finished = std::ranges::all_of(message.recipients, &QueuedRecipient::is_finished);
    if (auto held = ledger::hold(database, number, false, time); !held) return held;
    if (auto done = ledger::record(database, record); !done) return done;
  }
  return {};
}

}  // namespace

v1::QueuedMessage Administration::view_of(const QueuedMessage& message) const {
  v1::QueuedMessage view;
  view.set_id(message.id.text());
  view.set_trace(std::string(pipe::trace_id_of(message.trace)));
  view.set_role(std::string(name_of_role(message.role)));
  view.set_received(milliseconds_of(message.received));
  view.set_size(message.size);
  view.set_reverse_path(message.reverse_path);
  view.set_held(message.held);
  const bool in_flight = desk_.find(message.number) != nullptr;
  for (const auto& recipient : message.recipients) {
    auto* shown = view.add_recipients();
    shown->set_address(recipient.address);
    const bool waits = recipient.state == State::queued;
    shown->set_state(std::string(waits && message.held ? "held"
                                 : waits && in_flight  ? "in flight"
                                                       : name_of(recipient.state)));
    shown->set_attempts(recipient.attempts);
    if (waits && !message.held) shown->set_next_attempt(milliseconds_of(recipient.next_attempt));
    shown->set_last_reply(recipient.reply);
    shown->set_last_mx(recipient.mx);
  }
  return view;
}

Task<pipe::Result<v1::QueueListReply>> Administration::list(pipe::Call, v1::QueueListRequest request) {
  struct Found {
    std::vector<QueuedMessage> messages;
    std::vector<std::pair<Id, Time>> finished;
    std::uint64_t total = 0;
  };
  const auto limit =
      request.limit() == 0 ? std::size_t{1000} : std::min<std::size_t>(request.limit(), most_listed);
  auto found = co_await writer_.write<Found>([limit, request](store::Database& database) -> Outcome<Found> {
    Found out;
    auto numbers = ledger::find(database, request.matching(), limit);
    if (!numbers) return std::unexpected(std::move(numbers.error()));
    auto messages = ledger::load(database, *numbers);
    if (!messages) return std::unexpected(std::move(messages.error()));
    out.messages = std::move(*messages);
    auto total = ledger::count(database);
    if (!total) return std::unexpected(std::move(total.error()));
    out.total = *total;
    if (!request.with_done()) return out;
    auto finished = ledger::finished(database, limit);
    if (!finished) return std::unexpected(std::move(finished.error()));
    out.finished = std::move(*finished);
    return out;
  });
  if (!found) co_return pipe::fail(pipe::Code::unavailable, "the queue cannot be read");
  v1::QueueListReply reply;
  reply.set_total(found->total);
  for (const auto& message : found->messages) *reply.add_messages() = view_of(message);
  for (const auto& [id, committed] : found->finished) {
    if (id.text().find(request.matching()) == std::string::npos) continue;
    auto* done = reply.add_messages();
    done->set_id(id.text());
    done->set_role("finished");
    done->set_received(milliseconds_of(committed));
  }
  co_return reply;
}

Task<pipe::Result<v1::QueueShowReply>> Administration::show(pipe::Call, v1::QueueItemRequest request) {
  struct Found {
    std::vector<QueuedMessage> messages;
    std::string octets;
  };
  auto found =
      co_await writer_.write<Found>([id = request.id()](store::Database& database) -> Outcome<Found> {
        Found out;
        auto numbers = ledger::find(database, id, 1);
        if (!numbers) return std::unexpected(std::move(numbers.error()));
        auto messages = ledger::load(database, *numbers);
        if (!messages) return std::unexpected(std::move(messages.error()));
        out.messages = std::move(*messages);
        if (out.messages.empty()) return out;
        auto octets = ledger::content(database, out.messages.front().number);
        if (octets) out.octets = std::move(*octets);
        return out;
      });
  if (!found) co_return pipe::fail(pipe::Code::unavailable, "the queue cannot be read");
  v1::QueueShowReply reply;
  if (found->messages.empty() || request.id().empty()) co_return reply;
  reply.set_found(true);
  *reply.mutable_message() = view_of(found->messages.front());
  reply.set_header(found->octets.substr(0, message::find_body(found->octets)));
  co_return reply;
}

Task<pipe::Result<v1::QueueActReply>> Administration::act(pipe::Call call, v1::QueueActRequest request) {
  v1::QueueActReply reply;
  if (request.id().empty() && request.matching().empty()) {
    reply.set_reason("name a message, a part of an address, or all");
    co_return reply;
  }
  const auto matching = !request.matching().empty() ? request.matching()
                        : request.id() == "all"     ? ""
                                                    : request.id();
  auto numbers = co_await writer_.write<std::vector<std::int64_t>>(
      [matching](store::Database& database) { return ledger::find(database, matching, most_touched); });
  if (!numbers) co_return pipe::fail(pipe::Code::unavailable, "the queue cannot be read");
  const auto before = numbers->size();
  if (request.action() == Action::BOUNCE) {
    std::erase_if(*numbers, [&](std::int64_t number) { return desk_.find(number) != nullptr; });
    if (numbers->size() < before)
      reply.set_reason("some are being delivered right now; hold them, then try again");
  }
  if (before == 0) reply.set_reason("no message in the queue matches");
  const auto done = co_await perform(request.action(), std::move(*numbers));
  if (!done) co_return pipe::fail(pipe::Code::unavailable, "the queue cannot be written");
  reply.set_messages(*done);
  log_.info("queue", {{"caller", call.caller},
                      {"action", v1::QueueActRequest::Action_Name(request.action())},
                      {"messages", *done}});
  co_return reply;
}

void Administration::touch_active(v1::QueueActRequest::Action action, std::int64_t number) {
  const auto active = desk_.find(number);
  if (!active) return;
  if (action == Action::DROP) active->dropped = true;
  if (action == Action::HOLD) active->message.held = true;
  if (action == Action::RELEASE) active->message.held = false;
}

Task<Outcome<unsigned>> Administration::perform(v1::QueueActRequest::Action action,
                                                std::vector<std::int64_t> numbers) {
  desk_.lock(numbers);
  for (const auto number : numbers) touch_active(action, number);
  auto spools = co_await writer_.write<std::vector<std::string>>(
      [action, numbers](store::Database& database) -> Outcome<std::vector<std::string>> {
        std::vector<std::string> gone;
        const auto time = now();
        for (const auto number : numbers) {
          Outcome<> done;
          switch (action) {
            case Action::RETRY:
              done = ledger::retry(database, number, time);
              break;
            case Action::HOLD:
              done = ledger::hold(database, number, true, time);
              break;
            case Action::RELEASE:
              done = ledger::hold(database, number, false, time);
              break;
            case Action::BOUNCE:
              done = bounce(database, number, time);
              break;
            case Action::DROP: {
              auto loaded = ledger::load(database, {number});
              if (!loaded) return std::unexpected(std::move(loaded.error()));
              for (auto& message : *loaded) gone.push_back(std::move(message.spool));
              done = ledger::drop(database, number);
              break;
            }
            default:
              return failure(ErrorKind::unsupported, "no such action");
          }
          if (!done) return std::unexpected(std::move(done.error()));
        }
        return gone;
      });
  desk_.unlock(numbers);
  if (!spools) co_return std::unexpected(std::move(spools.error()));
  if (action == Action::RETRY) remote_.wake_all();
  std::erase(*spools, "");
  if (!spools->empty()) {
    static_cast<void>(co_await pool_.run<bool>([this, names = std::move(*spools)]() -> Outcome<bool> {
      for (const auto& name : names) spool_.remove(name);
      return true;
    }));
  }
  co_return static_cast<unsigned>(numbers.size());
}

}  // namespace scop::relay
