// The mesh refuses to pretend: before mail leaves in a domain's name, its SPF record is asked whether it may
// leave from here. Warns, or holds the mail where configured; never waits for a DNS that is in trouble.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include "asio/task.hpp"
#include "courier/sender_standing.hpp"
#include "log/log.hpp"
#include "net/endpoint.hpp"
#include "pipe/channel.hpp"
#include "settings/courier.hpp"

namespace scop::courier {

struct Departure {
  std::string reverse_path;
  net::Endpoint local;
  net::Endpoint remote;
  std::string id;  // for the log
  std::string trace;
};

class SenderCheck {
 public:
  SenderCheck(asio::io_context& io, const Log& log, pipe::Channel& resolver,
              const settings::Courier& settings);
  // Before a transaction. nullopt: go on; else what everyone gets who was to be sent to from this address.
  // A verdict known already costs no look-up; with "warn" nobody waits for one.
  Task<std::optional<smtp::Reply>> objection(Departure departure);

 private:
  struct Case;
  struct State;
  static Task<> judge(std::shared_ptr<State> state, std::shared_ptr<Case> one);
  static void remind(State& state, const Sender& sender, const SenderStanding& standing,
                     const std::string& id);
  Task<SenderStanding> standing(Sender sender, const Departure& departure);
  std::shared_ptr<State> state_;  // the evaluations under way hold it too
};

}  // namespace scop::courier
