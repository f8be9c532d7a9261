#include "scop/doctor.hpp"

#include <gtest/gtest.h>

#include "scop/process_look.hpp"

namespace scop::command {
namespace {

constexpr Time noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21) + std::chrono::hours(12);
constexpr std::chrono::days expire{5};

std::int64_t milliseconds(Time time) { return time.time_since_epoch().count(); }
std::int64_t seconds(Time time) { return milliseconds(time) / 1000; }

Finding only(const Findings& findings) {
  EXPECT_EQ(findings.all().size(), 1U);
  return findings.all().empty() ? Finding{} : findings.all().front();
}

v1::QueueListReply queue_since(std::chrono::milliseconds age) {
  v1::QueueListReply reply;
  reply.set_total(1);
  auto& message = *reply.add_messages();
  message.set_received(milliseconds(noon - age));
  auto& recipient = *message.add_recipients();
  recipient.set_address("ann@other.test");
  recipient.set_state("queued");
  recipient.set_attempts(3);
  recipient.set_last_reply("451 later");
  return reply;
}

TEST(Queue, that_is_empty_or_young_is_no_trouble) {
  Findings findings;
  judge_queue({}, expire, noon, findings);
  EXPECT_EQ(only(findings).level, Level::ok);
  Findings young;
  judge_queue(queue_since(std::chrono::minutes(30)), expire, noon, young);
  EXPECT_EQ(only(young).level, Level::ok);
}

TEST(Queue, that_waits_for_long_is_named_with_what_was_answered) {
  Findings findings;
  judge_queue(queue_since(std::chrono::hours(6)), expire, noon, findings);
  EXPECT_EQ(only(findings).level, Level::warning);
  EXPECT_TRUE(only(findings).what.contains("ann@other.test: 451 later"));
  Findings worse;
  judge_queue(queue_since(std::chrono::days(3)), expire, noon, worse);
  EXPECT_EQ(only(worse).level, Level::problem);
}

TEST(Queue, that_is_held_is_said_and_not_counted_as_old) {
  auto reply = queue_since(std::chrono::days(30));
  reply.mutable_messages(0)->set_held(true);
  Findings findings;
  judge_queue(reply, expire, noon, findings);
  EXPECT_FALSE(findings.has_problems());
  EXPECT_EQ(findings.all().front().level, Level::warning);
}

v1::KeyList keys(const std::string& state, std::chrono::milliseconds age) {
  v1::KeyList list;
  for (const auto& [selector, what] :
       {std::pair<std::string, std::string>{"old", "signing"}, {"new", state}}) {
    auto& key = *list.add_keys();
    key.set_domain("example.org");
    key.set_selector(selector);
    key.set_state(what);
    key.set_since(seconds(noon - age));
    key.set_published("no: the primary refuses");
  }
  return list;
}

TEST(Keys, that_are_stuck_on_their_way_are_a_problem_with_the_reason) {
  Findings findings;
  judge_keys(keys("publishing", std::chrono::days(3)), noon, findings);
  ASSERT_TRUE(findings.has_problems());
  EXPECT_TRUE(findings.all().front().what.contains("the primary refuses"));
  Findings moving;
  judge_keys(keys("publishing", std::chrono::hours(3)), noon, moving);
  EXPECT_FALSE(moving.has_problems());
  Findings waiting;
  judge_keys(keys("waiting", std::chrono::days(3)), noon, waiting);
  EXPECT_FALSE(waiting.has_problems());
}

TEST(Keys, of_which_none_signs_are_a_problem) {
  Findings none;
  judge_keys({}, noon, none);
  EXPECT_TRUE(none.has_problems());
  auto list = keys("waiting", std::chrono::days(1));
  list.mutable_keys(0)->set_state("retired");
  Findings findings;
  judge_keys(list, noon, findings);
  EXPECT_TRUE(findings.has_problems());
}

TEST(Versions, that_differ_from_the_command_lines_are_named) {
  std::vector<risk::DaemonFacts> daemons(2);
  daemons[0].name = "relay";
  daemons[0].status = risk::Status{.version = "1"};
  daemons[1].name = "web";  // does not answer
  Findings equal;
  judge_versions(daemons, "1", equal);
  EXPECT_EQ(only(equal).level, Level::ok);
  Findings findings;
  judge_versions(daemons, "2", findings);
  EXPECT_EQ(only(findings).level, Level::warning);
  EXPECT_EQ(only(findings).subject, "relay");
}

constexpr std::string_view jailed =
    "Name:\tscop-web\nUid:\t0\t64111\t64111\t64111\nGid:\t64111\t64111\t64111\t64111\nGroups:\t\n"
    "CapInh:\t0000000000000000\nCapPrm:\t0000000000000000\nCapEff:\t0000000000000000\nCapBnd:"
    "\t00000000000000ff\n"
    "CapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t2\nSeccomp_filters:\t2\n";

TEST(Process, is_read_from_the_kernels_words) {
  const auto process = read_process_status(jailed);
  ASSERT_TRUE(process);
  EXPECT_EQ(process->user, 64'111U) << "the effective one";
  EXPECT_EQ(process->capabilities, 0U) << "the bounding set alone is no capability";
  EXPECT_TRUE(process->no_new_privileges && process->filters_system_calls);
  EXPECT_FALSE(read_process_status("Name:\tx\n"));
  EXPECT_FALSE(read_process_status(""));
}

TEST(Process, with_any_capability_has_it_counted) {
  for (const std::string set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
    auto text = std::string(jailed);
    text.replace(text.find(set + ":\t") + set.size() + 2, 16, "0000000000000400");
    EXPECT_EQ(read_process_status(text)->capabilities, 0x400U) << set;
  }
}

TEST(Listeners, are_those_of_the_process_that_listen) {
  constexpr std::string_view table =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
      "   0: 0100007F:1BBE 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0000 "
      "100 0 0 10 0\n"
      "   1: 00000000:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 12 1 0000 "
      "100 0 0 10 0\n"
      "   2: 0100007F:1BBE 0100007F:9999 01 00000000:00000000 00:00000000 00000000     0        0 11 1 0000 "
      "100 0 0 10 0\n"
      "   3: 00000000:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 99 1 0000 "
      "100 0 0 10 0\n"
      "garbage\n";
  const auto listeners = read_listeners(table, false, {11, 12});
  ASSERT_EQ(listeners.size(), 2U);
  EXPECT_EQ(listeners[0], (risk::Listener{"127.0.0.1", 7102, false}));
  EXPECT_EQ(listeners[1], (risk::Listener{"0.0.0.0", 25, false}));
  const auto six = read_listeners(
      "   0: 00000000000000000000000001000000:0035 00000000000000000000000000000000:0000 0A 0:0 0:0 0 0 0 "
      "5\n",
      false, {5});
  ASSERT_EQ(six.size(), 1U);
  EXPECT_EQ(six[0].address, "::1");
}

}  // namespace
}  // namespace scop::command
