#include "world.hpp"

namespace scop::relay {
namespace {

using CrashTest = WorldTest;

TEST_F(CrashTest, ARestartResumesWhatWasCommittedAndNotDone) {
  neighbours_.accounts_away = true;
  for (int i = 0; i < 20; ++i)
    ASSERT_TRUE(pass_message(envelope_for({"u@our.example", "b@else.example"}))->has_accepted());
  crash();
  neighbours_.accounts_away = false;
  open();
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  EXPECT_EQ(mail("u").size(), 20U);
  EXPECT_EQ(neighbours_.attempts.size(), 20U);
}

TEST_F(CrashTest, AMailboxThatGotItsCopyBeforeTheCrashGetsNoSecond) {
  // Delivered, but the record of it is lost with the crash: the row is put back as it was.
  const auto envelope = envelope_for({"u@our.example", "b@else.example"});
  neighbours_.courier = [](const v1::AttemptEnvelope&,
                           const std::string&) -> pipe::Result<v1::AttemptReport> {
    return pipe::fail(pipe::Code::unavailable, "no connection");
  };
  ASSERT_TRUE(pass_message(envelope)->has_accepted());
  ASSERT_TRUE(run_until(
      [&] { return mail("u").size() == 1 && list().messages(0).recipients(0).state() == "delivered"; }));
  close();
  {
    auto database = store::Database::open(folder_ / "queue.db").value();
    ASSERT_TRUE(database.run("UPDATE recipient SET state = 0, next_attempt = 0 WHERE position = 0"));
  }
  neighbours_.courier = nullptr;
  open();
  ASSERT_TRUE(run_until([&] { return queued() == 0; }));
  EXPECT_EQ(mail("u").size(), 1U);
}

TEST_F(CrashTest, ANotificationIsCommittedOnceThoughTheCrashCameBeforeItWasNoted) {
  neighbours_.resolutions["no@our.example"] = resolution(v1::ResolveReply::NO_SUCH_USER);
  bool cut = true;
  const auto signer = neighbours_.signer;
  int passes = 0;
  neighbours_.signer = [&](v1::Envelope envelope, std::string octets) -> Task<pipe::Result<v1::Receipt>> {
    ++passes;
    auto receipt = co_await signer(std::move(envelope), std::move(octets));
    // The relay's bounce is committed, but its own signer call breaks.
    if (cut) co_return pipe::fail(pipe::Code::unavailable, "cut off");
    co_return receipt;
  };
  ASSERT_TRUE(pass_message(envelope_for({"no@our.example"}, "u@our.example")));
  ASSERT_TRUE(run_until([&] { return passes == 1 && mail("u").size() == 1; }));
  ASSERT_TRUE(run_until([&] { return queued() == 1; })) << "the original stays";
  close();
  {
    auto database = store::Database::open(folder_ / "queue.db").value();
    ASSERT_TRUE(database.run("UPDATE recipient SET next_attempt = 0"));
  }
  cut = false;
  open();
  ASSERT_TRUE(run_until([&] { return passes == 2 && queued() == 0; }));
  EXPECT_EQ(mail("u").size(), 1U);
}

TEST_F(CrashTest, WhileTheSignerIsAwayTheOriginalStays) {
  neighbours_.resolutions["no@our.example"] = resolution(v1::ResolveReply::NO_SUCH_USER);
  neighbours_.signer = nullptr;
  ASSERT_TRUE(pass_message(envelope_for({"no@our.example"})));
  ASSERT_TRUE(
      run_until([&] { return queued() == 1 && list().messages(0).recipients(0).state() == "failed"; }));
  EXPECT_EQ(queued(), 1U);
}

TEST_F(CrashTest, MoreThanMemoryHoldsIsDeliveredAllTheSame) {
  settings_.messages_in_memory = 8;
  close();
  open();
  neighbours_.accounts_away = true;
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(pass_message(envelope_for({"u@our.example"}))->has_accepted());
  neighbours_.accounts_away = false;
  ASSERT_TRUE(run_until([&] { return mail("u").size() == 100 && queued() == 0; }));
}

}  // namespace
}  // namespace scop::relay
