// Queue.List, Show and Act: the administrator's view of the queue and hand on it.
#pragma once

#include "desk.hpp"
#include "pipe/server.hpp"
#include "remote_delivery.hpp"
#include "scop/v1/relay.pb.h"

namespace scop::relay {

class Administration {
 public:
  Administration(const Log& log, store::Writer& writer, Desk& desk, RemoteDelivery& remote, files::Pool& pool,
                 const files::Spool& spool)
      : log_(log), writer_(writer), desk_(desk), remote_(remote), pool_(pool), spool_(spool) {}

  Task<pipe::Result<v1::QueueListReply>> list(pipe::Call call, v1::QueueListRequest request);
  Task<pipe::Result<v1::QueueShowReply>> show(pipe::Call call, v1::QueueItemRequest request);
  Task<pipe::Result<v1::QueueActReply>> act(pipe::Call call, v1::QueueActRequest request);

 private:
  v1::QueuedMessage view_of(const QueuedMessage& message) const;
  Task<Outcome<unsigned>> perform(v1::QueueActRequest::Action action, std::vector<std::int64_t> numbers);
  void touch_active(v1::QueueActRequest::Action action, std::int64_t number);

  const Log& log_;
  store::Writer& writer_;
  Desk& desk_;
  RemoteDelivery& remote_;
  files::Pool& pool_;
  const files::Spool& spool_;
};

}  // namespace scop::relay
