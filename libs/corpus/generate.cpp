#include "corpus/generate.hpp"

#include "corpus/breakage.hpp"

namespace scop::corpus {

std::string_view name_of(Grade grade) {
  switch (grade) {
    case Grade::strict:
      return "strict";
    case Grade::obsolete:
      return "obsolete";
    case Grade::broken:
      return "broken";
  }
  return "broken";
}

Generated generate(std::uint64_t seed, std::uint64_t number) {
  Random random(seed, number);
  const auto lot = random.below(100);
  Generated generated;
  generated.grade = lot < 70 ? Grade::strict : lot < 90 ? Grade::obsolete : Grade::broken;
  Manner manner;
  manner.obsolete = generated.grade == Grade::obsolete;
  manner.utf8 = generated.grade == Grade::strict && random.chance(10);
  if (generated.grade != Grade::broken) {
    auto node = make_message(random, manner, make_node(random, manner, 0));
    generated.octets = write_out(node, manner);
    generated.expected = std::move(node.expected);
    return generated;
  }
  // Line ends of files instead of the wire's break every line, and no reader minds.
  const auto which = random.below(breakages().size() + 1);
  if (which == breakages().size()) {
    manner.line_end = "\n";
    generated.breakage = "bare_lf";
    auto node = make_message(random, manner, make_node(random, manner, 0));
    generated.octets = write_out(node, manner);
    generated.expected = std::move(node.expected);
    return generated;
  }
  generated.breakage = breakages()[which].name;
  auto broken = breakages()[which].make(random, manner);
  auto octets = write_out(broken.node, manner);
  generated.octets = broken.octets.empty() ? std::move(octets) : std::move(broken.octets);
  generated.expected = std::move(broken.node.expected);
  return generated;
}

}  // namespace scop::corpus
