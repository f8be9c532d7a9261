// What happens to a message behind its commit: routed, delivered here or handed to the courier, its sender
// told.
#pragma once

#include "desk.hpp"
#include "forwards.hpp"
#include "lmtp_delivery.hpp"
#include "local_delivery.hpp"
#include "notices.hpp"
#include "quotas.hpp"
#include "remote_delivery.hpp"
#include "routing.hpp"

namespace scop::relay {

class Dispatch {
 public:
  Dispatch(asio::io_context& io, const Log& log, Desk& desk, Routing& routing, LocalDelivery& local,
           LmtpDelivery& lmtp, Forwards& forwards, RemoteDelivery& remote, Notices& notices, Quotas& quotas);

  void start();
  // Waits for attempts under way; what is not finished by then is due again at the next start.
  Task<> drain(Deadline deadline);

 private:
  void begin(const ActivePtr& active);
  Task<> work(ActivePtr active);
  void deliver_locally(const ActivePtr& active, std::vector<Routes::Local> locals);
  Task<> forward(ActivePtr active, std::int64_t position);
  Task<> deliver_by_lmtp(ActivePtr active, const settings::LmtpRoute& route,
                         std::vector<Routes::Local> locals);
  Task<> deliver(ActivePtr active, Routes::Local local);
  Task<> deliver_to_maildir(const ActivePtr& active, const Routes::Local& local);

  asio::io_context& io_;
  const Log& log_;
  Desk& desk_;
  Routing& routing_;
  LocalDelivery& local_;
  LmtpDelivery& lmtp_;
  Forwards& forwards_;
  RemoteDelivery& remote_;
  Notices& notices_;
  Quotas& quotas_;
};

}  // namespace scop::relay
