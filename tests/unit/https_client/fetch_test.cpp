#include "https_client/fetch.hpp"

#include "certificates.hpp"
#include "loop.hpp"
#include "net/listener.hpp"
#include "net/stream.hpp"

namespace scop::test {
namespace {

using https_client::Limits;
using https_client::Method;
using https_client::Request;
using https_client::Response;

constexpr const char* good_answer =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";

// A TLS server that reads a request up to `request_end` and says `answer`; silent where there is none.
class Fetch : public testing::Test {
 protected:
  Fetch() {
    authority.issue("server", {.uris = {}, .dns_name = "mta-sts.test"});
    authority.issue("expired",
                    {.uris = {}, .dns_name = "mta-sts.test", .from_seconds = -7200, .to_seconds = -3600});
  }

  void serve(const std::string& certificate, std::string answer, std::string request_end = "\r\n\r\n") {
    auto context =
        net::TlsContext::public_server(authority.certificate(certificate), authority.key(certificate));
    ASSERT_TRUE(context);
    auto bound = net::Listener::bind(io, net::Endpoint(asio::ip::address_v4::loopback(), 0));
    ASSERT_TRUE(bound);
    listener = std::move(*bound);
    endpoint = listener->local();
    listener->start([this, context = *context, answer, request_end](net::Stream stream) {
      asio::co_spawn(io.get_executor(), converse(std::move(stream), context, answer, request_end),
                     asio::detached);
    });
  }

  Task<> converse(net::Stream stream, net::TlsContext context, std::string answer, std::string request_end) {
    ++connections;
    if (!co_await stream.start_tls_server(context, in(20s))) co_return;
    std::array<char, 4096> room{};
    while (!heard.ends_with(request_end)) {
      const auto got = co_await stream.read_some(room, in(20s));
      if (!got) co_return;
      heard.append(room.data(), *got);
    }
    co_await stream.write(answer, in(20s));
    if (answer.empty()) co_await stream.wait_readable(in(20s));
  }

  Outcome<Response> fetch(Request request, Limits limits, std::vector<net::Endpoint> endpoints) {
    const auto context = net::TlsContext::verifying_client(authority.ca());
    Outcome<Response> response = failure(ErrorKind::broken, "did not run");
    bool done = false;
    asio::co_spawn(
        io.get_executor(),
        https_client::fetch(io.get_executor(), *context, std::move(request), limits, std::move(endpoints)),
        [&](std::exception_ptr, Outcome<Response> result) {
          response = std::move(result);
          done = true;
        });
    const auto end = std::chrono::steady_clock::now() + 60s;
    while (!done && std::chrono::steady_clock::now() < end) io.run_one_for(100ms);
    return response;
  }
  Outcome<Response> get(Limits limits = {}) {
    return fetch({.url = {"mta-sts.test", 443, "/policy"}}, limits, {endpoint});
  }

  Folder folder;
  Authority authority{folder.path};
  asio::io_context io{1};
  std::optional<net::Listener> listener;
  net::Endpoint endpoint;
  std::string heard;
  int connections = 0;
};

TEST_F(Fetch, GetsWhatAServerWithAValidCertificateSays) {
  serve("server", good_answer);
  EXPECT_EQ(get(), (Response{200, "text/plain", "hello"}));
  EXPECT_TRUE(heard.starts_with("GET /policy HTTP/1.1\r\nHost: mta-sts.test\r\n")) << heard;
}

TEST_F(Fetch, PostsABodyWithItsTypeAndLength) {
  serve("server", "HTTP/1.1 201 Created\r\n\r\n", "\r\n\r\nreport");
  const Request request{Method::post, {"mta-sts.test", 8443, "/in"}, "application/tlsrpt+gzip", "report"};
  EXPECT_EQ(fetch(request, {.status_only = true}, {endpoint}), (Response{201, "", ""}));
  EXPECT_TRUE(heard.starts_with("POST /in HTTP/1.1\r\nHost: mta-sts.test:8443\r\n")) << heard;
  EXPECT_NE(heard.find("\r\nContent-Type: application/tlsrpt+gzip\r\nContent-Length: 6\r\n"),
            std::string::npos);
}

TEST_F(Fetch, AnotherNamesCertificateIsDeniedAndHearsNothing) {
  serve("server", good_answer);
  const auto response = fetch({.url = {"other.test", 443, "/secret"}}, {}, {endpoint});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::denied);
  EXPECT_NE(response.error().what.find("hostname mismatch"), std::string::npos) << response.error().what;
  EXPECT_EQ(heard, "");
}

TEST_F(Fetch, ExpiredCertificateIsDenied) {
  serve("expired", good_answer);
  const auto response = get();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::denied);
  EXPECT_NE(response.error().what.find("expired"), std::string::npos) << response.error().what;
}

TEST_F(Fetch, StrangersAuthorityIsDenied) {
  const Folder other_folder;
  const Authority other(other_folder.path);
  other.issue("server", {.uris = {}, .dns_name = "mta-sts.test"});
  std::filesystem::copy(other.certificate("server"), folder.path / "foreign.pem");
  std::filesystem::copy(other.key("server"), folder.path / "foreign.key");
  serve("foreign", good_answer);
  const auto response = get();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::denied);
}

TEST_F(Fetch, NextAddressIsTriedWhereNobodyListens) {
  serve("server", good_answer);
  net::Endpoint nobody;
  {
    auto bound = net::Listener::bind(io, net::Endpoint(asio::ip::address_v4::loopback(), 0));
    ASSERT_TRUE(bound);
    nobody = bound->local();
  }
  EXPECT_TRUE(fetch({.url = {"mta-sts.test", 443, "/"}}, {}, {nobody, endpoint}));
  const auto none = fetch({.url = {"mta-sts.test", 443, "/"}}, {}, {nobody});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(fetch({.url = {"mta-sts.test", 443, "/"}}, {}, {}).error().kind, ErrorKind::not_found);
}

TEST_F(Fetch, SilentServerTimesOutAndIsAskedOnce) {
  serve("server", "");
  const auto response = fetch({.url = {"mta-sts.test", 443, "/"}}, {.total = 1500ms}, {endpoint, endpoint});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::timed_out);
  EXPECT_EQ(connections, 1);
}

TEST_F(Fetch, TooLargeABodyAndACutOneAreErrors) {
  serve("server", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
  EXPECT_EQ(get({.body_octets = 99}).error().kind, ErrorKind::too_large);
  EXPECT_EQ(get().error().kind, ErrorKind::closed);
}

TEST_F(Fetch, TargetThatWouldAddALineIsNeverSaid) {
  serve("server", good_answer);
  const auto response = fetch({.url = {"mta-sts.test", 443, "/ HTTP/1.1\r\nX: y"}}, {}, {endpoint});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::malformed);
  EXPECT_EQ(connections, 0);
}

}  // namespace
}  // namespace scop::test
