// Where each recipient of a message goes: our mailboxes, the world, other addresses (aliases), or nowhere.
// accounts says it; while accounts is away the message waits: it is never bounced for that.
#pragma once

#include "addresses.hpp"
#include "desk.hpp"

namespace scop::relay {

struct Routes {
  struct Local {
    std::int64_t position = 0;
    std::string mailbox;
    std::string detail;       // the subaddress
    std::uint64_t quota = 0;  // octets; 0: none
    bool full = false;        // by our last report
  };
  std::vector<Local> local;
  std::vector<std::int64_t> foreign;
  std::vector<std::int64_t> forwards;  // received, and led on to the world
  std::vector<std::int64_t> changed;   // failed, expanded or new: to be recorded before anything is delivered
};

class Routing {
 public:
  Routing(const Log& log, Desk& desk, Addresses& addresses) : log_(log), desk_(desk), addresses_(addresses) {}

  // Of the recipients that are due. nullopt: we are stopping.
  Task<std::optional<Routes>> route(ActivePtr active);

 private:
  Task<std::optional<pipe::Result<v1::ResolveReply>>> resolve(std::string address, std::string reverse_path,
                                                              std::string trace);
  void apply(Active& active, std::int64_t position, const v1::ResolveReply& reply, Routes& routes);
  void expand(Active& active, std::int64_t position, const v1::ResolveReply& reply, Routes& routes);
  void fail(Active& active, std::int64_t position, std::string_view status, std::string_view text,
            Routes& routes);

  const Log& log_;
  Desk& desk_;
  Addresses& addresses_;
  bool away_ = false;
};

}  // namespace scop::relay
