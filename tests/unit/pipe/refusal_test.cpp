// Who is not let in, at the handshake or with PERMISSION_DENIED, and what stays whole when strangers knock.
#include "mesh.hpp"
#include "net/stream.hpp"
#include "topology/topology.hpp"

namespace scop::test {
namespace {

using pipe::Call;
using pipe::Code;
using pipe::Result;
namespace methods = pipe::methods;

template <class Request, class Response>
void serve_empty(pipe::Server& server, const pipe::Method<Request, Response>& method) {
  server.on_unary(method, [](Call, Request) -> Task<Result<Response>> { co_return Response{}; });
}

Task<Code> health(pipe::Channel& channel, std::chrono::milliseconds wait = std::chrono::seconds(10)) {
  const auto reply = co_await channel.call(methods::health, {}, in(wait));
  co_return reply ? Code::ok : reply.error().code;
}

void expect_unavailable(Mesh& mesh, net::TlsContext context, const std::string& words) {
  auto channel = mesh.channel("operator");
  channel->use(std::move(context));
  mesh.run([](pipe::Channel& c, const std::string& expected) -> Task<> {
    const auto reply = co_await c.call(methods::health, {}, in(10s));
    EXPECT_FALSE(reply.has_value());
    if (reply) co_return;
    EXPECT_EQ(reply.error().code, Code::unavailable);
    EXPECT_FALSE(reply.error().may_have_been_seen);
    EXPECT_NE(reply.error().message.find(expected), std::string::npos) << reply.error().message;
  }(*channel, words));
}

TEST(Refusal, ForeignAuthorityIsRefusedByTheCallee) {
  Mesh mesh;
  mesh.server->start();
  const Authority foreign(mesh.folder.path / "foreign");
  expect_unavailable(mesh, foreign.pipe("operator", mesh.authority.ca()), "alert");
}

TEST(Refusal, ForeignAuthorityIsRefusedByTheCaller) {
  Mesh mesh;
  mesh.server->start();
  const Authority foreign(mesh.folder.path / "foreign");
  expect_unavailable(mesh, mesh.authority.pipe("operator", foreign.ca()), "certificate is refused");
}

TEST(Refusal, ExpiredCertificateIsRefused) {
  Mesh mesh;
  mesh.server->start();
  expect_unavailable(mesh,
                     mesh.authority.pipe("expired", {.uris = {"spiffe://mesh.test/operator"},
                                                     .dns_name = {},
                                                     .from_seconds = -7200,
                                                     .to_seconds = -3600}),
                     "certificate expired");
}

TEST(Refusal, WrongTrustDomainIsCutOff) {
  Mesh mesh;
  mesh.server->start();
  expect_unavailable(mesh,
                     mesh.authority.pipe("other", {.uris = {"spiffe://other.test/operator"}, .dns_name = {}}),
                     "closed");
}

TEST(Refusal, TwoNamesAreNobody) {
  Mesh mesh;
  mesh.server->start();
  expect_unavailable(
      mesh,
      mesh.authority.pipe(
          "two", {.uris = {"spiffe://mesh.test/operator", "spiffe://mesh.test/relay"}, .dns_name = {}}),
      "closed");
}

TEST(Refusal, CalleeWithAnotherNameIsNotCalled) {
  Mesh mesh("relay");
  mesh.server->use(mesh.authority.pipe("signer"));
  mesh.server->start();
  expect_unavailable(mesh, mesh.authority.pipe("operator"), "is signer, not relay");
}

TEST(Refusal, NoCertificateIsRefused) {
  Mesh mesh;
  mesh.server->start();
  const auto context = net::TlsContext::verifying_client(mesh.authority.ca());
  ASSERT_TRUE(context);
  mesh.run([](Mesh& m, net::TlsContext tls) -> Task<> {
    auto stream = co_await net::Stream::connect(m.io.get_executor(), m.server->local(), in(5s));
    EXPECT_TRUE(stream.has_value());
    (void)co_await stream->start_tls_client(tls, {}, in(5s));
    std::string buffer(100, ' ');
    const auto got = co_await stream->read_some(buffer, in(5s));
    EXPECT_FALSE(got.has_value());  // an alert, or the end
  }(mesh, *context));
}

TEST(Refusal, GarbageOnThePortHarmsNobody) {
  Mesh mesh("relay", {.connections = 20});
  mesh.server->start();
  const auto channel = mesh.channel("operator");
  mesh.run([](Mesh& m, pipe::Channel& c) -> Task<> {
    EXPECT_EQ(co_await health(c), Code::ok);
    for (const std::string_view garbage :
         {"GET / HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01\xff\xff\x01"}) {
      auto stream = co_await net::Stream::connect(m.io.get_executor(), m.server->local(), in(5s));
      EXPECT_TRUE(stream.has_value());
      EXPECT_TRUE((co_await stream->write(garbage, in(5s))).has_value());
    }
    // Inside TLS, with a good certificate, but no HTTP/2.
    auto stream = co_await net::Stream::connect(m.io.get_executor(), m.server->local(), in(5s));
    EXPECT_TRUE(stream.has_value());
    EXPECT_TRUE((co_await stream->start_tls_client(m.authority.pipe("operator"), {}, in(5s))).has_value());
    EXPECT_TRUE((co_await stream->write(std::string(5000, 'x'), in(5s))).has_value());
    std::string buffer(10000, ' ');
    while (co_await stream->read_some(buffer, in(5s))) {
    }
    EXPECT_EQ(co_await health(c), Code::ok);
  }(mesh, *channel));
}

// Every (caller, method) pair of every callee: what is not declared is refused, what is declared gets
// through.
TEST(Refusal, EveryUndeclaredPairIsRefused) {
  for (const auto& callee : topology::daemons()) {
    if (!callee.is_daemon) continue;
    Mesh mesh{std::string(callee.name)};
    mesh.log = Log("test", LogForm::text, LogLevel::error);
    serve_empty(*mesh.server, methods::resolve);
    serve_empty(*mesh.server, methods::authenticate);
    serve_empty(*mesh.server, methods::scram_begin);
    serve_empty(*mesh.server, methods::scram_finish);
    serve_empty(*mesh.server, methods::reserve);
    serve_empty(*mesh.server, methods::outcome);
    serve_empty(*mesh.server, methods::add_user);
    serve_empty(*mesh.server, methods::list_users);
    serve_empty(*mesh.server, methods::queue_list);
    serve_empty(*mesh.server, methods::queue_act);
    serve_empty(*mesh.server, methods::lookup);
    serve_empty(*mesh.server, methods::list_keys);
    serve_empty(*mesh.server, methods::publish_keys);
    mesh.server->start();
    for (const auto& caller : topology::daemons()) {
      const auto channel = mesh.channel(std::string(caller.name));
      mesh.run([](pipe::Channel& c, std::string_view from, std::string_view to) -> Task<> {
        const auto expect = [&](std::string_view method, const auto& reply) {
          const auto code = reply ? Code::ok : reply.error().code;
          const auto expected = topology::may_call(from, method, to) ? Code::ok : Code::permission_denied;
          EXPECT_EQ(code, expected) << from << " → " << method << " of " << to;
        };
        const auto deadline = in(10s);
        expect(methods::resolve.path, co_await c.call(methods::resolve, {}, deadline));
        expect(methods::authenticate.path, co_await c.call(methods::authenticate, {}, deadline));
        expect(methods::scram_begin.path, co_await c.call(methods::scram_begin, {}, deadline));
        expect(methods::scram_finish.path, co_await c.call(methods::scram_finish, {}, deadline));
        expect(methods::reserve.path, co_await c.call(methods::reserve, {}, deadline));
        expect(methods::outcome.path, co_await c.call(methods::outcome, {}, deadline));
        expect(methods::add_user.path, co_await c.call(methods::add_user, {}, deadline));
        expect(methods::list_users.path, co_await c.call(methods::list_users, {}, deadline));
        expect(methods::queue_list.path, co_await c.call(methods::queue_list, {}, deadline));
        expect(methods::queue_act.path, co_await c.call(methods::queue_act, {}, deadline));
        expect(methods::lookup.path, co_await c.call(methods::lookup, {}, deadline));
        expect(methods::list_keys.path, co_await c.call(methods::list_keys, {}, deadline));
        expect(methods::publish_keys.path, co_await c.call(methods::publish_keys, {}, deadline));
        expect(methods::health.path, co_await c.call(methods::health, {}, deadline));
      }(*channel, caller.name, callee.name));
    }
  }
}

TEST(Refusal, UndeclaredStreamIsRefusedBeforeItsMessages) {
  Mesh mesh("relay");
  bool handled = false;
  mesh.server->on_stream(methods::pass, [&](Call, pipe::Incoming<v1::Part>&) -> Task<Result<v1::Receipt>> {
    handled = true;
    co_return v1::Receipt{};
  });
  mesh.server->start();
  const auto channel = mesh.channel("submission");
  mesh.run([](pipe::Channel& c) -> Task<> {
    auto pass = co_await c.open(methods::pass, in(10s));
    EXPECT_TRUE(pass.has_value());
    v1::Part part;
    part.set_data(std::string(1 << 20, 'x'));
    for (int i = 0; i < 100; ++i) {
      if (!(co_await pass->write(part, in(10s)))) break;
    }
    const auto receipt = co_await pass->finish(in(10s));
    EXPECT_FALSE(receipt.has_value());
    if (!receipt) EXPECT_EQ(receipt.error().code, Code::permission_denied);
  }(*channel));
  EXPECT_FALSE(handled);
}

TEST(Refusal, UnknownMethodIsUnimplemented) {
  Mesh mesh("resolver");
  mesh.server->start();
  const auto channel = mesh.channel("courier");
  mesh.run([](pipe::Channel& c) -> Task<> {
    const auto reply = co_await c.call(methods::lookup, {}, in(10s));
    EXPECT_FALSE(reply.has_value());
    if (!reply) EXPECT_EQ(reply.error().code, Code::unimplemented);
  }(*channel));
}

TEST(Refusal, OversizeMessageIsRefused) {
  Mesh mesh("accounts", {.message_octets = 1000});
  serve_empty(*mesh.server, methods::resolve);
  mesh.server->start();
  const auto channel = mesh.channel("relay");
  mesh.run([](pipe::Channel& c) -> Task<> {
    v1::ResolveRequest request;
    request.set_address(std::string(2000, 'x'));
    const auto reply = co_await c.call(methods::resolve, request, in(10s));
    EXPECT_FALSE(reply.has_value());
    if (!reply) EXPECT_EQ(reply.error().code, Code::resource_exhausted);
    request.set_address("small");
    EXPECT_TRUE((co_await c.call(methods::resolve, request, in(10s))).has_value());
  }(*channel));
}

}  // namespace
}  // namespace scop::test
