// The client's side of many submissions at once, and what came of them.
#pragma once

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connection.hpp"
#include "message.hpp"
#include "options.hpp"
#include "tls.hpp"

namespace scop::bench {

struct LoadFigures {
  std::uint64_t accepted = 0;
  std::uint64_t uncertain = 0;                  // the connection was lost between the final dot and its reply
  std::map<std::string, std::uint64_t> errors;  // "451 DATA", "connect" …
  std::vector<double> milliseconds;             // final dot → 250, accepted ones
  std::uint64_t sessions = 0;
  double first = 0;  // monotonic: the first MAIL
  double last = 0;   // monotonic: the last reply
  std::string tls;
};

class Load {
 public:
  Load(asio::io_context& io, LoadOptions options, asio::ip::tcp::endpoint to);

  // Starts the sessions; the io_context runs out of work once all messages are settled.
  void start_sending();
  // Opens options.idle sessions, prints how many stand, holds them until standard input ends.
  void start_idling();
  const LoadFigures& figures() const { return figures_; }

 private:
  struct Slot {
    std::unique_ptr<Connection> connection;
    std::chrono::steady_clock::time_point since;
  };
  enum class Fate { go_on, new_session };

  Task<> send_in_turn(Slot& slot);
  Task<> open_in_turn();
  Task<> watch();
  Task<> print_and_hold();
  Task<bool> begin(Slot& slot, std::optional<asio::ip::address> from);
  Task<bool> greet(Slot& slot);
  Task<bool> authenticate(Slot& slot);
  Task<Fate> submit(Slot& slot, std::uint64_t number);
  Task<std::optional<Reply>> submit_envelope(Slot& slot);
  Task<std::optional<Reply>> ask(Slot& slot, std::string command);
  void note_error(const std::string& what) { ++figures_.errors[what]; }
  void note(std::string_view fate, std::uint64_t number, int code = 0);

  asio::io_context& io_;
  LoadOptions options_;
  asio::ip::tcp::endpoint to_;
  MessageForm form_;
  TlsContextPtr context_;
  LoadFigures figures_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::uint64_t next_ = 0;
  std::size_t open_tasks_ = 0;
  bool offers_pipelining_ = false;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> journal_{nullptr, nullptr};
};

}  // namespace scop::bench
