#include <atomic>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <mutex>
#include <thread>

#include "world.hpp"

namespace scop::relay {
namespace {

// A mailbox server on a Unix socket: blocking, a thread for each connection.
class Server {
  using Socket = asio::local::stream_protocol::socket;

 public:
  using Reply = std::function<std::string(const std::string& recipient, const std::string& octets)>;
  Server(const std::filesystem::path& path, Reply reply)
      : acceptor_(io_, asio::local::stream_protocol::endpoint(path.string())), reply_(std::move(reply)) {
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() {
    stopping_ = true;
    boost::system::error_code ignored;
    Socket wake(io_);
    wake.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
    for (auto& socket : sockets_) socket->shutdown(Socket::shutdown_both, ignored);
    for (auto& thread : conversations_) thread.join();
  }
  std::atomic<int> connections = 0;

 private:
  void serve() {
    while (!stopping_) {
      auto socket = std::make_unique<Socket>(io_);
      boost::system::error_code error;
      acceptor_.accept(*socket, error);
      if (stopping_ || error) return;
      ++connections;
      say(*socket, "220 lmtp\r\n");
      conversations_.emplace_back([this, &kept = *socket] { converse(kept); });
      sockets_.push_back(std::move(socket));
    }
  }
  void say(Socket& socket, const std::string& text) {
    boost::system::error_code ignored;
    asio::write(socket, asio::buffer(text), ignored);
  }
  void converse(Socket& socket) {
    std::string in;
    std::vector<std::string> recipients;
    const auto line = [&](std::string_view end) -> std::optional<std::string> {
      boost::system::error_code error;
      const auto length = asio::read_until(socket, asio::dynamic_buffer(in), end, error);
      if (error) return std::nullopt;
      auto out = in.substr(0, length);
      in.erase(0, length);
      return out;
    };
    while (auto command = line("\r\n")) {
      if (command->starts_with("LHLO")) {
        say(socket, "250-x\r\n250-PIPELINING\r\n250 8BITMIME\r\n");
      } else if (command->starts_with("MAIL")) {
        recipients.clear();
        say(socket, "250 ok\r\n");
      } else if (command->starts_with("RCPT")) {
        recipients.push_back(command->substr(9, command->find('>') - 9));
        say(socket, "250 ok\r\n");
      } else if (command->starts_with("DATA")) {
        say(socket, "354 go\r\n");
        const auto octets = line("\r\n.\r\n");
        if (!octets) return;
        for (const auto& recipient : recipients) say(socket, reply_(recipient, *octets));
      } else {
        return;
      }
    }
  }

  asio::io_context io_;
  asio::local::stream_protocol::acceptor acceptor_;
  Reply reply_;
  std::atomic<bool> stopping_ = false;
  std::vector<std::unique_ptr<Socket>> sockets_;
  std::vector<std::thread> conversations_;
  std::thread thread_;
};

class LmtpTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    settings_.lmtp = {{.domain = "our.example", .path = folder_ / "lmtp", .host = {}}};
    settings_.retry = {std::chrono::milliseconds{50}};
    close();
    open();
  }
  pipe::Result<v1::Receipt> receive(const v1::Envelope& envelope, const std::string& junk = "",
                                    std::string_view octets = message, bool spf_passed = false) {
    auto parts = parts_of(envelope, octets, 50'000);
    auto& findings = *parts.back().mutable_findings();
    if (!junk.empty()) dispose(findings, junk, v1::Disposition::JUNK);
    if (spf_passed) {
      findings.add_verdicts()->set_method("spf");
      findings.mutable_verdicts(0)->set_result("pass");
    }
    return pass(std::move(parts), "verifier");
  }
  Server::Reply store() {
    return [this](const std::string& recipient, const std::string& octets) {
      const std::lock_guard lock(mutex_);
      delivered_[recipient].push_back(octets);
      return "250 2.0.0 saved\r\n";
    };
  }
  std::size_t count(const std::string& recipient) {
    const std::lock_guard lock(mutex_);
    return delivered_[recipient].size();
  }
  std::mutex mutex_;
  std::map<std::string, std::vector<std::string>> delivered_;
};

TEST_F(LmtpTest, JunkTravelsAsAFlagAndWhatStoodThereDoesNot) {
  Server server(folder_ / "lmtp", store());
  constexpr std::string_view flagged =
      "X-Spam-Flag: NO\r\nSubject: x\r\nx-spam-flag:\r\n YES\r\n\r\n.dot\r\n";
  ASSERT_TRUE(
      receive(received_for({"u@our.example", "v@our.example"}), "u@our.example", flagged)->has_accepted());
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  ASSERT_EQ(count("u@our.example"), 1U);
  ASSERT_EQ(count("v@our.example"), 1U);
  const auto junk = delivered_["u@our.example"][0];
  EXPECT_TRUE(junk.starts_with("X-Spam-Flag: YES\r\nReceived: ")) << junk;
  EXPECT_TRUE(junk.ends_with("\r\nSubject: x\r\n\r\n..dot\r\n.\r\n")) << junk;
  const auto inbox = delivered_["v@our.example"][0];
  EXPECT_TRUE(inbox.starts_with("Received: ")) << inbox;
  EXPECT_EQ(inbox.find("lag"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder_ / "mail/our.example"));
}

TEST_F(LmtpTest, OneConnectionServesManyAndSpooledBodiesArriveWhole) {
  Server server(folder_ / "lmtp", store());
  std::string large = "Subject: x\r\n\r\n";
  while (large.size() < 300'000) large += std::string(70, 'x') + "\r\n";
  ASSERT_TRUE(receive(received_for({"u@our.example"}), "", large)->has_accepted());
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  EXPECT_TRUE(delivered_["u@our.example"][0].ends_with(large + ".\r\n"));
  ASSERT_TRUE(receive(received_for({"u@our.example"}))->has_accepted());
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  EXPECT_EQ(server.connections, 1);
}

TEST_F(LmtpTest, NobodyThereIsTriedAgain) {
  ASSERT_TRUE(receive(received_for({"u@our.example"}))->has_accepted());
  ASSERT_TRUE(run_until([&] { return list().messages(0).recipients(0).attempts() > 1; }));
  EXPECT_TRUE(list().messages(0).recipients(0).last_reply().starts_with("451 4.4.1 connect to "));
  Server server(folder_ / "lmtp", store());
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  EXPECT_EQ(count("u@our.example"), 1U);
}

TEST_F(LmtpTest, EachRecipientHasItsOwnEnd) {
  std::atomic<int> full = 0;
  Server server(folder_ / "lmtp",
                [&](const std::string& recipient, const std::string& octets) -> std::string {
                  if (recipient.starts_with("full") && ++full < 3) return "452 4.2.2 full\r\n";
                  if (recipient.starts_with("no")) return "550 5.7.1 not this\r\n";
                  return store()(recipient, octets);
                });
  ASSERT_TRUE(receive(received_for({"u@our.example", "full@our.example", "no@our.example"}))->has_accepted());
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  EXPECT_EQ(count("u@our.example"), 1U) << "no second copy with the others' repetitions";
  EXPECT_EQ(count("full@our.example"), 1U);
  EXPECT_EQ(neighbours_.attempts.size(), 0U) << "no bounce to a path that is not proved";
  ASSERT_TRUE(receive(received_for({"no@our.example"}), "", message, true)->has_accepted());
  ASSERT_TRUE(run_until([&] { return neighbours_.attempts.size() == 1; }));
  EXPECT_NE(neighbours_.attempts[0].octets.find("550 5.7.1 not this"), std::string::npos);
}

TEST_F(LmtpTest, MoreThanItHasConnectionsForWait) {
  Server server(folder_ / "lmtp", store());
  for (int i = 0; i < 30; ++i) ASSERT_TRUE(receive(received_for({"u@our.example"}))->has_accepted());
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  EXPECT_EQ(count("u@our.example"), 30U);
}

TEST_F(LmtpTest, ACrashWhileDeliveriesWaitLosesNothing) {
  {
    Server stuck(folder_ / "lmtp", [&](const std::string&, const std::string&) { return ""; });
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(receive(received_for({"u@our.example"}))->has_accepted());
    crash();
  }
  std::filesystem::remove(folder_ / "lmtp");
  Server server(folder_ / "lmtp", store());
  open();
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  EXPECT_EQ(count("u@our.example"), 20U);
}

TEST(WithFlag, LeavesWhatIsNoHeader) {
  EXPECT_EQ(with_flag("", true), "X-Spam-Flag: YES\r\n");
  EXPECT_EQ(with_flag("a: b\r\n\r\nX-Spam-Flag: YES\r\n", false), "a: b\r\n\r\nX-Spam-Flag: YES\r\n");
}

}  // namespace
}  // namespace scop::relay
