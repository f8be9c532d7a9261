#include "arc/sets.hpp"

#include <algorithm>
#include <array>

#include "core/ascii.hpp"

namespace scop::arc {

namespace {

using Slot = const message::FieldView* SetView::*;

struct Member {
  Slot slot;
  std::string_view name;
};

constexpr std::array<Member, 3> members{
    {{&SetView::results, results_name}, {&SetView::signature, signature_name}, {&SetView::seal, seal_name}}};

const Member* member_of(const message::FieldView& field) {
  const auto found = std::ranges::find_if(
      members, [&](const Member& member) { return ascii::equals_ignoring_case(field.name, member.name); });
  return found == members.end() ? nullptr : &*found;
}

std::optional<unsigned> instance_of(const message::FieldView& field, const Member& member) {
  return member.slot == &SetView::results ? instance_of_results(field.value) : instance_of_tags(field.value);
}

std::unexpected<Error> malformed(std::string what) { return failure(ErrorKind::malformed, std::move(what)); }

}  // namespace

Outcome<std::vector<SetView>> collect_sets(const message::HeaderView& header) {
  const auto fields = static_cast<std::size_t>(
      std::ranges::count_if(header.fields, [](const auto& field) { return member_of(field) != nullptr; }));
  // Before anything is parsed: a bomb of ARC fields costs nothing.
  if (fields > most_sets * members.size()) return failure(ErrorKind::too_large, "more than 50 ARC sets");
  std::vector<SetView> sets;
  for (const auto& field : header.fields) {
    const auto* member = member_of(field);
    if (member == nullptr) continue;
    const auto instance = instance_of(field, *member);
    if (!instance) return malformed(std::string(member->name) + " without a valid i=");
    if (sets.size() < *instance) sets.resize(*instance);
    auto& slot = sets[*instance - 1].*(member->slot);
    if (slot != nullptr) {
      return malformed(std::string(member->name) + " i=" + std::to_string(*instance) + " twice");
    }
    slot = &field;
  }
  for (std::size_t i = 0; i < sets.size(); ++i) {
    for (const auto& [slot, name] : members) {
      if (sets[i].*slot == nullptr) {
        return malformed(std::string(name) + " i=" + std::to_string(i + 1) + " is missing");
      }
    }
  }
  return sets;
}

unsigned highest_instance(const message::HeaderView& header) {
  unsigned highest = 0;
  for (const auto& field : header.fields) {
    const auto* member = member_of(field);
    if (member != nullptr) highest = std::max(highest, instance_of(field, *member).value_or(0));
  }
  return highest;
}

void feed_set(const SetView& set, dkim::Digest& digest) {
  for (const auto& [slot, name] : members)
    digest.update(dkim::canonical_field((set.*slot)->raw, dkim::Canonical::relaxed));
}

}  // namespace scop::arc
