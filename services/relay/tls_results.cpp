#include "tls_results.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "dns/domain.hpp"

namespace scop::relay {

namespace {

constexpr std::size_t longest_text = 300;
constexpr std::size_t most_strings = 64;
constexpr std::size_t most_string_octets = 4'096;  // of a policy's strings together

// What a peer said (its name at EHLO) or what quotes it: visible ASCII alone.
std::string cut(const std::string& text) {
  return ascii::printable(text, longest_text).substr(0, 2 * longest_text);
}

template <class Texts>
void cut_all(Texts& texts) {
  std::size_t octets = 0;
  int kept = 0;
  for (auto& text : texts) {
    text = cut(text);
    octets += text.size();
    if (octets > most_string_octets || kept == static_cast<int>(most_strings)) break;
    ++kept;
  }
  texts.DeleteSubrange(kept, texts.size() - kept);
}

v1::TlsSession bounded(v1::TlsSession session) {
  cut_all(*session.mutable_policy_strings());
  cut_all(*session.mutable_mx_patterns());
  session.set_failure(cut(session.failure()));
  if (session.failure().empty()) {  // a success is counted by its policy alone
    for (auto* text :
         {session.mutable_mx_host(), session.mutable_mx_helo(), session.mutable_receiving_address(),
          session.mutable_sending_address(), session.mutable_reason()})
      text->clear();
    return session;
  }
  for (auto* text :
       {session.mutable_mx_host(), session.mutable_mx_helo(), session.mutable_receiving_address(),
        session.mutable_sending_address(), session.mutable_reason()})
    *text = cut(*text);
  return session;
}

v1::TlsSession outline_of(const v1::TlsSession& session) {
  v1::TlsSession outline;
  outline.set_policy_type(session.policy_type());
  outline.set_policy_domain(session.policy_domain());
  outline.set_failure(session.failure());
  return outline;
}

std::string_view name_of(v1::TlsSession::PolicyType type) {
  if (type == v1::TlsSession::TLSA) return "tlsa";
  return type == v1::TlsSession::STS ? "sts" : "no-policy-found";
}

}  // namespace

std::vector<TlsCount> tls_counts_of(const v1::AttemptReport& report, std::int64_t day) {
  std::vector<TlsCount> counts;
  for (const auto& session : report.tls_sessions()) {
    const auto domain = dns::to_a_labels(session.policy_domain());
    if (!domain) continue;
    auto kept = bounded(session);
    kept.set_policy_domain(*domain);
    TlsCount count{day, *domain, kept.SerializeAsString(), outline_of(kept).SerializeAsString()};
    const auto same = std::ranges::find_if(counts, [&](const TlsCount& other) {
      return other.domain == count.domain && other.facts == count.facts;
    });
    if (same == counts.end()) {
      counts.push_back(std::move(count));
    } else {
      ++same->sessions;
    }
  }
  return counts;
}

std::optional<tls_report::Counted> counted_from(std::string_view facts, std::uint64_t sessions) {
  v1::TlsSession session;
  if (!session.ParseFromArray(facts.data(), static_cast<int>(facts.size()))) return std::nullopt;
  tls_report::Counted counted{
      .policy = {.type = std::string(name_of(session.policy_type())),
                 .strings = {session.policy_strings().begin(), session.policy_strings().end()},
                 .domain = session.policy_domain(),
                 .mx_hosts = {session.mx_patterns().begin(), session.mx_patterns().end()}},
      .failure = {},
      .count = sessions};
  if (session.failure().empty()) return counted;
  counted.failure = tls_report::FailureDetail{.result_type = session.failure(),
                                              .sending_mta_ip = session.sending_address(),
                                              .receiving_mx_hostname = session.mx_host(),
                                              .receiving_mx_helo = session.mx_helo(),
                                              .receiving_ip = session.receiving_address(),
                                              .failure_reason_code = session.reason()};
  return counted;
}

}  // namespace scop::relay
