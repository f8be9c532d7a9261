#include "risk/takeover.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <deque>
#include <map>
#include <set>

#include "risk/access.hpp"
#include "risk/methods.hpp"
#include "topology/topology.hpp"

namespace scop::risk {

namespace {

// Every daemon's powers, in the order of powers().
using Matrix = std::map<std::string_view, std::vector<std::optional<Grounds>>>;

Matrix matrix_of(const Facts& facts) {
  Matrix matrix;
  for (const auto& daemon : topology::daemons()) {
    if (!daemon.is_daemon) continue;
    auto& row = matrix[daemon.name];
    for (const auto& power : powers()) row.push_back(grounds_of(facts, daemon.name, power));
  }
  return matrix;
}

bool is_known(std::string_view method) { return !method.starts_with("scop.v1.Daemon/"); }

void add_edges(Takeover& takeover) {
  for (const auto& edge : topology::edges()) {
    const auto* row = find_method(edge.method, edge.callee);
    if (row == nullptr || !is_known(edge.method)) continue;
    if (edge.caller == takeover.daemon)
      takeover.calls.push_back({std::string(edge.callee), std::string(edge.method), std::string(row->allows),
                                std::string(row->bounded_by)});
    const bool is_caller = edge.caller == takeover.daemon;
    if (!is_caller && edge.callee != takeover.daemon) continue;
    const auto data = row->carries | row->tells;
    if (data.empty()) continue;
    takeover.passes.push_back(
        {std::string(is_caller ? edge.callee : edge.caller), std::string(edge.method), names_of(data)});
  }
}

void add_fallen(const Facts& facts, Takeover& takeover) {
  for (const auto& asset : assets_of(facts.settings)) {
    if (asset.holder == takeover.daemon) {
      takeover.falls.push_back({asset.what, asset.holder, asset.if_lost, "", Source::configuration});
      continue;
    }
    const auto reached = within_reach(facts, takeover.daemon, asset);
    if (reached.empty()) continue;
    takeover.falls.push_back(
        {asset.what, asset.holder, asset.if_lost,
         fmt::format("{}{} can be read as modes and walls are now", reached.front(),
                     reached.size() > 1 ? fmt::format(" and {} more", reached.size() - 1) : ""),
         Source::disk});
  }
}

std::string obstacle(const Facts& facts, const Matrix& matrix, std::string_view daemon, std::size_t power) {
  const auto id = powers()[power].id;
  if (id == "run-programs") return "a filter of system calls stands";
  const auto* known = find_daemon(facts, daemon);
  const bool is_live = known != nullptr && known->status.has_value();
  if (id == "port-25" || id == "outside")
    return is_live ? "its walls let no such port through" : "its walls are to let no such port through";
  std::vector<std::string_view> others;
  for (const auto& [other, row] : matrix) {
    if (row[power]) others.push_back(other);
  }
  return others.empty() ? "no daemon can" : fmt::format("that takes {}", fmt::join(others, " or "));
}

Source source_of_absence(const Facts& facts, std::string_view daemon, std::string_view power) {
  const auto* known = find_daemon(facts, daemon);
  if (known == nullptr) return Source::configuration;
  if (power == "run-programs" && known->process) return Source::kernel;
  if (known->status) return Source::daemon;
  return Source::configuration;
}

void add_abilities(const Facts& facts, const Matrix& matrix, Takeover& takeover) {
  const auto& row = matrix.at(takeover.daemon);
  for (std::size_t i = 0; i < row.size(); ++i) {
    const auto& power = powers()[i];
    if (row[i]) {
      takeover.can.push_back(
          {std::string(power.id), std::string(power.can), row[i]->because, row[i]->source});
    } else {
      takeover.cannot.push_back({std::string(power.id), std::string(power.can),
                                 obstacle(facts, matrix, takeover.daemon, i),
                                 source_of_absence(facts, takeover.daemon, power.id)});
    }
  }
}

// Both ways: who is called reads its requests, who calls reads its answers.
std::map<std::string_view, std::string> neighbours_of(std::string_view daemon) {
  std::map<std::string_view, std::string> found;
  for (const auto& edge : topology::edges()) {
    if (edge.caller == daemon) found.insert_or_assign(edge.callee, fmt::format("reads what {} asks", daemon));
    const auto* caller = topology::find(edge.caller);
    if (edge.callee == daemon && caller != nullptr && caller->is_daemon)
      found.try_emplace(edge.caller, fmt::format("reads what {} answers", daemon));
  }
  return found;
}

void add_next(const Matrix& matrix, Takeover& takeover) {
  const auto& own = matrix.at(takeover.daemon);
  for (const auto& [neighbour, way] : neighbours_of(takeover.daemon)) {
    Next next{.neighbour = std::string(neighbour), .way = way, .adds = {}};
    const auto& row = matrix.at(neighbour);
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (row[i] && !own[i]) next.adds.emplace_back(powers()[i].can);
    }
    takeover.next.push_back(std::move(next));
  }
}

// Breadth first from everyone who is exposed.
std::vector<std::string> shortest(const Facts& facts, const Matrix& matrix, std::size_t power) {
  std::deque<std::vector<std::string>> open;
  std::set<std::string_view> seen;
  for (const auto& [daemon, _] : matrix) {
    if (is_exposed(facts, daemon)) open.push_back({std::string(daemon)});
  }
  while (!open.empty()) {
    const auto path = std::move(open.front());
    open.pop_front();
    const auto at = matrix.find(path.back());
    if (!seen.insert(at->first).second) continue;
    if (at->second[power]) return path;
    for (const auto& [neighbour, _] : neighbours_of(at->first)) {
      open.push_back(path);
      open.back().emplace_back(neighbour);
    }
  }
  return {};
}

}  // namespace

bool is_exposed(const Facts& facts, std::string_view daemon) {
  const auto& settings = facts.settings;
  if (daemon == "submission")
    return !settings.submission.listen.empty() || !settings.submission.listen_tls.empty();
  if (daemon == "receiver") return !settings.receiver.listen.empty();
  if (daemon == "web") return !settings.web.listen.empty() || !settings.web.listen_http.empty();
  if (daemon == "spamfilter") return !settings.spamfilter.http_listen.empty();
  return daemon == "courier" || daemon == "resolver";
}

std::vector<Takeover> takeovers(const Facts& facts) {
  const auto matrix = matrix_of(facts);
  std::vector<Takeover> all;
  for (const auto& daemon : topology::daemons()) {
    if (!daemon.is_daemon) continue;
    auto& takeover = all.emplace_back(Takeover{.daemon = std::string(daemon.name)});
    add_edges(takeover);
    add_fallen(facts, takeover);
    add_abilities(facts, matrix, takeover);
    add_next(matrix, takeover);
  }
  return all;
}

std::vector<Chain> chains(const Facts& facts) {
  const auto matrix = matrix_of(facts);
  std::vector<Chain> all;
  for (std::size_t i = 0; i < powers().size(); ++i) {
    all.push_back({std::string(powers()[i].id), std::string(powers()[i].can), shortest(facts, matrix, i)});
  }
  return all;
}

}  // namespace scop::risk
