// The ARC Sets of a header (RFC 8617 4.2), and what their seals cover.
#pragma once

#include <string_view>
#include <vector>

#include "arc/seal.hpp"
#include "core/error.hpp"
#include "dkim/digest.hpp"
#include "message/header.hpp"

namespace scop::arc {

inline constexpr std::string_view results_name = "ARC-Authentication-Results";
inline constexpr std::string_view signature_name = "ARC-Message-Signature";
inline constexpr std::string_view seal_name = "ARC-Seal";

struct SetView {
  const message::FieldView* results = nullptr;
  const message::FieldView* signature = nullptr;
  const message::FieldView* seal = nullptr;
};

// Instances 1 to N at [0] to [N-1], whole and without gaps; empty where there is no ARC field at all.
// malformed, too_large: the chain fails (RFC 8617 5.2, steps 1 and 3).
Outcome<std::vector<SetView>> collect_sets(const message::HeaderView& header);

// The highest instance that any ARC field names, 0 where there is none: also of chains that are broken.
unsigned highest_instance(const message::HeaderView& header);

// RFC 8617 5.1.1: a whole set as a later seal covers it, each field relaxed, in the order AAR, AMS, AS.
void feed_set(const SetView& set, dkim::Digest& digest);

}  // namespace scop::arc
