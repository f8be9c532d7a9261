#include "scop/dns_asking.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base64.hpp"
#include "core/id.hpp"

namespace scop::command {

namespace {

constexpr std::size_t at_a_time = 8;
constexpr std::chrono::seconds primary_answers{30};

struct Round {
  asio::io_context io{1};
  const primary::Server& server;
  std::vector<dns_update::Query> waiting;
  Deadline deadline;
  Replies replies;
};

Task<> ask_on(Round& round) {
  while (!round.waiting.empty()) {
    const auto query = std::move(round.waiting.back());
    round.waiting.pop_back();
    auto reply = co_await primary::query(round.io.get_executor(), round.server, query, round.deadline);
    round.replies.insert_or_assign(query.question, std::move(reply));
  }
}

// Beside `name`, where nobody has a record but a wildcard.
std::string name_of_nobody(std::string_view name) {
  const auto dot = name.find('.');
  return "scop-" + to_hex(random_octets(8)) +
         (dot == std::string_view::npos ? "" : std::string(name.substr(dot)));
}

Outcome<> is_good(const dns::Question& question, const Outcome<dns_update::Reply>& reply) {
  if (!reply) return failure(reply.error().kind, "the primary does not answer: " + reply.error().what);
  const auto asked = fmt::format("{} {}", question.name, dns::name_of(question.type));
  if (reply->rcode != dns::Rcode::no_error && reply->rcode != dns::Rcode::nx_domain)
    return failure(ErrorKind::denied,
                   fmt::format("the primary says {} to {}", dns::name_of(reply->rcode), asked));
  if (!reply->authoritative)
    return failure(ErrorKind::denied,
                   fmt::format("the server has no authority for {}: is it the primary?", asked));
  return {};
}

bool same_records(std::vector<std::string> a, std::vector<std::string> b) {
  std::ranges::sort(a);
  std::ranges::sort(b);
  return a == b;
}

// An answer cannot tell a record from a wildcard's likeness; the prerequisites of an update can (RFC
// 2136 2.4.1), also of one that changes nothing.
bool really_has(const primary::Server& server, const std::string& zone, const dns::Question& question) {
  const dns_update::Update nothing{
      .zone = zone,
      .prerequisites = {{dns_update::Prerequisite::Kind::exists, question.name, question.type, {}}},
      .changes = {}};
  return send_update(server, nothing) == 0U;
}

}  // namespace

Replies ask_all(const primary::Server& server, const std::set<dns::Question>& questions,
                bool recursion_desired, std::chrono::milliseconds patience) {
  Round round{.server = server, .waiting = {}, .deadline = in(patience), .replies = {}};
  for (const auto& question : questions)
    round.waiting.push_back({.question = question, .recursion_desired = recursion_desired});
  for (std::size_t i = 0; i < at_a_time; ++i) asio::co_spawn(round.io, ask_on(round), asio::detached);
  round.io.run();
  return std::move(round.replies);
}

Outcome<unsigned> send_update(const primary::Server& server, const dns_update::Update& update) {
  asio::io_context io(1);
  Outcome<unsigned> result = failure(ErrorKind::cancelled, "nothing was sent");
  asio::co_spawn(
      io,
      [](Executor executor, const primary::Server& to, const dns_update::Update& what,
         Outcome<unsigned>& into) -> Task<> {
        into = co_await primary::update(executor, to, what, in(primary_answers));
      }(io.get_executor(), server, update, result),
      asio::detached);
  io.run();
  return result;
}

Outcome<domain_records::Present> present_at(const primary::Server& server, const std::string& zone,
                                            const std::set<dns::Question>& questions) {
  const auto replies = ask_all(server, questions, false);
  domain_records::Present present;
  std::map<dns::Question, dns::Question> doubtful;  // the probe → what it is about
  for (const auto& [question, reply] : replies) {
    if (auto good = is_good(question, reply); !good) return std::unexpected(good.error());
    // Records behind an alias are another name's.
    if (reply->records.empty() || reply->canonical_name != question.name) continue;
    present[question] = {reply->records, reply->ttl};
    doubtful.emplace(dns::Question{name_of_nobody(question.name), question.type}, question);
  }
  std::set<dns::Question> probes;
  for (const auto& [probe, question] : doubtful) probes.insert(probe);
  for (const auto& [probe, reply] : ask_all(server, probes, false)) {
    if (!reply || reply->records.empty()) continue;
    const auto& question = doubtful.at(probe);
    const bool is_alike = same_records(reply->records, present[question].records);
    if (is_alike && !really_has(server, zone, question)) present.erase(question);
  }
  return present;
}

}  // namespace scop::command
