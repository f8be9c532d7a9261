// One message judged: the judge's tokens, the models' verdict for each recipient. Does nothing to the message
// and learns nothing.
#pragma once

#include <string>
#include <vector>

#include "spamfilter/desk.hpp"
#include "spamfilter/ruling.hpp"

namespace scop::spamfilter {

struct Assessed {
  Case found;
  bayes::Tokens tokens;  // observations among them; empty where the judge has said nothing
};

// `octets`: the message as far as it is looked at. `observations`: of the edge, bounded by
// bounded_observations().
Task<Assessed> assess(Desk& desk, std::string octets, const std::vector<std::string>& recipients,
                      const std::vector<std::string>& observations);

// The judge's tokens and findings alone.
Task<Outcome<Examination>> ask_judge(Desk& desk, std::string octets);

// Those that are plain words, as many as are looked at.
std::vector<std::string> bounded_observations(const std::vector<std::string>& observations);
void add_observations(bayes::Tokens& tokens, const std::vector<std::string>& observations);

}  // namespace scop::spamfilter
