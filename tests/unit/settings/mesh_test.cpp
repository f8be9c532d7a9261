#include "settings/mesh.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace scop::settings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

config::Document document(std::string_view text) {
  return std::move(*config::Document::parse(text, "/i/scop.toml"));
}

TEST(Mesh, NeedsNothingButADomain) {
  const auto read = document("[mesh]\ndomain = \"example.org\"\n");
  const auto mesh = read_mesh(read);
  EXPECT_THAT(read.problems_and_unknown_keys({""}), IsEmpty());
  EXPECT_EQ(mesh.host, "mail.example.org");
  EXPECT_EQ(mesh.postmaster, "postmaster@example.org");
  EXPECT_EQ(mesh.user_base, 0U);
  EXPECT_EQ(mesh.log_form, LogForm::text);
  EXPECT_EQ(mesh.dial.at("accounts"), "127.0.0.1:7101");
  EXPECT_EQ(mesh.listen.at("resolver"), "127.0.0.1:7106");
  EXPECT_FALSE(mesh.dial.contains("operator"));
  EXPECT_EQ(certificate_folder(mesh, "relay"), "/i/relay/cert");
  EXPECT_EQ(state_folder(mesh, "relay"), "/i/relay/state");
}

TEST(Mesh, ReadsEverything) {
  const auto read = document(R"([mesh]
domain = "example.org"
host = "mx.example.org"
postmaster = "admin@example.org"
user_base = 20000
strict_walls = true
log = "json"
log_level = "debug"
[pipes]
relay = "10.0.0.4:7104"
signer = "[fd00::3]:7103"
[pipes.listen]
relay = "0.0.0.0:7104"
)");
  const auto mesh = read_mesh(read);
  EXPECT_THAT(read.problems_and_unknown_keys({""}), IsEmpty());
  EXPECT_EQ(mesh.user_base, 20000U);
  EXPECT_TRUE(mesh.strict_walls);
  EXPECT_EQ(mesh.log_form, LogForm::json);
  EXPECT_EQ(mesh.log_level, LogLevel::debug);
  EXPECT_EQ(mesh.dial.at("relay"), "10.0.0.4:7104");
  EXPECT_EQ(mesh.listen.at("relay"), "0.0.0.0:7104");
  EXPECT_EQ(mesh.listen.at("signer"), "[fd00::3]:7103");
}

TEST(Mesh, RefusesNamesAndPipesThatCannotBe) {
  const auto read = document(R"([mesh]
domain = "Example org"
postmaster = "nobody"
log = "xml"
[pipes]
relay = "relay:7104"
signer = "127.0.0.1:0"
courier = "127.0.0.1"
)");
  read_mesh(read);
  const auto problems = read.problems();
  ASSERT_EQ(problems.size(), 6U);
  EXPECT_EQ(problems[0],
            "/i/scop.toml:2: [mesh] domain: expected a host name in lower case such as \"example.org\", "
            "found \"Example org\"");
  EXPECT_THAT(problems[3],
              testing::StartsWith("/i/scop.toml:6: [pipes] relay: expected a literal address and port"));
}

TEST(Mesh, KnowsTheNamesOfPipes) {
  const auto read = document("[mesh]\ndomain = \"a.b\"\n[pipes]\nrelais = \"127.0.0.1:1\"\n[pipes.listne]\n");
  read_mesh(read);
  EXPECT_THAT(read.problems_and_unknown_keys({"mesh", "pipes"}),
              ElementsAre("/i/scop.toml:4: [pipes] relais: unknown key; did you mean \"relay\"?",
                          "/i/scop.toml:5: [pipes.listne]: unknown section; did you mean [pipes.listen]?"));
}

}  // namespace
}  // namespace scop::settings
