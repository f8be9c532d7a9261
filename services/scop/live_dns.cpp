#include "scop/live_dns.hpp"

#include <ldns/ldns.h>

#include <memory>

#include "scop/instance.hpp"

namespace scop::command {

namespace {

struct FreeLdns {
  void operator()(ldns_resolver* resolver) const { ldns_resolver_deep_free(resolver); }
  void operator()(ldns_pkt* packet) const { ldns_pkt_free(packet); }
  void operator()(ldns_rdf* field) const { ldns_rdf_deep_free(field); }
};
template <class T>
using Owned = std::unique_ptr<T, FreeLdns>;

constexpr std::chrono::seconds system_patience{5};
constexpr std::chrono::seconds patience{15};  // the resolver itself gives up sooner

dns::Answer answer_of(const ldns_pkt* packet, dns::Type type) {
  dns::Answer answer;
  answer.rcode = static_cast<dns::Rcode>(ldns_pkt_get_rcode(packet));
  const auto* records = ldns_pkt_answer(packet);
  for (std::size_t i = 0; i < ldns_rr_list_rr_count(records); ++i) {
    const auto* record = ldns_rr_list_rr(records, i);
    if (static_cast<dns::Type>(ldns_rr_get_type(record)) != type) continue;
    auto& octets = answer.records.emplace_back();
    for (std::size_t j = 0; j < ldns_rr_rd_count(record); ++j) {
      const auto* field = ldns_rr_rdf(record, j);
      octets.append(reinterpret_cast<const char*>(ldns_rdf_data(field)), ldns_rdf_size(field));
    }
  }
  return answer;
}

// /etc/resolv.conf's servers.
class System {
 public:
  System() {
    ldns_resolver* made = nullptr;
    if (ldns_resolver_new_frm_file(&made, nullptr) != LDNS_STATUS_OK) return;
    resolver_ = std::shared_ptr<ldns_resolver>(made, FreeLdns{});
    ldns_resolver_set_timeout(made, {.tv_sec = system_patience.count(), .tv_usec = 0});
    ldns_resolver_set_retry(made, 1);
    ldns_resolver_set_defnames(made, false);
    ldns_resolver_set_dnsrch(made, false);
  }

  dns::Answer operator()(const dns::Question& question) const {
    if (!resolver_) return {.why = "/etc/resolv.conf names no server"};
    const Owned<ldns_rdf> name(ldns_dname_new_frm_str(question.name.c_str()));
    if (!name) return {.why = "no domain name"};
    ldns_pkt* packet = nullptr;
    const auto status =
        ldns_resolver_query_status(&packet, resolver_.get(), name.get(),
                                   static_cast<ldns_rr_type>(question.type), LDNS_RR_CLASS_IN, LDNS_RD);
    const Owned<ldns_pkt> reply(packet);
    if (status != LDNS_STATUS_OK || !reply) return {.why = ldns_get_errorstr_by_id(status)};
    return answer_of(reply.get(), question.type);
  }

 private:
  std::shared_ptr<ldns_resolver> resolver_;
};

dns::Answer ask_mesh(const Instance& instance, const dns::Question& asked) {
  v1::Question question;
  question.set_name(asked.name);
  question.set_type(static_cast<std::uint32_t>(asked.type));
  const auto reply = instance.call("resolver", pipe::methods::lookup, question, patience);
  if (!reply) return {.why = reply.error().message};
  dns::Answer answer{.rcode = static_cast<dns::Rcode>(reply->rcode()),
                     .validation = static_cast<dns::Validation>(reply->validation()),
                     .canonical_name = reply->canonical_name(),
                     .ttl = reply->ttl(),
                     .why = reply->why()};
  answer.records.assign(reply->records().begin(), reply->records().end());
  return answer;
}

}  // namespace

LookUp live_dns(const Context& context) {
  std::error_code error;
  if (std::filesystem::exists(context.config, error)) {
    if (auto instance = Instance::open(context)) {
      v1::Question probe;
      probe.set_name("localhost");  // answered without asking anybody (RFC 6761 6.3)
      probe.set_type(static_cast<std::uint32_t>(dns::Type::a));
      if (instance->call("resolver", pipe::methods::lookup, probe, patience)) {
        const auto shared = std::make_shared<Instance>(std::move(*instance));
        return [shared](const dns::Question& question) { return ask_mesh(*shared, question); };
      }
      context.terminal.problem("the mesh's resolver does not answer: the system's is asked");
    }
  }
  return System();
}

}  // namespace scop::command
