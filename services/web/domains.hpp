// The domains that accounts hosts, asked for at the start and every minute. While accounts is away the last
// list stays; before the first one there is [mesh] domain.
#pragma once

#include "asio/task.hpp"
#include "log/log.hpp"
#include "pipe/channel.hpp"
#include "web_content/site.hpp"

namespace scop::web {

class Domains {
 public:
  Domains(asio::io_context& io, web_content::Site& site, const Log& log)
      : timer_(io), site_(site), log_(log) {}
  // Until the daemon ends.
  Task<> keep_asking(pipe::Channel& accounts);
  void ask_now() { timer_.cancel(); }

 private:
  void take(const v1::DomainList& list);
  Timer timer_;
  web_content::Site& site_;
  const Log& log_;
  bool is_away_ = false;
};

}  // namespace scop::web
