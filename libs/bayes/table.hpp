// The model: feature → counts, in memory. Features are keyed hashes (SipHash) of tokens, so
// that a sender who does not know the key cannot aim at collisions.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

namespace scop::bayes {

using Key = std::uint64_t;                     // of a feature; never 0
using HashKey = std::array<std::uint64_t, 2>;  // secret, drawn when a store is created
using Day = std::uint16_t;                     // days since 1970

struct Counts {
  std::uint32_t ham = 0;  // messages that had it
  std::uint32_t spam = 0;
  std::int32_t weight = 0;  // learned by correction, in units of 2^-20; positive leads to spam
  Day day = 0;              // last training that touched it
  bool empty() const { return ham == 0 && spam == 0 && weight == 0; }
  bool operator==(const Counts&) const = default;
};

// Features of a kind form a logistic regression of their own; the classifier sums their log-odds.
enum class Group : std::uint8_t {
  signs,   // tokens with a prefix: header, structure, links
  words,   // of the body
  letters  // triples of them, from words and subject: counted, but weighed only
};
inline constexpr std::size_t groups = 3;
using Steps = std::array<std::int32_t, groups>;  // weight by group, units of 2^-20

// What one message's training adds to every one of its features. Unlearning adds the negative.
struct Lesson {
  bool spam = false;
  Steps steps{};
  bool operator==(const Lesson&) const = default;
};

struct Totals {
  std::uint32_t ham = 0;  // messages
  std::uint32_t spam = 0;
  bool operator==(const Totals&) const = default;
};

struct Entry {
  Key key = 0;
  Counts counts;
};

// Open addressing, grows by doubling. Views of it are read-only; one writer.
class Table {
 public:
  explicit Table(std::size_t most_features = 4'000'000) : most_(most_features) {}

  const Counts* find(Key key) const;
  Counts& at(Key key);                      // creates
  void set(Key key, const Counts& counts);  // empty counts remove
  void erase(Key key);

  Totals totals;
  std::size_t size() const { return used_; }
  std::size_t most() const { return most_; }
  std::size_t octets() const { return entries_.size() * sizeof(Entry); }
  void for_each(const std::function<void(const Entry&)>& visit) const;

 private:
  std::size_t slot_of(Key key) const;
  void grow();
  std::vector<Entry> entries_;
  std::size_t used_ = 0;
  std::size_t most_;
};

}  // namespace scop::bayes
