#include "spf/run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "spf/name.hpp"

namespace scop::spf {

namespace {

constexpr std::size_t longest_step = 400;

std::string shown(std::string_view text) {
  auto out = ascii::printable(text, longest_step);
  if (out.size() > longest_step) out.resize(longest_step);
  return out;
}

}  // namespace

void Run::note(std::string_view domain, std::string_view tested, std::string_view outcome) {
  if (verdict_.steps.size() >= limits_.steps) return;
  verdict_.steps.push_back({shown(domain), shown(tested), shown(outcome)});
}

bool Run::check(const std::string& domain) {
  const auto result = check_host(domain, true);
  if (!result) return false;
  verdict_.result = *result;
  return true;
}

std::optional<Result> Run::check_host(const std::string& domain, bool deciding) {
  const auto name = checkable_domain(domain);
  if (!name) {
    why_ = "'" + shown(domain) + "' is no domain name";
    if (deciding) verdict_.reason = why_;
    return Result::none;
  }
  auto known = known_.records.find(*name);
  if (known == known_.records.end()) {
    const auto* answer = ask(*name, dns::Type::txt);
    if (answer == nullptr) return std::nullopt;
    known = known_.records.emplace(*name, published(*answer, limits_.record)).first;
  }
  const auto& found = known->second;
  if (deciding && verdict_.record.empty()) verdict_.record = found.text;
  if (found.standing != Standing::found || !found.record) return without_record(found, *name);
  note(*name, "TXT " + *name, found.text);
  return evaluate(*found.record, *name, deciding);
}

std::optional<Result> Run::without_record(const Published& found, const std::string& domain) {
  if (found.standing == Standing::found) {
    why_ = fmt::format("the record of {}: {}", domain, found.record.error().what);
    verdict_.reason = why_;
    note(domain, "TXT " + domain, found.text + ": " + found.record.error().what);
    return Result::permerror;
  }
  const bool failed = found.standing == Standing::failed;
  why_ = failed ? "the look-up of TXT " + domain + " failed" : domain + " has no SPF record";
  verdict_.reason = why_;
  note(domain, "TXT " + domain, failed ? "the look-up failed" : "no SPF record");
  return failed ? Result::temperror : Result::none;
}

std::optional<Result> Run::evaluate(const Record& record, const std::string& domain, bool deciding) {
  std::size_t at = 0;
  for (const auto& directive : record.directives) {
    ++at;
    const auto match = test(directive, domain);
    if (match == Match::pending) {
      look_ahead(record, at, domain);
      return std::nullopt;
    }
    if (match == Match::temperror || match == Match::permerror)
      return as_result(match, domain, directive.text);
    note(domain, directive.text, match == Match::yes ? "matches" : "does not match");
    if (match == Match::yes) return decide(record, directive, domain, deciding);
  }
  if (record.redirect) return redirect(record, domain, deciding);
  if (deciding) {
    verdict_.mechanism = "default";
    verdict_.record_domain = domain;
    verdict_.reason = "nothing in the record of " + domain + " matches";
  }
  return Result::neutral;
}

std::optional<Result> Run::as_result(Match match, const std::string& domain, std::string_view text) {
  note(domain, text, why_);
  verdict_.reason = why_;
  return match == Match::temperror ? Result::temperror : Result::permerror;
}

std::optional<Result> Run::decide(const Record& record, const Directive& directive, const std::string& domain,
                                  bool deciding) {
  if (!deciding) return directive.qualifier;
  if (directive.qualifier == Result::fail && !explain(record, domain)) return std::nullopt;
  verdict_.mechanism = directive.text;
  verdict_.record_domain = domain;
  verdict_.reason = fmt::format("{} matches '{}' in the record of {}", values_.client.text(),
                                shown(directive.text), domain);
  return directive.qualifier;
}

std::optional<Result> Run::redirect(const Record& record, const std::string& domain, bool deciding) {
  const auto& text = record.redirect->text;
  if (over_lookups() != Match::no) return as_result(Match::permerror, domain, text);
  const auto target = target_of(record.redirect->domain, domain);
  if (target.problem == Match::pending) return std::nullopt;
  if (target.problem == Match::permerror) return as_result(Match::permerror, domain, text);
  note(domain, text, "goes on with " + target.name);
  const auto result = check_host(target.name, deciding);
  if (result != Result::none) return result;
  permanent("redirect to " + shown(target.name) + ": " + why_);
  return as_result(Match::permerror, domain, text);
}

// RFC 7208 6.2: whatever goes wrong here only leaves the explanation out.
bool Run::explain(const Record& record, const std::string& domain) {
  if (!record.explanation) return true;
  const auto target = target_of(record.explanation->domain, domain, false);
  if (target.problem == Match::pending) return false;
  const auto name = question_name(target.name);
  if (target.problem != Match::yes || !name) return true;
  const auto* answer = ask(*name, dns::Type::txt);
  if (answer == nullptr) return false;
  const auto texts = standing_of(*answer) == Standing::found ? texts_in(*answer) : std::vector<std::string>();
  note(domain, record.explanation->text, summary({*name, dns::Type::txt}, *answer));
  if (texts.size() != 1 || texts.front().size() > limits_.record) return true;
  const auto string = parse_explanation(texts.front());
  if (!string) return true;
  auto values = values_for(domain);
  if (string->uses("p")) {
    const auto validated = validated_names();
    if (!validated) return false;
    values.validated_name = chosen_name(*validated, domain);
  }
  verdict_.explanation = expand_text(*string, values, limits_.explanation).value_or("");
  return true;
}

const dns::Answer* Run::ask(const std::string& name, dns::Type type) {
  const dns::Question question{name, type};
  const auto found = known_.answers.find(question);
  if (found != known_.answers.end()) return &found->second;
  if (std::ranges::find(blocking_, question) == blocking_.end()) blocking_.push_back(question);
  return nullptr;
}

// Terms that will be needed if none before them matches: their questions can travel with the first one's.
// exists and ptr are left out: they are made per sender and client, and cost others' servers.
void Run::look_ahead(const Record& record, std::size_t from, const std::string& domain) {
  std::vector<dns::Question> questions;
  for (std::size_t i = from; i < record.directives.size(); ++i) {
    if (auto question = ahead_of(record.directives.at(i), domain)) questions.push_back(std::move(*question));
  }
  if (record.redirect) {
    Directive like_include{.mechanism = Mechanism::include, .domain = record.redirect->domain};
    if (auto question = ahead_of(like_include, domain)) questions.push_back(std::move(*question));
  }
  for (auto& question : questions) {
    if (verdict_.lookups + ahead_.size() >= limits_.lookups) return;
    ahead_.push_back(std::move(question));
  }
}

std::optional<dns::Question> Run::ahead_of(const Directive& directive, const std::string& domain) const {
  using enum Mechanism;
  const auto kind = directive.mechanism;
  if (kind != include && kind != a && kind != mx) return std::nullopt;
  if (directive.domain && directive.domain->uses("p")) return std::nullopt;
  const auto target = directive.domain ? expand_domain(*directive.domain, values_for(domain)) : domain;
  const auto name = target ? question_name(*target) : std::nullopt;
  if (!name) return std::nullopt;
  const auto type = kind == include ? dns::Type::txt : kind == a ? address_type() : dns::Type::mx;
  return dns::Question{*name, type};
}

}  // namespace scop::spf
