#include "pipe/client_stream.hpp"

#include <algorithm>
#include <cstring>

#include "core/ensure.hpp"

namespace scop::pipe {

namespace {

ClientSession& self(void* user) { return *static_cast<ClientSession*>(user); }

}  // namespace

CallbacksOwner ClientSession::Callbacks::make() {
  nghttp2_session_callbacks* raw = nullptr;
  ENSURE(nghttp2_session_callbacks_new(&raw) == 0);
  nghttp2_session_callbacks_set_on_header_callback2(raw, on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(raw, on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(raw, on_data);
  nghttp2_session_callbacks_set_on_frame_send_callback(raw, on_frame_sent);
  nghttp2_session_callbacks_set_on_stream_close_callback(raw, on_close);
  return CallbacksOwner(raw);
}

nghttp2_data_provider ClientSession::Callbacks::provider(Stream& stream) {
  nghttp2_data_provider provider{};
  provider.source.ptr = &stream;
  provider.read_callback = on_read;
  return provider;
}

int ClientSession::Callbacks::on_header(nghttp2_session* session, const nghttp2_frame* frame,
                                        nghttp2_rcbuf* name, nghttp2_rcbuf* value, std::uint8_t /*flags*/,
                                        void* user) {
  auto* stream = self(user).find(frame->hd.stream_id);
  if (stream == nullptr) return 0;
  const auto key = view(name);
  const auto text = view(value);
  stream->header_octets += key.size() + text.size() + 32;
  if (stream->header_octets > most_header_octets) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_ENHANCE_YOUR_CALM);
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }
  if (key == ":status") stream->http_status = text;
  if (key == "grpc-status") stream->grpc_status = text;
  if (key == "grpc-message") stream->grpc_message = text;
  return 0;
}

int ClientSession::Callbacks::on_frame(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user) {
  auto& session = self(user);
  switch (frame->hd.type) {
    case NGHTTP2_SETTINGS:
      if ((frame->hd.flags & NGHTTP2_FLAG_ACK) == 0 && !std::exchange(session.ready_, true)) {
        session.events_.emplace_back(Ready{});
      }
      return 0;
    case NGHTTP2_GOAWAY:
      if (!std::exchange(session.going_away_, true)) session.events_.emplace_back(GoingAway{});
      return 0;
    case NGHTTP2_HEADERS:
    case NGHTTP2_DATA:
      if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
      if (auto* stream = session.find(frame->hd.stream_id); stream != nullptr) session.conclude(*stream);
      return 0;
    default:
      return 0;
  }
}

int ClientSession::Callbacks::on_data(nghttp2_session* /*session*/, std::uint8_t /*flags*/, std::int32_t id,
                                      const std::uint8_t* octets, std::size_t size, void* user) {
  auto* stream = self(user).find(id);
  if (stream != nullptr) self(user).data(*stream, {reinterpret_cast<const char*>(octets), size});
  return 0;
}

int ClientSession::Callbacks::on_frame_sent(nghttp2_session* /*session*/, const nghttp2_frame* frame,
                                            void* user) {
  if (frame->hd.type != NGHTTP2_HEADERS) return 0;
  if (auto* stream = self(user).find(frame->hd.stream_id); stream != nullptr) stream->sent = true;
  return 0;
}

int ClientSession::Callbacks::on_close(nghttp2_session* /*session*/, std::int32_t id, std::uint32_t code,
                                       void* user) {
  auto& session = self(user);
  if (auto* stream = session.find(id); stream != nullptr) {
    session.close(*stream, code);
    session.streams_.erase(id);
  }
  return 0;
}

ssize_t ClientSession::Callbacks::on_read(nghttp2_session* /*session*/, std::int32_t /*id*/,
                                          std::uint8_t* into, std::size_t size, std::uint32_t* flags,
                                          nghttp2_data_source* source, void* user) {
  auto& stream = *static_cast<Stream*>(source->ptr);
  std::size_t count = 0;
  while (count < size && !stream.out.empty()) {
    const auto& piece = stream.out.front();
    const auto part = std::min(size - count, piece.size() - stream.out_at);
    std::memcpy(into + count, piece.data() + stream.out_at, part);
    count += part;
    stream.out_at += part;
    if (stream.out_at < piece.size()) break;
    stream.out.pop_front();
    stream.out_at = 0;
  }
  stream.unsent -= count;
  if (stream.filled && stream.unsent < low_water) {
    stream.filled = false;
    self(user).events_.emplace_back(Drained{stream.id});
  }
  if (stream.out.empty() && stream.half_closed) {
    *flags |= NGHTTP2_DATA_FLAG_EOF;
  } else if (count == 0) {
    stream.deferred = true;
    return NGHTTP2_ERR_DEFERRED;
  }
  return static_cast<ssize_t>(count);
}

}  // namespace scop::pipe
