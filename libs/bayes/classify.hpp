// Tokens and tables to a verdict. Pure. Tables go from the general to the particular: shared, domain's,
// user's; each corrects those before it as far as it has evidence.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bayes/table.hpp"
#include "bayes/tokens.hpp"

namespace scop::bayes {

// A message's features: its different tokens and triples of letters, hashed. All tables of one store share
// the key, so one list serves all.
struct Feature {
  Key key = 0;
  std::uint32_t token = 0;  // index into the tokens; of letters: none
  Group group = Group::signs;
};
inline constexpr std::size_t most_triples = 1'500;  // of a message; later ones are dropped
struct Features {
  std::vector<Feature> list;  // each key once
};
Features expand(const Tokens& tokens, const HashKey& key);

enum class Label { ham, spam, unsure };
std::string_view name_of(Label label);

struct Thresholds {
  double ham = 0.2;   // at most: ham
  double spam = 0.8;  // at least: spam
};

struct Reason {
  std::string token;       // "s:viagra": a prefix says where it stood
  double probability = 0;  // 0 … 1 of spam, seen alone
};

struct Verdict {
  Label label = Label::unsure;
  double score = 0.5;           // 0 ham … 1 spam
  std::vector<Reason> reasons;  // strongest first, at most most_reasons
  std::size_t known = 0;        // tokens that a table knew
  std::size_t features = 0;     // different tokens
};
inline constexpr std::size_t most_reasons = 10;

Verdict classify(const Tokens& tokens, const Features& features, std::span<const Table* const> tables,
                 const Thresholds& thresholds = {});

}  // namespace scop::bayes
