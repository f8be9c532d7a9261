// The client session's streams and nghttp2's callbacks on them; included by the session's own sources only.
#pragma once

#include "pipe/client_session.hpp"

namespace scop::pipe {

struct ClientSession::Stream {
  Stream(std::int32_t number, std::size_t most_message) : id(number), deframer(most_message) {}
  std::int32_t id;
  // The request.
  std::deque<std::string> out;
  std::size_t out_at = 0;  // in the first of them
  std::size_t unsent = 0;
  bool half_closed = false;  // nothing more will be written
  bool deferred = false;     // nghttp2 waits for nghttp2_session_resume_data
  bool sent = false;         // HEADERS have left
  bool filled = false;       // was above low water: Drained is owed
  // The answer.
  std::string http_status;
  std::string grpc_status;
  std::string grpc_message;
  std::size_t header_octets = 0;
  Deframer deframer;
  std::deque<std::string> messages;
  bool over = false;  // Replied is out, or nobody waits for it
};

struct ClientSession::Callbacks {
  static CallbacksOwner make();
  static nghttp2_data_provider provider(Stream& stream);

  static int on_header(nghttp2_session* session, const nghttp2_frame* frame, nghttp2_rcbuf* name,
                       nghttp2_rcbuf* value, std::uint8_t flags, void* user);
  static int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* user);
  static int on_data(nghttp2_session* session, std::uint8_t flags, std::int32_t id,
                     const std::uint8_t* octets, std::size_t size, void* user);
  static int on_frame_sent(nghttp2_session* session, const nghttp2_frame* frame, void* user);
  static int on_close(nghttp2_session* session, std::int32_t id, std::uint32_t code, void* user);
  static ssize_t on_read(nghttp2_session* session, std::int32_t id, std::uint8_t* into, std::size_t size,
                         std::uint32_t* flags, nghttp2_data_source* source, void* user);
};

}  // namespace scop::pipe
