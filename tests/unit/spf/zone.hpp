// A scripted DNS for the tests: what is not in it does not exist.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "dns/rdata.hpp"
#include "spf/evaluation.hpp"

namespace scop::spf {

class Zone {
 public:
  Zone& txt(const std::string& name, const std::string& text) {
    return add(name, dns::Type::txt, dns::txt_to_rdata(text));
  }
  Zone& address(const std::string& name, const std::string& address) {
    const auto parsed = dns::Address::from_text(address).value();
    return add(name, parsed.is_v6() ? dns::Type::aaaa : dns::Type::a, parsed.octets());
  }
  Zone& mx(const std::string& name, const std::string& host) {
    return add(name, dns::Type::mx, dns::to_rdata(dns::Mx{10, host}).value());
  }
  Zone& ptr(const std::string& name, const std::string& host) {
    return add(name, dns::Type::ptr, dns::to_rdata(dns::Mx{0, host}).value().substr(2));
  }
  Zone& fails(const std::string& name, dns::Type type) {
    answers_[{name, type}] = dns::Answer{};
    return *this;
  }
  dns::Answer answer(const dns::Question& question) const {
    const auto found = answers_.find(question);
    return found == answers_.end() ? dns::Answer{.rcode = dns::Rcode::nx_domain} : found->second;
  }

 private:
  Zone& add(const std::string& name, dns::Type type, std::string rdata) {
    auto& answer = answers_[{name, type}];
    answer.rcode = dns::Rcode::no_error;
    answer.records.push_back(std::move(rdata));
    return *this;
  }
  std::map<dns::Question, dns::Answer> answers_;
};

}  // namespace scop::spf
