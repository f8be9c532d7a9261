#include "scop/configuration.hpp"

#include <gtest/gtest.h>

#include "config/document.hpp"
#include "core/ascii.hpp"
#include "settings/accounts.hpp"
#include "settings/acme.hpp"
#include "settings/courier.hpp"
#include "settings/dns.hpp"
#include "settings/mesh.hpp"
#include "settings/receiver.hpp"
#include "settings/relay.hpp"
#include "settings/resolver.hpp"
#include "settings/signer.hpp"
#include "settings/spamfilter.hpp"
#include "settings/submission.hpp"
#include "settings/verifier.hpp"
#include "settings/web.hpp"

namespace scop::command {
namespace {

std::vector<std::string> problems_of(const std::string& text) {
  const auto document = config::Document::parse(text, "scop.toml");
  if (!document) return {document.error().what};
  static_cast<void>(settings::read_mesh(*document));
  static_cast<void>(settings::read_accounts(*document));
  static_cast<void>(settings::read_submission(*document));
  static_cast<void>(settings::read_receiver(*document));
  static_cast<void>(settings::read_signer(*document));
  static_cast<void>(settings::read_relay(*document));
  static_cast<void>(settings::read_verifier(*document, "mail.example.org", "example.org"));
  static_cast<void>(settings::read_courier(*document, "mail.example.org"));
  static_cast<void>(settings::read_resolver(*document));
  static_cast<void>(settings::read_dns(*document));
  static_cast<void>(settings::read_spamfilter(*document));
  static_cast<void>(settings::read_web(*document, "mail.example.org"));
  static_cast<void>(settings::read_acme(*document, "mail.example.org", "example.org"));
  return document->problems_and_unknown_keys({""});
}

// "#key = …" and "#[[section]]" stand; "# Words" stay out.
std::string with_defaults_in_force(const std::string& text) {
  std::string out;
  for (auto line : ascii::split(text, '\n')) {
    if (line.size() > 1 && line[0] == '#' && line[1] != ' ') line.remove_prefix(1);
    out.append(line).append("\n");
  }
  return out;
}

TEST(Configuration, that_init_writes_has_no_problems) {
  EXPECT_EQ(problems_of(configuration_text({.domain = "example.org", .host = "mail.example.org"})),
            std::vector<std::string>{});
}

TEST(Configuration, names_no_key_that_nobody_reads) {
  const auto text = with_defaults_in_force(
      configuration_text({.domain = "example.org", .host = "mail.example.org", .base_port = 9000}));
  EXPECT_EQ(problems_of(text), std::vector<std::string>{});
}

TEST(Configuration, shows_the_defaults_that_hold) {
  const auto text =
      with_defaults_in_force(configuration_text({.domain = "example.org", .host = "mail.example.org"}));
  const auto shown = config::Document::parse(text, "scop.toml").value();
  const auto none = config::Document::parse("[mesh]\ndomain = \"example.org\"\n", "scop.toml").value();
  auto relay = settings::read_relay(shown);
  EXPECT_EQ(relay.lmtp.size(), 1U) << "the example";
  relay.lmtp.clear();
  EXPECT_EQ(relay, settings::read_relay(none));
  EXPECT_EQ(settings::read_dns(shown).publish, settings::read_dns(none).publish);
  EXPECT_EQ(settings::read_dns(shown).ttl, settings::read_dns(none).ttl);
  EXPECT_EQ(settings::read_dns(shown).dmarc, settings::read_dns(none).dmarc);
  const auto one = settings::read_accounts(shown);
  const auto other = settings::read_accounts(none);
  EXPECT_EQ(one.argon2_memory, other.argon2_memory);
  EXPECT_EQ(one.grant_lifetime, other.grant_lifetime);
  EXPECT_EQ(one.verified_cache, other.verified_cache);
  EXPECT_EQ(one.failures_before_throttle, other.failures_before_throttle);
  EXPECT_EQ(one.longest_throttle, other.longest_throttle);
  EXPECT_EQ(one.messages_per_hour, other.messages_per_hour);
  const auto mx = settings::read_receiver(shown);
  const auto mx_otherwise = settings::read_receiver(none);
  EXPECT_EQ(mx.listen, mx_otherwise.listen);
  EXPECT_EQ(mx.gateways, mx_otherwise.gateways);
  EXPECT_EQ(mx.connections_per_address, mx_otherwise.connections_per_address);
  EXPECT_EQ(mx.greylist_keep, mx_otherwise.greylist_keep);
  EXPECT_EQ(mx.longest_ban, mx_otherwise.longest_ban);
  EXPECT_EQ(mx.errors_per_minute, mx_otherwise.errors_per_minute);
  const auto filter = settings::read_spamfilter(shown);
  EXPECT_EQ(filter.thresholds, settings::SpamThresholds{});
  EXPECT_EQ(filter.attachments, settings::AttachmentPolicy{});
  EXPECT_EQ(filter.http_allow, settings::Spamfilter{}.http_allow);
  EXPECT_EQ(filter.examined, settings::Spamfilter{}.examined);
  const auto submission = settings::read_submission(shown);
  const auto otherwise = settings::read_submission(none);
  EXPECT_EQ(submission.listen, otherwise.listen);
  EXPECT_EQ(submission.listen_tls, otherwise.listen_tls);
  EXPECT_EQ(submission.max_message, otherwise.max_message);
  EXPECT_EQ(submission.message_memory, otherwise.message_memory);
  EXPECT_EQ(submission.session_timeout, otherwise.session_timeout);
  EXPECT_EQ(settings::read_mesh(shown).dial, settings::read_mesh(none).dial);
}

TEST(Configuration, moves_the_ports_where_asked) {
  const auto text = configuration_text({.domain = "example.org",
                                        .host = "mail.example.org",
                                        .base_port = 9000,
                                        .submission_port = 9587,
                                        .submissions_port = 9465});
  const auto document = config::Document::parse(text, "scop.toml").value();
  EXPECT_EQ(settings::read_mesh(document).dial.find("accounts")->second, "127.0.0.1:9001");
  EXPECT_EQ(settings::read_submission(document).listen, std::vector<std::string>{"0.0.0.0:9587"});
  EXPECT_EQ(settings::read_submission(document).listen_tls, std::vector<std::string>{"0.0.0.0:9465"});
}

}  // namespace
}  // namespace scop::command
