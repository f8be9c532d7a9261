// scop corpus prove: the proof over many messages, in several threads, block by block.
#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <iostream>
#include <mutex>
#include <thread>

#include "scop/corpus_command.hpp"
#include "scop/corpus_proof.hpp"
#include "scop/corpus_state.hpp"
#include "scop/json.hpp"

namespace scop::command {

namespace {

constexpr std::uint64_t block = 1'000;  // messages between two notes of what is done
using Clock = std::chrono::steady_clock;

class Proof {
 public:
  Proof(const Context& context, const CorpusOptions& options)
      : context_(context),
        options_(options),
        fault_(fault_of(options.plant)),
        state_(options.state, options.seed),
        next_(options.first) {
    if (state_.was_of_another_proof())
      context.terminal.error_line(
          fmt::format("{} is of another seed or build: beginning anew", options.state.string()));
  }

  Tally run() {
    const auto jobs = options_.jobs == 0 ? std::max(1U, std::thread::hardware_concurrency()) : options_.jobs;
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < jobs; ++i) threads.emplace_back([this] { work(); });
    threads.clear();
    if (context_.terminal.is_terminal()) std::cerr << '\n';
    return std::move(sum_);
  }
  double seconds() const { return std::chrono::duration<double>(Clock::now() - began_).count(); }
  std::uint64_t resumed() const { return resumed_; }

 private:
  void work() {
    const auto end = options_.first + options_.count;
    for (auto first = next_.fetch_add(block); first < end; first = next_.fetch_add(block)) {
      const auto count = std::min(block, end - first);
      const bool whole = count == block;
      const auto* known = whole ? state_.done(first) : nullptr;
      const auto tally = known != nullptr ? *known : prove(options_.seed, first, count, fault_);
      const std::lock_guard lock(mutex_);
      add(sum_, tally);
      seen_ += count;
      if (known != nullptr) resumed_ += count;
      if (whole && known == nullptr && tally.wrong() == 0) state_.note(first, tally);
      show();
    }
  }
  void show() const {
    if (!context_.terminal.is_terminal()) return;
    constexpr std::size_t width = 40;
    const auto full = static_cast<std::size_t>(seen_ * width / options_.count);
    const auto fresh = static_cast<double>(std::max<std::uint64_t>(seen_ - resumed_, 1));
    std::cerr << fmt::format("\r[{:#<{}}{:.<{}}] {} of {}, {} wrong, {:.0f} s left  ", "", full, "",
                             width - full, seen_, options_.count, sum_.wrong(),
                             seconds() / fresh * static_cast<double>(options_.count - seen_));
  }

  const Context& context_;
  const CorpusOptions& options_;
  Fault fault_;
  ProofState state_;
  std::atomic<std::uint64_t> next_;
  std::mutex mutex_;
  Clock::time_point began_ = Clock::now();
  std::uint64_t seen_ = 0;
  std::uint64_t resumed_ = 0;
  Tally sum_;
};

json::object json_of(const Tally& tally) {
  json::object rows;
  for (const auto& [label, row] : tally.rows)
    rows[label] = json::object{{"messages", row.messages}, {"wrong", row.wrong}};
  return {{"messages", tally.messages()},
          {"octets", tally.octets},
          {"wrong", tally.wrong()},
          {"rows", std::move(rows)},
          {"examples", json_texts(tally.examples)}};
}

void print(const Terminal& terminal, const Tally& tally, const Proof& proof) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& [label, row] : tally.rows)
    rows.push_back({label, std::to_string(row.messages), std::to_string(row.wrong)});
  rows.push_back({"all", std::to_string(tally.messages()), std::to_string(tally.wrong())});
  terminal.table({"GRADE", "MESSAGES", "WRONG"}, rows);
  const auto seconds = proof.seconds();
  terminal.line(fmt::format("{:.1f} MB; {} messages in {:.0f} s: {:.0f}/s; {} were done before",
                            static_cast<double>(tally.octets) / 1e6, tally.messages() - proof.resumed(),
                            seconds, static_cast<double>(tally.messages() - proof.resumed()) / seconds,
                            proof.resumed()));
  for (const auto& example : tally.examples) terminal.line(shown(example));
}

}  // namespace

int prove_corpus(const Context& context, const CorpusOptions& options) {
  Proof proof(context, options);
  const auto tally = proof.run();
  if (context.json) {
    auto answer = json_of(tally);
    answer["seed"] = options.seed;
    answer["seconds"] = proof.seconds();
    answer["resumed"] = proof.resumed();
    print_json(answer);
  } else {
    print(context.terminal, tally, proof);
  }
  return tally.wrong() == 0 ? good : declined;
}

}  // namespace scop::command
