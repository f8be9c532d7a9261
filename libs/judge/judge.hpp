// A process of its own for what digests hostile octets: the daemon (the keeper) has pipes and databases, the
// judge has one socket to it and nothing else – no file, no network, no memory of the keeper's.
//
//   keeper ──request──▶ judge ──response──▶ keeper        one socketpair, one at a time, in order
//      └──── control ──▶ warden: forks a judge, and the next one when it dies
//
// A judge that dies takes its own request with it; those that waited behind are asked of the next one.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "asio/task.hpp"
#include "log/log.hpp"

namespace scop::judge {

// One request's response. May keep state between requests, which is gone when the judge dies.
using Handler = std::function<std::string(std::string_view request)>;

struct Terms {
  std::string name = "judge";  // in the log
  LogForm log_form = LogForm::text;
  std::uint64_t memory = 512ULL << 20U;       // octets it may allocate
  std::size_t most_octets = 64ULL << 20U;     // of a request or a response
  std::size_t most_waiting = 1'024;           // requests; more are exhausted
  std::chrono::milliseconds patience{5'000};  // for one request: then the judge is killed
};

class Judge {
 public:
  // In Service::open(): no thread may run yet, and the walls must not stand. `make` runs once, in the warden
  // before its walls: what it loads, every judge has.
  static Outcome<std::unique_ptr<Judge>> start(asio::io_context& io, const Log& log, Terms terms,
                                               const std::function<Handler()>& make);
  Judge(const Judge&) = delete;
  Judge& operator=(const Judge&) = delete;
  ~Judge();  // the warden and the judge end

  void begin();  // in Service::start()

  // timed_out at the deadline; broken where the judge died over it; exhausted where too many wait; too_large.
  Task<Outcome<std::string>> ask(std::string request, Deadline deadline);

  std::uint64_t deaths() const;
  pid_t process() const;  // of the judge, for tests and the log; 0: there is none just now

 private:
  struct State;
  explicit Judge(std::shared_ptr<State> state) : state_(std::move(state)) {}
  std::shared_ptr<State> state_;
};

}  // namespace scop::judge
