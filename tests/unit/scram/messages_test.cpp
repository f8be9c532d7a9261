#include "scram/messages.hpp"

#include <gtest/gtest.h>

namespace scop::scram {
namespace {

TEST(ScramClientFirst, is_taken_apart) {
  const auto first = parse_client_first("p=tls-exporter,a=ann@example.org,n=a=2Cb=3Dc,r=abc,x=later");
  ASSERT_TRUE(first) << first.error().what;
  EXPECT_EQ(*first, (ClientFirst{.binding = ChannelBinding::used,
                                 .binding_name = "tls-exporter",
                                 .gs2_header = "p=tls-exporter,a=ann@example.org,",
                                 .bare = "n=a=2Cb=3Dc,r=abc,x=later",
                                 .authorization_name = "ann@example.org",
                                 .user_name = "a,b=c",
                                 .nonce = "abc"}));
  EXPECT_EQ(parse_client_first("n,,n=user,r=x")->binding, ChannelBinding::unsupported_by_client);
  EXPECT_EQ(parse_client_first("y,,n=user,r=x")->binding, ChannelBinding::unseen_at_server);
}

TEST(ScramClientFirst, out_of_form_is_refused) {
  for (const std::string_view text : {"",
                                      "n",
                                      "n,",
                                      "n,,",
                                      "n,,n=user",
                                      "n,,n=user,",
                                      "n,,r=abc,n=user",
                                      "x,,n=user,r=abc",
                                      "p=,,n=user,r=abc",
                                      "p=a b,,n=user,r=abc",
                                      "n,b=x,n=user,r=abc",
                                      "n,a=,n=user,r=abc",
                                      "n,,n=,r=abc",
                                      "n,,n=user,r=",
                                      "n,,n=us=er,r=abc",
                                      "n,,n=us=2c,r=abc",
                                      "n,,n=us=2,r=abc",
                                      "n,,n=user,r=a b",
                                      "n,,n=user,r=abc,",
                                      "n,,n=user,r=abc,x",
                                      "n,,n=user,r=abc,x=",
                                      "n,,n=user,r=abc,1=x",
                                      "N,,n=user,r=abc",
                                      "n,,n=\xff,r=abc",
                                      "n,,n=user,r=\xc3\xa9"}) {
    EXPECT_FALSE(parse_client_first(text)) << text;
  }
  EXPECT_FALSE(parse_client_first(std::string("n,,n=us\0er,r=abc", 16)));
  EXPECT_FALSE(parse_client_first("n,,n=user,r=" + std::string(most_nonce + 1, 'x')));
  EXPECT_FALSE(parse_client_first("n,,n=" + std::string(most_message, 'x') + ",r=abc"));
}

TEST(ScramClientFirst, with_a_mandatory_extension_is_unsupported) {
  EXPECT_EQ(parse_client_first("n,,m=x,n=user,r=abc").error().kind, ErrorKind::unsupported);
}

TEST(ScramClientFinal, is_taken_apart) {
  const auto final = parse_client_final("c=biws,r=abc,x=y,p=AAEC");
  ASSERT_TRUE(final) << final.error().what;
  EXPECT_EQ(*final, (ClientFinal{.channel_binding = "n,,",
                                 .nonce = "abc",
                                 .proof = std::string("\0\1\2", 3),
                                 .without_proof = "c=biws,r=abc,x=y"}));
}

TEST(ScramClientFinal, out_of_form_is_refused) {
  for (const std::string_view text :
       {"", "p=AAEC", "c=biws,p=AAEC", "r=abc,c=biws,p=AAEC", "c=biws,r=abc",
        "c=biws,r=abc,p=", "c=biws,r=abc,p=A", "c=,r=abc,p=AAEC", "c=bi ws,r=abc,p=AAEC", "c=biws,r=,p=AAEC",
        "c=biws,r=abc,p=AAEC,x=y", "c=biws,r=abc,,p=AAEC", "c=biws,r=abc,p=AAEC,"}) {
    EXPECT_FALSE(parse_client_final(text)) << text;
  }
}

TEST(ScramName, survives_its_escapes) {
  for (const std::string_view name : {"a", ",", "=", "a=2Cb", "=,=,", "\xc3\xa9"}) {
    EXPECT_EQ(decode_name(encode_name(name)), name);
  }
}

}  // namespace
}  // namespace scop::scram
