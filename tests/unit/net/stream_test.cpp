#include "net/stream.hpp"

#include "loop.hpp"

namespace scop::test {
namespace {

TEST(Stream, CarriesOctetsBothWays) {
  Loop loop;
  loop.run([](Loop& l) -> Task<> {
    EXPECT_TRUE((co_await l.client->write("hello", in(5s))).has_value());
    EXPECT_EQ(co_await read_exactly(*l.server, 5), "hello");
    EXPECT_TRUE((co_await l.server->write("world", in(5s))).has_value());
    EXPECT_EQ(co_await read_exactly(*l.client, 5), "world");
    EXPECT_EQ(l.client->remote(), l.listener->local());
    EXPECT_EQ(l.client->local(), l.server->remote());
  }(loop));
}

TEST(Stream, ReadAndWriteStopAtTheirDeadlines) {
  Loop loop;
  loop.run([](Loop& l) -> Task<> {
    char octet = 0;
    const auto began = std::chrono::steady_clock::now();
    const auto read = co_await l.server->read_some({&octet, 1}, in(50ms));
    EXPECT_EQ(read.error().kind, ErrorKind::timed_out);
    const auto waited = co_await l.server->wait_readable(in(50ms));
    EXPECT_EQ(waited.error().kind, ErrorKind::timed_out);
    const auto written = co_await l.client->write(std::string(64U << 20U, 'x'), in(100ms));
    EXPECT_EQ(written.error().kind, ErrorKind::timed_out);
    const auto took = std::chrono::steady_clock::now() - began;
    EXPECT_GE(took, 200ms);
    EXPECT_LT(took, 2s);
  }(loop));
}

TEST(Stream, LaterDeadlineIsNotCutShortByAnEarlierOne) {
  Loop loop;
  loop.run([](Loop& l) -> Task<> {
    char octet = 0;
    EXPECT_TRUE((co_await l.client->write("a", in(5s))).has_value());
    EXPECT_TRUE((co_await l.server->read_some({&octet, 1}, in(50ms))).has_value());
    const auto began = std::chrono::steady_clock::now();
    (void)co_await l.server->read_some({&octet, 1}, in(60ms));
    (void)co_await l.server->read_some({&octet, 1}, in(300ms));
    EXPECT_GE(std::chrono::steady_clock::now() - began, 340ms);
  }(loop));
}

TEST(Stream, ThePeersEndIsClosed) {
  Loop loop;
  loop.run([](Loop& l) -> Task<> {
    l.client->close();
    char octet = 0;
    const auto read = co_await l.server->read_some({&octet, 1}, in(5s));
    EXPECT_EQ(read.error().kind, ErrorKind::closed);
  }(loop));
}

TEST(Stream, CloseEndsOperationsUnderWay) {
  Loop loop;
  std::optional<ErrorKind> kind;
  loop.spawn([](Loop& l, std::optional<ErrorKind>& out) -> Task<> {
    char octet = 0;
    const auto read = co_await l.server->read_some({&octet, 1}, in(10s));
    out = read.error().kind;
  }(loop, kind));
  loop.run([](Loop& l) -> Task<> {
    co_await asio::post(l.io.get_executor(), use_task);
    l.server.reset();  // destroyed while a read is under way
    for (int i = 0; i < 5; ++i) co_await asio::post(l.io.get_executor(), use_task);
  }(loop));
  EXPECT_EQ(kind, ErrorKind::cancelled);
}

TEST(Stream, RefusedConnectionIsUnavailable) {
  Loop loop;
  const auto endpoint = loop.listener->local();
  loop.listener.reset();
  loop.run([](Loop& l, net::Endpoint where) -> Task<> {
    const auto stream = co_await net::Stream::connect(l.io.get_executor(), where, in(5s));
    EXPECT_FALSE(stream.has_value());
    if (!stream) EXPECT_EQ(stream.error().kind, ErrorKind::unavailable);
  }(loop, endpoint));
}

TEST(Stream, ConnectsFromAGivenAddress) {
  Loop loop;
  loop.run([](Loop& l) -> Task<> {
    const auto from = asio::ip::make_address("127.0.0.77");
    const auto stream = co_await net::Stream::connect(l.io.get_executor(), l.listener->local(), in(5s), from);
    EXPECT_TRUE(stream.has_value());
    if (stream) EXPECT_EQ(stream->local().address(), from);
  }(loop));
}

TEST(Listener, TakenPortIsAnErrorThatNamesIt) {
  Loop loop;
  const auto again = net::Listener::bind(loop.io, loop.listener->local());
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().what.find(net::to_text(loop.listener->local())), std::string::npos);
}

}  // namespace
}  // namespace scop::test
