// The world's side of many deliveries at once: each session from its own address with its own HELO, and what
// the receiving server replied.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "connection.hpp"
#include "tls.hpp"
#include "workload.hpp"

namespace scop::bench {

struct DeliveryFigures {
  std::map<std::string, std::uint64_t>
      replies;                               // "250", "550", "451 to RCPT", "lost", …: one for each message
  std::map<std::string, std::string> texts;  // the first text of each but 250
  std::vector<double> milliseconds;          // final dot → reply, whatever it was
  std::uint64_t connections = 0;
  double first = 0;  // monotonic: the first connection
  double last = 0;   // monotonic: the last reply
};

class Delivery {
 public:
  Delivery(asio::io_context& io, asio::ip::tcp::endpoint to, std::vector<Visit> visits, bool tls);

  // The io_context runs out of work once all is settled, or nothing has come for `patience`.
  void start(std::size_t at_once, std::chrono::seconds patience);
  const DeliveryFigures& figures() const { return figures_; }

 private:
  struct Slot {
    std::unique_ptr<Connection> connection;
    std::chrono::steady_clock::time_point since;
    bool pipelining = false;
  };

  Task<> work(Slot& slot);
  Task<> watch(std::chrono::seconds patience);
  Task<> visit(Slot& slot, const Visit& visit);
  Task<bool> greet(Slot& slot, const Visit& visit);
  Task<bool> deliver(Slot& slot, const Letter& letter);
  Task<std::optional<Reply>> envelope(Slot& slot, const Letter& letter, std::string& stage);
  Task<std::optional<Reply>> ask(Slot& slot, std::string_view command);
  void count(const std::string& what, const std::string& text = {});

  asio::io_context& io_;
  asio::ip::tcp::endpoint to_;
  std::vector<Visit> visits_;
  TlsContextPtr context_;
  DeliveryFigures figures_;
  std::vector<std::unique_ptr<Slot>> slots_;
  std::size_t next_ = 0;
  std::size_t working_ = 0;
};

}  // namespace scop::bench
