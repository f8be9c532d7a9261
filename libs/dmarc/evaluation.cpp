#include "dmarc/evaluation.hpp"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "core/ascii.hpp"
#include "dmarc/run.hpp"
#include "dns/domain.hpp"

namespace scop::dmarc {

namespace {

int gravity(Result result) {
  switch (result) {
    case Result::fail:
      return 4;
    case Result::permerror:
      return 3;
    case Result::temperror:
      return 2;
    case Result::pass:
      return 1;
    case Result::none:
      return 0;
  }
  return 0;
}

bool is_graver(const Verdict& a, const Verdict& b) {
  return std::tuple(a.disposition, gravity(a.result)) > std::tuple(b.disposition, gravity(b.result));
}

Verdict refused(std::string reason) {
  Verdict verdict;
  verdict.result = Result::permerror;
  verdict.disposition = Policy::quarantine;
  verdict.reason = std::move(reason);
  return verdict;
}

void add_steps(std::vector<Step>& all, const std::vector<Step>& more, std::size_t most) {
  for (const auto& step : more) {
    if (all.size() < most) all.push_back(step);
  }
}

}  // namespace

std::string_view name_of(Result result) {
  switch (result) {
    case Result::none:
      return "none";
    case Result::pass:
      return "pass";
    case Result::fail:
      return "fail";
    case Result::temperror:
      return "temperror";
    case Result::permerror:
      return "permerror";
  }
  return "none";
}

std::string_view name_of(PolicySource source) {
  switch (source) {
    case PolicySource::none:
      return "";
    case PolicySource::p:
      return "p";
    case PolicySource::sp:
      return "sp";
    case PolicySource::np:
      return "np";
  }
  return "";
}

struct Evaluation::State {
  explicit State(Input given) : input(std::move(given)) { begin(); }

  void begin();
  void run();
  void end(Verdict found);

  Input input;
  std::vector<std::string> authors;  // A-labels, each once
  std::optional<Verdict> unusable;   // of addresses without a domain
  Answers answers;
  std::vector<dns::Question> blocking;
  bool done = false;
  Verdict verdict;
};

void Evaluation::State::begin() {
  for (const auto& from : input.from_domains) {
    auto domain = dns::to_a_labels(from);
    if (!domain) {
      unusable = refused("an address in From has no usable domain: " + domain.error().what);
    } else if (std::ranges::find(authors, *domain) == authors.end()) {
      authors.push_back(std::move(*domain));
    }
  }
  if (input.from_domains.empty()) unusable = refused("no address in From");
  if (authors.size() > input.limits.authors) {
    unusable = refused("too many domains in From");
    authors.clear();
  }
  run();
}

void Evaluation::State::end(Verdict found) {
  done = true;
  verdict = std::move(found);
  verdict.lookups = static_cast<unsigned>(answers.size());
}

void Evaluation::State::run() {
  blocking.clear();
  std::optional<Verdict> gravest = unusable;
  std::vector<Step> steps;
  for (const auto& author : authors) {
    Run pass(input, answers);
    auto judged = pass.judge(author);
    for (const auto& question : pass.blocking()) {
      if (std::ranges::find(blocking, question) == blocking.end()) blocking.push_back(question);
    }
    if (!judged) continue;
    add_steps(steps, judged->steps, input.limits.steps);
    if (!gravest || is_graver(*judged, *gravest)) gravest = std::move(*judged);
  }
  if (!blocking.empty()) return;
  gravest->steps = std::move(steps);
  end(std::move(*gravest));
}

Evaluation::Evaluation(Input input) : state_(std::make_unique<State>(std::move(input))) {}
Evaluation::~Evaluation() = default;
Evaluation::Evaluation(Evaluation&&) noexcept = default;
Evaluation& Evaluation::operator=(Evaluation&&) noexcept = default;

std::vector<dns::Question> Evaluation::wanted() const {
  std::vector<dns::Question> questions;
  if (state_->done) return questions;
  for (const auto& question : state_->blocking) {
    if (!state_->answers.contains(question)) questions.push_back(question);
  }
  return questions;
}

void Evaluation::answer(const dns::Question& question, const dns::Answer& answer) {
  if (state_->done || std::ranges::count(wanted(), question) == 0) return;
  state_->answers.emplace(question, answer);
  if (wanted().empty()) state_->run();
}

bool Evaluation::done() const { return state_->done; }

const Verdict& Evaluation::result() const { return state_->verdict; }

}  // namespace scop::dmarc
