// The bounds of SMTP's grammar in one place (RFC 5321 4.5.3.1, RFC 4954 4, RFC 3461 5.4). Octets.
#pragma once

#include <cstddef>

namespace scop::smtp::limits {

inline constexpr std::size_t local_part = 64;
inline constexpr std::size_t domain = 255;
inline constexpr std::size_t path = 256;  // with its angle brackets
inline constexpr std::size_t envid = 100;
inline constexpr std::size_t orcpt = 500;
inline constexpr std::size_t parameters = 16;  // of one MAIL or RCPT

// Lines with their CRLF. Extensions raise the 512 octets of RFC 5321 4.5.3.1.4 for the commands they extend.
inline constexpr std::size_t command_line = 512;
inline constexpr std::size_t mail_line =
    command_line + 26 + 17 + 10 + 9 + 107 + 500 + 12 + 15;         // SIZE … MT-PRIORITY
inline constexpr std::size_t rcpt_line = command_line + 30 + 507;  // NOTIFY, ORCPT
inline constexpr std::size_t auth_line = 12288;                    // RFC 4954 4
inline constexpr std::size_t text_line = 998;  // of the message, without CRLF (RFC 5322 2.1.1)

// What a client reads: more generous than RFC 5321 4.5.3.1.5 (512), since servers pass it.
inline constexpr std::size_t reply_line = 2048;
inline constexpr std::size_t reply_lines = 100;
inline constexpr std::size_t reply_octets = 32768;

}  // namespace scop::smtp::limits
