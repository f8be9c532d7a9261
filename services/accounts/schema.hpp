// The tables of accounts/state/accounts.db. Steps are added at the end, never changed.
#pragma once

#include <span>
#include <string_view>

namespace scop::accounts {
std::span<const std::string_view> schema();
}
