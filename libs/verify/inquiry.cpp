#include "verify/inquiry.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <ranges>
#include <set>
#include <utility>

#include "auth_results/claim.hpp"
#include "core/ascii.hpp"
#include "message/header.hpp"
#include "spf/evaluation.hpp"
#include "verify/authors.hpp"
#include "verify/decision.hpp"
#include "verify/explanation.hpp"
#include "verify/records.hpp"
#include "verify/results.hpp"

namespace scop::verify {

namespace {

dns::Question normal(dns::Question question) {
  question.name = ascii::to_lower(question.name);
  return question;
}

std::optional<spf::Evaluation> spf_of(const Policy& policy, const Envelope& envelope,
                                      spf::Identity identity) {
  if (!envelope.client) return std::nullopt;
  spf::Input input;
  input.client = *envelope.client;
  input.mail_from = envelope.reverse_path;
  input.helo = envelope.helo;
  input.identity = identity;
  input.receiver = policy.authserv_id;
  input.now = envelope.now;
  return spf::Evaluation(std::move(input));
}

dmarc::Standing standing_of(spf::Result result) {
  if (result == spf::Result::pass) return dmarc::Standing::pass;
  return result == spf::Result::temperror ? dmarc::Standing::temperror : dmarc::Standing::fail;
}

dmarc::Standing standing_of(dkim::Result result) {
  if (result == dkim::Result::pass) return dmarc::Standing::pass;
  return result == dkim::Result::temperror ? dmarc::Standing::temperror : dmarc::Standing::fail;
}

// Gives an evaluation every answer that is there already, and what those lead to.
template <class Evaluation>
void feed(std::optional<Evaluation>& evaluation, const Answers& answers) {
  for (bool moved = true; moved && evaluation && !evaluation->done();) {
    moved = false;
    for (const auto& question : evaluation->wanted()) {
      const auto found = answers.find(normal(question));
      if (found == answers.end()) continue;
      evaluation->answer(question, found->second);
      moved = true;
    }
  }
}

template <class Evaluation>
bool is_done(const std::optional<Evaluation>& evaluation) {
  return !evaluation || evaluation->done();
}

}  // namespace

struct Inquiry::State {
  State(Policy policy_, Envelope envelope_)
      : policy(std::move(policy_)),
        envelope(std::move(envelope_)),
        iprev(std::in_place, envelope.client),
        mail_from(spf_of(policy, envelope, spf::Identity::mail_from)),
        dkim(policy.dkim, envelope.now),
        arc(envelope.now) {
    // The null sender's check is HELO's already.
    if (!envelope.reverse_path.empty() && !envelope.helo.empty()) {
      helo = spf_of(policy, envelope, spf::Identity::helo);
    }
  }

  void take_header(std::string_view chunk);
  void begin_body();
  void advance();
  void conclude_signatures();
  bool keys_known() const;
  dmarc::Input dmarc_input() const;
  template <class Visit>
  void each_evaluation(Visit visit) const;

  Policy policy;
  Envelope envelope;
  std::string header;
  bool header_done = false;
  bool ended = false;
  Answers answers;
  std::optional<Iprev> iprev;
  std::optional<spf::Evaluation> mail_from;
  std::optional<spf::Evaluation> helo;
  dkim::Verifier dkim;
  arc::Validator arc;
  std::multimap<std::string, std::string> keys;  // names of key records, in lower case: as they are written
  std::vector<std::string> authors;
  // Asks for the authors' policies while signatures are still judged; its verdict is not used.
  std::optional<dmarc::Evaluation> ahead;
  std::optional<dmarc::Evaluation> dmarc;
  bool signatures_judged = false;
  Judgement judgement;
};

template <class Visit>
void Inquiry::State::each_evaluation(Visit visit) const {
  visit(iprev);
  visit(mail_from);
  visit(helo);
  // Who speculates asks nothing more once the real one is there.
  if (dmarc) {
    visit(dmarc);
  } else {
    visit(ahead);
  }
}

void Inquiry::State::take_header(std::string_view chunk) {
  const auto searched = header.size();
  header += chunk.substr(0, message::most_header_octets + 4);
  const auto body = message::find_body(header, searched);
  if (body == std::string::npos && header.size() <= message::most_header_octets) return;
  begin_body();
  if (body == std::string::npos || !judgement.header_problem.empty()) return;
  const auto rest = chunk.substr(std::min(body - searched, chunk.size()));
  dkim.body(rest);
  arc.body(rest);
}

void Inquiry::State::begin_body() {
  header_done = true;
  const auto parsed = message::parse_header(header);
  dmarc::Input input;
  if (!parsed) {
    judgement.header_problem = parsed.error().what;
    judgement.arc.reason = parsed.error().what;
    authors = {""};
  } else {
    judgement.remove = auth_results::claiming_fields(*parsed, policy.own_ids);
    for (std::uint32_t i = 0; i < parsed->fields.size(); ++i) {
      if (ascii::starts_with_ignoring_case(parsed->fields[i].name, "X-Spam-"))
        judgement.spam_fields.push_back(i);
    }
    authors = author_domains(*parsed);
    const auto author = authors.empty() ? std::string() : authors.front();
    for (const auto& name : dkim.header(*parsed, author)) keys.emplace(ascii::to_lower(name), name);
    for (const auto& name : arc.header(*parsed)) keys.emplace(ascii::to_lower(name), name);
  }
  input.from_domains = authors;
  ahead.emplace(std::move(input));
  header.clear();
  header.shrink_to_fit();
}

bool Inquiry::State::keys_known() const {
  return std::ranges::all_of(keys,
                             [&](const auto& key) { return answers.contains({key.first, dns::Type::txt}); });
}

void Inquiry::State::conclude_signatures() {
  judgement.dkim = dkim.finish();
  if (judgement.header_problem.empty()) judgement.arc = arc.finish();
  signatures_judged = true;
}

dmarc::Input Inquiry::State::dmarc_input() const {
  dmarc::Input input;
  input.from_domains = authors;
  if (mail_from) {
    const auto& verdict = mail_from->result();
    input.spf = {verdict.domain, standing_of(verdict.result)};
  }
  for (const auto& verdict : judgement.dkim) {
    if (!verdict.domain.empty()) input.dkim.push_back({verdict.domain, standing_of(verdict.result)});
  }
  return input;
}

void Inquiry::State::advance() {
  feed(iprev, answers);
  feed(mail_from, answers);
  feed(helo, answers);
  feed(ahead, answers);
  if (!ended) return;
  if (!signatures_judged && keys_known()) conclude_signatures();
  if (!dmarc && signatures_judged && is_done(mail_from)) dmarc.emplace(dmarc_input());
  feed(dmarc, answers);
}

Inquiry::Inquiry(Policy policy, Envelope envelope) {
  if (std::ranges::find(policy.own_ids, policy.authserv_id) == policy.own_ids.end()) {
    policy.own_ids.push_back(policy.authserv_id);
  }
  state_ = std::make_unique<State>(std::move(policy), std::move(envelope));
}
Inquiry::~Inquiry() = default;
Inquiry::Inquiry(Inquiry&&) noexcept = default;
Inquiry& Inquiry::operator=(Inquiry&&) noexcept = default;

void Inquiry::octets(std::string_view chunk) {
  auto& state = *state_;
  if (!state.header_done) {
    state.take_header(chunk);
    if (state.header_done) state.advance();
  } else if (state.judgement.header_problem.empty()) {
    state.dkim.body(chunk);
    state.arc.body(chunk);
  }
}

void Inquiry::end() {
  if (!state_->header_done) state_->begin_body();
  state_->ended = true;
  state_->advance();
}

std::vector<dns::Question> Inquiry::wanted() const {
  const auto& state = *state_;
  std::vector<dns::Question> questions;
  std::set<dns::Question> seen;
  const auto want = [&](dns::Question question) {
    question = normal(std::move(question));
    if (!state.answers.contains(question) && seen.insert(question).second)
      questions.push_back(std::move(question));
  };
  state.each_evaluation([&](const auto& evaluation) {
    if (is_done(evaluation)) return;
    for (auto& question : evaluation->wanted()) want(std::move(question));
  });
  for (const auto& [name, written] : state.keys) want({name, dns::Type::txt});
  return questions;
}

void Inquiry::answer(const dns::Question& question, const dns::Answer& answer) {
  auto& state = *state_;
  const auto [entry, fresh] = state.answers.emplace(normal(question), answer);
  if (!fresh) return;
  if (question.type == dns::Type::txt) {
    const auto [first, last] = state.keys.equal_range(entry->first.name);
    for (const auto& [name, written] : std::ranges::subrange(first, last)) {
      state.dkim.key(written, key_answer(answer));
      state.arc.key(written, key_answer(answer));
    }
  }
  state.advance();
}

bool Inquiry::done() const {
  const auto& state = *state_;
  return state.ended && state.dmarc && state.dmarc->done() && is_done(state.iprev) && is_done(state.helo);
}

Judgement Inquiry::finish() {
  auto& state = *state_;
  if (!state.ended) end();
  while (!done()) {
    const auto questions = wanted();
    if (questions.empty()) break;  // no evaluation waits for nothing
    for (const auto& question : questions) answer(question, {.why = "no answer in time"});
  }
  auto judgement = std::move(state.judgement);
  judgement.iprev = state.iprev->result();
  if (state.mail_from) {
    judgement.spf = state.mail_from->result();
  } else {
    judgement.spf.reason = "the client's address is not known";
  }
  if (state.helo) judgement.helo = state.helo->result();
  if (state.dmarc && state.dmarc->done()) judgement.dmarc = state.dmarc->result();
  judgement.decision = decide(state.policy, judgement);
  const auto results = method_results(state.envelope, judgement);
  judgement.field = auth_results::format_value(state.policy.authserv_id, results);
  judgement.results = auth_results::format_results(results);
  judgement.steps = explain(state.envelope, judgement, state.answers);
  return judgement;
}

}  // namespace scop::verify
