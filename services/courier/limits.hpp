// The courier's bounds in one place.
#pragma once

#include <chrono>
#include <cstddef>

namespace scop::courier::limits {

inline constexpr std::size_t recipients = 1000;  // of one attempt
inline constexpr unsigned transactions_per_connection = 100;
inline constexpr std::size_t idle_connections = 100;
inline constexpr std::size_t idle_per_host = 20;
inline constexpr std::chrono::seconds slot_wait{60};    // for one of [courier] connections
inline constexpr std::chrono::seconds caller_idle{60};  // the relay's next part
inline constexpr std::chrono::seconds look_up{12};      // the resolver gives up after 10
inline constexpr std::chrono::seconds explain{60};
// MTA-STS policies.
inline constexpr std::chrono::seconds sts_wait{75};    // of an attempt, for one that is being fetched
inline constexpr std::chrono::seconds sts_retry{300};  // RFC 8461 3.3: until one that failed is tried again
inline constexpr std::size_t sts_fetches = 50;         // at once
inline constexpr std::size_t sts_failures = 10'000;
inline constexpr std::chrono::seconds sts_round{600};  // between looks at what ages
inline constexpr std::size_t sts_round_looks = 200;
inline constexpr std::size_t sts_round_fetches = 20;
inline constexpr std::chrono::seconds sts_write_after{2};
inline constexpr std::size_t sts_file_octets = 64U << 20U;
inline constexpr std::chrono::seconds farewell{5};    // for QUIT and its reply, beside the call
inline constexpr std::chrono::seconds last_words{1};  // a reply left behind by who stopped reading
// What SPF says of our own mail.
inline constexpr std::size_t senders = 10'000;
inline constexpr std::chrono::seconds sender_look_ups{5};  // then mail goes without a verdict
inline constexpr std::chrono::seconds sender_unknown{60};  // until the DNS is asked again
inline constexpr std::chrono::seconds sender_known_least{600};
inline constexpr std::chrono::seconds sender_known_most{86'400};
inline constexpr std::chrono::seconds reminder{3'600};
inline constexpr std::chrono::seconds post_report{60};
inline constexpr std::size_t report_octets = 1U << 20U;
inline constexpr std::size_t read_octets = 4096;
inline constexpr std::size_t write_octets = 64U << 10U;

}  // namespace scop::courier::limits
