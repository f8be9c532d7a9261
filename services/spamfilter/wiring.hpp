// Builds the spamfilter's parts from settings and files.
#pragma once

#include <filesystem>
#include <memory>

#include "spamfilter/desk.hpp"

namespace scop::spamfilter {

// Starts the judge: no thread may run yet, and the walls must not stand.
Outcome<std::unique_ptr<Desk>> open_desk(asio::io_context& io, const Log& log, LogForm log_form,
                                         const settings::Spamfilter& settings,
                                         const std::filesystem::path& state);

}  // namespace scop::spamfilter
