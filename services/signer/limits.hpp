// The signer's bounds in one place.
#pragma once

#include <chrono>
#include <cstddef>

namespace scop::signer::limits {

inline constexpr std::size_t from_domains = 4;  // different ones in one From field
inline constexpr std::size_t key_files = 1'000;
inline constexpr std::size_t key_file_octets = 16U << 10U;
inline constexpr std::chrono::seconds primary_answers{10};
inline constexpr std::chrono::seconds publish_round{60};  // asked for by the command line
inline constexpr std::chrono::seconds making{20};  // how long `scop keys rotate` waits to show the new record
inline constexpr std::chrono::seconds first_retry{2};  // of publishing, doubling to
inline constexpr std::chrono::seconds last_retry{300};
inline constexpr std::chrono::seconds longest_round{60};  // between two looks at the clocks
inline constexpr std::chrono::hours look_again{1};        // at records that were as they should be
inline constexpr std::chrono::seconds longest_ttl =
    std::chrono::days{7};  // that a server may make us wait for

}  // namespace scop::signer::limits
