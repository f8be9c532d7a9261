#include "net/tls_peer.hpp"

#include <fstream>
#include <sstream>

#include "certificates.hpp"
#include "dane/tlsa.hpp"
#include "loop.hpp"

namespace scop::test {
namespace {

using net::PeerProblem;
using net::TlsPeer;

std::string text_of(const std::filesystem::path& file) {
  std::ostringstream out;
  out << std::ifstream(file).rdbuf();
  return out.str();
}

class Peer : public testing::Test {
 protected:
  Peer() { issue({.uris = {}, .dns_name = "mail.test"}); }

  void issue(const Leaf& leaf, bool with_authority = true) {
    authority.issue("server", leaf);
    const auto chain = folder.path / "chain.pem";
    std::ofstream(chain) << text_of(authority.certificate("server"))
                         << (with_authority ? text_of(authority.ca()) : "");
    server = net::TlsContext::public_server(chain, authority.key("server"));
  }

  dns::Tlsa of_server(std::uint8_t selector = 1, std::uint8_t matching = 1) const {
    return *dane::tlsa_of(text_of(authority.certificate("server")), 3, selector, matching);
  }
  dns::Tlsa of_authority(std::uint8_t selector = 0, std::uint8_t matching = 1) const {
    return *dane::tlsa_of(text_of(authority.ca()), 2, selector, matching);
  }

  PeerProblem meet(const net::TlsContext& client, const TlsPeer& peer) {
    bool server_done = false;
    loop.emplace();
    loop->spawn([](Loop& l, net::TlsContext context, bool& done) -> Task<> {
      (void)co_await l.server->start_tls_server(context, in(5s));
      done = true;
    }(*loop, *server, server_done));
    auto problem = PeerProblem::none;
    loop->run(
        [](Loop& l, net::TlsContext context, TlsPeer wanted, PeerProblem& out, std::string& said) -> Task<> {
          const auto done = co_await l.client->start_tls_to(context, wanted, in(5s));
          out = l.client->peer_problem();
          said = done ? "" : done.error().what;
          if (!done) l.client->close();
        }(*loop, client, peer, problem, why));
    while (!server_done) loop->io.run_one_for(10ms);
    return problem;
  }
  PeerProblem by_dane(std::vector<dns::Tlsa> records, std::vector<std::string> names = {"mail.test"}) {
    return meet(*net::TlsContext::dane_client(), {"mail.test", std::move(names), std::move(records)});
  }
  PeerProblem by_authority(std::vector<std::string> names) {
    return meet(*net::TlsContext::verifying_client(authority.ca()), {"mail.test", std::move(names), {}});
  }

  Folder folder;
  Authority authority{folder.path};
  Outcome<net::TlsContext> server = failure(ErrorKind::broken, "");
  std::optional<Loop> loop;
  std::string why;
};

TEST_F(Peer, IsKnownByItsKeyWhateverItsNameAndAge) {
  issue({.uris = {}, .dns_name = "elsewhere.test", .from_seconds = -7200, .to_seconds = -3600}, false);
  EXPECT_EQ(by_dane({of_server()}), PeerProblem::none) << why;
  EXPECT_EQ(by_dane({of_server(1, 2)}), PeerProblem::none) << why;
  EXPECT_EQ(by_dane({of_server(1, 0)}), PeerProblem::none) << why;
  EXPECT_EQ(by_dane({of_server(0, 1)}), PeerProblem::none) << why;
  EXPECT_TRUE(loop->client->tls_info().peer_verified);
}

TEST_F(Peer, WithAnotherKeyIsRefused) {
  const auto old = of_server();
  issue({.uris = {}, .dns_name = "mail.test"});
  EXPECT_EQ(by_dane({old}), PeerProblem::no_tlsa_match);
  EXPECT_NE(why.find("TLSA"), std::string::npos) << why;
  // A roll of the key publishes both.
  EXPECT_EQ(by_dane({old, of_server()}), PeerProblem::none) << why;
}

TEST_F(Peer, IsKnownByItsAuthorityAndItsName) {
  EXPECT_EQ(by_dane({of_authority()}), PeerProblem::none) << why;
  EXPECT_EQ(by_dane({of_authority(1, 1)}), PeerProblem::none) << why;
  EXPECT_EQ(by_dane({of_authority()}, {"domain.test", "mail.test"}), PeerProblem::none) << why;
  EXPECT_EQ(by_dane({of_authority()}, {"other.test"}), PeerProblem::wrong_name);
}

TEST_F(Peer, OfATrustAnchorMustShowItButForAWholeCertificateInTheRecord) {
  issue({.uris = {}, .dns_name = "mail.test"}, false);
  EXPECT_EQ(by_dane({of_authority()}), PeerProblem::no_tlsa_match) << why;
  EXPECT_EQ(by_dane({of_authority(0, 0)}), PeerProblem::none) << why;
}

TEST_F(Peer, OfATrustAnchorMustBeOfThisTime) {
  issue({.uris = {}, .dns_name = "mail.test", .from_seconds = -7200, .to_seconds = -3600});
  EXPECT_EQ(by_dane({of_authority()}), PeerProblem::expired) << why;
}

// RFC 7671 9: the weaker digest is not looked at where a stronger one of the same kind is there.
TEST_F(Peer, IsJudgedByTheStrongestDigest) {
  auto wrong = of_server(1, 2);
  wrong.data.front() = static_cast<char>(wrong.data.front() ^ 1);
  EXPECT_EQ(by_dane({of_server(1, 1), wrong}), PeerProblem::no_tlsa_match);
}

TEST_F(Peer, IsNeverMetWithoutAUsableRecord) {
  EXPECT_EQ(by_dane({dns::Tlsa{3, 1, 1, "short"}}), PeerProblem::no_handshake);
  EXPECT_NE(why.find("no TLSA record can be used"), std::string::npos) << why;
}

TEST_F(Peer, HasOneOfTheNames) {
  EXPECT_EQ(by_authority({"mail.test"}), PeerProblem::none) << why;
  EXPECT_EQ(by_authority({"other.test", "MAIL.test"}), PeerProblem::none) << why;
  EXPECT_EQ(by_authority({".test"}), PeerProblem::none) << why;
  EXPECT_EQ(by_authority({"test", ".mail.test", "other.test"}), PeerProblem::wrong_name);
}

TEST_F(Peer, ThatIsExpiredOrUnknownIsSaidToBe) {
  issue({.uris = {}, .dns_name = "mail.test", .from_seconds = -7200, .to_seconds = -3600});
  EXPECT_EQ(by_authority({"mail.test"}), PeerProblem::expired);
  issue({.uris = {}, .dns_name = "mail.test", .from_seconds = 3600});
  EXPECT_EQ(by_authority({"mail.test"}), PeerProblem::untrusted);
  EXPECT_NE(why.find("not yet valid"), std::string::npos) << why;
  const Folder elsewhere;
  const Authority stranger(elsewhere.path);
  issue({.uris = {}, .dns_name = "mail.test"});
  EXPECT_EQ(meet(*net::TlsContext::verifying_client(stranger.ca()), {"mail.test", {"mail.test"}, {}}),
            PeerProblem::untrusted);
}

TEST_F(Peer, IsLookedAtByWhoDoesNotVerify) {
  const auto audit = *net::TlsContext::opportunistic_client(authority.ca());
  EXPECT_EQ(meet(audit, {"mail.test", {"mail.test"}, {}}), PeerProblem::none);
  EXPECT_EQ(meet(audit, {"mail.test", {"other.test"}, {}}), PeerProblem::wrong_name);
  EXPECT_TRUE(loop->client->is_tls());
}

}  // namespace
}  // namespace scop::test
