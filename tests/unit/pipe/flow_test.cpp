// Windows as backpressure, deadlines, cancellation, callers that go.
#include "mesh.hpp"
#include "pipe/trace_context.hpp"

namespace scop::test {
namespace {

using pipe::Call;
using pipe::Code;
using pipe::Result;
using pipe::trace_id_of;
namespace methods = pipe::methods;

Task<Result<v1::Receipt>> swallow(pipe::Incoming<v1::Part>& incoming) {
  std::size_t octets = 0;
  for (;;) {
    auto part = co_await incoming.next(in(20s));
    if (!part) co_return std::unexpected(part.error());
    if (!*part) break;
    octets += (*part)->data().size();
  }
  v1::Receipt receipt;
  receipt.mutable_accepted()->set_queue_id(std::to_string(octets));
  co_return receipt;
}

constexpr std::string_view stalled_trace = "0af7651916cd43dd8448eb211c80319c";

v1::Part part_of(std::size_t octets) {
  v1::Part part;
  part.set_data(std::string(octets, 'x'));
  return part;
}

TEST(Flow, StalledReaderHoldsBackItsOwnStreamAndNoOther) {
  Mesh mesh("relay");
  Timer release(mesh.io.get_executor(), Deadline::max());
  mesh.server->on_stream(methods::pass,
                         [&](Call call, pipe::Incoming<v1::Part>& incoming) -> Task<Result<v1::Receipt>> {
                           if (trace_id_of(call.trace) == stalled_trace) {
                             boost::system::error_code ignored;
                             co_await release.async_wait(asio::redirect_error(use_task, ignored));
                           }
                           co_return co_await swallow(incoming);
                         });
  mesh.server->start();
  const auto channel = mesh.channel("signer");
  mesh.run([](pipe::Channel& c, Timer& timer) -> Task<> {
    auto stalled = co_await c.open(methods::pass, in(10s), std::string(stalled_trace));
    EXPECT_TRUE(stalled.has_value());
    // The window (256 KiB) and what the caller holds itself, no more.
    std::size_t written = 0;
    while (written < (8U << 20U)) {
      if (!(co_await stalled->write(part_of(32768), in(300ms)))) break;
      written += 32768;
    }
    EXPECT_LT(written, 512U << 10U);
    for (int i = 0; i < 99; ++i) {
      auto pass = co_await c.open(methods::pass, in(10s));
      EXPECT_TRUE(pass.has_value());
      for (int k = 0; k < 8; ++k) EXPECT_TRUE((co_await pass->write(part_of(65536), in(10s))).has_value());
      const auto receipt = co_await pass->finish(in(10s));
      EXPECT_TRUE(receipt.has_value()) << receipt.error().message;
      if (receipt) EXPECT_EQ(receipt->accepted().queue_id(), std::to_string(8 * 65536));
    }
    timer.cancel();
    const auto receipt = co_await stalled->finish(in(10s));
    EXPECT_TRUE(receipt.has_value()) << receipt.error().message;
    if (receipt) EXPECT_EQ(receipt->accepted().queue_id(), std::to_string(written + 32768));
  }(*channel, release));
}

TEST(Flow, MessagesLargerThanTheWindowPass) {
  Mesh mesh("relay", {.stream_window = 65536});
  mesh.server->on_stream(methods::pass, [](Call, pipe::Incoming<v1::Part>& in) -> Task<Result<v1::Receipt>> {
    co_return co_await swallow(in);
  });
  mesh.server->on_unary(methods::outcome,
                        [](Call, v1::OutcomeQuestion question) -> Task<Result<v1::OutcomeAnswer>> {
                          v1::OutcomeAnswer answer;
                          answer.set_queue_id(std::to_string(question.id().size()));
                          co_return answer;
                        });
  mesh.server->start();
  const auto channel = mesh.channel("signer");
  mesh.run([](pipe::Channel& c) -> Task<> {
    auto pass = co_await c.open(methods::pass, in(10s));
    EXPECT_TRUE(pass.has_value());
    for (int k = 0; k < 3; ++k) EXPECT_TRUE((co_await pass->write(part_of(3U << 20U), in(10s))).has_value());
    const auto receipt = co_await pass->finish(in(10s));
    EXPECT_TRUE(receipt.has_value()) << receipt.error().message;
    if (receipt) EXPECT_EQ(receipt->accepted().queue_id(), std::to_string(9U << 20U));
    v1::OutcomeQuestion question;
    question.set_id(std::string(3U << 20U, 'x'));
    const auto answer = co_await c.call(methods::outcome, question, in(10s));
    EXPECT_TRUE(answer.has_value()) << answer.error().message;
    if (answer) EXPECT_EQ(answer->queue_id(), std::to_string(3U << 20U));
  }(*channel));
}

TEST(Flow, DeadlineIsKeptAtBothEnds) {
  Mesh mesh("accounts");
  bool had_deadline = false;
  bool finished = false;
  mesh.server->on_unary(methods::resolve,
                        [&](Call call, v1::ResolveRequest) -> Task<Result<v1::ResolveReply>> {
                          had_deadline = call.deadline.has_value();
                          co_await mesh.pause(600ms);
                          finished = true;
                          co_return v1::ResolveReply{};
                        });
  mesh.server->start();
  const auto channel = mesh.channel("relay");
  mesh.run([](Mesh& m, pipe::Channel& c, const bool& done) -> Task<> {
    const auto began = std::chrono::steady_clock::now();
    const auto reply = co_await c.call(methods::resolve, {}, in(200ms));
    EXPECT_FALSE(reply.has_value());
    if (!reply) {
      EXPECT_EQ(reply.error().code, Code::deadline_exceeded);
      EXPECT_TRUE(reply.error().may_have_been_seen);
    }
    EXPECT_LT(std::chrono::steady_clock::now() - began, 500ms);
    EXPECT_FALSE(done);
    co_await m.pause(800ms);  // the handler runs to its end all the same
    EXPECT_TRUE(done);
  }(mesh, *channel, finished));
  EXPECT_TRUE(had_deadline);
}

TEST(Flow, CallerThatGoesIsSeenAsCancelled) {
  Mesh mesh("relay");
  std::optional<Code> seen;
  mesh.server->on_stream(methods::pass,
                         [&](Call, pipe::Incoming<v1::Part>& incoming) -> Task<Result<v1::Receipt>> {
                           auto receipt = co_await swallow(incoming);
                           if (!receipt) seen = receipt.error().code;
                           co_return receipt;
                         });
  mesh.server->start();
  const auto channel = mesh.channel("signer");
  mesh.run([](Mesh& m, pipe::Channel& c) -> Task<> {
    {
      auto pass = co_await c.open(methods::pass, in(10s));
      EXPECT_TRUE(pass.has_value());
      EXPECT_TRUE((co_await pass->write(part_of(100), in(10s))).has_value());
      co_await m.pause(50ms);
    }
    co_await m.pause(100ms);
  }(mesh, *channel));
  EXPECT_EQ(seen, Code::cancelled);
}

TEST(Flow, SilentStreamIsCancelled) {
  Mesh mesh("relay", {.idle_stream = 200ms});
  mesh.server->on_stream(methods::pass, [](Call, pipe::Incoming<v1::Part>& in) -> Task<Result<v1::Receipt>> {
    co_return co_await swallow(in);
  });
  mesh.server->start();
  const auto channel = mesh.channel("signer");
  mesh.run([](Mesh& m, pipe::Channel& c) -> Task<> {
    auto pass = co_await c.open(methods::pass, in(10s));
    EXPECT_TRUE(pass.has_value());
    co_await m.pause(500ms);
    EXPECT_FALSE((co_await pass->write(part_of(100), in(10s))).has_value());
    const auto receipt = co_await pass->finish(in(10s));
    EXPECT_FALSE(receipt.has_value());
    if (!receipt) EXPECT_EQ(receipt.error().code, Code::cancelled);
  }(mesh, *channel));
}

TEST(Flow, EarlyAnswerEndsTheWriting) {
  Mesh mesh("relay");
  mesh.server->on_stream(methods::pass,
                         [](Call, pipe::Incoming<v1::Part>& incoming) -> Task<Result<v1::Receipt>> {
                           (void)co_await incoming.next(in(10s));
                           v1::Receipt receipt;
                           receipt.mutable_refused()->set_code(552);
                           co_return receipt;
                         });
  mesh.server->start();
  const auto channel = mesh.channel("signer");
  mesh.run([](pipe::Channel& c) -> Task<> {
    auto pass = co_await c.open(methods::pass, in(10s));
    EXPECT_TRUE(pass.has_value());
    bool stopped = false;
    for (int i = 0; i < 100 && !stopped; ++i) stopped = !(co_await pass->write(part_of(65536), in(10s)));
    EXPECT_TRUE(stopped);
    const auto receipt = co_await pass->finish(in(10s));
    EXPECT_TRUE(receipt.has_value()) << receipt.error().message;
    if (receipt) EXPECT_EQ(receipt->refused().code(), 552U);
  }(*channel));
}

TEST(Flow, CallsOverTheLimitWaitForTheirTurn) {
  Mesh mesh("accounts", {.streams_per_connection = 4});
  int running = 0;
  int most = 0;
  mesh.server->on_unary(methods::resolve, [&](Call, v1::ResolveRequest) -> Task<Result<v1::ResolveReply>> {
    most = std::max(most, ++running);
    co_await mesh.pause(10ms);
    --running;
    co_return v1::ResolveReply{};
  });
  mesh.server->start();
  const auto channel = mesh.channel("relay");
  int good = 0;
  int left = 100;
  for (int i = 0; i < 100; ++i) {
    asio::co_spawn(
        mesh.io.get_executor(),
        [](pipe::Channel& c, int& count, int& open) -> Task<> {
          const auto reply = co_await c.call(methods::resolve, {}, in(10s));
          if (reply)
            ++count;
          else
            ADD_FAILURE() << reply.error().message;
          --open;
        }(*channel, good, left),
        asio::detached);
  }
  while (left > 0) mesh.io.run_one_for(100ms);
  EXPECT_EQ(good, 100);
  EXPECT_LE(most, 4);
}

TEST(Flow, ErrorsTravelWithCodeAndText) {
  Mesh mesh("accounts");
  mesh.server->on_unary(methods::resolve,
                        [](Call, v1::ResolveRequest request) -> Task<Result<v1::ResolveReply>> {
                          if (request.address() == "throw") throw std::runtime_error("secret");
                          co_return pipe::fail(Code::resource_exhausted, "Wartet: 100 % voll\nspäter");
                        });
  mesh.server->start();
  const auto channel = mesh.channel("relay");
  mesh.run([](pipe::Channel& c) -> Task<> {
    auto reply = co_await c.call(methods::resolve, {}, in(10s));
    EXPECT_FALSE(reply.has_value());
    EXPECT_EQ(reply.error().code, Code::resource_exhausted);
    EXPECT_EQ(reply.error().message, "Wartet: 100 % voll\nspäter");
    v1::ResolveRequest request;
    request.set_address("throw");
    reply = co_await c.call(methods::resolve, request, in(10s));
    EXPECT_FALSE(reply.has_value());
    EXPECT_EQ(reply.error().code, Code::internal);
    EXPECT_EQ(reply.error().message, "internal error");
  }(*channel));
}

}  // namespace
}  // namespace scop::test
