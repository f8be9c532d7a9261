// What both ends share of nghttp2: the session's owner, field lists, draining its output.
#pragma once

#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace scop::pipe {

struct SessionDelete {
  void operator()(nghttp2_session* session) const { nghttp2_session_del(session); }
};
struct CallbacksDelete {
  void operator()(nghttp2_session_callbacks* callbacks) const { nghttp2_session_callbacks_del(callbacks); }
};
struct OptionDelete {
  void operator()(nghttp2_option* option) const { nghttp2_option_del(option); }
};
using SessionOwner = std::unique_ptr<nghttp2_session, SessionDelete>;
using CallbacksOwner = std::unique_ptr<nghttp2_session_callbacks, CallbacksDelete>;
using OptionOwner = std::unique_ptr<nghttp2_option, OptionDelete>;

// A header field for nghttp2. Names are literals; `changing` values stay out of the compression table.
nghttp2_nv field(std::string_view name, std::string_view value, bool changing = false);

std::string_view view(nghttp2_rcbuf* buffer);

// Feeds `octets`; an error means that the connection is of no use any more.
Outcome<> feed(nghttp2_session* session, std::string_view octets);

// Appends what the session wants to send to `out`, until that holds `most` octets or more.
Outcome<> drain_into(nghttp2_session* session, std::string& out, std::size_t most);

inline constexpr std::size_t most_header_octets = 8192;  // SETTINGS_MAX_HEADER_LIST_SIZE, and kept to

}  // namespace scop::pipe
