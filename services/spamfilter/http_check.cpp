#include "spamfilter/http_check.hpp"

#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "spamfilter/assessment.hpp"
#include "spamfilter/checkv2.hpp"
#include "spamfilter/entered.hpp"
#include "spamfilter/limits.hpp"
#include "spamfilter/line_ends.hpp"
#include "spamfilter/own_fields.hpp"

namespace scop::spamfilter {

namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::buffer_body>;

struct Reply {
  http::status status = http::status::ok;
  std::string type = "application/json";
  std::string body;
};

std::string octets_of(const Reply& reply, bool keep_alive) {
  const auto reason = http::obsolete_reason(reply.status);
  return fmt::format(
      "HTTP/1.1 {} {}\r\nServer: scop\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: {}\r\n\r\n{}",
      static_cast<unsigned>(reply.status), std::string_view(reason.data(), reason.size()), reply.type,
      reply.body.size(), keep_alive ? "keep-alive" : "close", reply.body);
}

Reply problem(http::status status, std::string_view what) {
  return {status, "application/json", fmt::format("{{\"error\":\"{}\"}}", what)};
}

std::string_view view(boost::beast::string_view text) { return {text.data(), text.size()}; }

// One request as it comes in, its body straight to what is looked at.
class Exchange {
 public:
  Exchange(Desk& desk, net::Stream& stream, std::string& pending)
      : desk_(desk), stream_(stream), pending_(pending), gathered_(desk.memory, desk.settings.examined) {
    parser_.header_limit(limits::http_header_octets);
    parser_.body_limit(limits::http_message_octets);
    if (desk.clamd) scan_ = std::make_unique<Scan>(desk.io, *desk.clamd);
  }

  // closed: the client is gone, or has begun no request.
  Task<Outcome<>> read();
  Task<Reply> answer();
  bool keep_alive() const { return parser_.get().keep_alive(); }

 private:
  Task<Outcome<>> read_more();
  Task<Outcome<>> go_on_if_asked();
  Task<Reply> check();
  enum class Parsed { some, wants_more };
  Task<Outcome<Parsed>> parse_pending();

  Desk& desk_;
  net::Stream& stream_;
  std::string& pending_;
  Parser parser_;
  Gathered gathered_;
  LineEnds line_ends_;
  std::unique_ptr<Scan> scan_;
  bool told_to_go_on_ = false;
};

Task<Outcome<>> Exchange::read_more() {
  std::array<char, 16384> room{};
  const auto got = co_await stream_.read_some(room, in(limits::http_idle));
  if (!got) co_return std::unexpected(got.error());
  pending_.append(room.data(), *got);
  co_return Outcome<>{};
}

Task<Outcome<>> Exchange::go_on_if_asked() {
  if (told_to_go_on_ || !parser_.is_header_done() || parser_.is_done()) co_return Outcome<>{};
  told_to_go_on_ = true;
  if (!boost::beast::iequals(parser_.get()[http::field::expect], "100-continue")) co_return Outcome<>{};
  co_return co_await stream_.write("HTTP/1.1 100 Continue\r\n\r\n", in(limits::http_idle));
}

Task<Outcome<Exchange::Parsed>> Exchange::parse_pending() {
  std::array<char, 16384> room{};
  auto& body = parser_.get().body();
  body.data = room.data();
  body.size = room.size();
  body.more = true;
  boost::system::error_code error;
  const auto used = parser_.put(asio::buffer(pending_), error);
  pending_.erase(0, used);
  const std::string_view chunk(room.data(), room.size() - body.size);
  body.data = nullptr;
  gathered_.add(line_ends_.as_crlf(chunk));
  if (scan_ && !chunk.empty()) co_await scan_->feed(chunk, in(limits::clamd_takes_chunk));
  if (parser_.is_done()) co_return Parsed::some;
  // Inside a body it says nothing where it has used up all there is.
  const bool wants_more = error == http::error::need_more || (!error && pending_.empty());
  if (wants_more) co_return Parsed::wants_more;
  if (error && error != http::error::need_buffer) co_return failure(ErrorKind::malformed, error.message());
  if (used == 0 && chunk.empty()) co_return failure(ErrorKind::malformed, "the request goes no further");
  co_return Parsed::some;
}

Task<Outcome<>> Exchange::read() {
  parser_.eager(true);
  if (pending_.empty()) {
    if (auto more = co_await read_more(); !more) co_return more;
  }
  while (!parser_.is_done()) {
    auto parsed = co_await parse_pending();
    if (!parsed) co_return std::unexpected(std::move(parsed.error()));
    if (auto told = co_await go_on_if_asked(); !told) co_return told;
    if (*parsed == Parsed::wants_more) {
      if (auto more = co_await read_more(); !more) co_return more;
    }
  }
  co_return Outcome<>{};
}

Task<Reply> Exchange::answer() {
  const auto target = view(parser_.get().target());
  const auto path = target.substr(0, target.find('?'));
  if (path == "/ping") co_return Reply{.type = "text/plain", .body = "pong\r\n"};
  if (path != "/checkv2" && path != "/check") co_return problem(http::status::not_found, "no such path");
  if (parser_.get().method() != http::verb::post)
    co_return problem(http::status::method_not_allowed, "POST a message");
  if (parser_.get().find("Compression") != parser_.get().end())
    co_return problem(http::status::unsupported_media_type, "compressed messages are not taken");
  co_return co_await check();
}

Task<Reply> Exchange::check() {
  const auto began = std::chrono::steady_clock::now();
  CheckRequest request;
  for (const auto& field : parser_.get())
    take_header(request, view(field.name_string()), view(field.value()));
  std::string virus;
  if (scan_) {
    auto answer = co_await scan_->finish(in(desk_.settings.clamd_timeout));
    if (answer) {
      virus = std::move(*answer);
    } else {
      desk_.log.warning("not scanned for viruses", {{"why", answer.error().what}});
    }
  }
  auto assessed = co_await assess(desk_, gathered_.octets(), request.rcpt, {});
  assessed.found.virus = std::move(virus);
  const auto ruling = rule(assessed.found, desk_.settings.attachments);
  const auto took = std::chrono::steady_clock::now() - began;
  const auto& found = assessed.found;
  desk_.log.info("checked",
                 {{"queue_id", request.queue_id},
                  {"client", request.ip},
                  {"sender", request.from},
                  {"spam", found.trouble.empty() ? bayes::name_of(found.common.label) : "temperror"},
                  {"score", fmt::format("{:.4f}", found.common.score)},
                  {"took_ms", std::chrono::duration<double, std::milli>(took).count()}});
  if (found.trouble.empty() && found.common.label != bayes::Label::unsure)
    desk_.standing->note(request.ip, request.from, found.common.label == bayes::Label::spam, now());
  co_return Reply{.body = json_of({.found = found,
                                   .ruling = ruling,
                                   .header = gathered_.header(),
                                   .foreign_fields = foreign_fields(gathered_.header()).size(),
                                   .seconds = std::chrono::duration<double>(took).count()})};
}

}  // namespace

HttpCheck::HttpCheck(Desk& desk) : desk_(desk) {
  for (const auto& text : desk.settings.http_allow) {
    if (const auto network = reputation::Network::from_text(text)) allowed_.push_back(*network);
  }
}

bool HttpCheck::may_ask(const net::Endpoint& client) const {
  const auto address = dns::Address::from_text(client.address().to_string());
  return address &&
         std::ranges::any_of(allowed_, [&](const auto& network) { return network.contains(*address); });
}

void HttpCheck::accept(net::Stream stream) {
  if (connections_ >= limits::http_connections) return;
  asio::co_spawn(desk_.io, converse(std::move(stream)), asio::detached);
}

Task<> HttpCheck::converse(net::Stream stream) {
  const Entered entered(connections_);
  std::string pending;
  if (!may_ask(stream.remote())) {
    const auto refusal = problem(http::status::forbidden, "this address is not in http_allow");
    co_await stream.write(octets_of(refusal, false), in(limits::http_idle));
    co_return;
  }
  for (bool goes_on = true; goes_on;) {
    Exchange exchange(desk_, stream, pending);
    const auto read = co_await exchange.read();
    if (!read && read.error().kind != ErrorKind::malformed) co_return;
    goes_on = read && exchange.keep_alive();
    const auto reply = read ? co_await exchange.answer()
                            : problem(http::status::bad_request, "the request is malformed or too large");
    if (!co_await stream.write(octets_of(reply, goes_on), in(limits::http_idle))) co_return;
  }
}

}  // namespace scop::spamfilter
