#include "dns/message.hpp"

#include <gtest/gtest.h>

#include "dns/reply.hpp"

namespace scop::dns {
namespace {

using std::string_literals::operator""s;

const std::string question = "\1a\4TEST\0\0\1\0\1"s;
const std::string plain = "\x12\x34\1\0\0\1\0\0\0\0\0\0"s + question;
const std::string with_opt = "\x12\x34\1\x20\0\1\0\0\0\0\0\1"s + question + "\0\0\x29\x10\0\0\0\x80\0\0\0"s;
// An answer of a validating resolver: A and its RRSIG, and an OPT record.
const std::string signed_answer =
    "\0\0\x81\x80\0\1\0\2\0\0\0\1"s + question + "\xc0\x0c\0\1\0\1\0\0\0\x3c\0\4\xc0\0\2\1"s +
    "\xc0\x0c\0\x2e\0\1\0\0\0\x3c\0\x1c"s + "\0\1\x0d\2\0\0\0\x3c\0\0\0\1\0\0\0\0\0\1\4test\0abcd"s +
    "\0\0\x29\4\xd0\0\0\x80\0\0\0"s;

const AnswerState secure{.secure = true};

TEST(Query, IsRead) {
  const auto query = parse_query(plain);
  ASSERT_TRUE(query);
  EXPECT_EQ(query->id, 0x1234);
  EXPECT_EQ(query->name, "a.TEST");
  EXPECT_EQ(query->type, Type::a);
  EXPECT_TRUE(query->recursion_desired);
  EXPECT_FALSE(query->edns);
  EXPECT_EQ(query->udp_size, 512U);
}

TEST(Query, CarriesEdns) {
  const auto query = parse_query(with_opt);
  ASSERT_TRUE(query);
  EXPECT_TRUE(query->edns && query->dnssec_ok && query->authentic_data);
  EXPECT_EQ(query->udp_size, 1232U);
}

TEST(Query, IsRefusedAtEveryCut) {
  for (std::size_t size = 0; size < with_opt.size(); ++size)
    EXPECT_FALSE(parse_query(with_opt.substr(0, size))) << size;
  EXPECT_FALSE(parse_query(plain + "x"));
}

TEST(Query, IsOneQuestionAndNoResponse) {
  auto two = plain;
  two[5] = 2;
  EXPECT_FALSE(parse_query(two));
  auto response = plain;
  response[2] = '\x81';
  EXPECT_FALSE(parse_query(response));
  EXPECT_FALSE(query_id(response));
  EXPECT_EQ(query_id("\x12\x34\1\0"s), 0x1234);
  EXPECT_FALSE(query_id("\x12\x34\1"s));
}

TEST(Reply, WithoutRecordsEchoesTheQuestion) {
  const auto reply = empty_reply(*parse_query(plain), Rcode::nx_domain);
  EXPECT_EQ(reply, "\x12\x34\x81\x83\0\1\0\0\0\0\0\0"s + question);
  EXPECT_EQ(format_error(0x1234), "\x12\x34\x80\1"s + std::string(8, '\0'));
}

TEST(Reply, FitsWhoAskedWithoutDnssec) {
  const auto reply = fit_reply(*parse_query(plain), signed_answer, secure, 512);
  EXPECT_EQ(reply.substr(0, 12), "\x12\x34\x81\x80\0\1\0\1\0\0\0\0"s);
  EXPECT_NE(reply.find("\xc0\0\2\1"s), std::string::npos);
  EXPECT_EQ(reply.find("abcd"), std::string::npos);
}

TEST(Reply, FitsWhoAskedWithDnssec) {
  const auto reply = fit_reply(*parse_query(with_opt), signed_answer, secure, 1232);
  EXPECT_EQ(reply.substr(0, 12), "\x12\x34\x81\xa0\0\1\0\2\0\0\0\1"s);
  EXPECT_NE(reply.find("abcd"), std::string::npos);
}

TEST(Reply, CountsTtlsDown) {
  const auto reply_of = [](const AnswerState& state) {
    return fit_reply(*parse_query(plain), signed_answer, state, 512);
  };
  EXPECT_NE(reply_of({.age = 20}).find("\0\1\0\1\0\0\0\x28\0\4"s), std::string::npos);
  EXPECT_NE(reply_of({.age = 100}).find("\0\1\0\1\0\0\0\0\0\4"s), std::string::npos);
  EXPECT_NE(reply_of({.age = 100, .ttl = 30}).find("\0\1\0\1\0\0\0\x1e\0\4"s), std::string::npos);
}

TEST(Reply, TellsWhyToWhoSpeaksEdns) {
  const ExtendedError error{InfoCode::signature_expired,
                            "validation failure <a.test. A IN>: signature expired"};
  const auto option = "\0\x0f\0\x13\0\7signature expired"s;
  EXPECT_TRUE(empty_reply(*parse_query(with_opt), Rcode::serv_fail, false, false, error)
                  .ends_with("\0\x17"s + option));
  EXPECT_EQ(empty_reply(*parse_query(plain), Rcode::serv_fail, false, false, error),
            empty_reply(*parse_query(plain), Rcode::serv_fail));
  EXPECT_NE(fit_reply(*parse_query(with_opt), signed_answer, {.error = error}, 1232).find(option),
            std::string::npos);
}

TEST(Reply, IsCutWhereItIsTooLarge) {
  const auto reply = fit_reply(*parse_query(with_opt), signed_answer, secure, 60);
  EXPECT_EQ(static_cast<unsigned char>(reply[2]) & 2, 2);
  EXPECT_EQ(reply.substr(6, 2), "\0\0"s);
}

TEST(Reply, IsServfailWhereTheAnswerMakesNoSense) {
  EXPECT_EQ(fit_reply(*parse_query(plain), "garbage", secure, 512),
            empty_reply(*parse_query(plain), Rcode::serv_fail));
}

}  // namespace
}  // namespace scop::dns
