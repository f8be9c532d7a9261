#include "verify/iprev.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "core/ascii.hpp"
#include "dns/name.hpp"
#include "dns/rdata.hpp"

namespace scop::verify {

namespace {

// ::ffff:192.0.2.1 is 192.0.2.1.
dns::Address plain(const dns::Address& address) {
  constexpr std::string_view mapped("\0\0\0\0\0\0\0\0\0\0\xff\xff", 12);
  const auto octets = address.octets();
  if (!address.is_v6() || !octets.starts_with(mapped)) return address;
  return dns::Address::from_octets(std::string_view(octets).substr(mapped.size())).value_or(address);
}

bool holds(const dns::Answer& answer, const dns::Address& client) {
  return std::ranges::any_of(answer.records, [&](const std::string& record) {
    const auto address = client.is_v6() ? dns::read_aaaa(record) : dns::read_a(record);
    return address && *address == client;
  });
}

bool is_final(const dns::Answer& answer) {
  return answer.validation != dns::Validation::bogus &&
         (answer.rcode == dns::Rcode::no_error || answer.rcode == dns::Rcode::nx_domain);
}

}  // namespace

std::string_view name_of(IprevResult result) {
  switch (result) {
    case IprevResult::none:
      return "none";
    case IprevResult::pass:
      return "pass";
    case IprevResult::fail:
      return "fail";
    case IprevResult::temperror:
      return "temperror";
    case IprevResult::permerror:
      return "permerror";
  }
  return "";
}

std::string reverse_name(const dns::Address& address) {
  const auto octets = plain(address).octets();
  std::string out;
  for (const char c : octets | std::views::reverse) {
    const unsigned octet = static_cast<unsigned char>(c);
    out +=
        octets.size() == 4 ? fmt::format("{}.", octet) : fmt::format("{:x}.{:x}.", octet & 0xfU, octet >> 4U);
  }
  return out + (octets.size() == 4 ? "in-addr.arpa" : "ip6.arpa");
}

Iprev::Iprev(std::optional<dns::Address> client) {
  if (!client) {
    end(IprevResult::none, {}, "the client's address is not known");
    return;
  }
  client_ = plain(*client);
  reverse_ = reverse_name(*client_);
}

std::vector<dns::Question> Iprev::wanted() const {
  if (done_) return {};
  if (!reversed_) return {{reverse_, dns::Type::ptr}};
  std::vector<dns::Question> questions;
  for (const auto& [name, answer] : forward_) {
    if (!answer) questions.push_back({name, client_->is_v6() ? dns::Type::aaaa : dns::Type::a});
  }
  return questions;
}

void Iprev::answer(const dns::Question& question, const dns::Answer& answer) {
  if (done_) return;
  if (!reversed_) {
    if (question.type == dns::Type::ptr && question.name == reverse_) take_names(answer);
    return;
  }
  const auto found = forward_.find(question.name);
  if (found == forward_.end() || question.type == dns::Type::ptr) return;
  found->second = answer;
  judge();
}

void Iprev::take_names(const dns::Answer& answer) {
  reversed_ = true;
  if (!is_final(answer)) {
    return end(IprevResult::temperror, {}, reverse_ + " PTR: " + dns::name_of(answer.rcode));
  }
  for (const auto& record : answer.records | std::views::take(most_names)) {
    auto name = dns::read_name(record);
    if (!name || *name == ".") continue;
    names_.push_back(dns::canonical_text(*name));
    forward_.emplace(names_.back(), std::nullopt);
  }
  if (names_.empty()) end(IprevResult::permerror, {}, client_->text() + " has no name: no PTR record");
}

void Iprev::judge() {
  bool temporary = false;
  for (const auto& name : names_) {
    const auto& answer = forward_.at(name);
    if (!answer) return;
    if (holds(*answer, *client_)) {
      return end(IprevResult::pass, name, client_->text() + " is " + name + ", which has that address");
    }
    temporary = temporary || !is_final(*answer);
  }
  const auto shown = ascii::printable(names_.front(), 255);
  if (temporary)
    return end(IprevResult::temperror, names_.front(), "addresses of " + shown + " not to be had");
  end(IprevResult::fail, names_.front(), client_->text() + " is not an address of " + shown);
}

void Iprev::end(IprevResult result, std::string name, std::string reason) {
  verdict_ = {result, std::move(name), std::move(reason)};
  done_ = true;
}

}  // namespace scop::verify
