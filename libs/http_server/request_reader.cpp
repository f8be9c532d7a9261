#include "http_server/request_reader.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "http/response.hpp"

namespace scop::http_server {

namespace {

namespace beast_http = boost::beast::http;
using Parser = beast_http::request_parser<beast_http::string_body>;
using Refused = std::unexpected<http::Response>;

// What chunks of one octet each need, and as much again for their extensions.
constexpr std::size_t most_framing = 12;

// The end of every chunked body, "0\r\n\r\n". While it has not come, at least so much is still to come; and
// Beast asserts that it never looks at less behind a last chunk.
constexpr std::size_t least_of_chunks = 5;

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

Refused refuse(unsigned status, std::string_view why) { return std::unexpected(http::problem(status, why)); }

Refused refusal_of(const boost::system::error_code& code) {
  if (code == beast_http::error::body_limit) return refuse(413, "the body is too large");
  if (code == beast_http::error::header_limit) return refuse(431, "the header is too large");
  return refuse(400, "no request of HTTP/1.1");
}

}  // namespace

struct RequestReader::State {
  explicit State(const RequestBounds& wanted) : bounds(wanted) {
    parser.header_limit(bounds.header_octets);
    parser.body_limit(bounds.body_octets);
  }

  std::size_t most_octets() const {
    return 2 * bounds.header_octets + most_framing * bounds.body_octets + limits::read;
  }
  std::expected<Progress, http::Response> advance(std::string_view& rest);
  std::expected<void, http::Response> take_header();
  std::expected<void, http::Response> check_framing();
  std::expected<void, http::Response> take_authority();

  RequestBounds bounds;
  Parser parser;
  http::Request request;
  std::size_t used = 0;
  bool has_header = false;
};

// RFC 9112 6.1, 6.3: only one way to find the body's end.
std::expected<void, http::Response> RequestReader::State::check_framing() {
  if (const auto* length = request.find("Content-Length");
      length != nullptr &&
      (parser.get().count("Content-Length") != 1 || !ascii::parse_unsigned(ascii::trim(*length))))
    return refuse(400, "exactly one Content-Length may stand there");
  const auto* coding = request.find("Transfer-Encoding");
  if (coding == nullptr) return {};
  if (parser.get().version() < 11) return refuse(400, "Transfer-Encoding in HTTP/1.0");
  if (!ascii::equals_ignoring_case(*coding, "chunked") || parser.get().count("Transfer-Encoding") != 1)
    return refuse(501, "of the transfer codings chunked alone is done here");
  return {};
}

// RFC 9112 3.2: exactly one Host in HTTP/1.1, even where the target says more.
std::expected<void, http::Response> RequestReader::State::take_authority() {
  const auto hosts = parser.get().count("Host");
  if (hosts > 1 || (hosts == 0 && parser.get().version() >= 11))
    return refuse(400, "exactly one Host is needed");
  if (hosts == 1) {
    auto authority = http::parse_authority(ascii::trim(*request.find("Host")));
    if (!authority) return refuse(400, "Host is no host name");
    request.authority = std::move(*authority);
  }
  if (request.target.authority) request.authority = *request.target.authority;
  return {};
}

std::expected<void, http::Response> RequestReader::State::take_header() {
  const auto& message = parser.get();
  for (const auto& field : message)
    request.fields.push_back({std::string(view(field.name_string())), std::string(view(field.value()))});
  if (request.fields.size() > bounds.fields) return refuse(431, "too many fields");
  if (message.target().size() > bounds.target_octets) return refuse(414, "the target is too long");
  request.method = view(message.method_string());
  request.keep_alive = message.keep_alive();
  if (auto framed = check_framing(); !framed) return framed;
  auto target = http::parse_target(request.method, view(message.target()));
  if (!target) return refuse(400, "the target is none that is served here");
  request.target = std::move(*target);
  return take_authority();
}

std::expected<RequestReader::Progress, http::Response> RequestReader::State::advance(std::string_view& rest) {
  while (!parser.is_done()) {
    if (rest.empty() || (has_header && parser.chunked() && rest.size() < least_of_chunks))
      return Progress::wants_more;
    boost::system::error_code code;
    const auto count = parser.put(boost::asio::buffer(rest.data(), rest.size()), code);
    rest.remove_prefix(count);
    used += count;
    if (code == beast_http::error::need_more) {
      // What Beast leaves is a chunk's header or the trailer, and it looks at it again each time.
      if (has_header && rest.size() > bounds.header_octets)
        return refuse(413, "a chunk's header or the trailer is too large");
      return Progress::wants_more;
    }
    if (code) return refusal_of(code);
    if (has_header || !parser.is_header_done()) continue;
    has_header = true;
    if (auto taken = take_header(); !taken) return std::unexpected(std::move(taken.error()));
    const auto* expectation = request.find("Expect");
    if (expectation == nullptr || parser.get().version() < 11) continue;
    if (!ascii::equals_ignoring_case(*expectation, "100-continue"))
      return refuse(417, "100-continue is all that may be expected");
    if (!parser.is_done() && rest.empty()) return Progress::wants_continue;
  }
  request.body = std::move(parser.get().body());
  return Progress::done;
}

RequestReader::RequestReader(const RequestBounds& bounds) : state_(std::make_unique<State>(bounds)) {}
RequestReader::RequestReader(RequestReader&&) noexcept = default;
RequestReader& RequestReader::operator=(RequestReader&&) noexcept = default;
RequestReader::~RequestReader() = default;

std::expected<RequestReader::Progress, http::Response> RequestReader::feed(std::string& pending) {
  auto& state = *state_;
  if (state.used + pending.size() > state.most_octets()) return refuse(413, "the request is too large");
  std::string_view rest(pending);
  auto progress = state.advance(rest);
  pending.erase(0, pending.size() - rest.size());
  return progress;
}

http::Request RequestReader::take() {
  ENSURE(state_->parser.is_done());
  return std::move(state_->request);
}

}  // namespace scop::http_server
