// Notifications to senders: built from what is recorded alone, so that one repeated after a crash is the
// same, and passed to the signer under an id derived from (queue id, kind, recipients), so that it is
// committed once. What is owed stays owed until then.
#pragma once

#include <string>

#include "desk.hpp"
#include "dsn/report.hpp"

namespace scop::relay {

// SHA-256 over them, the first 16 octets. The order of the addresses does not matter.
Id derived_id(const Id& queue_id, std::string_view kind, std::vector<std::string> addresses);

// The recipients of one notification: the same kind, settled by the same attempt.
struct Notice {
  dsn::Action action{};
  unsigned owed = 0;  // the bit
  Time changed{};
  std::vector<std::int64_t> positions;
};
std::vector<Notice> notices_owed(const QueuedMessage& message);

struct NoticesSettings {
  std::string host;
  std::string postmaster;
};

class Notices {
 public:
  Notices(NoticesSettings settings, const Log& log, Desk& desk, Neighbours& neighbours)
      : settings_(std::move(settings)), log_(log), desk_(desk), neighbours_(neighbours) {}

  // Sends everything that the message owes, records it and leaves the desk.
  Task<> send(ActivePtr active);

 private:
  enum class Sent { yes, later, much_later };
  Task<Sent> send_one(const ActivePtr& active, const Notice& notice);
  dsn::Notification build(const QueuedMessage& message, const Notice& notice, const Id& id,
                          std::string_view octets) const;
  void settle(Active& active, const Notice& notice, Sent sent);

  NoticesSettings settings_;
  const Log& log_;
  Desk& desk_;
  Neighbours& neighbours_;
};

}  // namespace scop::relay
