#include "pipe/http2.hpp"

#include <fmt/format.h>

namespace scop::pipe {

namespace {

std::uint8_t* octets_of(std::string_view text) {
  return const_cast<std::uint8_t*>(
      reinterpret_cast<const std::uint8_t*>(text.data()));  // nghttp2 only reads them
}

}  // namespace

nghttp2_nv field(std::string_view name, std::string_view value, bool changing) {
  const unsigned flags =
      NGHTTP2_NV_FLAG_NO_COPY_NAME | (changing ? NGHTTP2_NV_FLAG_NO_INDEX : NGHTTP2_NV_FLAG_NONE);
  return {octets_of(name), octets_of(value), name.size(), value.size(), static_cast<std::uint8_t>(flags)};
}

std::string_view view(nghttp2_rcbuf* buffer) {
  const auto octets = nghttp2_rcbuf_get_buf(buffer);
  return {reinterpret_cast<const char*>(octets.base), octets.len};
}

Outcome<> feed(nghttp2_session* session, std::string_view octets) {
  const auto taken = nghttp2_session_mem_recv(session, octets_of(octets), octets.size());
  if (taken >= 0) return {};
  return failure(ErrorKind::malformed, fmt::format("HTTP/2: {}", nghttp2_strerror(static_cast<int>(taken))));
}

Outcome<> drain_into(nghttp2_session* session, std::string& out, std::size_t most) {
  while (out.size() < most) {
    const std::uint8_t* octets = nullptr;
    const auto size = nghttp2_session_mem_send(session, &octets);
    if (size < 0)
      return failure(ErrorKind::broken, fmt::format("HTTP/2: {}", nghttp2_strerror(static_cast<int>(size))));
    if (size == 0) return {};
    out.append(reinterpret_cast<const char*>(octets), static_cast<std::size_t>(size));
  }
  return {};
}

}  // namespace scop::pipe
