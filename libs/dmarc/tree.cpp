#include "dmarc/tree.hpp"

#include <algorithm>

namespace scop::dmarc {

namespace {

std::string_view parent_of(std::string_view domain) {
  const auto dot = domain.find('.');
  return dot == std::string_view::npos ? std::string_view() : domain.substr(dot + 1);
}

std::size_t labels_of(std::string_view domain) {
  return static_cast<std::size_t>(std::ranges::count(domain, '.')) + 1;
}

// The name one label longer than `parent` on the way down to `start`.
std::string below(std::string_view start, std::string_view parent) {
  auto name = start;
  while (parent_of(name) != parent && !parent_of(name).empty()) name = parent_of(name);
  return std::string(name);
}

}  // namespace

std::vector<std::string> walk_of(std::string_view domain) {
  std::vector<std::string> names{std::string(domain)};
  auto next = parent_of(domain);
  while (!next.empty() && labels_of(next) >= most_walked) next = parent_of(next);
  for (; !next.empty(); next = parent_of(next)) names.emplace_back(next);
  return names;
}

std::string organizational_domain(const std::string& start, const std::vector<Found>& found) {
  for (const auto& [domain, record] : found) {
    if (record.psd == Psd::no) return domain;
    if (record.psd == Psd::yes && domain != start) return below(start, domain);
  }
  return found.empty() ? start : found.back().domain;
}

bool is_within(std::string_view name, std::string_view domain) {
  if (name == domain) return true;
  return name.size() > domain.size() && name.ends_with(domain) &&
         name.at(name.size() - domain.size() - 1) == '.';
}

}  // namespace scop::dmarc
