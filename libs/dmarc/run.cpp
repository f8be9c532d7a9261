#include "dmarc/run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/ascii.hpp"
#include "dns/domain.hpp"
#include "dns/name.hpp"
#include "dns/rdata.hpp"

namespace scop::dmarc {

namespace {

constexpr std::size_t longest_step = 400;
constexpr std::size_t longest_domain = 253;

std::string shown(std::string_view text) {
  auto out = ascii::printable(text, longest_step);
  if (out.size() > longest_step) out.resize(longest_step);
  return out;
}

bool has_failed(const dns::Answer& answer) {
  if (answer.validation == dns::Validation::bogus) return true;
  return answer.rcode != dns::Rcode::no_error && answer.rcode != dns::Rcode::nx_domain;
}

std::string_view top_label(std::string_view domain) { return domain.substr(domain.rfind('.') + 1); }

std::vector<std::string> policy_texts(const dns::Answer& answer) {
  std::vector<std::string> texts;
  for (const auto& rdata : answer.records) {
    const auto strings = dns::read_txt(rdata);
    if (!strings) continue;
    std::string text;
    for (const auto& part : *strings) text += part;
    if (is_record(text)) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace

void Run::note(std::string_view domain, std::string_view tested, std::string_view outcome) {
  if (verdict_.steps.size() >= input_.limits.steps) return;
  const Step step{shown(domain), shown(tested), shown(outcome)};
  if (std::ranges::find(verdict_.steps, step) == verdict_.steps.end()) verdict_.steps.push_back(step);
}

void Run::end(Result result, std::string reason) {
  verdict_.result = result;
  verdict_.reason = std::move(reason);
  ended_ = true;
}

const dns::Answer* Run::ask(const std::string& name, dns::Type type) {
  const dns::Question question{name, type};
  const auto found = answers_.find(question);
  if (found != answers_.end()) return &found->second;
  if (std::ranges::find(blocking_, question) == blocking_.end()) blocking_.push_back(question);
  return nullptr;
}

// RFC 9989 4.10: several records are none.
std::optional<Record> Run::record_in(const std::string& name, const dns::Answer& answer) {
  const auto texts = policy_texts(answer);
  if (texts.empty()) {
    note(name, "TXT _dmarc." + name, "no DMARC record");
    return std::nullopt;
  }
  if (texts.size() > 1) {
    note(name, "TXT _dmarc." + name, fmt::format("{} DMARC records: all discarded", texts.size()));
    return std::nullopt;
  }
  auto parsed = parse_record(texts.front());
  note(name, "TXT _dmarc." + name, parsed ? texts.front() : parsed.error().what);
  return parsed ? std::optional(std::move(*parsed)) : std::nullopt;
}

// `most`: of the names of the walk, so that the author's own record alone can be asked for first.
Run::Walked Run::walk(const std::string& start, std::size_t most) {
  Walked walked;
  auto names = walk_of(start);
  if (names.size() > most) names.resize(most);
  for (const auto& name : names) {
    if (name.size() + std::string_view("_dmarc.").size() > longest_domain) continue;
    const auto* answer = ask("_dmarc." + name, dns::Type::txt);
    if (answer == nullptr) walked.pending = true;
    if (walked.pending) continue;  // the others' questions travel together
    if (has_failed(*answer)) {
      note(name, "TXT _dmarc." + name, "the look-up failed");
      walked.failed = true;
      return walked;
    }
    auto record = record_in(name, *answer);
    if (!record) continue;
    walked.found.push_back({name, std::move(*record)});
    if (walked.found.back().record.psd != Psd::unknown) break;
  }
  walked.organizational_domain = organizational_domain(start, walked.found);
  return walked;
}

// RFC 9989 4.10.1: at the author's domain, else at its organizational domain, else at the public suffix.
Run::Progress Run::find_policy() {
  const auto& author = verdict_.domain;
  auto walked = walk(author, 1);
  if (!walked.pending && !walked.failed && walked.found.empty()) walked = walk(author, most_walked);
  if (walked.pending) return Progress::pending;
  if (walked.failed) {
    end(Result::temperror, "a look-up of the policy of " + author + " failed");
    return Progress::done;
  }
  const auto at = [&](std::string_view domain) {
    return std::ranges::find(walked.found, domain, &Found::domain);
  };
  auto chosen = at(author);
  if (chosen == walked.found.end()) chosen = at(walked.organizational_domain);
  if (chosen == walked.found.end()) {
    chosen = std::ranges::find_if(walked.found, [](const Found& f) { return f.record.psd == Psd::yes; });
  }
  if (chosen == walked.found.end()) {
    end(Result::none, "neither " + author + " nor a domain above it has a DMARC policy");
    return Progress::done;
  }
  verdict_.record_domain = chosen->domain;
  verdict_.record = chosen->record;
  verdict_.testing = chosen->record.testing;
  if (record().without_policy && record().rua.empty())
    end(Result::none, "the record of " + chosen->domain + " has no valid policy");
  return Progress::done;
}

Run::Progress Run::align_one(Aligned& aligned, Alignment mode, std::string_view name) {
  const auto domain = dns::to_a_labels(aligned.identifier.domain);
  if (!domain || aligned.identifier.standing == Standing::fail) return Progress::done;
  const auto& author = verdict_.domain;
  const auto say = [&](bool does, std::string_view how) {
    aligned.aligned = does;
    note(author, fmt::format("{} {}", name, *domain),
         fmt::format("{}: {}", does ? "aligned" : "not aligned", how));
    return Progress::done;
  };
  if (*domain == author) return say(true, "the same domain");
  if (mode == Alignment::strict) return say(false, "strict alignment");
  if (top_label(*domain) != top_label(author)) return say(false, "no common parent domain");
  const auto own = walk(author, most_walked);
  if (own.pending) return Progress::pending;
  if (!own.failed) verdict_.organizational_domain = own.organizational_domain;
  // An organizational domain is the name itself or above it: no need to walk from what is elsewhere.
  if (!own.failed && !is_within(*domain, own.organizational_domain))
    return say(false, "not within " + own.organizational_domain);
  const auto theirs = own.failed ? own : walk(*domain, most_walked);
  if (theirs.pending) return Progress::pending;
  if (theirs.failed) {
    alignment_failed_ = true;
    return say(false, "a look-up failed");
  }
  aligned.organizational_domain = theirs.organizational_domain;
  return say(theirs.organizational_domain == own.organizational_domain,
             "organizational domain " + theirs.organizational_domain);
}

Run::Progress Run::align() {
  auto progress = align_one(verdict_.spf, record().aspf, "SPF");
  std::size_t looked_at = 0;
  for (auto& signature : verdict_.dkim) {
    if (signature.identifier.standing == Standing::fail) continue;
    if (++looked_at > input_.limits.signatures) break;
    if (align_one(signature, record().adkim, "DKIM") == Progress::pending) progress = Progress::pending;
  }
  return progress;
}

Run::Progress Run::conclude() {
  const auto counts = [](const Aligned& a) { return a.aligned && a.identifier.standing == Standing::pass; };
  const auto might = [](const Aligned& a) {
    return a.aligned && a.identifier.standing == Standing::temperror;
  };
  verdict_.spf_pass = counts(verdict_.spf);
  verdict_.dkim_pass = std::ranges::any_of(verdict_.dkim, counts);
  if (choose_policy() == Progress::pending) return Progress::pending;
  if (ended_) return Progress::done;
  if (verdict_.spf_pass || verdict_.dkim_pass) {
    const auto* by = verdict_.spf_pass ? verdict_.dkim_pass ? "SPF and DKIM" : "SPF" : "DKIM";
    end(Result::pass, fmt::format("{} aligned with {}", by, verdict_.domain));
  } else if (might(verdict_.spf) || std::ranges::any_of(verdict_.dkim, might) || alignment_failed_) {
    end(Result::temperror, "a temporary error where an aligned domain might have passed");
  } else {
    verdict_.disposition = verdict_.policy;
    if (verdict_.testing && verdict_.policy == Policy::quarantine) verdict_.disposition = Policy::none;
    if (verdict_.testing && verdict_.policy == Policy::reject) verdict_.disposition = Policy::quarantine;
    end(Result::fail, fmt::format("nothing aligned with {} passed; {}={} at {}{}", verdict_.domain,
                                  name_of(verdict_.source), name_of(verdict_.policy), verdict_.record_domain,
                                  verdict_.testing ? ", in test mode" : ""));
  }
  return Progress::done;
}

// RFC 9989 4.7: p= for the record's own domain, below it np= or sp=.
Run::Progress Run::choose_policy() {
  const auto set = [&](PolicySource source, Policy policy) {
    verdict_.source = source;
    verdict_.policy = policy;
    return Progress::done;
  };
  const auto& policy = record();
  if (verdict_.record_domain == verdict_.domain) return set(PolicySource::p, policy.p);
  const bool passed = verdict_.spf_pass || verdict_.dkim_pass;
  if (policy.np && !passed) {
    const auto* answer = ask(verdict_.domain, dns::Type::a);
    if (answer == nullptr) return Progress::pending;
    if (has_failed(*answer)) {
      end(Result::temperror, "whether " + verdict_.domain + " exists could not be looked up");
      return Progress::done;
    }
    const bool exists = answer->rcode != dns::Rcode::nx_domain;
    note(verdict_.domain, "A " + verdict_.domain, exists ? "the domain exists" : "the domain does not exist");
    if (!exists) return set(PolicySource::np, *policy.np);
  }
  return policy.sp ? set(PolicySource::sp, *policy.sp) : set(PolicySource::p, policy.p);
}

std::optional<Verdict> Run::judge(const std::string& domain) {
  verdict_.domain = domain;
  verdict_.spf.identifier = input_.spf;
  for (const auto& signature : input_.dkim) verdict_.dkim.push_back({.identifier = signature});
  if (find_policy() == Progress::pending) return std::nullopt;
  if (!ended_ && align() == Progress::pending) return std::nullopt;
  if (!ended_ && conclude() == Progress::pending) return std::nullopt;
  if (verdict_.organizational_domain.empty() && verdict_.result != Result::none) {
    // Known without a further look-up where the walk went on; otherwise nobody needed it.
    if (verdict_.record_domain != domain)
      verdict_.organizational_domain = walk(domain, most_walked).organizational_domain;
  }
  return std::move(verdict_);
}

}  // namespace scop::dmarc
