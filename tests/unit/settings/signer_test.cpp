#include "settings/signer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scop::settings {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Read {
  Signer signer;
  std::vector<std::string> problems;
};

Read read(std::string_view keys) {
  const auto document = *config::Document::parse("[signer]\n" + std::string(keys), "/i/scop.toml");
  Read out;
  out.signer = read_signer(document);
  out.problems = document.problems_and_unknown_keys({"signer"});
  return out;
}

constexpr std::string_view primary = "primary = \"127.0.0.1:53\"\ntsig_key_file = \"tsig.key\"\n";

TEST(SignerSettings, rotate_by_themselves_where_there_is_a_primary) {
  EXPECT_EQ(read("").signer.rotate_every, 0s);
  const auto [signer, problems] = read(primary);
  EXPECT_THAT(problems, IsEmpty());
  EXPECT_EQ(signer.rotate_every, std::chrono::days{90});
  EXPECT_EQ(signer.keep, std::chrono::days{7});
  EXPECT_EQ(read(std::string(primary) + "rotate_every = \"0s\"").signer.rotate_every, 0s);
}

TEST(SignerSettings, name_a_schedule_that_nobody_could_keep) {
  EXPECT_THAT(read("\nrotate_every = \"30d\"").problems,
              ElementsAre(HasSubstr("scop.toml:3: [signer] rotate_every")));
}

TEST(SignerSettings, name_a_server_without_a_port) {
  const auto [signer, problems] = read("name_servers = [\"192.0.2.1:53\", \"192.0.2.2\", \"192.0.2.3:\"]");
  EXPECT_THAT(problems, ElementsAre(HasSubstr("\"192.0.2.2\""), HasSubstr("\"192.0.2.3:\"")));
}

}  // namespace
}  // namespace scop::settings
