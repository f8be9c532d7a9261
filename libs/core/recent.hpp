// A table of bounded size by text: of the longest untouched entries the oldest goes for a new one. What
// strangers can fill (counts by address, triplets) lives in such a table.
#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace scop {

template <class Value>
class Recent {
 public:
  explicit Recent(std::size_t most) : most_(most) {}
  Recent(const Recent&) = delete;
  Recent& operator=(const Recent&) = delete;

  // The entry, made where it is not there, as the latest touched.
  Value& touch(std::string_view key, const Value& otherwise = {}) {
    if (const auto found = places_.find(key); found != places_.end()) {
      entries_.splice(entries_.begin(), entries_, found->second);
      return entries_.front().second;
    }
    if (places_.size() >= most_ && !entries_.empty()) {
      places_.erase(entries_.back().first);
      entries_.pop_back();
    }
    entries_.emplace_front(key, otherwise);
    places_.emplace(entries_.front().first, entries_.begin());
    return entries_.front().second;
  }

  // nullptr where there is none.
  const Value* find(std::string_view key) const {
    const auto found = places_.find(key);
    return found == places_.end() ? nullptr : &found->second->second;
  }

  std::size_t size() const { return places_.size(); }

 private:
  using Entries = std::list<std::pair<const std::string, Value>>;  // the latest touched first
  std::size_t most_;
  Entries entries_;
  std::unordered_map<std::string_view, typename Entries::iterator> places_;  // views into the entries' keys
};

}  // namespace scop
