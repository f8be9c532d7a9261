// Connections that come and go: down peers, reconnecting, draining, renewed certificates.
#include "mesh.hpp"

namespace scop::test {
namespace {

using pipe::Call;
using pipe::Code;
using pipe::Result;
namespace methods = pipe::methods;

void serve_resolve(Mesh& mesh, std::chrono::milliseconds wait = std::chrono::milliseconds(0)) {
  mesh.server->on_unary(methods::resolve,
                        [&mesh, wait](Call, v1::ResolveRequest) -> Task<Result<v1::ResolveReply>> {
                          if (wait.count() > 0) co_await mesh.pause(wait);
                          co_return v1::ResolveReply{};
                        });
}

TEST(Lifetime, CalleeThatIsDownIsUnavailableAtOnce) {
  Mesh mesh("accounts");
  const auto channel = mesh.channel("relay");
  mesh.server.reset();
  mesh.run([](pipe::Channel& c) -> Task<> {
    const auto began = std::chrono::steady_clock::now();
    for (int i = 0; i < 8; ++i) {
      const auto reply = co_await c.call(methods::resolve, {}, in(10s));
      EXPECT_FALSE(reply.has_value());
      EXPECT_EQ(reply.error().code, Code::unavailable);
      EXPECT_FALSE(reply.error().may_have_been_seen);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, 5s);
  }(*channel));
}

TEST(Lifetime, ChannelFindsItsWayBackAfterARestart) {
  Mesh mesh("accounts");
  serve_resolve(mesh);
  mesh.server->start();
  const auto endpoint = mesh.server->local();
  const auto channel = mesh.channel("relay");
  const auto call = [&] {
    std::optional<Code> code;
    mesh.run([](pipe::Channel& c, std::optional<Code>& out) -> Task<> {
      const auto reply = co_await c.call(methods::resolve, {}, in(2s));
      out = reply ? Code::ok : reply.error().code;
    }(*channel, code));
    return code;
  };
  EXPECT_EQ(call(), Code::ok);
  mesh.server.reset();
  EXPECT_EQ(call(), Code::unavailable);
  mesh.make_server({}, endpoint);
  serve_resolve(mesh);
  mesh.server->start();
  EXPECT_EQ(call(), Code::ok);
}

TEST(Lifetime, BrokenConnectionFailsItsCallsAndSaysThatTheyMayHaveBeenSeen) {
  Mesh mesh("accounts");
  serve_resolve(mesh, 500ms);
  mesh.server->start();
  const auto channel = mesh.channel("relay");
  mesh.run([](Mesh& m, pipe::Channel& c) -> Task<> {
    Timer timer(m.io.get_executor());
    timer.expires_after(150ms);
    timer.async_wait([&](const boost::system::error_code&) { m.server.reset(); });
    const auto reply = co_await c.call(methods::resolve, {}, in(10s));
    EXPECT_FALSE(reply.has_value());
    if (!reply) {
      EXPECT_EQ(reply.error().code, Code::unavailable);
      EXPECT_TRUE(reply.error().may_have_been_seen);
    }
    co_await m.pause(600ms);
  }(mesh, *channel));
}

TEST(Lifetime, DrainLetsCallsEndAndTakesNoNewOnes) {
  Mesh mesh("accounts");
  serve_resolve(mesh, 300ms);
  mesh.server->start();
  const auto channel = mesh.channel("relay");
  std::optional<Code> under_way;
  asio::co_spawn(
      mesh.io.get_executor(),
      [](pipe::Channel& c, std::optional<Code>& out) -> Task<> {
        const auto reply = co_await c.call(methods::resolve, {}, in(10s));
        out = reply ? Code::ok : reply.error().code;
      }(*channel, under_way),
      asio::detached);
  mesh.run([](Mesh& m, pipe::Channel& c) -> Task<> {
    co_await m.pause(100ms);
    asio::co_spawn(
        m.io.get_executor(),
        [](Mesh& mm, pipe::Channel& cc) -> Task<> {
          co_await mm.pause(50ms);
          const auto late = co_await cc.call(methods::resolve, {}, in(300ms));
          EXPECT_FALSE(late.has_value());
          if (!late) {
            EXPECT_EQ(late.error().code, Code::unavailable) << late.error().message;
            EXPECT_FALSE(late.error().may_have_been_seen);
          }
        }(m, c),
        asio::detached);
    const auto began = std::chrono::steady_clock::now();
    co_await m.server->drain(in(5s));
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1500ms);
  }(mesh, *channel));
  EXPECT_EQ(under_way, Code::ok);
}

TEST(Lifetime, DrainCutsOffWhatDoesNotEnd) {
  Mesh mesh("accounts");
  serve_resolve(mesh, 1500ms);
  mesh.server->start();
  const auto channel = mesh.channel("relay");
  asio::co_spawn(
      mesh.io.get_executor(),
      [](pipe::Channel& c) -> Task<> { (void)co_await c.call(methods::resolve, {}, in(10s)); }(*channel),
      asio::detached);
  mesh.run([](Mesh& m) -> Task<> {
    co_await m.pause(100ms);
    const auto began = std::chrono::steady_clock::now();
    co_await m.server->drain(in(200ms));
    EXPECT_LT(std::chrono::steady_clock::now() - began, 1s);
    co_await m.pause(1600ms);
  }(mesh));
}

TEST(Lifetime, RenewedCertificateIsUsedByNewConnections) {
  Mesh mesh("relay");
  mesh.server->start();
  mesh.server->use(mesh.authority.pipe("relay"));
  auto channel = mesh.channel("operator");
  channel->use(mesh.authority.pipe("operator"));
  mesh.run([](pipe::Channel& c) -> Task<> {
    const auto reply = co_await c.call(methods::health, {}, in(10s));
    EXPECT_TRUE(reply.has_value());
    if (reply) EXPECT_EQ(reply->status(), grpc::health::v1::HealthCheckResponse::SERVING);
  }(*channel));
}

TEST(Lifetime, HealthKnowsServicesByName) {
  Mesh mesh("accounts");
  serve_resolve(mesh);
  mesh.server->start();
  auto channel = mesh.channel("accounts");  // its own name
  mesh.run([](pipe::Channel& c) -> Task<> {
    grpc::health::v1::HealthCheckRequest request;
    request.set_service("scop.v1.Accounts");
    EXPECT_TRUE((co_await c.call(methods::health, request, in(10s))).has_value());
    request.set_service("scop.v1.Unheard");
    const auto reply = co_await c.call(methods::health, request, in(10s));
    EXPECT_FALSE(reply.has_value());
    if (!reply) EXPECT_EQ(reply.error().code, Code::not_found);
  }(*channel));
}

TEST(Lifetime, ConnectionsOverTheLimitAreDropped) {
  Mesh mesh("relay", {.connections = 2});
  mesh.server->start();
  auto one = mesh.channel("operator");
  auto two = mesh.channel("relay");
  auto three = mesh.channel("operator");
  mesh.run([](pipe::Channel& a, pipe::Channel& b, pipe::Channel& c) -> Task<> {
    EXPECT_TRUE((co_await a.call(methods::health, {}, in(5s))).has_value());
    EXPECT_TRUE((co_await b.call(methods::health, {}, in(5s))).has_value());
    EXPECT_FALSE((co_await c.call(methods::health, {}, in(5s))).has_value());
    EXPECT_TRUE((co_await a.call(methods::health, {}, in(5s))).has_value());
  }(*one, *two, *three));
}

}  // namespace
}  // namespace scop::test
