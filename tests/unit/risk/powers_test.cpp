#include "risk/powers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "mesh.hpp"
#include "risk/access.hpp"
#include "risk/assets.hpp"
#include "risk/methods.hpp"
#include "risk/takeover.hpp"
#include "topology/topology.hpp"

namespace scop::risk {
namespace {

using risk::testing::daemon;
using risk::testing::file;
using risk::testing::sound_mesh;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Not;

const std::string any = "[relay]\n";

Takeover takeover_of(const Facts& facts, std::string_view name) {
  const auto all = takeovers(facts);
  return *std::ranges::find(all, name, &Takeover::daemon);
}

std::set<std::string> powers_of(const Facts& facts, std::string_view name) {
  std::set<std::string> ids;
  for (const auto& one : takeover_of(facts, name).can) ids.insert(one.power);
  return ids;
}

std::vector<std::string> path_to(const Facts& facts, std::string_view power) {
  const auto all = chains(facts);
  return std::ranges::find(all, power, &Chain::power)->path;
}

TEST(Methods, have_a_row_for_every_edge_of_the_topology_and_none_beside) {
  for (const auto& edge : topology::edges())
    EXPECT_NE(find_method(edge.method, edge.callee), nullptr) << edge.method << " at " << edge.callee;
  for (const auto& row : methods()) {
    EXPECT_TRUE(std::ranges::any_of(topology::edges(),
                                    [&](const topology::Edge& edge) {
                                      return edge.method == row.name &&
                                             (row.callee.empty() || row.callee == edge.callee);
                                    }))
        << row.name << " at " << row.callee;
    EXPECT_FALSE(row.allows.empty()) << row.name;
  }
}

TEST(Powers, name_daemons_assets_and_methods_that_exist) {
  auto settings =
      sound_mesh("[dns]\nprimary = \"127.0.0.1:53\"\ntsig_key_file = \"dns/tsig.key\"\n").settings;
  settings.signer.tsig_key_file = "/srv/scop/signer/tsig.key";
  const auto assets = assets_of(settings);
  for (const auto& power : powers()) {
    EXPECT_FALSE(power.ways.empty()) << power.id;
    for (const auto& way : power.ways) {
      if (way.kind == Way::Kind::being) {
        EXPECT_NE(topology::find(way.what), nullptr) << way.what;
      }
      if (way.kind == Way::Kind::holding) {
        EXPECT_NE(std::ranges::find(assets, way.what, &Asset::id), assets.end()) << way.what;
      }
      if (way.kind == Way::Kind::calling) {
        const auto space = way.what.find(' ');
        EXPECT_NE(find_method(way.what.substr(space + 1), way.what.substr(0, space)), nullptr) << way.what;
      }
    }
  }
}

// Whoever the table says reads mail, mail passes by.
TEST(Powers, to_read_mail_are_of_those_whose_pipes_carry_it) {
  for (const auto& power : powers()) {
    if (!power.id.starts_with("read-")) continue;
    for (const auto& way : power.ways) {
      EXPECT_TRUE(std::ranges::any_of(topology::edges(), [&](const topology::Edge& edge) {
        return (edge.caller == way.what || edge.callee == way.what) &&
               find_method(edge.method, edge.callee)->carries.has(Data::bodies);
      })) << way.what;
    }
  }
}

TEST(Takeover, of_the_receiver_reaches_neither_keys_nor_mailboxes_nor_port_25) {
  const auto can = powers_of(sound_mesh(any), "receiver");
  EXPECT_THAT(can, IsSupersetOf({"read-incoming", "probe", "pose"}));
  for (const auto* power : {"dkim-keys", "mailboxes", "queue", "hashes", "send", "port-25", "outside",
                            "passwords", "send-as-anyone", "accounts", "run-programs"})
    EXPECT_THAT(can, Not(Contains(power)));
}

TEST(Takeover, of_submission_sends_as_who_logs_in_and_nobody_else) {
  const auto can = powers_of(sound_mesh(any), "submission");
  EXPECT_THAT(can, IsSupersetOf({"send-as-logged-in", "passwords", "try-passwords"}));
  EXPECT_THAT(can, Not(Contains("send-as-anyone")));
  EXPECT_THAT(can, Not(Contains("port-25")));
}

TEST(Takeover, of_the_relay_gives_the_mail_and_no_key) {
  const auto can = powers_of(sound_mesh(any), "relay");
  EXPECT_THAT(can, IsSupersetOf({"mailboxes", "queue", "send", "lose-mail"}));
  EXPECT_THAT(can, Not(Contains("dkim-keys")));
  EXPECT_THAT(can, Not(Contains("outside")));
}

TEST(Takeover, is_split_into_can_and_cannot_without_rest) {
  for (const auto& takeover : takeovers(sound_mesh(any))) {
    EXPECT_EQ(takeover.can.size() + takeover.cannot.size(), powers().size()) << takeover.daemon;
    EXPECT_FALSE(takeover.cannot.empty()) << takeover.daemon;
    for (const auto& one : takeover.cannot) EXPECT_FALSE(one.because.empty()) << one.power;
  }
}

TEST(Takeover, lists_the_calls_of_the_topology) {
  const auto facts = sound_mesh(any);
  for (const auto& takeover : takeovers(facts)) {
    std::set<std::pair<std::string, std::string>> listed;
    for (const auto& call : takeover.calls) listed.emplace(call.callee, call.method);
    std::set<std::pair<std::string, std::string>> declared;
    for (const auto& edge : topology::edges()) {
      if (edge.caller == takeover.daemon) declared.emplace(edge.callee, edge.method);
    }
    EXPECT_EQ(listed, declared) << takeover.daemon;
  }
}

TEST(Takeover, of_a_daemon_whose_walls_let_port_25_through_sends_to_the_world) {
  auto facts = sound_mesh(any);
  daemon(facts, "receiver").status->connect_ports.push_back(25);
  EXPECT_THAT(powers_of(facts, "receiver"), Contains("port-25"));
}

TEST(Takeover, without_the_port_wall_reaches_outside_where_it_may_connect_at_all) {
  auto facts = sound_mesh(any);
  daemon(facts, "relay").status->walls = {"landlock 2", "seccomp 100"};
  daemon(facts, "accounts").status->walls = {"landlock 2", "seccomp 100"};
  EXPECT_THAT(powers_of(facts, "relay"), IsSupersetOf({"outside", "port-25"}));
  EXPECT_THAT(powers_of(facts, "accounts"), Not(Contains("outside"))) << "it calls nobody: no connect at all";
}

TEST(Takeover, on_an_old_kernel_is_held_by_the_control_group) {
  auto facts = sound_mesh(any);
  daemon(facts, "relay").status->walls = {"landlock 2", "network by control group", "seccomp 100"};
  EXPECT_THAT(powers_of(facts, "relay"), Not(Contains("outside")));
}

TEST(Takeover, without_the_filter_of_system_calls_runs_programs_whatever_the_daemon_says) {
  auto facts = sound_mesh(any);
  daemon(facts, "web").process->filters_system_calls = false;
  EXPECT_THAT(powers_of(facts, "web"), Contains("run-programs"));
}

TEST(Takeover, takes_keys_that_lie_open_only_where_no_wall_stands_before_them) {
  auto facts = sound_mesh(any);
  file(facts, "signer/state/keys/content").mode = 0644;
  for (const auto* folder : {"signer/state/keys", "signer/state", "signer"}) file(facts, folder).mode = 0755;
  EXPECT_THAT(powers_of(facts, "web"), Not(Contains("dkim-keys"))) << "Landlock stands";
  daemon(facts, "web").status->walls = {"seccomp 100"};
  EXPECT_THAT(powers_of(facts, "web"), Contains("dkim-keys"));
  file(facts, "signer").mode = 0700;
  EXPECT_THAT(powers_of(facts, "web"), Not(Contains("dkim-keys"))) << "it cannot walk there";
}

TEST(Takeover, with_a_shared_user_owns_the_files_of_others) {
  auto facts = sound_mesh(any);
  daemon(facts, "web").process->user = daemon(facts, "accounts").process->user;
  EXPECT_THAT(powers_of(facts, "web"), Not(Contains("hashes")));
  daemon(facts, "web").status->walls = {"seccomp 100"};
  EXPECT_THAT(powers_of(facts, "web"), Contains("hashes"));
}

TEST(Takeover, says_what_a_second_break_in_would_add) {
  const auto next = takeover_of(sound_mesh(any), "submission").next;
  std::set<std::string> neighbours;
  for (const auto& one : next) neighbours.insert(one.neighbour);
  EXPECT_THAT(neighbours, ElementsAre("accounts", "signer"));
  EXPECT_THAT(std::ranges::find(next, "signer", &Next::neighbour)->adds,
              Contains("carry the DKIM keys away"));
}

TEST(Chains, count_the_break_ins_from_the_world) {
  const auto facts = sound_mesh(any);
  EXPECT_THAT(path_to(facts, "read-incoming"), ElementsAre("receiver"));
  EXPECT_THAT(path_to(facts, "dkim-keys"), ElementsAre("submission", "signer"));
  EXPECT_EQ(path_to(facts, "hashes").size(), 2U);
  EXPECT_EQ(path_to(facts, "mailboxes").size(), 2U);
  EXPECT_THAT(path_to(facts, "identities"), IsEmpty());
  EXPECT_THAT(path_to(facts, "run-programs"), IsEmpty());
}

TEST(Chains, become_shorter_with_a_wall_less) {
  auto facts = sound_mesh(any);
  file(facts, "signer/state/keys/content").mode = 0644;
  for (const auto* folder : {"signer/state/keys", "signer/state", "signer"}) file(facts, folder).mode = 0755;
  daemon(facts, "receiver").status->walls = {"seccomp 100"};
  EXPECT_THAT(path_to(facts, "dkim-keys"), ElementsAre("receiver"));
}

TEST(Modes, let_owners_groups_and_others_read_where_the_folders_let_them_walk) {
  auto facts = sound_mesh(any);
  const std::string key = "/srv/scop/accounts/cert/key.pem";
  const User own{.id = 64'101, .groups = {64'101}};
  const User stranger{.id = 99, .groups = {99}};
  EXPECT_TRUE(modes_let(facts, own, key));
  EXPECT_FALSE(modes_let(facts, stranger, key));
  EXPECT_FALSE(modes_let(facts, own, "/srv/scop/accounts/none"));
  facts.files.at(key).mode = 0640;
  const User in_group{.id = 99, .groups = {64'101}};
  EXPECT_FALSE(modes_let(facts, in_group, key)) << "the folders are 0700";
  for (const auto* folder : {"accounts", "accounts/cert"}) file(facts, folder).mode = 0750;
  EXPECT_TRUE(modes_let(facts, in_group, key));
  facts.files.at(key).mode = 0044;
  EXPECT_FALSE(modes_let(facts, own, key)) << "the owner's bits count for the owner";
}

TEST(Paths, are_below_a_folder_by_their_parts) {
  EXPECT_TRUE(is_below("/srv/a/b", "/srv/a"));
  EXPECT_TRUE(is_below("/srv/a", "/srv/a"));
  EXPECT_TRUE(is_below("/srv/a/b", "/srv/a/"));
  EXPECT_FALSE(is_below("/srv/ab", "/srv/a"));
  EXPECT_FALSE(is_below("/srv", "/srv/a"));
}

}  // namespace
}  // namespace scop::risk
