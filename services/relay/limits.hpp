// The relay's bounds that are no settings.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace scop::relay::limits {

inline constexpr std::size_t recipients = 1000;  // of one message
inline constexpr std::size_t address_octets = 320;
inline constexpr std::size_t text_octets = 1000;           // of any other text in an envelope
inline constexpr std::size_t header_octets = 256U << 10U;  // of a message's header section
inline constexpr std::size_t line_octets = 998;            // RFC 5322 2.1.1, without CRLF
inline constexpr std::size_t in_row = 64U << 10U;          // a larger message has its body in a spool file
inline constexpr std::size_t hops = 50;                    // Received fields; over it: a loop (RFC 5321 6.3)
inline constexpr std::size_t prepended_fields = 32;
inline constexpr std::size_t prepended_octets = 64U << 10U;

inline constexpr std::size_t evidence_octets = 16U << 10U;  // for ARC
inline constexpr std::size_t resolves = 16;                 // of one Pass at a time

inline constexpr std::size_t passes = 512;  // at a time
inline constexpr std::chrono::milliseconds idle_part{60'000};
inline constexpr std::chrono::milliseconds commit_start{40'000};  // behind the last part, or never
inline constexpr std::chrono::hours known_for{7 * 24};            // ids of committed messages

inline constexpr unsigned alias_depth = 8;
inline constexpr std::size_t alias_targets = 1000;  // of one message, all expansions together
// Of messages in memory; over it they are read again.
inline constexpr std::size_t cached_octets = 64U << 20U;
inline constexpr std::size_t waiting_per_domain = 500;  // messages in memory for one destination
inline constexpr std::size_t waiting_without_courier = 1000;
inline constexpr std::chrono::seconds put_off_without_courier{20};
inline constexpr std::size_t remembered_lines = 10'000;  // destinations whose pace is known

inline constexpr std::size_t lmtp_connections = 8;   // to one mailbox server
inline constexpr std::size_t lmtp_recipients = 100;  // of one transaction
inline constexpr std::chrono::milliseconds lmtp_wait{60'000};
inline constexpr std::chrono::milliseconds lmtp_final_wait{300'000};
inline constexpr std::chrono::milliseconds lmtp_delivery{15 * 60'000};
inline constexpr std::chrono::milliseconds lmtp_idle{5'000};

inline constexpr std::chrono::milliseconds resolve_wait{10'000};
inline constexpr std::chrono::milliseconds attempt_open{10'000};
inline constexpr std::chrono::milliseconds attempt_wait{30 * 60'000};
inline constexpr std::chrono::milliseconds pass_wait{60'000};
inline constexpr std::chrono::milliseconds post_wait{90'000};
// A neighbour that does not answer is asked again, later and later.
inline constexpr std::chrono::milliseconds away_first{200};
inline constexpr std::chrono::milliseconds away_longest{5'000};

}  // namespace scop::relay::limits
