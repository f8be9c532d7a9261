#include "pipe/server_stream.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "core/ensure.hpp"

namespace scop::pipe {

namespace {

ServerSession& self(void* user) { return *static_cast<ServerSession*>(user); }

}  // namespace

CallbacksOwner ServerSession::Callbacks::make() {
  nghttp2_session_callbacks* raw = nullptr;
  ENSURE(nghttp2_session_callbacks_new(&raw) == 0);
  nghttp2_session_callbacks_set_on_begin_headers_callback(raw, on_begin_headers);
  nghttp2_session_callbacks_set_on_header_callback2(raw, on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(raw, on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(raw, on_data);
  nghttp2_session_callbacks_set_on_frame_send_callback(raw, on_frame_sent);
  nghttp2_session_callbacks_set_on_stream_close_callback(raw, on_close);
  return CallbacksOwner(raw);
}

nghttp2_data_provider ServerSession::Callbacks::provider(Stream& stream) {
  nghttp2_data_provider provider{};
  provider.source.ptr = &stream;
  provider.read_callback = on_read;
  return provider;
}

int ServerSession::Callbacks::on_begin_headers(nghttp2_session* /*session*/, const nghttp2_frame* frame,
                                               void* user) {
  if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST) return 0;
  const auto id = frame->hd.stream_id;
  self(user).streams_.emplace(id, std::make_unique<Stream>(id, self(user).limits_.message_octets));
  return 0;
}

int ServerSession::Callbacks::on_header(nghttp2_session* session, const nghttp2_frame* frame,
                                        nghttp2_rcbuf* name, nghttp2_rcbuf* value, std::uint8_t /*flags*/,
                                        void* user) {
  auto* stream = self(user).find(frame->hd.stream_id);
  if (stream == nullptr) return 0;
  const auto key = view(name);
  const auto text = view(value);
  stream->header_octets += key.size() + text.size() + 32;  // RFC 9113 6.5.2
  if (stream->header_octets > most_header_octets) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_ENHANCE_YOUR_CALM);
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
  }
  if (key == ":method") stream->method = text;
  if (key == ":path") stream->path = text;
  if (key == "content-type") stream->content_type = text;
  if (key == "te") stream->te_trailers = text == "trailers";
  if (key == "grpc-timeout") stream->timeout = text;
  if (key == "grpc-encoding") stream->encoding = text;
  // The older name is of n-1, which knows the trace alone; where both are there, one says it all.
  if (key == "traceparent" || (key == "scop-trace" && stream->trace.empty())) stream->trace = text;
  return 0;
}

int ServerSession::Callbacks::on_frame(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user) {
  if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA) return 0;
  auto* stream = self(user).find(frame->hd.stream_id);
  if (stream == nullptr) return 0;
  if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
    self(user).begin(*stream);
  if ((frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
  stream->ended = true;
  if (stream->answered || !stream->announced) return 0;
  if (!stream->deframer.between_messages()) {
    self(user).fail_stream(*stream, {Code::internal, "the last message is cut short"});
  } else {
    self(user).events_.emplace_back(Ended{stream->id});
  }
  return 0;
}

int ServerSession::Callbacks::on_data(nghttp2_session* session, std::uint8_t /*flags*/, std::int32_t id,
                                      const std::uint8_t* octets, std::size_t size, void* user) {
  auto* stream = self(user).find(id);
  if (stream == nullptr) {
    nghttp2_session_consume_connection(session, size);
    return 0;
  }
  self(user).data(*stream, {reinterpret_cast<const char*>(octets), size});
  return 0;
}

// RFC 9113 8.1: an answer that does not need the rest of the request is followed by RST_STREAM with NO_ERROR.
int ServerSession::Callbacks::on_frame_sent(nghttp2_session* session, const nghttp2_frame* frame,
                                            void* user) {
  if (frame->hd.type != NGHTTP2_HEADERS || (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) == 0) return 0;
  auto* stream = self(user).find(frame->hd.stream_id);
  if (stream != nullptr && !stream->ended) {
    nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, stream->id, NGHTTP2_NO_ERROR);
  }
  return 0;
}

int ServerSession::Callbacks::on_close(nghttp2_session* /*session*/, std::int32_t id, std::uint32_t /*code*/,
                                       void* user) {
  auto& session = self(user);
  if (auto* stream = session.find(id); stream != nullptr) {
    if (stream->announced && !stream->answered) session.events_.emplace_back(Gone{id});
    session.streams_.erase(id);
  }
  return 0;
}

ssize_t ServerSession::Callbacks::on_read(nghttp2_session* session, std::int32_t id, std::uint8_t* into,
                                          std::size_t size, std::uint32_t* flags, nghttp2_data_source* source,
                                          void* /*user*/) {
  auto& stream = *static_cast<Stream*>(source->ptr);
  const auto part = std::min(size, stream.out.size() - stream.out_at);
  std::memcpy(into, stream.out.data() + stream.out_at, part);
  stream.out_at += part;
  if (stream.out_at == stream.out.size()) {
    *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
    const std::array fields{field("grpc-status", "0")};
    nghttp2_submit_trailer(session, id, fields.data(), fields.size());
  }
  return static_cast<ssize_t>(part);
}

}  // namespace scop::pipe
