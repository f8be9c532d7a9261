#include "accounts/authenticator.hpp"

#include <filesystem>

#include "core/id.hpp"
#include "credentials/app_password.hpp"
#include "fixture.hpp"
#include "grant/grant.hpp"
#include "grant/keys.hpp"
#include "scram/client.hpp"

namespace scop::accounts {
namespace {

using v1::AuthenticateReply;

constexpr std::string_view right = "correct horse";

// Its own io_context, with writer and pool, as in the daemon.
class Authentication : public testing::Test {
 protected:
  Authentication() {
    std::filesystem::create_directory(folder);
    settings.argon2_memory = 1U << 20U;
    settings.argon2_passes = 1;
    settings.failures_before_throttle = 3;
  }
  void SetUp() override {
    auto writing = store::Database::open(folder / "accounts.db");
    ASSERT_TRUE(writing);
    ASSERT_TRUE(writing->migrate(schema()));
    ASSERT_TRUE(records::add_domain(*writing, "example.org", Time{}));
    ASSERT_TRUE(records::add_account(*writing, "ann@example.org", *credentials::hash_password(right, cost()),
                                     Time{}));
    reader = store::Database::open(folder / "accounts.db").value();
    directory.emplace(*reader);
    writer.emplace(io, std::move(*writing));
    pool.emplace(io, 2);
    writer->start();
    pool->start();
    make();
  }
  void TearDown() override {
    pool->stop();
    writer->stop();
    std::filesystem::remove_all(folder);
  }
  void make() {
    authenticator.emplace(*directory, *writer, *pool, log, settings, "example.org",
                          Secrets{.grant_key = Secret(std::string(keys.secret_key.reveal())),
                                  .scram_secret = Secret("secret of salts"),
                                  .dummy_hash = credentials::dummy_hash(cost())});
  }
  credentials::Cost cost() const {
    return {.memory = settings.argon2_memory, .passes = settings.argon2_passes};
  }

  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    asio::co_spawn(io, std::move(task), [&](const std::exception_ptr& thrown, T value) {
      EXPECT_FALSE(thrown);
      result.emplace(std::move(value));
      io.stop();
    });
    io.restart();
    io.run();
    return std::move(*result);
  }
  AuthenticateReply log_in(std::string_view login, std::string_view password,
                           std::string daemon = "submission") {
    v1::AuthenticateRequest request;
    request.set_login(std::string(login));
    request.set_password(std::string(password));
    return run(authenticator->by_password(std::move(daemon), std::move(request))).value();
  }
  void change(std::function<Outcome<>(store::Database&)> job) {
    ASSERT_TRUE(run(writer->write(std::move(job))));
  }

  std::string add_app_password() {
    const auto password = credentials::make_app_password();
    change([&](store::Database& database) {
      return records::add_app_password(
          database, "ann@example.org", "phone",
          credentials::app_password_keys(password.reveal(), authenticator->scram_salt("ann@example.org")),
          Time{});
    });
    return std::string(password.reveal());
  }

  AuthenticateReply::Result log_in_by_scram(std::string_view login, std::string_view password,
                                            std::string flag = "n") {
    scram::Client client(std::string(login), Secret(std::string(password)), "nonce", flag,
                         flag.starts_with('p') ? "binding" : "");
    v1::ScramBeginRequest begin;
    begin.set_client_first(client.first());
    begin.set_plus(flag.starts_with('p'));
    begin.set_plus_offered(true);
    begin.set_channel_binding_name("tls-exporter");
    begin.set_channel_binding("binding");
    const auto begun = authenticator->scram_begin("submission", begin);
    if (begun->result() != AuthenticateReply::GRANTED) return begun->result();
    v1::ScramFinishRequest finish;
    finish.set_exchange(begun->exchange());
    finish.set_client_final(client.answer(begun->server_first()).value());
    const auto reply = authenticator->scram_finish("submission", finish);
    if (reply->result() == AuthenticateReply::GRANTED) EXPECT_TRUE(client.accepts(reply->server_final()));
    return reply->result();
  }

  std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("scop-accounts-" + Id::random().text());
  settings::Accounts settings;
  asio::io_context io{1};
  const Log log{"accounts", LogForm::text, LogLevel::error, -1};
  grant::KeyPair keys = grant::make_keys();
  std::optional<store::Database> reader;
  std::optional<Directory> directory;
  std::optional<store::Writer> writer;
  std::optional<files::Pool> pool;
  std::optional<Authenticator> authenticator;
};

TEST_F(Authentication, a_right_password_gets_a_grant_for_the_daemon_that_asked) {
  const auto reply = log_in("Ann", right);
  EXPECT_EQ(reply.result(), AuthenticateReply::GRANTED);
  EXPECT_EQ(reply.login(), "ann@example.org");
  const auto read = grant::verify(reply.signed_grant(), keys.public_key, "submission", now());
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_TRUE(grant::may_send_as(*read, "ann@example.org"));
  EXPECT_FALSE(grant::verify(reply.signed_grant(), keys.public_key, "receiver", now()));
}

TEST_F(Authentication, wrong_name_wrong_password_and_disabled_account_look_the_same) {
  const auto wrong_password = log_in("ann@example.org", "wrong");
  const auto wrong_name = log_in("eve@example.org", right);
  change([](store::Database& database) { return records::set_disabled(database, "ann@example.org", true); });
  const auto disabled = log_in("ann@example.org", right);
  EXPECT_EQ(wrong_password.SerializeAsString(), wrong_name.SerializeAsString());
  EXPECT_EQ(wrong_password.SerializeAsString(), disabled.SerializeAsString());
  EXPECT_EQ(wrong_password.result(), AuthenticateReply::REFUSED);
}

TEST_F(Authentication, a_cached_password_ends_with_the_account) {
  EXPECT_EQ(log_in("ann", right).result(), AuthenticateReply::GRANTED);
  EXPECT_EQ(log_in("ann", right).result(), AuthenticateReply::GRANTED);
  change([](store::Database& database) { return records::set_disabled(database, "ann@example.org", true); });
  EXPECT_EQ(log_in("ann", right).result(), AuthenticateReply::REFUSED) << "even before it is forgotten";
}

TEST_F(Authentication, guessing_is_throttled_for_that_daemon_and_account_alone) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(log_in("ann", "wrong").result(), AuthenticateReply::REFUSED);
  const auto throttled = log_in("ann", right);
  EXPECT_EQ(throttled.result(), AuthenticateReply::THROTTLED) << "even the right one tells nothing";
  EXPECT_GT(throttled.retry_after(), 0U);
  EXPECT_EQ(log_in("ann", right, "receiver").result(), AuthenticateReply::GRANTED);
}

TEST_F(Authentication, throttles_unknown_names_like_known_ones) {
  for (int i = 0; i < 3; ++i) EXPECT_EQ(log_in("eve", "wrong").result(), AuthenticateReply::REFUSED);
  EXPECT_EQ(log_in("eve", "wrong").result(), AuthenticateReply::THROTTLED);
}

TEST_F(Authentication, an_app_password_works_and_cannot_be_locked_out) {
  const auto password = add_app_password();
  EXPECT_EQ(log_in("ann", password).result(), AuthenticateReply::GRANTED);
  authenticator->forget("ann@example.org");
  for (int i = 0; i < 5; ++i) log_in("ann", "wrong");
  const auto wrong = credentials::make_app_password();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(log_in("ann", wrong.reveal()).result(), AuthenticateReply::REFUSED);
  EXPECT_EQ(log_in("ann", wrong.reveal()).result(), AuthenticateReply::THROTTLED);
  EXPECT_EQ(log_in("ann", password).result(), AuthenticateReply::GRANTED);
}

TEST_F(Authentication, failures_of_a_daemon_are_bounded_together) {
  settings.failures_per_second = 1;
  make();
  int throttled = 0;
  for (int i = 0; i < 15; ++i) {
    throttled += log_in("user" + std::to_string(i), "wrong").result() == AuthenticateReply::THROTTLED ? 1 : 0;
  }
  EXPECT_GE(throttled, 2);
}

TEST_F(Authentication, scram_works_for_app_passwords_only) {
  const auto password = add_app_password();
  EXPECT_EQ(log_in_by_scram("ann@example.org", password), AuthenticateReply::GRANTED);
  EXPECT_EQ(log_in_by_scram("ann", password, "p=tls-exporter"), AuthenticateReply::GRANTED);
  EXPECT_EQ(log_in_by_scram("ann", right), AuthenticateReply::REFUSED)
      << "chosen passwords have no SCRAM keys";
  EXPECT_EQ(log_in_by_scram("eve", password), AuthenticateReply::REFUSED);
  EXPECT_EQ(log_in_by_scram("ann", password, "y"), AuthenticateReply::MALFORMED) << "a downgrade";
}

TEST_F(Authentication, scram_gives_unknown_names_a_salt_that_stays) {
  v1::ScramBeginRequest begin;
  begin.set_client_first("n,,n=eve,r=abc");
  const auto salt = [&] {
    const auto first = authenticator->scram_begin("submission", begin)->server_first();
    return first.substr(first.find(",s="));
  };
  EXPECT_EQ(salt(), salt());
}

TEST_F(Authentication, scram_for_a_disabled_account_is_refused) {
  const auto password = add_app_password();
  change([](store::Database& database) { return records::set_disabled(database, "ann@example.org", true); });
  EXPECT_EQ(log_in_by_scram("ann", password), AuthenticateReply::REFUSED);
}

TEST_F(Authentication, scram_as_somebody_else_is_refused) {
  v1::ScramBeginRequest begin;
  begin.set_client_first("n,a=bob@example.org,n=ann@example.org,r=abc");
  EXPECT_EQ(authenticator->scram_begin("submission", begin)->result(), AuthenticateReply::MALFORMED);
  begin.set_client_first("n,a=ann@example.org,n=ann@example.org,r=abc");
  EXPECT_EQ(authenticator->scram_begin("submission", begin)->result(), AuthenticateReply::GRANTED);
}

TEST_F(Authentication, a_password_is_hashed_anew_when_the_cost_has_changed) {
  settings.argon2_passes = 2;
  make();
  const auto before = directory->find_account("ann@example.org")->value().password;
  EXPECT_EQ(log_in("ann", right).result(), AuthenticateReply::GRANTED);
  const auto after = directory->find_account("ann@example.org")->value().password;
  EXPECT_NE(before, after);
  EXPECT_TRUE(credentials::fits_password(after, right));
  EXPECT_FALSE(credentials::is_outdated(after, cost()));
}

TEST_F(Authentication, names_and_passwords_out_of_bounds_are_refused) {
  EXPECT_EQ(log_in("", right).result(), AuthenticateReply::REFUSED);
  EXPECT_EQ(log_in(std::string(1000, 'a'), right).result(), AuthenticateReply::REFUSED);
  EXPECT_EQ(log_in("ann", std::string(5000, 'a')).result(), AuthenticateReply::REFUSED);
}

}  // namespace
}  // namespace scop::accounts
