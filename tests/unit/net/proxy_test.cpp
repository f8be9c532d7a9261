#include "net/proxy.hpp"

#include "loop.hpp"

namespace scop::net {
namespace {

const std::string signature("\r\n\r\n\0\r\nQUIT\n", 12);

std::string header(char command, char family, std::string_view rest) {
  std::string out = signature;
  out += command;
  out += family;
  out += static_cast<char>(rest.size() >> 8U & 0xff);
  out += static_cast<char>(rest.size() & 0xff);
  return out + std::string(rest);
}

const std::string ipv4("\x7f\0\0\x02\x7f\0\0\1\x12\x34\0\x19", 12);

TEST(Proxy, TakesTheClientOfTcpOverIpv4) {
  const auto octets = header('\x21', '\x11', ipv4) + "EHLO";
  const auto parsed = parse_proxy_header(octets);
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ((*parsed)->length, 28U);
  ASSERT_TRUE((*parsed)->client);
  EXPECT_EQ(to_text(*(*parsed)->client), "127.0.0.2:4660");
}

TEST(Proxy, TakesTheClientOfTcpOverIpv6AndSkipsWhatFollowsTheAddresses) {
  const auto rest =
      std::string(15, '\0') + "\x09" + std::string(16, '\1') + std::string("\x01\x02\0\x19", 4) + "\x03\0\1x";
  const auto parsed = parse_proxy_header(header('\x21', '\x21', rest));
  ASSERT_TRUE(parsed && *parsed);
  EXPECT_EQ(to_text(*(*parsed)->client), "[::9]:258");
}

TEST(Proxy, LocalAndUnspecHaveNoClient) {
  for (const auto& octets : {header('\x20', '\0', ""), header('\x21', '\0', "anything")}) {
    const auto parsed = parse_proxy_header(octets);
    ASSERT_TRUE(parsed && *parsed);
    EXPECT_FALSE((*parsed)->client);
    EXPECT_EQ((*parsed)->length, octets.size());
  }
}

TEST(Proxy, AsksForMoreAtEveryCut) {
  const auto whole = header('\x21', '\x11', ipv4);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto parsed = parse_proxy_header(std::string_view(whole).substr(0, size));
    ASSERT_TRUE(parsed) << size;
    EXPECT_FALSE(*parsed) << size;
  }
}

TEST(Proxy, RefusesWhatIsNoHeader) {
  EXPECT_FALSE(parse_proxy_header("PROXY TCP4 1.2.3.4 1.2.3.4 1 2\r\n"));
  EXPECT_FALSE(parse_proxy_header("E"));
  EXPECT_FALSE(parse_proxy_header(header('\x11', '\x11', ipv4)));
  EXPECT_FALSE(parse_proxy_header(header('\x22', '\x11', ipv4)));
  EXPECT_FALSE(parse_proxy_header(header('\x21', '\x12', ipv4)));  // UDP
  EXPECT_FALSE(parse_proxy_header(header('\x21', '\x11', ipv4.substr(1))));
  EXPECT_FALSE(parse_proxy_header(header('\x21', '\x21', ipv4)));
  EXPECT_FALSE(parse_proxy_header(header('\x21', '\x11', std::string(521, 'x'))));
}

TEST(Proxy, ReadsExactlyTheHeader) {
  test::Loop loop;
  loop.run([](test::Loop& l) -> Task<> {
    const auto octets = header('\x21', '\x11', ipv4) + "EHLO";
    EXPECT_TRUE((co_await l.client->write(octets, in(std::chrono::seconds(5)))).has_value());
    const auto read = co_await read_proxy_header(*l.server, in(std::chrono::seconds(5)));
    EXPECT_TRUE(read && read->client);
    EXPECT_EQ(co_await test::read_exactly(*l.server, 4), "EHLO");
  }(loop));
}

}  // namespace
}  // namespace scop::net
