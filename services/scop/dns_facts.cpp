#include "scop/dns_facts.hpp"

#include <fmt/format.h>

#include "cert_roll/step.hpp"
#include "core/ascii.hpp"
#include "core/base64.hpp"
#include "dane/tlsa.hpp"
#include "dns/domain.hpp"
#include "files/descriptor.hpp"
#include "scop/dkim_files.hpp"
#include "settings/courier.hpp"
#include "settings/receiver.hpp"
#include "settings/submission.hpp"
#include "settings/web.hpp"
#include "web_content/mta_sts_policy.hpp"

namespace scop::command {

namespace {

using domain_records::Facts;

constexpr std::chrono::seconds patience{3};
constexpr std::uint64_t most_certificate = 256U << 10U;

std::uint16_t port_of(const std::vector<std::string>& endpoints, std::uint16_t otherwise) {
  if (endpoints.empty()) return otherwise;
  const auto port =
      ascii::parse_unsigned(std::string_view(endpoints.front()).substr(endpoints.front().rfind(':') + 1));
  return port && *port > 0 && *port <= 65'535 ? static_cast<std::uint16_t>(*port) : otherwise;
}

std::vector<dns::Address> parsed(const std::vector<std::string>& texts) {
  std::vector<dns::Address> addresses;
  for (const auto& text : texts) {
    if (const auto address = dns::Address::from_text(text)) addresses.push_back(*address);
  }
  return addresses;
}

// What the host's name resolves to now, asked of the mesh's own resolver; nothing where that cannot be asked.
std::vector<dns::Address> resolved(const Instance& instance) {
  std::vector<dns::Address> found;
  for (const auto type : {dns::Type::a, dns::Type::aaaa}) {
    v1::Question question;
    question.set_name(instance.mesh().host);
    question.set_type(static_cast<std::uint32_t>(type));
    const auto answer = instance.call("resolver", pipe::methods::lookup, question, patience);
    if (!answer) return found;
    for (const auto& record : answer->records()) {
      if (const auto address = dns::Address::from_octets(record)) found.push_back(*address);
    }
  }
  return found;
}

// From the signer's folder, for who may read there.
std::optional<std::vector<domain_records::DkimKey>> keys_on_disk(const Context& context,
                                                                 const Instance& instance,
                                                                 const std::string& domain,
                                                                 std::string_view why) {
  const auto keys = read_public_keys(instance.mesh().folder, domain);
  std::vector<domain_records::DkimKey> found;
  if (!keys) {
    context.terminal.problem(fmt::format("no DKIM keys can be shown: {}{}", why, keys.error().what));
    return std::nullopt;
  }
  for (const auto& key : *keys) found.push_back({key.domain, key.selector, key.algorithm, key.record, ""});
  return found;
}

std::optional<std::vector<domain_records::DkimKey>> keys_of(const Context& context, const Instance& instance,
                                                            const FactsWanted& wanted) {
  if (!wanted.asks_daemons) return keys_on_disk(context, instance, wanted.domain, "");
  v1::KeysRequest request;
  request.set_domain(wanted.domain);
  const auto list = instance.call("signer", pipe::methods::list_keys, request, patience);
  if (!list) {
    return keys_on_disk(context, instance, wanted.domain,
                        fmt::format("the signer does not answer ({}), and ", list.error().message));
  }
  std::vector<domain_records::DkimKey> keys;
  for (const auto& key : list->keys()) {
    if (key.record().empty()) continue;  // not made yet, or to be removed
    keys.push_back({key.domain(), key.selector(), key.algorithm(), key.record(), key.state()});
  }
  return keys;
}

// "matrix.example.org:443"
std::optional<domain_records::HostPort> host_port(const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto colon = std::min(text.rfind(':'), text.size());
  const auto port = colon == text.size() ? std::optional<std::uint64_t>(8448)
                                         : ascii::parse_unsigned(std::string_view(text).substr(colon + 1));
  if (!port || *port == 0 || *port > 65'535) return std::nullopt;
  return domain_records::HostPort{text.substr(0, colon), static_cast<std::uint16_t>(*port)};
}

void add_served(const Context& context, const std::filesystem::path& certificate,
                const std::vector<std::uint16_t>& ports, Facts& facts) {
  const auto pem = files::read_whole(certificate, most_certificate);
  const auto tlsa = pem ? dane::tlsa_of(*pem, dane::dane_ee, dane::public_key, dane::sha2_256)
                        : std::unexpected(pem.error());
  if (!tlsa) {
    context.terminal.problem(
        fmt::format("no TLSA records can be shown for {}: {}", certificate.string(), tlsa.error().what));
    facts.is_complete = false;
    return;
  }
  for (const auto port : ports) facts.served.push_back({port, *tlsa, false});
}

// Keys that a roll of the mail ports' certificate has announced or not yet withdrawn (libs/cert_roll).
void add_rolled(const Context& context, const Instance& instance, const std::vector<std::uint16_t>& ports,
                Facts& facts) {
  const auto file = instance.mesh().folder / "tls/mail.roll";
  const auto text = files::read_whole(file, cert_roll::most_state);
  if (!text) {
    if (text.error().kind == ErrorKind::not_found) return;
    context.terminal.problem(text.error().what);
    facts.is_complete = false;
    return;
  }
  const auto state = cert_roll::parse_state(*text);
  if (!state) {
    context.terminal.problem(fmt::format("{}: {}", file.string(), state.error().what));
    facts.is_complete = false;
    return;
  }
  for (const auto& key : cert_roll::keys_to_publish(*state)) {
    const auto digest = from_hex(key);
    if (!digest) continue;
    const dns::Tlsa tlsa{dane::dane_ee, dane::public_key, dane::sha2_256, *digest};
    for (const auto port : ports) facts.served.push_back({port, tlsa, key == state->next});
  }
}

void add_configured(const Context& context, const Instance& instance, Facts& facts) {
  const auto& document = instance.document();
  const auto submission = settings::read_submission(document);
  const auto receiver = settings::read_receiver(document);
  const auto web = settings::read_web(document, facts.host);
  const auto courier = settings::read_courier(document, facts.host);
  facts.submission_port = port_of(submission.listen, 587);
  facts.submissions_port = port_of(submission.listen_tls, 465);
  facts.source_addresses =
      courier.public_addresses.empty() ? parsed(courier.source_addresses) : courier.public_addresses;
  facts.has_web = !web.listen.empty();
  if (facts.has_web && web.mta_sts != settings::StsMode::none) facts.mta_sts_id = web_content::policy_id(web);
  if (web.imap) facts.imaps = domain_records::HostPort{web.imap->host, web.imap->port};
  facts.matrix = host_port(web.matrix_server);
  add_served(context, receiver.certificate, {25}, facts);
  std::vector<std::uint16_t> ports;
  if (!submission.listen_tls.empty()) ports.push_back(465);
  if (!submission.listen.empty()) ports.push_back(587);
  if (!ports.empty()) add_served(context, submission.certificate, ports, facts);
  ports.insert(ports.begin(), 25);
  add_rolled(context, instance, ports, facts);
  if (facts.has_web && !web.pairs.empty()) add_served(context, web.pairs.front().certificate, {443}, facts);
}

}  // namespace

std::optional<Facts> facts_of(const Context& context, const Instance& instance, const FactsWanted& wanted) {
  Facts facts;
  facts.domain = wanted.domain;
  facts.host = ascii::to_lower(instance.mesh().host);
  facts.policy = settings::read_dns(instance.document());
  add_configured(context, instance, facts);
  for (const auto& problem : instance.document().problems()) context.terminal.problem(problem);
  if (!instance.document().problems().empty()) return std::nullopt;
  facts.addresses = parsed(wanted.addresses.empty() ? facts.policy.addresses : wanted.addresses);
  if (facts.addresses.empty() && wanted.asks_daemons) facts.addresses = resolved(instance);
  auto keys = keys_of(context, instance, wanted);
  facts.is_complete = facts.is_complete && keys.has_value();
  if (keys) facts.keys = std::move(*keys);
  return facts;
}

std::optional<std::vector<domain_records::Record>> records_of(const Context& context, const Facts& facts) {
  auto records = domain_records::records_of(facts);
  if (records) return std::move(*records);
  context.terminal.problem(records.error().what);
  return std::nullopt;
}

std::vector<std::string> domains_of(const Context& context, const Instance& instance,
                                    const std::vector<std::string>& named, bool all) {
  std::vector<std::string> domains;
  for (const auto& name : named) domains.push_back(dns::to_a_labels(name).value_or(name));
  if (all) {
    const auto hosted = instance.call("accounts", pipe::methods::list_domains, v1::Nothing(), patience);
    if (!hosted) {
      report(context, "accounts", instance, hosted.error());
      return {};
    }
    for (const auto& domain : hosted->domains()) domains.push_back(domain);
  }
  if (domains.empty()) domains.push_back(instance.mesh().domain);
  return domains;
}

}  // namespace scop::command
