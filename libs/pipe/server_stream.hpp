// The server session's streams and nghttp2's callbacks on them; included by the session's own sources only.
#pragma once

#include "pipe/server_session.hpp"

namespace scop::pipe {

struct ServerSession::Stream {
  Stream(std::int32_t number, std::size_t most_message) : id(number), deframer(most_message) {}
  std::int32_t id;
  // Request fields.
  std::string method;
  std::string path;
  std::string content_type;
  std::string timeout;
  std::string encoding;
  std::string trace;
  bool te_trailers = false;
  std::size_t header_octets = 0;
  // Request messages.
  Deframer deframer;
  std::size_t held = 0;        // octets that came and were not taken
  std::size_t uncredited = 0;  // of them, those whose window was not given back
  bool hungry = false;
  bool ended = false;      // by the caller
  bool announced = false;  // Began is out
  // The answer.
  bool answered = false;
  std::string out;
  std::size_t out_at = 0;
};

struct ServerSession::Callbacks {
  static CallbacksOwner make();
  static nghttp2_data_provider provider(Stream& stream);

  static int on_begin_headers(nghttp2_session* session, const nghttp2_frame* frame, void* user);
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
