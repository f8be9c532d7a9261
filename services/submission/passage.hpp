// One message on its way from the client to the signer: held, fixed up (RFC 6409 8) and passed on; past its
// first 256 KiB it flows through. The answer is the client's final reply.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "asio/task.hpp"
#include "core/id.hpp"
#include "smtp/dot_stuffing.hpp"
#include "smtp/reply.hpp"
#include "smtp_session/action.hpp"
#include "submission/accounts.hpp"
#include "submission/delivery.hpp"
#include "submission/wiring.hpp"

namespace scop::submission {

// What the envelope says of the connection.
struct Origin {
  std::string client_address;
  std::string helo;
  std::string tls;
};

class Passage {
 public:
  Passage(World& world, const Login& login, const smtp_session::Transaction& transaction, Origin origin);
  ~Passage();
  Passage(const Passage&) = delete;
  Passage& operator=(const Passage&) = delete;

  Task<> take(std::string octets);
  Task<smtp::Reply> finish(smtp::Octets octets);

  const Id& id() const { return id_; }
  std::string changes() const;  // "Date added, Bcc dropped"

 private:
  v1::Envelope envelope(bool eight_bit, bool smtputf8) const;
  bool hold(std::size_t octets);
  void release();
  std::optional<smtp::Reply> fix_header();
  Task<> begin_streaming();
  Task<> stream(std::string octets);
  Task<smtp::Reply> finish_held(const smtp::Octets& octets);
  Task<smtp::Reply> finish_stream();
  Task<smtp::Reply> settle(std::string message, pipe::Status status, Deadline deadline);
  smtp::Reply refuse(smtp::Reply reply);
  smtp::Reply reply_to(const v1::Receipt& receipt) const;
  smtp::Reply broken(const pipe::Status& status, std::string_view what) const;

  World& world_;
  const Login& login_;
  const smtp_session::Transaction& transaction_;
  Origin origin_;
  Id id_ = Id::random();
  std::string held_;               // the message so far, until it streams
  std::uint64_t held_octets_ = 0;  // counted in World::held_octets
  std::vector<std::string> changes_;
  std::optional<Delivery> delivery_;
  smtp::OctetWatch watch_;              // while it streams
  std::optional<smtp::Reply> refusal_;  // settled early; the rest of the octets is dropped
};

}  // namespace scop::submission
