#include "queueing/grouping.hpp"

#include <map>

#include "core/ascii.hpp"

namespace scop::queueing {

std::string domain_of(std::string_view address) {
  const auto at = address.rfind('@');
  return at == std::string_view::npos ? std::string{} : ascii::to_lower(address.substr(at + 1));
}

std::vector<Group> group_by_domain(std::span<const Addressed> recipients, std::size_t cap) {
  std::vector<Group> groups;
  std::map<std::string, std::size_t> open;  // domain → its group that still has room
  for (const auto& recipient : recipients) {
    auto domain = domain_of(recipient.address);
    const auto found = open.find(domain);
    if (found != open.end() && groups[found->second].recipients.size() < cap) {
      groups[found->second].recipients.push_back(recipient.recipient);
      continue;
    }
    open[domain] = groups.size();
    groups.push_back({std::move(domain), {recipient.recipient}});
  }
  return groups;
}

}  // namespace scop::queueing
