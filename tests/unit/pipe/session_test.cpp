// The callee's session without a socket, against a caller that does not behave.
#include <gtest/gtest.h>

#include "pipe/client_session.hpp"
#include "pipe/server_session.hpp"

namespace scop::pipe {
namespace {

constexpr std::size_t plenty = 1U << 20U;

// Both ends, their octets carried by hand.
struct Pair {
  ServerSession server;
  ClientSession client{"relay", 4U << 20U};
  std::vector<ServerSession::Event> seen;
  std::vector<ClientSession::Event> heard;

  explicit Pair(SessionLimits limits = {}) : server(limits) { settle(); }

  // One direction; true where octets went.
  bool to_server() {
    std::string out;
    EXPECT_TRUE(client.send(out, plenty));
    EXPECT_TRUE(server.receive(out));
    for (auto& event : server.take_events()) seen.push_back(std::move(event));
    return !out.empty();
  }
  bool to_client() {
    std::string out;
    EXPECT_TRUE(server.send(out, plenty));
    EXPECT_TRUE(client.receive(out));
    for (auto& event : client.take_events()) heard.push_back(std::move(event));
    return !out.empty();
  }
  void settle() {
    for (bool busy = true; busy;) {
      busy = to_server();
      busy = to_client() || busy;
    }
  }
  template <class Event>
  std::vector<Event> of_server() const {
    std::vector<Event> found;
    for (const auto& event : seen) {
      if (const auto* one = std::get_if<Event>(&event)) found.push_back(*one);
    }
    return found;
  }
  std::vector<ClientSession::Replied> replies() const {
    std::vector<ClientSession::Replied> found;
    for (const auto& event : heard) {
      if (const auto* one = std::get_if<ClientSession::Replied>(&event)) found.push_back(*one);
    }
    return found;
  }
};

TEST(Session, CallGoesThereAndBack) {
  Pair pair;
  constexpr std::string_view told = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const auto id = pair.client.open("scop.v1.Stage/Pass", std::chrono::seconds(7), told);
  pair.client.write(id, "one");
  pair.client.write(id, "two");
  pair.client.end(id);
  pair.settle();
  const auto began = pair.of_server<ServerSession::Began>();
  ASSERT_EQ(began.size(), 1U);
  EXPECT_EQ(began[0].method, "scop.v1.Stage/Pass");
  EXPECT_EQ(began[0].trace, told);
  EXPECT_EQ(began[0].timeout, std::chrono::seconds(7));
  const auto messages = pair.of_server<ServerSession::Message>();
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[1].octets, "two");
  EXPECT_EQ(pair.of_server<ServerSession::Ended>().size(), 1U);
  pair.server.respond(began[0].stream, std::string("answer"));
  pair.settle();
  ASSERT_EQ(pair.replies().size(), 1U);
  EXPECT_EQ(pair.replies()[0].result, std::string("answer"));
  EXPECT_EQ(pair.server.open_streams(), 0U);
  EXPECT_EQ(pair.client.open_streams(), 0U);
}

TEST(Session, UntakenMessagesAreNotCredited) {
  Pair pair({.stream_window = 65535});
  const auto id = pair.client.open("a/b", {}, {});
  for (int i = 0; i < 100; ++i) pair.client.write(id, std::string(10'000, 'x'));
  pair.settle();
  EXPECT_EQ(pair.of_server<ServerSession::Message>().size(), 6U);  // 65,535 octets of 10,005 each
  const auto stream = pair.of_server<ServerSession::Began>()[0].stream;
  for (std::size_t done = 0; done < 100; ++done) {
    ASSERT_GT(pair.of_server<ServerSession::Message>().size(), done);
    EXPECT_LE(pair.of_server<ServerSession::Message>().size(), done + 7);
    pair.server.taken(stream, 10'000);
    if (pair.of_server<ServerSession::Message>().size() == done + 1) pair.server.hungry(stream);
    pair.settle();
  }
}

TEST(Session, RefusedStreamHasNotBeenSeen) {
  Pair pair;
  const auto id = pair.client.open("a/b", {}, {});
  pair.settle();
  pair.server.refuse(pair.of_server<ServerSession::Began>()[0].stream);
  pair.settle();
  ASSERT_EQ(pair.replies().size(), 1U);
  EXPECT_EQ(pair.replies()[0].stream, id);
  ASSERT_FALSE(pair.replies()[0].result);
  EXPECT_EQ(pair.replies()[0].result.error().code, Code::unavailable);
  EXPECT_FALSE(pair.replies()[0].result.error().may_have_been_seen);
}

TEST(Session, CallsBehindGoAwayHaveNotBeenSeen) {
  Pair pair;
  const auto first = pair.client.open("a/b", {}, {});
  pair.settle();
  pair.server.go_away();
  const auto second = pair.client.open("a/b", {}, {});
  std::string crossing;
  ASSERT_TRUE(pair.client.send(crossing, plenty));  // leaves before GOAWAY is read
  pair.to_client();
  ASSERT_EQ(pair.replies().size(), 1U);
  EXPECT_EQ(pair.replies()[0].stream, second);
  EXPECT_FALSE(pair.replies()[0].result.error().may_have_been_seen);
  EXPECT_FALSE(pair.client.usable());
  ASSERT_TRUE(pair.server.receive(crossing));
  EXPECT_TRUE(pair.server.take_events().empty());
  pair.server.respond(first, std::string("fine"));
  pair.settle();
  ASSERT_EQ(pair.replies().size(), 2U);
  EXPECT_EQ(pair.replies()[1].result, std::string("fine"));
  EXPECT_TRUE(pair.client.finished());
}

TEST(Session, CallerThatResetsIsGone) {
  Pair pair;
  const auto id = pair.client.open("a/b", {}, {});
  pair.settle();
  pair.client.cancel(id);
  pair.settle();
  EXPECT_EQ(pair.of_server<ServerSession::Gone>().size(), 1U);
  EXPECT_TRUE(pair.replies().empty());
}

TEST(Session, CancelledBeforeItLeftIsNeverSeen) {
  Pair pair;
  const auto id = pair.client.open("a/b", {}, {});
  pair.client.cancel(id);
  pair.settle();
  EXPECT_TRUE(pair.of_server<ServerSession::Began>().empty());
  EXPECT_EQ(pair.client.open_streams(), 0U);
}

// CVE-2023-44487: the session ends the connection after a burst.
TEST(Session, RapidResetIsEnded) {
  Pair pair;
  std::size_t rounds = 0;
  while (!pair.server.finished() && rounds < 10'000) {
    const auto id = pair.client.open("a/b", {}, {});
    if (id == 0) break;
    pair.to_server();
    pair.client.cancel(id);
    pair.to_server();
    pair.to_client();
    ++rounds;
  }
  EXPECT_LT(rounds, 2'000U);
}

TEST(Session, ManyHeaderOctetsEndTheCall) {
  Pair pair;
  pair.client.open("a/" + std::string(9000, 't'), {}, {});
  pair.settle();
  EXPECT_TRUE(pair.of_server<ServerSession::Began>().empty());
  ASSERT_EQ(pair.replies().size(), 1U);
  EXPECT_FALSE(pair.replies()[0].result);
}

TEST(Session, GarbageIsAnError) {
  ServerSession server{{}};
  EXPECT_FALSE(server.receive(std::string(100, 'x')));
}

TEST(Session, BreachOfHttp2IsAnsweredWithGoAway) {
  ServerSession server{{}};
  EXPECT_TRUE(server.receive("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"));
  EXPECT_TRUE(server.receive(std::string("\0\0\0\4\0\0\0\0\0", 9)));     // SETTINGS
  EXPECT_TRUE(server.receive(std::string("\0\0\1\0\0\0\0\0\0\0", 10)));  // DATA on stream 0
  std::string out;
  EXPECT_TRUE(server.send(out, plenty));
  EXPECT_TRUE(server.finished());
}

}  // namespace
}  // namespace scop::pipe
