// What scop.toml says, judged.
#include <fmt/format.h>

#include <algorithm>

#include "risk/assets.hpp"
#include "risk/rules.hpp"

namespace scop::risk {

namespace {

using enum Severity;

void add(Findings& findings, std::string_view id, Severity severity, std::string subject,
         std::string_view what, std::string_view why, std::string_view remedy) {
  findings.push_back({std::string(id), severity, std::move(subject), std::string(what), std::string(why),
                      std::string(remedy), Source::configuration});
}

bool is_verified(settings::RouteTls tls) {
  return tls == settings::RouteTls::verify || tls == settings::RouteTls::implicit;
}

void judge_routes(const settings::Courier& courier, Findings& findings) {
  for (const auto& route : courier.routes) {
    if (is_verified(route.tls) || is_loopback(route.host)) continue;
    const auto everything = route.domain == "*";
    add(findings, "route-unverified", everything ? high : medium,
        everything ? "[courier] smarthost" : fmt::format("[[courier.route]] {}", route.domain),
        fmt::format("goes to {}:{} without a verified certificate", route.host, route.port),
        everything ? "all outgoing mail can be read and altered by who stands in between"
                   : "mail for it can be read and altered by who stands in between",
        "tls = \"verify\" (or \"implicit\" for port 465)");
  }
}

void judge_courier(const settings::Courier& courier, Findings& findings) {
  judge_routes(courier, findings);
  if (courier.tls == settings::RouteTls::off)
    add(findings, "outgoing-clear", high, "[courier] tls", "is \"off\"", "mail leaves in clear text",
        "tls = \"opportunistic\"");
  const bool looks =
      courier.tls == settings::RouteTls::opportunistic || courier.tls == settings::RouteTls::require;
  if (looks && !courier.dane)
    add(findings, "dane-off", medium, "[courier] dane", "is off",
        "who stands in between can strip or forge TLS to domains that publish TLSA records", "dane = true");
  if (looks && !courier.mta_sts)
    add(findings, "sts-off", medium, "[courier] mta_sts", "is off",
        "who stands in between can strip or forge TLS to domains that publish an MTA-STS policy",
        "mta_sts = true");
  if (courier.allow_loopback)
    add(findings, "courier-loopback", medium, "[courier] allow_loopback", "is on",
        "a domain of a stranger's can point its MX at servers of this machine",
        "allow_loopback = false; it is for tests");
  for (const auto& rule : courier.tls_rules) {
    if (rule.policy == settings::DomainTls::off)
      add(findings, "domain-clear", medium, fmt::format("[[courier.tls_policy]] {}", rule.domain),
          "is \"off\"", "mail for it leaves in clear text", "policy = \"opportunistic\"");
  }
}

void judge_resolver(const settings::Resolver& resolver, Findings& findings) {
  if (!resolver.dnssec)
    add(findings, "dnssec-off", high, "[resolver] dnssec", "is off",
        "forged answers divert mail, switch DANE off and fool SPF, DKIM and DMARC", "dnssec = true");
  if (!resolver.unsafe_test_clock.empty())
    add(findings, "test-clock", critical, "[resolver] unsafe_test_clock", "is set",
        "expired signatures count as good", "remove it; it is for tests");
  for (const auto& domain : resolver.insecure_domains)
    add(findings, "insecure-domain", low, "[resolver] insecure_domains",
        fmt::format("{} is not validated", domain), "forged answers for it are believed",
        "remove it once its zone is mended");
  for (const auto& server : resolver.forward) {
    if (!server.tls_name.empty() || is_loopback(server.address)) continue;
    add(findings, "forward-clear", low, "[resolver] forward",
        fmt::format("{} is asked in clear text", server.address),
        "it, and who stands in between, sees every domain that mail goes to and comes from",
        "tls://ADDRESS@853#NAME, or recursion of our own");
  }
}

void judge_signer(const settings::Signer& signer, Findings& findings) {
  if (signer.pass_unsigned)
    add(findings, "unsigned-pass", medium, "[signer] unsigned_domains", "is \"pass\"",
        "mail of domains without a key leaves unsigned", "unsigned_domains = \"refuse\"");
  if (signer.rotate_every.count() == 0)
    add(findings, "dkim-no-rotation", low, "[signer] rotate_every", "DKIM keys are replaced by hand alone",
        "a key that was taken unnoticed signs as we do for as long as nobody thinks of it",
        "[signer] primary: keys then rotate every 90 days; else `scop keys rotate`");
}

void judge_dns(const settings::Dns& dns, Findings& findings) {
  if (dns.spf_all == "+all" || dns.spf_all == "?all")
    add(findings, "spf-open", high, "[dns] spf_all", fmt::format("is \"{}\"", dns.spf_all),
        "SPF lets anyone send in our name", "spf_all = \"-all\"");
  if (dns.dmarc == "none")
    add(findings, "dmarc-none", medium, "[dns] dmarc", "is \"none\"",
        "others deliver what is forged in our name", "dmarc = \"quarantine\", then \"reject\"");
}

void judge_receiver(const settings::Receiver& receiver, Findings& findings) {
  for (const auto& network : receiver.gateways) {
    if (network.ends_with("/0"))
      add(findings, "gateway-everyone", high, "[receiver] gateways", fmt::format("{} is everyone", network),
          "nobody is banned, slowed or counted", "name the networks of your own alone");
  }
  if (receiver.ban_after == 0)
    add(findings, "bans-off", low, "[receiver] ban_after", "nobody is ever banned",
        "fishing for addresses goes on as long as it likes", "ban_after = 3");
  if (receiver.greylisting)
    add(findings, "greylisting-on", note, "[receiver] greylisting", "is on",
        fmt::format(
            "first mails come {} late at least, and who writes to whom is remembered for {} (in memory)",
            text_of(receiver.greylist_delay), text_of(receiver.greylist_keep)),
        "greylisting = false where the filter does well enough");
}

void judge_verifier(const settings::Verifier& verifier, Findings& findings) {
  if (!verifier.enforce)
    add(findings, "dmarc-label", medium, "[verifier] dmarc", "is \"label\"",
        "mail forged in others' names reaches the mailboxes", "dmarc = \"enforce\"");
}

void judge_spamfilter(const settings::Spamfilter& filter, Findings& findings) {
  if (!filter.clamd.empty() && !filter.clamd.starts_with('/') && !is_loopback(filter.clamd))
    add(findings, "clamd-clear", high, "[spamfilter] clamd",
        fmt::format("{} is another machine", filter.clamd), "every message goes there in clear text",
        "a socket of this machine");
  if (filter.users_teach == settings::Teaches::shared)
    add(findings, "shared-teaching", medium, "[spamfilter] users_teach", "is \"shared\"",
        "one stolen account can spoil the filter of all", "users_teach = \"own\"");
  for (const auto& network : filter.http_allow) {
    if (network.ends_with("/0") && !filter.http_listen.empty())
      add(findings, "filter-allow", high, "[spamfilter] http_allow", fmt::format("{} is everyone", network),
          "strangers may have mail checked", "name the mail servers alone");
  }
}

void judge_web(const Settings& settings, Findings& findings) {
  const auto& web = settings.web;
  if (web.listen.empty()) {
    add(findings, "sts-unpublished", low, "[web] listen", "no MTA-STS policy of ours is served",
        "senders without DANE can be made to send us mail in clear text",
        "`scop init --web-port`, [web] listen");
  } else if (web.mta_sts != settings::StsMode::enforce) {
    add(findings, "sts-not-enforced", low, "[web] mta_sts",
        web.mta_sts == settings::StsMode::none ? "is \"none\"" : "is \"testing\"",
        "senders without DANE can be made to send us mail in clear text",
        "mta_sts = \"enforce\", once TLS reports are good");
  }
}

void judge_lmtp(const settings::Relay& relay, Findings& findings) {
  for (const auto& route : relay.lmtp) {
    if (route.port == 0 || is_loopback(route.host)) continue;
    add(findings, "lmtp-clear", high, fmt::format("[[relay.lmtp]] {}", route.domain),
        fmt::format("{} is another machine", route.text()), "delivered mail goes there in clear text",
        "a Unix socket, or a tunnel");
  }
}

void judge_passwords(const settings::Accounts& accounts, Findings& findings) {
  constexpr std::uint64_t least_memory = 19U << 20U;  // OWASP's least for argon2id with two passes
  if (accounts.argon2_memory < least_memory || accounts.argon2_passes < 2)
    add(findings, "argon2-weak", medium, "[accounts] argon2_*",
        fmt::format("{} MB, {} passes", accounts.argon2_memory >> 20U, accounts.argon2_passes),
        "a stolen database is guessed sooner", "argon2_memory = \"19MB\" and argon2_passes = 2 at least");
  if (accounts.failures_before_throttle > 20)
    add(findings, "throttle-late", medium, "[accounts] failures_before_throttle",
        fmt::format("{} wrong passwords are free", accounts.failures_before_throttle),
        "weak passwords are found by trying", "failures_before_throttle = 5");
  if (accounts.verified_cache > std::chrono::minutes(30))
    add(findings, "cache-long", low, "[accounts] verified_cache", text_of(accounts.verified_cache),
        "who takes accounts over can guess that many more passwords cheaply", "verified_cache = \"5m\"");
  if (accounts.grant_lifetime > std::chrono::hours(1))
    add(findings, "grant-long", medium, "[accounts] grant_lifetime", text_of(accounts.grant_lifetime),
        "who takes submission over sends that long as users who have left", "grant_lifetime = \"15m\"");
}

void judge_allowances(const settings::Accounts& accounts, Findings& findings) {
  for (const auto& [key, limit] : {std::pair{"messages_per_hour", accounts.messages_per_hour},
                                   std::pair{"recipients_per_hour", accounts.recipients_per_hour}}) {
    if (limit == 0)
      add(findings, "no-allowance", medium, fmt::format("[accounts] {}", key), "is without limit",
          "one stolen password becomes a flood, and our addresses end on blocklists", "set a limit");
  }
}

}  // namespace

void judge_outgoing(const Facts& facts, Findings& findings) {
  judge_courier(facts.settings.courier, findings);
  judge_resolver(facts.settings.resolver, findings);
  judge_signer(facts.settings.signer, findings);
  judge_dns(facts.settings.dns, findings);
}

void judge_incoming(const Facts& facts, Findings& findings) {
  judge_receiver(facts.settings.receiver, findings);
  judge_verifier(facts.settings.verifier, findings);
  judge_spamfilter(facts.settings.spamfilter, findings);
  judge_web(facts.settings, findings);
  judge_lmtp(facts.settings.relay, findings);
}

void judge_accounts(const Facts& facts, Findings& findings) {
  judge_passwords(facts.settings.accounts, findings);
  judge_allowances(facts.settings.accounts, findings);
  if (!facts.settings.submission.hide_client_address)
    add(findings, "client-shown", medium, "[submission] hide_client_address", "is off",
        "every message tells its recipients from where it was written", "hide_client_address = true");
  if (!facts.settings.acme.enabled)
    add(findings, "acme-off", note, "[acme] enabled", "certificates of the public ports are renewed by hand",
        "one that is forgotten stops mail programs", "[acme], or a reminder");
  if (facts.mailboxes && facts.mailboxes->without_quota > 0)
    findings.push_back(
        {"no-quota", low, "accounts",
         fmt::format("{} of {} users have no quota", facts.mailboxes->without_quota, facts.mailboxes->users),
         "one mailbox can fill the disk, and then nobody gets mail", "`scop user quota NAME SIZE`",
         Source::daemon});
}

void judge_retention(const Facts& facts, Findings& findings) {
  const auto& settings = facts.settings;
  if (settings.relay.expire > std::chrono::days(7))
    add(findings, "retention-queue", low, "[relay] expire", text_of(settings.relay.expire),
        "undeliverable mail rests longer than the usual five days", "expire = \"5d\"");
  if (settings.receiver.greylisting && settings.receiver.greylist_keep > std::chrono::days(35))
    add(findings, "retention-greylist", low, "[receiver] greylist_keep",
        text_of(settings.receiver.greylist_keep), "who writes to whom is remembered that long",
        "greylist_keep = \"35d\"");
  if (settings.spamfilter.keep_days > 400)
    add(findings, "retention-words", low, "[spamfilter] keep_days",
        fmt::format("{} days", settings.spamfilter.keep_days), "what was learnt from messages outlives them",
        "keep_days = 400");
  std::uint64_t lines = 0;
  std::uint64_t with_addresses = 0;
  for (const auto& log : facts.logs) {
    lines += log.lines;
    with_addresses += log.with_addresses;
  }
  if (with_addresses > 0)
    findings.push_back(
        {"logs-name-people", low, (settings.mesh.folder / "log").string(),
         fmt::format("{} of {} lines looked at name mail addresses", with_addresses, lines),
         "logs tell who wrote to whom, as long as they are kept (64 MB of each daemon)",
         "keep them as short as the law of your place and operation allow; log_level = \"warning\" "
         "writes none",
         Source::disk});
}

}  // namespace scop::risk
