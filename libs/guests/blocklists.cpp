#include "guests/blocklists.hpp"

#include <algorithm>

#include "core/ascii.hpp"
#include "dns/rdata.hpp"
#include "dns/reverse.hpp"

namespace scop::guests {

namespace {

bool is_listing(std::string_view octets) { return octets.starts_with('\x7f'); }
bool is_refusal(std::string_view octets) { return octets.starts_with("\x7f\xff\xff"); }

}  // namespace

ListAnswer read_list_answer(const dns::Answer& answer) {
  if (answer.rcode == dns::Rcode::nx_domain) return {Listing::not_listed, {}};
  if (answer.rcode != dns::Rcode::no_error) {
    return {Listing::error, answer.why.empty() ? dns::name_of(answer.rcode) : ascii::printable(answer.why)};
  }
  if (answer.records.empty()) return {Listing::not_listed, {}};
  std::string addresses;
  for (const auto& record : answer.records) {
    const auto address = dns::read_a(record);
    if (!address) return {Listing::error, "an answer that is no address"};
    const auto octets = address->octets();
    if (!is_listing(octets)) return {Listing::error, "an answer outside 127.0.0.0/8: " + address->text()};
    if (is_refusal(octets)) return {Listing::error, "the list refuses our question: " + address->text()};
    addresses += (addresses.empty() ? "" : " ") + address->text();
  }
  return {Listing::listed, addresses};
}

Blocklists::Blocklists(const dns::Address& client, std::vector<Blocklist> lists) {
  const auto labels = dns::reversed_labels(client);
  for (auto& list : lists) {
    dns::Question question{labels + "." + list.zone, dns::Type::a};
    asked_.push_back({std::move(list), std::move(question), {}});
  }
}

std::vector<dns::Question> Blocklists::wanted() const {
  std::vector<dns::Question> questions;
  for (const auto& one : asked_) {
    if (one.answer.listing == Listing::unknown) questions.push_back(one.question);
  }
  return questions;
}

void Blocklists::answer(const dns::Question& question, const dns::Answer& answer) {
  for (auto& one : asked_) {
    if (one.question == question) one.answer = read_list_answer(answer);
  }
}

bool Blocklists::done() const {
  return std::ranges::none_of(asked_, [](const auto& one) { return one.answer.listing == Listing::unknown; });
}

unsigned Blocklists::score() const {
  unsigned sum = 0;
  for (const auto& one : asked_) sum += one.answer.listing == Listing::listed ? one.list.score : 0;
  return sum;
}

std::vector<std::string> Blocklists::listed_by() const {
  std::vector<std::string> zones;
  for (const auto& one : asked_) {
    if (one.answer.listing == Listing::listed) zones.push_back(one.list.zone);
  }
  return zones;
}

std::vector<std::string> Blocklists::errors() const {
  std::vector<std::string> found;
  for (const auto& one : asked_) {
    if (one.answer.listing == Listing::error) found.push_back(one.list.zone + ": " + one.answer.why);
    if (one.answer.listing == Listing::unknown) found.push_back(one.list.zone + ": no answer in time");
  }
  return found;
}

std::vector<std::string> Blocklists::observations() const {
  auto found = listed_by();
  for (auto& zone : found) zone.insert(0, "dnsbl:");
  return found;
}

}  // namespace scop::guests
