#include "risk/findings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "mesh.hpp"

namespace scop::risk {
namespace {

using risk::testing::daemon;
using risk::testing::file;
using risk::testing::noon;
using risk::testing::sound_mesh;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string any = "[relay]\n";

std::vector<std::string> ids_of(const Facts& facts) {
  std::vector<std::string> ids;
  for (const auto& finding : findings_of(facts)) ids.push_back(finding.id);
  return ids;
}

Finding found(const Facts& facts, std::string_view id) {
  for (auto& finding : findings_of(facts)) {
    if (finding.id == id) return finding;
  }
  return {.what = "there is no such finding"};
}

TEST(Findings, are_none_for_a_mesh_in_good_order) { EXPECT_THAT(ids_of(sound_mesh(any)), IsEmpty()); }

struct Fault {
  std::string more;
  std::string id;
};

void PrintTo(const Fault& fault, std::ostream* stream) { *stream << fault.more; }

class OfSettings : public ::testing::TestWithParam<Fault> {};

TEST_P(OfSettings, name_what_is_wrong_why_and_what_to_do) {
  const auto facts = sound_mesh(GetParam().more);
  const auto finding = found(facts, GetParam().id);
  EXPECT_EQ(finding.id, GetParam().id);
  EXPECT_EQ(ids_of(facts).size(), 1U) << "and nothing else: " << ::testing::PrintToString(ids_of(facts));
  EXPECT_FALSE(finding.why.empty());
  EXPECT_FALSE(finding.remedy.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Each, OfSettings,
    ::testing::Values(
        Fault{"[courier]\ndane = false\n", "dane-off"}, Fault{"[courier]\nmta_sts = false\n", "sts-off"},
        Fault{"[courier]\ntls = \"off\"\n", "outgoing-clear"},
        Fault{"[courier]\nallow_loopback = true\n", "courier-loopback"},
        Fault{"[courier]\nsmarthost = \"relay.example:25\"\nsmarthost_tls = \"opportunistic\"\n",
              "route-unverified"},
        Fault{"[[courier.tls_policy]]\ndomain = \"a.example\"\npolicy = \"off\"\n", "domain-clear"},
        Fault{"[resolver]\ndnssec = false\n", "dnssec-off"},
        Fault{"[resolver]\nunsafe_test_clock = \"20260101120000\"\n", "test-clock"},
        Fault{"[resolver]\ninsecure_domains = [\"a.example\"]\n", "insecure-domain"},
        Fault{"[resolver]\nforward = [\"192.0.2.53\"]\n", "forward-clear"},
        Fault{"[signer]\nunsigned_domains = \"pass\"\n", "unsigned-pass"},
        Fault{"[dns]\nspf_all = \"?all\"\n", "spf-open"}, Fault{"[dns]\ndmarc = \"none\"\n", "dmarc-none"},
        Fault{"[receiver]\ngateways = [\"0.0.0.0/0\"]\n", "gateway-everyone"},
        Fault{"[receiver]\nban_after = 0\n", "bans-off"},
        Fault{"[receiver]\ngreylisting = true\n", "greylisting-on"},
        Fault{"[verifier]\ndmarc = \"label\"\n", "dmarc-label"},
        Fault{"[spamfilter]\nclamd = \"192.0.2.9:3310\"\n", "clamd-clear"},
        Fault{"[spamfilter]\nusers_teach = \"shared\"\n", "shared-teaching"},
        Fault{"[accounts]\nargon2_memory = \"8MB\"\n", "argon2-weak"},
        Fault{"[accounts]\nfailures_before_throttle = 50\n", "throttle-late"},
        Fault{"[accounts]\nverified_cache = \"1h\"\n", "cache-long"},
        Fault{"[accounts]\nmessages_per_hour = 0\n", "no-allowance"},
        Fault{"[submission]\nhide_client_address = false\n", "client-shown"},
        Fault{"[relay]\nexpire = \"9d\"\n", "retention-queue"},
        Fault{"[spamfilter]\nkeep_days = 1000\n", "retention-words"},
        Fault{"[[relay.lmtp]]\ndomain = \"*\"\nto = \"192.0.2.8:24\"\n", "lmtp-clear"},
        Fault{"[mesh]\nlog_level = \"debug\"\n", "log-debug"}));

TEST(Findings, of_a_route_that_verifies_are_none) {
  EXPECT_THAT(
      ids_of(sound_mesh("[courier]\nsmarthost = \"relay.example:465\"\nsmarthost_tls = \"implicit\"\n")),
      IsEmpty());
  EXPECT_THAT(ids_of(sound_mesh("[resolver]\nforward = [\"tls://192.0.2.53@853#dns.example\"]\n")),
              IsEmpty());
}

TEST(Findings, of_an_open_pipe_and_an_open_resolver) {
  auto facts = sound_mesh(any);
  facts.settings.mesh.listen["relay"] = "0.0.0.0:7104";
  facts.settings.resolver.listen = {"0.0.0.0:53"};
  EXPECT_EQ(found(facts, "pipe-public").subject, "relay");
  EXPECT_EQ(found(facts, "dns-public").severity, Severity::high);
}

TEST(Findings, of_a_daemon_that_does_not_answer_and_of_a_missing_wall) {
  auto facts = sound_mesh(any);
  daemon(facts, "courier").status.reset();
  daemon(facts, "courier").process.reset();
  daemon(facts, "courier").trouble = "refused";
  daemon(facts, "relay").status->missing = {{"TCP ports", "Linux 6.1 has no such rules", "Linux 6.7"}};
  EXPECT_EQ(found(facts, "daemon-away").subject, "courier");
  EXPECT_EQ(found(facts, "wall-missing").remedy, "Linux 6.7");
  EXPECT_EQ(found(facts, "wall-missing").source, Source::daemon);
}

TEST(Findings, of_the_kernel_contradicting_a_daemon_are_critical) {
  for (const auto& spoil : std::vector<std::function<void(Process&)>>{
           [](Process& process) { process.filters_system_calls = false; },
           [](Process& process) { process.no_new_privileges = false; },
           [](Process& process) { process.capabilities = 1; },
           [](Process& process) { process.user = 4711; }}) {
    auto facts = sound_mesh(any);
    spoil(*daemon(facts, "web").process);
    EXPECT_EQ(found(facts, "wall-contradicted").severity, Severity::critical);
    EXPECT_EQ(found(facts, "wall-contradicted").source, Source::kernel);
  }
}

TEST(Findings, of_ports_compare_what_is_open_with_what_is_declared) {
  auto facts = sound_mesh(any);
  daemon(facts, "web").process->listeners->push_back({"0.0.0.0", 8080});
  EXPECT_THAT(found(facts, "unexpected-port").what, HasSubstr("8080"));
  facts = sound_mesh(any);
  std::erase(*daemon(facts, "receiver").process->listeners, Listener{"0.0.0.0", 25});
  EXPECT_EQ(found(facts, "port-not-open").subject, "receiver");
}

TEST(Findings, of_users_root_and_shared) {
  auto facts = sound_mesh(any);
  for (const auto* name : {"web", "relay"})
    daemon(facts, name).process->user = daemon(facts, name).status->user = 5000;
  EXPECT_EQ(found(facts, "shared-user").subject, "relay, web");
  for (auto& one : facts.daemons) one.process->user = one.status->user = 0;
  EXPECT_EQ(found(facts, "runs-as-root").source, Source::kernel);
}

TEST(Findings, of_a_secret_that_others_can_read_depend_on_the_folders_above) {
  auto facts = sound_mesh(any);
  file(facts, "accounts/cert/key.pem").mode = 0644;
  EXPECT_EQ(found(facts, "secret-mode").severity, Severity::medium);
  for (const auto* folder : {"accounts", "accounts/cert"}) file(facts, folder).mode = 0755;
  const auto finding = found(facts, "secret-readable");
  EXPECT_EQ(finding.severity, Severity::critical);
  EXPECT_THAT(finding.subject, HasSubstr("accounts/cert/key.pem"));
  EXPECT_THAT(finding.what, HasSubstr("mode 644"));
  EXPECT_EQ(finding.source, Source::disk);
}

TEST(Findings, of_a_secret_with_a_foreign_group_but_not_of_acmes_copies) {
  auto facts = sound_mesh(any);
  auto& key = file(facts, "tls/key.pem");
  key = {.user = 64'112, .group = 64'102, .mode = 0640, .changed = noon};
  EXPECT_THAT(ids_of(facts), IsEmpty()) << "written by scop acme for submission's group";
  key.group = 100;
  EXPECT_THAT(ids_of(facts), Contains("secret-group"));
}

TEST(Findings, of_the_authoritys_key_and_of_a_configuration_that_others_write) {
  auto facts = sound_mesh(any);
  facts.files["/srv/scop/mesh/ca.key"] = {.mode = 0600, .changed = noon};
  EXPECT_THAT(ids_of(facts), Contains("ca-key-here"));
  facts.files["/srv/scop/mesh/ca.key"].mode = 0644;
  EXPECT_EQ(found(facts, "secret-readable").severity, Severity::critical);
  facts = sound_mesh(any);
  facts.files[facts.config].mode = 0664;
  EXPECT_EQ(found(facts, "config-writable").severity, Severity::critical);
  facts.files[facts.config] = {.user = 64'105, .mode = 0644, .changed = noon};
  EXPECT_THAT(found(facts, "config-writable").what, HasSubstr("courier"));
}

TEST(Findings, of_certificates_follow_their_time_and_names) {
  auto facts = sound_mesh(any);
  auto& certificate = facts.certificates.front();
  certificate.not_after = noon + std::chrono::days(5);
  EXPECT_EQ(found(facts, "certificate-ends").severity, Severity::high);
  certificate.not_after = noon - std::chrono::days(1);
  EXPECT_EQ(found(facts, "certificate-expired").severity, Severity::critical);
  facts = sound_mesh(any);
  facts.certificates.front().is_self_signed = true;
  facts.certificates.front().hosts = {"other.example"};
  EXPECT_THAT(ids_of(facts), ::testing::ElementsAre("self-signed", "certificate-name"));
}

TEST(Findings, of_keys_that_are_old_missing_or_many) {
  auto facts = sound_mesh(any);
  facts.signing_keys->front().since = noon - std::chrono::days(200);
  EXPECT_EQ(found(facts, "dkim-key-old").subject, "r20261101a._domainkey.example.org");
  facts.signing_keys->push_back({"second.example", "r20261101a", "signing", noon});
  EXPECT_THAT(ids_of(facts), Contains("dkim-many-domains"));
  facts.signing_keys->clear();
  EXPECT_THAT(ids_of(facts), Contains("dkim-no-key"));
  facts = sound_mesh(any);
  file(facts, "tls/key.pem").changed = noon - std::chrono::days(500);
  EXPECT_EQ(found(facts, "key-old").severity, Severity::low);
}

TEST(Findings, of_quotas_and_logs_come_from_what_was_asked_and_read) {
  auto facts = sound_mesh(any);
  facts.mailboxes->without_quota = 1;
  facts.logs = {{.path = "relay.log", .octets = 100, .lines = 10, .with_addresses = 4}};
  EXPECT_EQ(found(facts, "no-quota").source, Source::daemon);
  EXPECT_THAT(found(facts, "logs-name-people").what, HasSubstr("4 of 10"));
  EXPECT_EQ(found(facts, "logs-name-people").source, Source::disk);
}

TEST(Findings, have_the_worst_first) {
  auto facts = sound_mesh("[receiver]\ngreylisting = true\n");
  daemon(facts, "web").process->capabilities = 1;
  const auto all = findings_of(facts);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all.front().severity, Severity::critical);
  EXPECT_EQ(all.back().severity, Severity::note);
}

}  // namespace
}  // namespace scop::risk
