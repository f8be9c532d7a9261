// The web daemon's fixed bounds; the others are in settings/web.hpp and http_server/bounds.hpp.
#pragma once

#include <chrono>
#include <cstddef>

namespace scop::web::limits {

using namespace std::chrono_literals;

inline constexpr auto accounts = 10s;
inline constexpr std::chrono::milliseconds refresh = 60s;     // of the list of domains
inline constexpr std::chrono::milliseconds first_retry = 1s;  // doubles up to `refresh`
inline constexpr std::size_t domains = 100'000;

}  // namespace scop::web::limits
