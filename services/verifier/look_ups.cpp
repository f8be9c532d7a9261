#include "verifier/look_ups.hpp"

#include <algorithm>
#include <set>

#include "resolving/look_up.hpp"
#include "verifier/limits.hpp"

namespace scop::verifier {

namespace {

std::size_t octets_of(const dns::Answer& answer) {
  std::size_t sum = 0;
  for (const auto& record : answer.records) sum += record.size();
  return sum;
}

bool is_final(const dns::Answer& answer) {
  return answer.validation != dns::Validation::bogus &&
         (answer.rcode == dns::Rcode::no_error || answer.rcode == dns::Rcode::nx_domain);
}

}  // namespace

const dns::Answer* Cache::find(const dns::Question& question, Deadline now) {
  const auto found = entries_.find(question);
  return found == entries_.end() || found->second.until <= now ? nullptr : &found->second.answer;
}

void Cache::keep(const dns::Question& question, const dns::Answer& answer, Deadline now) {
  const auto life = std::min<std::chrono::seconds>(std::chrono::seconds(answer.ttl), limits::longest_cached);
  if (!is_final(answer) || life.count() == 0 || octets_of(answer) > limits::cached_octets) return;
  if (const auto old = entries_.find(question); old != entries_.end()) {
    ages_.erase(old->second.age);
    entries_.erase(old);
  }
  if (entries_.size() >= limits::cached_answers) {
    entries_.erase(ages_.front());
    ages_.pop_front();
  }
  ages_.push_back(question);
  entries_.emplace(question, Entry{answer, now + life, std::prev(ages_.end())});
}

struct LookUps::State {
  State(asio::io_context& the_io, pipe::Channel& the_resolver, Cache& the_cache, std::string the_trace)
      : io(the_io), resolver(the_resolver), cache(the_cache), trace(std::move(the_trace)), arrival(the_io) {}
  asio::io_context& io;
  pipe::Channel& resolver;
  Cache& cache;
  std::string trace;
  Timer arrival;
  std::set<dns::Question> under_way;
  std::vector<Answered> come;
};

LookUps::LookUps(asio::io_context& io, pipe::Channel& resolver, Cache& cache, std::string trace)
    : state_(std::make_shared<State>(io, resolver, cache, std::move(trace))) {}
LookUps::~LookUps() = default;

void LookUps::ask(dns::Question question) {
  if (state_->under_way.contains(question)) return;
  if (const auto* known = state_->cache.find(question, std::chrono::steady_clock::now())) {
    state_->come.push_back({std::move(question), *known});
    return;
  }
  state_->under_way.insert(question);
  asio::co_spawn(state_->io, look_up(state_, std::move(question)), asio::detached);
}

Task<> LookUps::look_up(std::shared_ptr<State> state, dns::Question question) {
  auto answer = co_await resolving::look_up(state->resolver, question, state->trace, in(limits::look_up));
  state->cache.keep(question, answer, std::chrono::steady_clock::now());  // a failure is not kept
  state->under_way.erase(question);
  state->come.push_back({std::move(question), std::move(answer)});
  state->arrival.cancel();
}

bool LookUps::waiting() const { return !state_->under_way.empty(); }

std::vector<Answered> LookUps::take() { return std::exchange(state_->come, {}); }

Task<> LookUps::until_one_has_come(Deadline deadline) {
  const auto state = state_;
  if (!state->come.empty() || state->under_way.empty()) co_return;
  state->arrival.expires_at(deadline);
  boost::system::error_code ignored;
  co_await state->arrival.async_wait(asio::redirect_error(use_task, ignored));
}

}  // namespace scop::verifier
