// SPF records, macro strings and whole evaluations: the input's lines are the answers, given out in turn to
// whatever is asked; a line "!" is a failure, an empty one an NXDOMAIN. Evaluation must end within its
// limits.
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "dns/rdata.hpp"
#include "spf/evaluation.hpp"
#include "spf/expand.hpp"
#include "spf/record.hpp"

using namespace scop;

namespace {

dns::Answer answer_of(const dns::Question& question, std::string_view line) {
  dns::Answer answer;
  if (line == "!") return answer;
  answer.rcode = line.empty() ? dns::Rcode::nx_domain : dns::Rcode::no_error;
  if (line.empty()) return answer;
  for (const auto part : ascii::split(line, '|')) {
    switch (question.type) {
      case dns::Type::txt:
        answer.records.push_back(dns::txt_to_rdata(part));
        break;
      case dns::Type::mx:
        if (auto mx = dns::to_rdata(dns::Mx{1, std::string(part)})) answer.records.push_back(*mx);
        break;
      default:
        answer.records.emplace_back(part);
    }
  }
  return answer;
}

void evaluate(std::string_view client, std::string_view sender, std::vector<std::string_view> lines) {
  const auto address = dns::Address::from_text(client);
  spf::Input input{.client = address.value_or(*dns::Address::from_text("192.0.2.1")),
                   .mail_from = std::string(sender),
                   .helo = "helo.example"};
  spf::Evaluation evaluation(input);
  std::size_t next = 0;
  std::size_t asked = 0;
  while (!evaluation.done()) {
    const auto wanted = evaluation.wanted();
    ENSURE(!wanted.empty());
    for (const auto& question : wanted) {
      ENSURE(++asked < 400);
      evaluation.answer(question, answer_of(question, lines.at(next++ % lines.size())));
    }
  }
  const auto& verdict = evaluation.result();
  ENSURE(verdict.lookups <= input.limits.lookups + 1 &&
         verdict.void_lookups <= input.limits.void_lookups + 1);
  ENSURE(verdict.explanation.size() <= input.limits.explanation &&
         verdict.steps.size() <= input.limits.steps);
  ENSURE(!verdict.reason.empty() && ascii::is_all_ascii(verdict.explanation));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (size > 20'000) return 0;
  static_cast<void>(spf::parse_record(text));
  static_cast<void>(spf::parse_record("v=spf1 " + std::string(text)));
  const auto lines = ascii::split(text, '\n');
  if (lines.size() > 2) evaluate(lines.at(0), lines.at(1), {lines.begin() + 2, lines.end()});
  return 0;
}
