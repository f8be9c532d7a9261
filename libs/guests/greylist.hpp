// Greylisting (RFC 6647): the first try of an unknown triplet of client network, sender and recipient is put
// off; a second one after the delay and within the window passes, and the triplet is known from then on, for
// as long as it is used. In memory: a restart puts everyone off once more. Bounded: the oldest triplet goes.
#pragma once

#include <chrono>
#include <string_view>

#include "core/clock.hpp"
#include "core/recent.hpp"

namespace scop::guests {

struct GreylistRules {
  std::chrono::milliseconds delay = std::chrono::minutes(5);
  std::chrono::milliseconds window = std::chrono::hours(24);
  std::chrono::milliseconds keep = std::chrono::hours(24 * 35);
  std::size_t most_triplets = 100'000;
};

class Greylist {
 public:
  explicit Greylist(GreylistRules rules) : rules_(rules), triplets_(rules.most_triplets) {}

  // Zero: let it in. Else: come back then.
  std::chrono::seconds wait(std::string_view network, std::string_view sender, std::string_view recipient,
                            Deadline now);
  std::size_t size() const { return triplets_.size(); }

 private:
  struct Triplet {
    Deadline first{};
    Deadline latest{};  // where known
    bool known = false;
  };

  GreylistRules rules_;
  Recent<Triplet> triplets_;
};

}  // namespace scop::guests
