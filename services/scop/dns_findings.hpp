// What `scop dns check` found: one line each, with what to do.
#pragma once

#include <string>
#include <vector>

#include "scop/context.hpp"

namespace scop::command {

enum class Level { ok, warning, problem };

struct Finding {
  Level level = Level::ok;
  std::string subject;  // "example.org MX", "mail.example.org:25"
  std::string what;
  std::string remedy;  // empty with ok
};

class Findings {
 public:
  void ok(std::string subject, std::string what);
  void warning(std::string subject, std::string what, std::string remedy);
  void problem(std::string subject, std::string what, std::string remedy);
  const std::vector<Finding>& all() const { return all_; }
  bool has_problems() const;

 private:
  void add(Finding finding);  // once
  std::vector<Finding> all_;
};

void print(const Context& context, const Findings& findings);

}  // namespace scop::command
