// What blocklists, the reverse name and the spam filter's memory say of a client, asked while it waits for
// its greeting. Whatever has not come by the deadline is not known, and counts against nobody.
#pragma once

#include <memory>
#include <string>

#include "asio/task.hpp"
#include "guests/standing.hpp"
#include "receiver/wiring.hpp"

namespace scop::receiver {

class Inquiry {
 public:
  // Starts asking. `trace` marks the questions in the callees' logs.
  static std::shared_ptr<Inquiry> begin(World& world, const dns::Address& client, std::string trace);

  // Until all is known, or the deadline.
  Task<guests::Standing> standing();

 private:
  struct Questions;
  Inquiry(World& world, const dns::Address& client, std::string trace);
  static Task<> ask_dns(std::shared_ptr<Inquiry> self);
  static Task<> ask_spamfilter(std::shared_ptr<Inquiry> self);
  void arrived();
  void log_errors() const;

  World& world_;
  dns::Address client_;
  std::string trace_;
  Deadline deadline_;
  std::shared_ptr<Questions> questions_;
  guests::Reputation reputation_;
  unsigned under_way_ = 0;
  Timer waiting_;
};

}  // namespace scop::receiver
