// Whoever started us waits to hear that we are ready: `scop up` and tests for an octet on SCOP_READY_FD,
// systemd for a datagram on NOTIFY_SOCKET (sd_notify(3), Type=notify).
#pragma once

namespace scop::daemon {

// SCOP_READY_FD; -1: nobody waits for it.
int ready_descriptor();

class Readiness {
 public:
  Readiness();  // before the walls: behind them no socket to systemd could be made
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;
  ~Readiness();
  void tell();  // once

 private:
  int pipe_ = -1;
  int socket_ = -1;
};

}  // namespace scop::daemon
