#include "judge/judge.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>

namespace scop::judge {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

// What a judge that has been taken over could try.
std::string obey(std::string_view request) {
  if (request == "die") ::_exit(1);
  if (request == "sleep") {
    for (;;) [[maybe_unused]]
      volatile int busy = 0;
  }
  if (request == "open") return std::to_string(::open("/etc/passwd", O_RDONLY));
  if (request == "socket") return std::to_string(::socket(AF_INET, SOCK_STREAM, 0));
  if (request == "fork") return std::to_string(::fork());
  if (request == "kill") return std::to_string(::kill(1, 0));
  return "seen " + std::string(request);
}

class JudgeTest : public ::testing::Test {
 protected:
  void start(Terms terms = {}) {
    terms.name = "test judge";
    auto started = Judge::start(io_, log_, std::move(terms), [] { return Handler(obey); });
    ASSERT_TRUE(started) << started.error().what;
    judge_ = std::move(*started);
    judge_->begin();
  }
  void spawn(std::string request, std::chrono::milliseconds patience = 20s) {
    const auto index = answers_.size();
    answers_.emplace_back(failure(ErrorKind::cancelled, "not asked"));
    asio::co_spawn(
        io_,
        [](JudgeTest& test, std::string text, std::size_t at, std::chrono::milliseconds wait) -> Task<> {
          test.answers_[at] =
              co_await test.judge_->ask(std::move(text), std::chrono::steady_clock::now() + wait);
          if (++test.answered_ == test.answers_.size()) test.io_.stop();
        }(*this, std::move(request), index, patience),
        asio::detached);
  }
  std::vector<Outcome<std::string>> run() {
    io_.restart();
    io_.run_for(30s);
    answered_ = 0;
    return std::exchange(answers_, {});
  }
  Outcome<std::string> ask(std::string request, std::chrono::milliseconds patience = 20s) {
    spawn(std::move(request), patience);
    return run().front();
  }
  void TearDown() override {
    judge_.reset();
    io_.restart();
    io_.run_for(1s);
  }

  asio::io_context io_;
  Log log_{"test", LogForm::text, LogLevel::error};
  std::unique_ptr<Judge> judge_;
  std::vector<Outcome<std::string>> answers_;
  std::size_t answered_ = 0;
};

TEST_F(JudgeTest, answers_many_in_their_order) {
  start();
  for (int i = 0; i < 500; ++i) spawn(std::to_string(i) + std::string(static_cast<std::size_t>(i) * 50, 'x'));
  const auto answers = run();
  for (std::size_t i = 0; i < answers.size(); ++i) {
    ASSERT_TRUE(answers[i]) << answers[i].error().what;
    EXPECT_TRUE(answers[i]->starts_with("seen " + std::to_string(i) + (i > 0 ? "x" : "")));
  }
  EXPECT_EQ(judge_->deaths(), 0U);
}

TEST_F(JudgeTest, takes_large_requests_and_refuses_larger_ones) {
  start({.most_octets = 4U << 20U});
  EXPECT_EQ(ask(std::string(3U << 20U, 'y'))->size(), (3U << 20U) + 5);
  EXPECT_EQ(ask(std::string(5U << 20U, 'y')).error().kind, ErrorKind::too_large);
}

TEST_F(JudgeTest, one_that_dies_takes_its_own_request_and_no_other) {
  start();
  spawn("before");
  spawn("die");
  spawn("after");
  const auto answers = run();
  EXPECT_EQ(answers[0], "seen before");
  EXPECT_EQ(answers[1].error().kind, ErrorKind::broken);
  EXPECT_EQ(answers[2], "seen after");
  EXPECT_EQ(judge_->deaths(), 1U);
}

TEST_F(JudgeTest, one_that_hangs_is_ended_and_the_next_is_asked) {
  start({.patience = 300ms});
  spawn("sleep");
  spawn("after");
  const auto answers = run();
  EXPECT_EQ(answers[0].error().kind, ErrorKind::broken);
  EXPECT_EQ(answers[1], "seen after");
}

TEST_F(JudgeTest, a_deadline_is_the_askers_own) {
  start({.patience = 2s});
  spawn("sleep", 100ms);
  spawn("after");
  const auto answers = run();
  EXPECT_EQ(answers[0].error().kind, ErrorKind::timed_out);
  EXPECT_EQ(answers[1], "seen after");
}

TEST_F(JudgeTest, a_killed_one_is_replaced) {
  start();
  EXPECT_EQ(ask("one"), "seen one");
  ASSERT_GT(judge_->process(), 0);
  ASSERT_EQ(::kill(judge_->process(), SIGKILL), 0);
  spawn("two");
  EXPECT_TRUE(run().size() == 1);
  EXPECT_EQ(ask("three"), "seen three");
}

// Each of these is a system call that its filter does not have: the judge dies, the keeper goes on.
TEST_F(JudgeTest, can_neither_open_connect_fork_nor_kill) {
  start();
  for (const std::string attempt : {"open", "socket", "fork", "kill"}) {
    const auto answer = ask(attempt);
    ASSERT_FALSE(answer) << attempt << " was possible: " << *answer;
    EXPECT_EQ(answer.error().kind, ErrorKind::broken) << attempt;
  }
  EXPECT_EQ(judge_->deaths(), 4U);
  EXPECT_EQ(ask("still here"), "seen still here");
}

TEST_F(JudgeTest, too_many_waiting_are_told_so) {
  start({.most_waiting = 10});
  for (int i = 0; i < 20; ++i) spawn("x");
  std::size_t exhausted = 0;
  for (const auto& answer : run()) exhausted += !answer && answer.error().kind == ErrorKind::exhausted;
  EXPECT_EQ(exhausted, 10U);
}

}  // namespace
}  // namespace scop::judge
