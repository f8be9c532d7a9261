#include "https_client/response_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <iterator>
#include <optional>

#include "core/ensure.hpp"

namespace scop::https_client {

namespace {

namespace http = boost::beast::http;
using Parser = http::response_parser<http::string_body>;

// What chunks of one octet each would need, and as much again for their extensions.
constexpr std::size_t most_framing = 12;
constexpr unsigned first_final_status = 200;
// The end of every chunked body, "0\r\n\r\n". While it has not come, at least so much is still to come; and
// Beast 1.81 asserts that it never looks at less behind a last chunk.
constexpr std::size_t least_of_chunks = 5;

Error error_of(const boost::system::error_code& code) {
  if (code == http::error::body_limit) return {ErrorKind::too_large, "the response's body is too large"};
  if (code == http::error::header_limit) return {ErrorKind::too_large, "the response's header is too large"};
  return {ErrorKind::malformed, "the response is no HTTP: " + code.message()};
}

}  // namespace

struct ResponseReader::State {
  std::size_t most_body = 0;
  bool status_only = false;
  std::optional<Parser> parser;
  std::string pending;  // what the parser could not use yet
  std::size_t octets = 0;
  int interim = 0;
  bool done = false;

  void begin() {
    parser.emplace();
    parser->eager(true);
    parser->header_limit(most_header_octets);
    parser->body_limit(status_only ? boost::none : boost::optional<std::uint64_t>(most_body));
  }
  bool has_too_many_fields() const {
    const auto& message = parser->get();
    return static_cast<std::size_t>(std::distance(message.begin(), message.end())) > most_fields;
  }
  Outcome<bool> advance();
};

// As far as the octets go: true at the end of the response.
Outcome<bool> ResponseReader::State::advance() {
  for (;;) {
    if (parser->is_header_done() && parser->chunked() && pending.size() < least_of_chunks) return false;
    boost::system::error_code code;
    const auto used = parser->put(boost::asio::buffer(pending), code);
    pending.erase(0, used);
    if (code && code != http::error::need_more) return std::unexpected(error_of(code));
    if (!parser->is_header_done()) return false;
    if (has_too_many_fields())
      return failure(ErrorKind::too_large, "the response's header has too many fields");
    const auto status = parser->get().result_int();
    if (status < first_final_status) {
      if (!parser->is_done()) return failure(ErrorKind::malformed, "an interim response with a body");
      if (++interim > most_interim) return failure(ErrorKind::too_large, "too many interim responses");
      begin();
      if (pending.empty()) return false;
      continue;
    }
    if (parser->is_done() || status_only) return true;
    if (code == http::error::need_more || used == 0 || pending.empty()) return false;
  }
}

ResponseReader::ResponseReader(std::size_t most_body_octets, bool status_only)
    : state_(std::make_unique<State>()) {
  state_->most_body = most_body_octets;
  state_->status_only = status_only;
  state_->begin();
}
ResponseReader::ResponseReader(ResponseReader&&) noexcept = default;
ResponseReader& ResponseReader::operator=(ResponseReader&&) noexcept = default;
ResponseReader::~ResponseReader() = default;

Outcome<bool> ResponseReader::feed(std::string_view octets) {
  auto& state = *state_;
  if (state.done) return true;
  state.octets += octets.size();
  if (state.octets > most_framing * state.most_body + (most_interim + 2) * most_header_octets)
    return failure(ErrorKind::too_large, "the response is too large");
  state.pending += octets;
  if (state.pending.empty()) return false;
  auto done = state.advance();
  state.done = done && *done;
  return done;
}

Outcome<> ResponseReader::end(bool clean) {
  auto& state = *state_;
  if (state.done) return {};
  const auto cut_short = failure(ErrorKind::closed, "the server closed the connection within its response");
  if (!state.parser->is_header_done()) {
    if (state.octets == 0) return failure(ErrorKind::closed, "the server closed the connection, no response");
    return cut_short;
  }
  if (!clean || !state.parser->need_eof()) return cut_short;
  boost::system::error_code code;
  state.parser->put_eof(code);
  if (code) return cut_short;
  state.done = true;
  return {};
}

Response ResponseReader::take() {
  ENSURE(state_->done);
  auto& message = state_->parser->get();
  const auto type = message[http::field::content_type];
  return {.status = message.result_int(),
          .content_type = std::string(type.data(), type.size()),
          .body = state_->status_only ? std::string() : std::move(message.body())};
}

}  // namespace scop::https_client
