// One pass over the answers that are there, as in spf::Run: ends with a verdict about one author's domain, or
// with the questions whose answers it lacks.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dmarc/evaluation.hpp"
#include "dmarc/tree.hpp"

namespace scop::dmarc {

using Answers = std::map<dns::Question, dns::Answer>;

class Run {
 public:
  Run(const Input& input, const Answers& answers) : input_(input), answers_(answers) {}

  // nullopt: pending. `domain` in A-labels.
  std::optional<Verdict> judge(const std::string& domain);
  const std::vector<dns::Question>& blocking() const { return blocking_; }

 private:
  struct Walked {
    bool pending = false;
    bool failed = false;  // a look-up that mattered
    std::vector<Found> found;
    std::string organizational_domain;
  };
  enum class Progress : std::uint8_t { done, pending };

  Walked walk(const std::string& start, std::size_t most);
  Progress find_policy();
  Progress align();
  Progress align_one(Aligned& aligned, Alignment mode, std::string_view name);
  Progress conclude();
  Progress choose_policy();

  void end(Result result, std::string reason);
  const dns::Answer* ask(const std::string& name, dns::Type type);
  std::optional<Record> record_in(const std::string& name, const dns::Answer& answer);
  void note(std::string_view domain, std::string_view tested, std::string_view outcome);
  const Record& record() const { return verdict_.record; }

  const Input& input_;
  const Answers& answers_;
  Verdict verdict_;
  bool ended_ = false;
  bool alignment_failed_ = false;  // a look-up failed that might have shown an alignment
  std::vector<dns::Question> blocking_;
};

}  // namespace scop::dmarc
