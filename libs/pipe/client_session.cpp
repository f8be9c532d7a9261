#include "pipe/client_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "pipe/client_stream.hpp"
#include "pipe/percent.hpp"
#include "pipe/timeout.hpp"
#include "pipe/trace_context.hpp"

namespace scop::pipe {

namespace {

constexpr std::int32_t connection_window = 16 << 20;
constexpr std::uint32_t stream_window = 256U << 10U;

void set_up(nghttp2_session* session) {
  const std::array settings{
      nghttp2_settings_entry{NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, stream_window},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, most_header_octets},
  };
  ENSURE(nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size()) == 0);
  ENSURE(nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0, connection_window) == 0);
}

// gRPC's "HTTP to gRPC Status Code Mapping", for answers that are none of gRPC's.
Code code_of_http(std::string_view status) {
  if (status == "400") return Code::internal;
  if (status == "401") return Code::unauthenticated;
  if (status == "403") return Code::permission_denied;
  if (status == "404") return Code::unimplemented;
  if (status == "429" || status == "502" || status == "503" || status == "504") return Code::unavailable;
  return Code::unknown;
}

// gRPC over HTTP/2, "Errors": what a stream's reset means to the call.
Code code_of_reset(std::uint32_t error) {
  switch (error) {
    case NGHTTP2_REFUSED_STREAM:
      return Code::unavailable;
    case NGHTTP2_CANCEL:
      return Code::cancelled;
    case NGHTTP2_ENHANCE_YOUR_CALM:
      return Code::resource_exhausted;
    case NGHTTP2_INADEQUATE_SECURITY:
      return Code::permission_denied;
    default:
      return Code::internal;
  }
}

}  // namespace

ClientSession::~ClientSession() = default;

ClientSession::ClientSession(std::string authority, std::size_t most_message)
    : authority_(std::move(authority)), most_message_(most_message) {
  const auto callbacks = Callbacks::make();
  nghttp2_session* raw = nullptr;
  ENSURE(nghttp2_session_client_new(&raw, callbacks.get(), this) == 0);
  session_.reset(raw);
  set_up(raw);
}

Outcome<> ClientSession::receive(std::string_view octets) { return feed(session_.get(), octets); }

Outcome<> ClientSession::send(std::string& out, std::size_t most) {
  return drain_into(session_.get(), out, most);
}

std::vector<ClientSession::Event> ClientSession::take_events() { return std::exchange(events_, {}); }

bool ClientSession::finished() const {
  const bool silent = nghttp2_session_want_write(session_.get()) == 0;
  return silent && (nghttp2_session_want_read(session_.get()) == 0 || (going_away_ && streams_.empty()));
}

std::size_t ClientSession::most_streams() const {
  return nghttp2_session_get_remote_settings(session_.get(), NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

ClientSession::Stream* ClientSession::find(std::int32_t id) const {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : found->second.get();
}

std::int32_t ClientSession::open(std::string_view method, std::optional<std::chrono::nanoseconds> timeout,
                                 std::string_view trace) {
  const auto path = fmt::format("/{}", method);
  std::array<nghttp2_nv, 10> fields{field(":method", "POST"),   field(":scheme", "https"),
                                    field(":path", path),       field(":authority", authority_),
                                    field("te", "trailers"),    field("content-type", "application/grpc"),
                                    field("user-agent", "scop")};
  std::size_t count = 7;
  std::string left;
  if (timeout) {
    left = format_timeout(*timeout);
    fields.at(count++) = field("grpc-timeout", left, true);
  }
  const auto context = parse_trace(trace);
  const auto parent = context ? context->header() : std::string();
  if (context) {
    fields.at(count++) = field("traceparent", parent, true);
    fields.at(count++) = field("scop-trace", context->id, true);  // for n-1, which knows no traceparent
  }
  auto stream = std::make_unique<Stream>(0, most_message_);
  const auto provider = Callbacks::provider(*stream);
  const auto id = nghttp2_submit_request(session_.get(), nullptr, fields.data(), count, &provider, nullptr);
  if (id <= 0) {
    going_away_ = true;  // stream numbers are used up: a new connection starts anew
    return 0;
  }
  stream->id = id;
  streams_.emplace(id, std::move(stream));
  return id;
}

void ClientSession::write(std::int32_t id, std::string_view message) {
  auto* stream = find(id);
  if (stream == nullptr || stream->over || stream->half_closed) return;
  stream->out.push_back(frame_message(message));
  stream->unsent += stream->out.back().size();
  stream->filled = stream->unsent >= low_water;
  if (std::exchange(stream->deferred, false)) nghttp2_session_resume_data(session_.get(), id);
}

void ClientSession::end(std::int32_t id) {
  auto* stream = find(id);
  if (stream == nullptr || stream->over) return;
  stream->half_closed = true;
  if (std::exchange(stream->deferred, false)) nghttp2_session_resume_data(session_.get(), id);
}

void ClientSession::cancel(std::int32_t id) {
  auto* stream = find(id);
  if (stream == nullptr) return;
  if (!std::exchange(stream->over, true)) {
    nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
  }
}

std::size_t ClientSession::unsent(std::int32_t id) const {
  const auto* stream = find(id);
  return stream == nullptr ? 0 : stream->unsent;
}

bool ClientSession::was_sent(std::int32_t id) const {
  const auto* stream = find(id);
  return stream != nullptr && stream->sent;
}

void ClientSession::ping() { nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr); }

void ClientSession::data(Stream& stream, std::string_view octets) {
  if (stream.over) return;
  auto fed = stream.deframer.feed(octets, stream.messages);
  if (fed && stream.messages.size() > 1) fed = fail(Code::internal, "more than one response");
  if (fed) return;
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id, NGHTTP2_CANCEL);
  reply(stream, std::unexpected(std::move(fed.error())));
}

void ClientSession::reply(Stream& stream, Result<std::string> result) {
  if (std::exchange(stream.over, true)) return;
  stream.out.clear();
  if (!result) result.error().may_have_been_seen = stream.sent;
  events_.emplace_back(Replied{stream.id, std::move(result)});
}

// The callee has ended the stream.
void ClientSession::conclude(Stream& stream) {
  if (stream.over) return;
  if (stream.grpc_status.empty()) {
    return reply(stream,
                 fail(stream.http_status == "200" ? Code::internal : code_of_http(stream.http_status),
                      fmt::format("no gRPC answer: HTTP status {}", ascii::printable(stream.http_status))));
  }
  const auto number = ascii::parse_unsigned(stream.grpc_status);
  const auto code = number && *number <= 16 ? static_cast<Code>(*number) : Code::unknown;
  if (code != Code::ok) return reply(stream, fail(code, percent_decode(stream.grpc_message)));
  if (stream.messages.empty()) return reply(stream, fail(Code::internal, "no response"));
  reply(stream, std::move(stream.messages.front()));
}

// The stream is over for HTTP/2, whoever ended it.
void ClientSession::close(Stream& stream, std::uint32_t code) {
  if (stream.over) return;
  const auto why = fmt::format("the stream was reset: {}", nghttp2_http2_strerror(code));
  const bool never_sent = !stream.sent;
  reply(stream, fail(never_sent ? Code::unavailable : code_of_reset(code), why));
  // RFC 9113 8.7: a refused stream has not been looked at.
  if (never_sent || code == NGHTTP2_REFUSED_STREAM) {
    std::get<Replied>(events_.back()).result.error().may_have_been_seen = false;
  }
}

}  // namespace scop::pipe
