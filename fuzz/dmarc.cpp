// DMARC records, and whole evaluations: From domains, SPF's domain, signatures' domains a line each
// (separated by spaces), then the records, given out in turn; "!" is a failure, an empty line an NXDOMAIN.
#include <cstddef>
#include <cstdint>

#include "core/ascii.hpp"
#include "core/ensure.hpp"
#include "dmarc/evaluation.hpp"
#include "dns/rdata.hpp"

using namespace scop;

namespace {

dns::Answer answer_of(std::string_view line) {
  dns::Answer answer;
  if (line == "!") return answer;
  answer.rcode = line.empty() ? dns::Rcode::nx_domain : dns::Rcode::no_error;
  if (!line.empty()) answer.records.push_back(dns::txt_to_rdata(line));
  return answer;
}

void evaluate(const std::vector<std::string_view>& lines) {
  dmarc::Input input;
  for (const auto domain : ascii::split(lines.at(0), ' ')) input.from_domains.emplace_back(domain);
  input.spf = {std::string(lines.at(1)), dmarc::Standing::pass};
  for (const auto domain : ascii::split(lines.at(2), ' '))
    input.dkim.push_back(
        {std::string(domain), domain.size() % 5 == 0 ? dmarc::Standing::temperror : dmarc::Standing::pass});
  dmarc::Evaluation evaluation(input);
  std::size_t asked = 0;
  while (!evaluation.done()) {
    const auto wanted = evaluation.wanted();
    ENSURE(!wanted.empty());
    for (const auto& question : wanted) {
      ENSURE(++asked < 500);
      evaluation.answer(question, answer_of(lines.at(3 + asked % (lines.size() - 3))));
    }
  }
  const auto& verdict = evaluation.result();
  ENSURE(!verdict.reason.empty() && verdict.steps.size() <= input.limits.steps);
  ENSURE(verdict.disposition <= verdict.policy || verdict.result == dmarc::Result::permerror);
  ENSURE(verdict.result != dmarc::Result::pass || verdict.spf_pass || verdict.dkim_pass);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (size > 20'000) return 0;
  static_cast<void>(dmarc::parse_record(text));
  static_cast<void>(dmarc::parse_record("v=DMARC1;" + std::string(text)));
  const auto lines = ascii::split(text, '\n');
  if (lines.size() > 3) evaluate(lines);
  return 0;
}
