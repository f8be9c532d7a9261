#include "scop/corpus_proof.hpp"

#include <fmt/format.h>

#include "corpus/compare.hpp"
#include "corpus/generate.hpp"

namespace scop::command {

namespace {

constexpr std::size_t most_examples = 20;

// The first thing that is wrong with one message; empty: nothing.
std::string fault_of(corpus::Generated message, mime_text::Charsets& charsets) {
  auto octets = std::move(message.octets);
  const auto entity = mime::parse(octets, charsets);
  const auto differences = corpus::differences(message.expected, entity, charsets);
  if (!differences.empty()) return differences.front();
  if (message.grade != corpus::Grade::broken && !corpus::is_regular(entity))
    return "octets are kept aside where values should be";
  const auto digest = std::hash<std::string>()(octets);
  const auto size = octets.size();
  std::string().swap(octets);  // from here on there are the values alone
  const auto written = mime::encode(entity);
  if (written.size() != size || std::hash<std::string>()(written) != digest)
    return "written again, its octets differ";
  if (!mime::equal(entity, mime::parse(written, charsets))) return "read again, its values differ";
  return {};
}

}  // namespace

Tally prove(std::uint64_t seed, std::uint64_t first, std::uint64_t count) {
  Tally tally;
  mime_text::Charsets charsets;
  for (auto number = first; number < first + count; ++number) {
    auto message = corpus::generate(seed, number);
    ++tally.messages;
    tally.octets += message.octets.size();
    const auto label = fmt::format("{} ({}{}{})", number, corpus::name_of(message.grade),
                                   message.breakage.empty() ? "" : " ", message.breakage);
    ++(message.grade == corpus::Grade::strict     ? tally.strict
       : message.grade == corpus::Grade::obsolete ? tally.obsolete
                                                  : tally.broken);
    const auto fault = fault_of(std::move(message), charsets);
    if (fault.empty()) continue;
    ++tally.wrong;
    if (tally.examples.size() < most_examples) tally.examples.push_back(label + ": " + fault);
  }
  return tally;
}

void add(Tally& sum, const Tally& tally) {
  sum.messages += tally.messages;
  sum.octets += tally.octets;
  sum.strict += tally.strict;
  sum.obsolete += tally.obsolete;
  sum.broken += tally.broken;
  sum.wrong += tally.wrong;
  for (const auto& example : tally.examples) {
    if (sum.examples.size() < most_examples) sum.examples.push_back(example);
  }
}

}  // namespace scop::command
