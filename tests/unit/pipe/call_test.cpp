// Unary and client-streaming calls over mutual TLS.
#include "mesh.hpp"
#include "pipe/trace_context.hpp"

namespace scop::test {
namespace {

using pipe::Call;
using pipe::Code;
using pipe::context_of;
using pipe::Result;
namespace methods = pipe::methods;

void serve_resolve(pipe::Server& server) {
  server.on_unary(
      methods::resolve, [](Call call, v1::ResolveRequest request) -> Task<Result<v1::ResolveReply>> {
        v1::ResolveReply reply;
        reply.set_mailbox(request.address() + " for " + call.caller + " " + context_of(call.trace).id);
        co_return reply;
      });
}

TEST(Call, UnaryCallIsAnswered) {
  Mesh mesh("accounts");
  serve_resolve(*mesh.server);
  mesh.server->start();
  const auto channel = mesh.channel("relay");
  mesh.run([](Mesh& m, pipe::Channel& c) -> Task<> {
    v1::ResolveRequest request;
    request.set_address("a@b.test");
    const auto reply =
        co_await c.call(methods::resolve, request, m.soon(), "0af7651916cd43dd8448eb211c80319c");
    EXPECT_TRUE(reply.has_value()) << reply.error().message;
    if (reply) EXPECT_EQ(reply->mailbox(), "a@b.test for relay 0af7651916cd43dd8448eb211c80319c");
  }(mesh, *channel));
}

TEST(Call, ClientStreamingCallCarriesEveryMessageInOrder) {
  Mesh mesh("relay");
  mesh.server->on_stream(
      methods::pass, [](Call, pipe::Incoming<v1::Part>& incoming) -> Task<Result<v1::Receipt>> {
        std::string all;
        for (;;) {
          auto part = co_await incoming.next(in(10s));
          if (!part) co_return std::unexpected(part.error());
          if (!*part) break;
          all += (*part)->data();
        }
        v1::Receipt receipt;
        receipt.mutable_accepted()->set_queue_id(std::to_string(all.size()) + all.substr(0, 1) + all.back());
        co_return receipt;
      });
  mesh.server->start();
  const auto channel = mesh.channel("signer");
  mesh.run([](Mesh& m, pipe::Channel& c) -> Task<> {
    auto pass = co_await c.open(methods::pass, m.soon());
    EXPECT_TRUE(pass.has_value()) << pass.error().message;
    if (!pass) co_return;
    for (int i = 0; i < 100; ++i) {
      v1::Part part;
      part.set_data(std::string(65536, static_cast<char>('a' + i % 26)));
      const auto written = co_await pass->write(part, m.soon());
      EXPECT_TRUE(written.has_value());
    }
    const auto receipt = co_await pass->finish(m.soon());
    EXPECT_TRUE(receipt.has_value()) << receipt.error().message;
    if (receipt) EXPECT_EQ(receipt->accepted().queue_id(), "6553600av");
  }(mesh, *channel));
}

}  // namespace
}  // namespace scop::test
