#include "spf/evaluation.hpp"

#include <algorithm>
#include <utility>

#include "core/ascii.hpp"
#include "spf/answers.hpp"
#include "spf/expand.hpp"
#include "spf/name.hpp"
#include "spf/run.hpp"

namespace scop::spf {

namespace {

constexpr std::size_t longest_identity = 2048;  // octets of MAIL FROM or HELO; SMTP allows far less

// RFC 4291 2.5.5.2
dns::Address unmapped(const dns::Address& address) {
  const auto octets = address.octets();
  const std::string prefix = std::string(10, '\0') + "\xff\xff";
  if (octets.size() != 16 || !octets.starts_with(prefix)) return address;
  return *dns::Address::from_octets(std::string_view(octets).substr(12));
}

}  // namespace

struct Evaluation::State {
  explicit State(Input given) : input(std::move(given)) { begin(); }

  void begin();
  void run();
  bool is_known(const dns::Question& question) const { return known.answers.contains(question); }

  Input input;
  Identity identity{};
  MacroValues values;
  Known known;
  std::vector<dns::Question> blocking;
  std::vector<dns::Question> ahead;
  bool done = false;
  Verdict verdict;
};

// RFC 7208 2.4, 4.3
void Evaluation::State::begin() {
  const bool by_helo = input.identity == Identity::helo || input.mail_from.empty();
  identity = by_helo ? Identity::helo : Identity::mail_from;
  std::string_view sender = by_helo ? std::string_view(input.helo) : std::string_view(input.mail_from);
  if (sender.size() > longest_identity || input.helo.size() > longest_identity) {
    done = true;
    verdict.identity = identity;
    verdict.reason = "the sender is too long";
    return;
  }
  const auto at = by_helo ? std::string_view::npos : sender.rfind('@');
  if (at != std::string_view::npos) {
    values.local_part = sender.substr(0, at);
    sender.remove_prefix(at + 1);
  }
  if (values.local_part.empty()) values.local_part = "postmaster";
  values.sender_domain = checkable_domain(sender).value_or(std::string(sender));
  values.helo = input.helo;
  values.receiver = input.receiver;
  values.client = unmapped(input.client);
  values.now = input.now;
  run();
}

void Evaluation::State::run() {
  Run pass(input.limits, values, known);
  done = pass.check(values.sender_domain);
  blocking = pass.blocking();
  ahead = pass.ahead();
  if (!done) return;
  verdict = pass.take_verdict();
  verdict.identity = identity;
  verdict.domain = values.sender_domain;
  verdict.sender = values.local_part + "@" + values.sender_domain;
}

Evaluation::Evaluation(Input input) : state_(std::make_unique<State>(std::move(input))) {}
Evaluation::~Evaluation() = default;
Evaluation::Evaluation(Evaluation&&) noexcept = default;
Evaluation& Evaluation::operator=(Evaluation&&) noexcept = default;

std::vector<dns::Question> Evaluation::wanted() const {
  std::vector<dns::Question> questions;
  if (state_->done) return questions;
  for (const auto* list : {&state_->blocking, &state_->ahead}) {
    for (const auto& question : *list) {
      const bool named = std::ranges::find(questions, question) != questions.end();
      if (!named && !state_->is_known(question)) questions.push_back(question);
    }
  }
  return questions;
}

void Evaluation::answer(const dns::Question& question, const dns::Answer& answer) {
  if (state_->done || std::ranges::count(wanted(), question) == 0) return;
  state_->known.answers.emplace(question, answer);
  if (std::ranges::count(state_->blocking, question) != 0) state_->run();
}

bool Evaluation::done() const { return state_->done; }

const Verdict& Evaluation::result() const { return state_->verdict; }

}  // namespace scop::spf
