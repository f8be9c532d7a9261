#include "pipe/server_session.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "core/ensure.hpp"
#include "pipe/percent.hpp"
#include "pipe/server_stream.hpp"
#include "pipe/timeout.hpp"

namespace scop::pipe {

namespace {

constexpr std::int64_t most_connection_window = 64LL << 20U;
constexpr std::string_view content_type = "application/grpc";

void set_up(nghttp2_session* session, const SessionLimits& limits) {
  const std::array settings{
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits.streams},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, limits.stream_window},
      nghttp2_settings_entry{NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, most_header_octets},
  };
  ENSURE(nghttp2_submit_settings(session, NGHTTP2_FLAG_NONE, settings.data(), settings.size()) == 0);
  const auto window = std::min<std::int64_t>(static_cast<std::int64_t>(limits.streams) * limits.stream_window,
                                             most_connection_window);
  const auto at_least = std::max<std::int64_t>(window, NGHTTP2_INITIAL_CONNECTION_WINDOW_SIZE);
  ENSURE(nghttp2_session_set_local_window_size(session, NGHTTP2_FLAG_NONE, 0,
                                               static_cast<std::int32_t>(at_least)) == 0);
}

}  // namespace

ServerSession::~ServerSession() = default;

ServerSession::ServerSession(SessionLimits limits) : limits_(limits) {
  const auto callbacks = Callbacks::make();
  nghttp2_option* raw_option = nullptr;
  ENSURE(nghttp2_option_new(&raw_option) == 0);
  const OptionOwner option(raw_option);
  nghttp2_option_set_no_auto_window_update(option.get(), 1);
  nghttp2_session* raw = nullptr;
  ENSURE(nghttp2_session_server_new2(&raw, callbacks.get(), this, option.get()) == 0);
  session_.reset(raw);
  set_up(raw, limits_);
}

Outcome<> ServerSession::receive(std::string_view octets) { return feed(session_.get(), octets); }

Outcome<> ServerSession::send(std::string& out, std::size_t most) {
  return drain_into(session_.get(), out, most);
}

std::vector<ServerSession::Event> ServerSession::take_events() { return std::exchange(events_, {}); }

// After go_away() it is for the caller to close first: our close could overtake the GOAWAY that it has not
// read yet.
bool ServerSession::finished() const {
  return !going_away_ && nghttp2_session_want_write(session_.get()) == 0 &&
         nghttp2_session_want_read(session_.get()) == 0;
}

ServerSession::Stream* ServerSession::find(std::int32_t id) {
  const auto found = streams_.find(id);
  return found == streams_.end() ? nullptr : found->second.get();
}

// RFC 9113 8.3.1 is nghttp2's; this is gRPC's part.
void ServerSession::begin(Stream& stream) {
  if (stream.method != "POST") return answer_http(stream, "405");
  const std::string_view type = stream.content_type;
  const auto rest = type.substr(std::min(type.size(), content_type.size()));
  if (!type.starts_with(content_type) || !(rest.empty() || rest.starts_with('+') || rest.starts_with(';'))) {
    return answer_http(stream, "415");
  }
  if (!stream.te_trailers) return answer_http(stream, "400");
  if (!rest.empty() && rest != "+proto")
    return fail_stream(stream, {Code::unimplemented, "protobuf is what is spoken here"});
  if (!stream.encoding.empty() && stream.encoding != "identity") {
    return fail_stream(stream, {Code::unimplemented, "compressed messages are not taken"});
  }
  Began began{.stream = stream.id, .method = {}, .timeout = {}, .trace = std::move(stream.trace)};
  if (!stream.timeout.empty()) {
    began.timeout = parse_timeout(stream.timeout);
    if (!began.timeout) return fail_stream(stream, {Code::invalid_argument, "grpc-timeout does not parse"});
  }
  if (!stream.path.starts_with('/')) return fail_stream(stream, {Code::unimplemented, "unknown method"});
  began.method = stream.path.substr(1);
  stream.announced = true;
  events_.emplace_back(std::move(began));
}

void ServerSession::data(Stream& stream, std::string_view octets) {
  // The connection's window is never what holds anyone back: memory is bounded by the streams' windows.
  nghttp2_session_consume_connection(session_.get(), octets.size());
  if (stream.answered) return;
  stream.uncredited += octets.size();
  stream.held += octets.size();
  if (auto fed = stream.deframer.feed(octets, messages_); !fed) {
    messages_.clear();
    return fail_stream(stream, fed.error());
  }
  if (!messages_.empty()) stream.hungry = false;
  for (auto& message : messages_) events_.emplace_back(Message{stream.id, std::move(message)});
  messages_.clear();
  if (stream.hungry) credit(stream, stream.uncredited);
}

void ServerSession::credit(Stream& stream, std::size_t octets) {
  stream.uncredited -= octets;
  if (octets > 0) nghttp2_session_consume_stream(session_.get(), stream.id, octets);
}

void ServerSession::taken(std::int32_t id, std::size_t message_octets) {
  auto* stream = find(id);
  if (stream == nullptr) return;
  stream->held -= std::min(stream->held, prefix_octets + message_octets);
  if (stream->uncredited > stream->held) credit(*stream, stream->uncredited - stream->held);
}

void ServerSession::hungry(std::int32_t id) {
  auto* stream = find(id);
  if (stream == nullptr) return;
  stream->hungry = true;
  credit(*stream, stream->uncredited);
}

void ServerSession::answer_http(Stream& stream, std::string_view status) {
  stream.answered = true;
  const std::array fields{field(":status", status)};
  nghttp2_submit_response(session_.get(), stream.id, fields.data(), fields.size(), nullptr);
}

// An error that the session itself found: the application hears that the stream is gone, if it has heard of
// it.
void ServerSession::fail_stream(Stream& stream, const Status& status) {
  if (stream.announced) events_.emplace_back(Gone{stream.id});
  stream.announced = false;
  respond(stream.id, std::unexpected(status));
}

void ServerSession::respond(std::int32_t id, const Result<std::string>& result) {
  auto* stream = find(id);
  if (stream == nullptr || stream->answered) return;
  stream->answered = true;
  if (!result) {
    // Trailers-Only.
    const auto code = std::to_string(static_cast<int>(result.error().code));
    const auto message = percent_encode(result.error().message);
    const std::array fields{field(":status", "200"), field("content-type", content_type),
                            field("grpc-status", code), field("grpc-message", message, true)};
    nghttp2_submit_response(session_.get(), id, fields.data(), fields.size() - (message.empty() ? 1 : 0),
                            nullptr);
    return;
  }
  stream->out = frame_message(*result);
  const std::array fields{field(":status", "200"), field("content-type", content_type)};
  const auto provider = Callbacks::provider(*stream);
  nghttp2_submit_response(session_.get(), id, fields.data(), fields.size(), &provider);
}

void ServerSession::refuse(std::int32_t id) {
  auto* stream = find(id);
  if (stream == nullptr) return;
  stream->answered = true;
  nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, id, NGHTTP2_REFUSED_STREAM);
}

void ServerSession::ping() { nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr); }

void ServerSession::go_away() {
  if (std::exchange(going_away_, true)) return;
  const auto last = nghttp2_session_get_last_proc_stream_id(session_.get());
  nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, nullptr, 0);
}

}  // namespace scop::pipe
