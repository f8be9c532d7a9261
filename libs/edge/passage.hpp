// One message on its way from the client to the next stage: held, prepared and passed on; past its first 256
// KiB it flows through. The answer is the client's final reply.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "asio/task.hpp"
#include "core/id.hpp"
#include "edge/delivery.hpp"
#include "edge/policy.hpp"
#include "edge/world.hpp"
#include "pipe/trace_context.hpp"
#include "smtp/dot_stuffing.hpp"
#include "smtp/reply.hpp"
#include "smtp_session/action.hpp"

namespace scop::edge {

class Passage {
 public:
  Passage(World& world, std::unique_ptr<Preparation> preparation,
          const smtp_session::Transaction& transaction, std::string tls);
  ~Passage();
  Passage(const Passage&) = delete;
  Passage& operator=(const Passage&) = delete;

  Task<> take(std::string octets);
  Task<smtp::Reply> finish(smtp::Octets octets);

  const Id& id() const { return id_; }
  const pipe::TraceContext& trace() const { return trace_; }
  std::string changes() const { return preparation_->changes(); }

 private:
  v1::Envelope envelope(bool eight_bit, bool smtputf8) const;
  bool hold(std::size_t octets);
  void release();
  Task<> begin_streaming();
  Task<> stream(std::string octets);
  Task<smtp::Reply> finish_held(const smtp::Octets& octets);
  Task<smtp::Reply> finish_stream();
  Task<smtp::Reply> settle(std::string message, pipe::Status status, Deadline deadline);
  smtp::Reply refuse(smtp::Reply reply);
  smtp::Reply reply_to(const v1::Receipt& receipt) const;
  smtp::Reply broken(const pipe::Status& status, std::string_view what) const;

  World& world_;
  std::unique_ptr<Preparation> preparation_;
  const smtp_session::Transaction& transaction_;
  std::string tls_;
  Id id_ = Id::random();
  pipe::TraceContext trace_ = pipe::begun(id_.text());  // a message is the root of its trace
  std::string held_;                                    // the message so far, until it streams
  std::uint64_t held_octets_ = 0;                       // counted in World::held_octets
  std::optional<Delivery> delivery_;
  smtp::OctetWatch watch_;              // while it streams
  std::optional<smtp::Reply> refusal_;  // settled early; the rest of the octets is dropped
};

}  // namespace scop::edge
