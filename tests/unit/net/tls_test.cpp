#include "net/tls.hpp"

#include <openssl/ssl.h>

#include <array>
#include <fstream>
#include <thread>

#include "certificates.hpp"
#include "loop.hpp"

namespace scop::test {
namespace {

constexpr std::size_t large = 8U << 20U;

class Tls : public testing::Test {
 protected:
  Tls() {
    authority.issue("server", {.uris = {}, .dns_name = "mail.test"});
    server_context = net::TlsContext::public_server(authority.certificate("server"), authority.key("server"));
    client_context = net::TlsContext::verifying_client(authority.ca());
  }

  // The handshake of both ends; what the client's came to.
  Outcome<> shake(const net::TlsContext& server, const net::TlsContext& client, const std::string& name) {
    Outcome<> result;
    bool server_done = false;
    loop.spawn([](Loop& l, net::TlsContext context, bool& done) -> Task<> {
      (void)co_await l.server->start_tls_server(context, in(5s));
      done = true;
    }(loop, server, server_done));
    loop.run([](Loop& l, net::TlsContext context, std::string host, Outcome<>& out) -> Task<> {
      out = co_await l.client->start_tls_client(context, host, in(5s));
      if (!out) l.client->close();
    }(loop, client, name, result));
    while (!server_done) loop.io.run_one_for(10ms);
    return result;
  }

  Folder folder;
  Authority authority{folder.path};
  Loop loop;
  Outcome<net::TlsContext> server_context = failure(ErrorKind::broken, "");
  Outcome<net::TlsContext> client_context = failure(ErrorKind::broken, "");
};

TEST_F(Tls, CarriesOctetsAndAgreesOnAnExporter) {
  ASSERT_TRUE(shake(*server_context, *client_context, "mail.test"));
  const auto info = loop.client->tls_info();
  EXPECT_EQ(info.version, "TLSv1.3");
  EXPECT_TRUE(info.peer_verified) << info.peer_problem;
  const auto ours = loop.server->exporter("EXPORTER-Channel-Binding", 32);
  ASSERT_TRUE(ours);
  EXPECT_EQ(ours->size(), 32U);
  EXPECT_EQ(ours, loop.client->exporter("EXPORTER-Channel-Binding", 32));
  loop.run([](Loop& l) -> Task<> {
    EXPECT_TRUE((co_await l.client->write("hello", in(5s))).has_value());
    EXPECT_EQ(co_await read_exactly(*l.server, 5), "hello");
    l.client->close();
    char octet = 0;
    const auto read = co_await l.server->read_some({&octet, 1}, in(5s));
    EXPECT_EQ(read.error().kind, ErrorKind::closed);
  }(loop));
}

TEST_F(Tls, LargeTransfersRunBothWaysAtOnce) {
  ASSERT_TRUE(shake(*server_context, *client_context, "mail.test"));
  int done = 0;
  const auto write = [](net::Stream& stream, int& count) -> Task<> {
    EXPECT_TRUE((co_await stream.write(std::string(large, 'x'), in(20s))).has_value());
    ++count;
  };
  const auto read = [](net::Stream& stream, int& count) -> Task<> {
    EXPECT_EQ((co_await read_exactly(stream, large)).size(), large);
    ++count;
  };
  loop.spawn(write(*loop.client, done));
  loop.spawn(write(*loop.server, done));
  loop.spawn(read(*loop.client, done));
  loop.spawn(read(*loop.server, done));
  const auto end = std::chrono::steady_clock::now() + 30s;
  while (done < 4 && std::chrono::steady_clock::now() < end) loop.io.run_one_for(100ms);
  EXPECT_EQ(done, 4);
}

// RFC 8446 4.6.3: the answer to a requested key update is written, and reading goes on meanwhile.
TEST_F(Tls, KeyUpdatesPassUnnoticed) {
  std::string answer;
  std::thread peer([&] {
    asio::io_context own;
    asio::ip::tcp::socket socket(own);
    socket.connect(loop.listener->local());
    const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(client_context->native()), SSL_free);
    SSL_set_fd(ssl.get(), socket.native_handle());
    ASSERT_EQ(SSL_connect(ssl.get()), 1);
    for (int i = 0; i < 3; ++i) {
      ASSERT_EQ(SSL_key_update(ssl.get(), SSL_KEY_UPDATE_REQUESTED), 1);
      ASSERT_EQ(SSL_write(ssl.get(), "ping", 4), 4);
      std::array<char, 4> got{};
      ASSERT_EQ(SSL_read(ssl.get(), got.data(), 4), 4);
      answer.append(got.data(), 4);
    }
  });
  loop.server.reset();
  while (!loop.server) loop.io.run_one_for(10ms);
  loop.run([](Loop& l, net::TlsContext context) -> Task<> {
    EXPECT_TRUE((co_await l.server->start_tls_server(context, in(5s))).has_value());
    for (int i = 0; i < 3; ++i) {
      EXPECT_EQ(co_await read_exactly(*l.server, 4), "ping");
      EXPECT_TRUE((co_await l.server->write("pong", in(5s))).has_value());
    }
  }(loop, *server_context));
  peer.join();
  EXPECT_EQ(answer, "pongpongpong");
}

TEST_F(Tls, WrongNameIsRefused) {
  const auto shaken = shake(*server_context, *client_context, "other.test");
  ASSERT_FALSE(shaken);
  EXPECT_EQ(shaken.error().kind, ErrorKind::denied);
  EXPECT_NE(shaken.error().what.find("hostname mismatch"), std::string::npos) << shaken.error().what;
}

TEST_F(Tls, OpportunisticClientGoesOnAndSaysWhatWasWrong) {
  const auto opportunistic = net::TlsContext::opportunistic_client();
  ASSERT_TRUE(opportunistic);
  ASSERT_TRUE(shake(*server_context, *opportunistic, "mail.test"));
  EXPECT_FALSE(loop.client->tls_info().peer_verified);
  EXPECT_FALSE(loop.client->tls_info().peer_problem.empty());
}

TEST_F(Tls, ClearTextBeforeTheHandshakeIsNotTheHandshake) {
  loop.run([](Loop& l, net::TlsContext server, net::TlsContext client) -> Task<> {
    EXPECT_TRUE((co_await l.client->write("NOOP\r\n", in(5s))).has_value());
    EXPECT_TRUE((co_await l.server->wait_readable(in(5s))).has_value());
    const auto shaken = co_await l.server->start_tls_server(server, in(5s));
    EXPECT_FALSE(shaken.has_value());
  }(loop, *server_context, *client_context));
}

TEST_F(Tls, GarbageInsteadOfAHandshakeIsMalformed) {
  loop.run([](Loop& l, net::TlsContext server) -> Task<> {
    EXPECT_TRUE((co_await l.client->write(std::string(100, 'x'), in(5s))).has_value());
    const auto shaken = co_await l.server->start_tls_server(server, in(5s));
    EXPECT_EQ(shaken.error().kind, ErrorKind::malformed);
  }(loop, *server_context));
}

TEST_F(Tls, SilentPeerTimesOut) {
  loop.run([](Loop& l, net::TlsContext server) -> Task<> {
    const auto shaken = co_await l.server->start_tls_server(server, in(50ms));
    EXPECT_EQ(shaken.error().kind, ErrorKind::timed_out);
  }(loop, *server_context));
}

TEST_F(Tls, FilesThatAreNotThereAreNamed) {
  const auto context =
      net::TlsContext::pipe(authority.ca(), folder.path / "none.pem", authority.key("server"));
  ASSERT_FALSE(context);
  EXPECT_EQ(context.error().kind, ErrorKind::not_found);
  EXPECT_NE(context.error().what.find("none.pem"), std::string::npos);
  EXPECT_NE(context.error().what.find("scop certs renew"), std::string::npos);
}

TEST_F(Tls, KeyOfAnotherCertificateIsNamed) {
  authority.issue("other", {.uris = {}, .dns_name = "other.test"});
  const auto context =
      net::TlsContext::public_server(authority.certificate("server"), authority.key("other"));
  ASSERT_FALSE(context);
  EXPECT_NE(context.error().what.find("other.key: is not the key of"), std::string::npos)
      << context.error().what;
}

TEST_F(Tls, FileWithoutACertificateIsNamed) {
  std::ofstream(folder.path / "junk.pem") << "junk\n";
  const auto context = net::TlsContext::public_server(folder.path / "junk.pem", authority.key("server"));
  ASSERT_FALSE(context);
  EXPECT_EQ(context.error().kind, ErrorKind::malformed);
  EXPECT_NE(context.error().what.find("junk.pem"), std::string::npos);
}

}  // namespace
}  // namespace scop::test
