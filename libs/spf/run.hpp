// One pass of check_host() over the answers that are there. It ends with a result, or with the questions
// whose answers it lacks; then the evaluation starts it again. So every pass is a pure function of input and
// answers.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "spf/answers.hpp"
#include "spf/evaluation.hpp"
#include "spf/expand.hpp"
#include "spf/record.hpp"

namespace scop::spf {

class Run {
 public:
  // `values` holds what does not change from domain to domain. All must outlive the run.
  Run(const Limits& limits, const MacroValues& values, Known& known)
      : limits_(limits), values_(values), known_(known) {}

  // Whether there is a result.
  bool check(const std::string& domain);
  Verdict take_verdict() { return std::move(verdict_); }
  const std::vector<dns::Question>& blocking() const { return blocking_; }
  const std::vector<dns::Question>& ahead() const { return ahead_; }

 private:
  enum class Match : std::uint8_t { no, yes, temperror, permerror, pending };
  struct Target {
    Match problem = Match::yes;  // yes: none; no: not a name that can exist
    std::string name;
  };

  // nullopt: pending. `deciding`: reached by redirects alone, so that its mechanism and exp= are the
  // verdict's.
  std::optional<Result> check_host(const std::string& domain, bool deciding);
  std::optional<Result> without_record(const Published& found, const std::string& domain);
  std::optional<Result> evaluate(const Record& record, const std::string& domain, bool deciding);
  std::optional<Result> decide(const Record& record, const Directive& directive, const std::string& domain,
                               bool deciding);
  std::optional<Result> redirect(const Record& record, const std::string& domain, bool deciding);
  std::optional<Result> as_result(Match match, const std::string& domain, std::string_view text);

  Match test(const Directive& directive, const std::string& domain);
  Match test_include(const Directive& directive, const std::string& domain);
  Match test_a(const Directive& directive, const std::string& domain);
  Match test_mx(const Directive& directive, const std::string& domain);
  Match test_mx_hosts(const Directive& directive, const std::vector<std::string>& hosts);
  Match test_exists(const Directive& directive, const std::string& domain);
  Match test_ptr(const Directive& directive, const std::string& domain);

  bool explain(const Record& record, const std::string& domain);
  void look_ahead(const Record& record, std::size_t from, const std::string& domain);
  std::optional<dns::Question> ahead_of(const Directive& directive, const std::string& domain) const;

  // Of the PTR names those with the client among their addresses; nullopt: pending.
  std::optional<std::vector<std::string>> validated_names();
  std::string chosen_name(const std::vector<std::string>& validated, const std::string& domain) const;

  MacroValues values_for(const std::string& domain) const;
  Target target_of(const std::optional<MacroString>& spec, const std::string& domain, bool counted = true);
  const dns::Answer* ask(const std::string& name, dns::Type type);
  dns::Type address_type() const;
  Match over_lookups();  // counts one; no: within the limit
  Match over_void_lookups();
  Match permanent(std::string why);
  Match in_network(const Directive& directive, const dns::Answer& answer) const;
  void note(std::string_view domain, std::string_view tested, std::string_view outcome);

  const Limits& limits_;
  const MacroValues& values_;
  Known& known_;
  Verdict verdict_;
  std::string why_;  // of the last error
  bool counted_p_ = false;
  std::vector<dns::Question> blocking_;
  std::vector<dns::Question> ahead_;
};

}  // namespace scop::spf
