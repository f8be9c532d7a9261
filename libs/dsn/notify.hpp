// Which notifications a recipient's sender asked for (RFC 3461 4.1), and when none may be sent at all.
#pragma once

#include <cstdint>
#include <string_view>

namespace scop::dsn {

enum class Action { failed, delayed, delivered, relayed, expanded };  // RFC 3464 2.3.3

std::string_view name_of(Action action);

// The bits of Recipient.notify; 0: the sender said nothing, which means failures and delays.
inline constexpr std::uint32_t notify_never = 1;
inline constexpr std::uint32_t notify_success = 2;
inline constexpr std::uint32_t notify_failure = 4;
inline constexpr std::uint32_t notify_delay = 8;

// RFC 5321 4.5.5: nothing is ever sent to the null reverse path, so no notification answers a notification.
bool is_wanted(Action action, std::uint32_t notify, std::string_view reverse_path);

}  // namespace scop::dsn
