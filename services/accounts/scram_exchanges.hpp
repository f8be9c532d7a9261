// SCRAM exchanges between their two calls: each good for one minute, one use and the daemon that began it.
// Bounded: over the bound the oldest goes. Time is an argument.
#pragma once

#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/clock.hpp"
#include "scram/server.hpp"

namespace scop::accounts {

struct OpenExchange {
  std::string daemon;
  std::string login;  // canonical
  std::string client_address;
  scram::Exchange exchange;
};

class ScramExchanges {
 public:
  std::string keep(OpenExchange exchange, Deadline now);  // its handle
  std::optional<OpenExchange> take(std::string_view handle, std::string_view daemon, Deadline now);

 private:
  struct Entry {
    std::string handle;
    OpenExchange exchange;
    Deadline until;
  };
  void drop_oldest();
  std::list<Entry> entries_;  // the oldest first
  std::unordered_map<std::string, std::list<Entry>::iterator> by_handle_;
};

}  // namespace scop::accounts
