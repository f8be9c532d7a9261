// What the relay tells of its queue beside its log lines (daemon/counted_lines.cpp).
#include "wiring.hpp"

namespace scop::relay {

void World::count(metrics::Registry& registry) {
  const auto gauge = [&](std::string_view name, std::string_view help, std::int64_t QueueFigures::* what) {
    registry.gauge(name, help, [this, what] { return static_cast<double>(queue_size_.figures().*what); });
  };
  gauge("scop_relay_queue_messages", "messages in the queue", &QueueFigures::messages);
  gauge("scop_relay_queue_held_messages", "of those, held by the administrator", &QueueFigures::held);
  gauge("scop_relay_queue_octets", "of the messages in the queue", &QueueFigures::octets);
  gauge("scop_relay_queue_recipients", "recipients that wait", &QueueFigures::recipients);
  registry.gauge("scop_relay_queue_oldest_seconds", "age of the oldest message that is not held",
                 [this] { return queue_size_.oldest_age(); });
  registry.gauge("scop_relay_messages_in_memory", "messages at work",
                 [this] { return static_cast<double>(desk_.size()); });
  registry.gauge("scop_relay_free_octets", "free on the queue's file system",
                 [this] { return static_cast<double>(files::free_octets(spool_.folder()).value_or(0)); });
  registry.gauge("scop_relay_write_jobs_total", "changes of the queue's database",
                 [this] { return static_cast<double>(writer_.counts().jobs); });
  registry.gauge("scop_relay_transactions_total",
                 "transactions, each with its fsync; changes that wait share one",
                 [this] { return static_cast<double>(writer_.counts().transactions); });
}

}  // namespace scop::relay
