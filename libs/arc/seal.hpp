// The values of ARC-Seal and the instance of ARC-Authentication-Results (RFC 8617 4.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"
#include "dkim/signature.hpp"

namespace scop::arc {

inline constexpr unsigned most_sets = 50;  // RFC 8617 5.2, step 1

enum class ChainStatus { none, pass, fail };
std::string_view name_of(ChainStatus status);
std::optional<ChainStatus> parse_chain_status(std::string_view text);

struct Seal {
  ChainStatus status = ChainStatus::none;  // cv=
  dkim::Signature signature;               // a=, b=, d=, s=, t=; what ARC-Seal has not is left empty
};

// malformed: a mandatory tag is missing, or h= is there (RFC 8617 4.1.3); unsupported: a= is unknown.
Outcome<Seal> parse_seal(std::string_view value);

// i= of ARC-Seal and ARC-Message-Signature: 1 to 50.
std::optional<unsigned> instance_of_tags(std::string_view value);

//   arc-info = [CFWS] "i" [CFWS] "=" [CFWS] 1*2DIGIT [CFWS] ";" authres-payload
std::optional<unsigned> instance_of_results(std::string_view value);

}  // namespace scop::arc
