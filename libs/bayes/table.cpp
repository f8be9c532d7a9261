#include "bayes/table.hpp"

#include <algorithm>

namespace scop::bayes {

// The slot that holds the key, or the empty one where it would go. Keys are hashes: their low bits will do.
std::size_t Table::slot_of(Key key) const {
  const auto mask = entries_.size() - 1;
  auto slot = key & mask;
  while (entries_[slot].key != 0 && entries_[slot].key != key) slot = (slot + 1) & mask;
  return slot;
}

const Counts* Table::find(Key key) const {
  if (entries_.empty()) return nullptr;
  const auto& entry = entries_[slot_of(key)];
  return entry.key == key ? &entry.counts : nullptr;
}

void Table::grow() {
  auto old = std::move(entries_);
  entries_ = std::vector<Entry>(std::max<std::size_t>(old.size() * 2, 1'024));
  for (const auto& entry : old) {
    if (entry.key != 0) entries_[slot_of(entry.key)] = entry;
  }
}

Counts& Table::at(Key key) {
  if ((used_ + 1) * 4 > entries_.size() * 3) grow();
  auto& entry = entries_[slot_of(key)];
  if (entry.key == 0) {
    entry.key = key;
    ++used_;
  }
  return entry.counts;
}

void Table::set(Key key, const Counts& counts) {
  if (counts.empty()) {
    erase(key);
  } else {
    at(key) = counts;
  }
}

// Those behind it that its going would hide move up (Knuth 6.4, algorithm R).
void Table::erase(Key key) {
  if (entries_.empty()) return;
  const auto mask = entries_.size() - 1;
  auto hole = slot_of(key);
  if (entries_[hole].key == 0) return;
  --used_;
  entries_[hole] = {};
  for (auto slot = (hole + 1) & mask; entries_[slot].key != 0; slot = (slot + 1) & mask) {
    const auto home = entries_[slot].key & mask;
    if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
    entries_[hole] = entries_[slot];
    entries_[slot] = {};
    hole = slot;
  }
}

void Table::for_each(const std::function<void(const Entry&)>& visit) const {
  for (const auto& entry : entries_) {
    if (entry.key != 0) visit(entry);
  }
}

}  // namespace scop::bayes
