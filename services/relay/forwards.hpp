// Received messages that an alias of ours leads on to the world: each goes as a message of its own through
// the signer, which seals it (RFC 8617), with a reverse path that is ours (SRS). Its id derives from (queue
// id, recipient), so that one repeated after a crash is committed once; the original stays until then.
#pragma once

#include "addresses.hpp"
#include "desk.hpp"

namespace scop::relay {

class Forwards {
 public:
  Forwards(std::string host, const Log& log, Desk& desk, Neighbours& neighbours, Addresses& addresses,
           files::Pool& pool, const files::Spool& spool)
      : host_(std::move(host)),
        log_(log),
        desk_(desk),
        neighbours_(neighbours),
        addresses_(addresses),
        pool_(pool),
        spool_(spool) {}

  // Records what became of it. The caller enters and leaves the desk.
  Task<> send(ActivePtr active, std::int64_t position);

 private:
  Task<> pass_on(ActivePtr active, std::int64_t position);
  Task<pipe::Result<v1::Receipt>> hand_over(ActivePtr active, std::int64_t position, std::string reverse_path,
                                            Octets octets);
  Task<bool> was_committed(const Id& id);
  void note(Active& active, std::int64_t position, const pipe::Result<v1::Receipt>& receipt);

  std::string host_;
  const Log& log_;
  Desk& desk_;
  Neighbours& neighbours_;
  Addresses& addresses_;
  files::Pool& pool_;
  const files::Spool& spool_;
};

// The address whose mail is led on: the alias that was expanded into `recipient`; empty where several were.
std::string led_from(const QueuedMessage& message, const QueuedRecipient& recipient);

}  // namespace scop::relay
