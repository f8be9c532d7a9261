// Maildir deliveries from the io thread, in batches: whatever waits when a thread becomes free is written and
// synced together (see deliver()). A coroutine goes on once its delivery is durable.
#pragma once

#include <memory>

#include "asio/task.hpp"
#include "files/maildir.hpp"

namespace scop::files {

struct PostmanLimits {
  std::size_t threads = 2;
  std::size_t batch = 64;
  std::size_t waiting = 16'384;  // over it: ErrorKind::exhausted
};

class Postman {
 public:
  explicit Postman(asio::io_context& io, PostmanLimits limits = {});
  Postman(const Postman&) = delete;
  Postman& operator=(const Postman&) = delete;
  ~Postman();

  void start();  // inside the jail
  void stop();   // delivers what is waiting, ends the threads

  // The views in `delivery` hold until the task is done.
  Task<Outcome<>> deliver(MaildirDelivery delivery);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace scop::files
